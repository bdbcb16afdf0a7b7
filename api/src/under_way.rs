//! Work that goes on when its caller leaves: each piece comes to its end before the server ends.

use std::collections::HashSet;
use std::time::Duration;

use service::error::Refusal;
use tokio::sync::watch;
use tracing::Instrument;
use uuid::Uuid;

use crate::problem::Problem;

#[derive(Default)]
struct State {
    closed: bool,
    tasks: usize,
    made: HashSet<Uuid>,
}

/// The work that is under way in this process. Cloning shares it.
#[derive(Clone)]
pub(crate) struct UnderWay(watch::Sender<State>);

/// Counts as work until it is dropped.
struct Task(UnderWay);

/// Holds the id of a thing to make until it is dropped.
pub(crate) struct Making(UnderWay, Uuid);

impl UnderWay {
    /// Nothing is under way.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Does work that leaves something half done when it is dropped. Whoever waits for it may leave; it goes on.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let task = self.enter()?;
        let work = async move {
            let done = work.await;
            drop(task);
            done
        };
        tokio::spawn(work.in_current_span()).await.map_err(|error| Problem::internal(&error))?
    }

    fn enter(&self) -> Result<Task, Problem> {
        let is_open = self.0.send_if_modified(|state| {
            state.tasks += usize::from(!state.closed);
            !state.closed
        });
        if is_open { Ok(Task(self.clone())) } else { Err(Refusal::ShuttingDown.into()) }
    }

    /// Takes the id of a thing to make; None while somebody else makes it.
    pub(crate) fn make(&self, id: Uuid) -> Option<Making> {
        self.0.send_if_modified(|state| state.made.insert(id)).then(|| Making(self.clone(), id))
    }

    /// Takes no work any more and waits so long for what is under way.
    pub(crate) async fn close(&self, time: Duration) {
        self.0.send_modify(|state| state.closed = true);
        let mut state = self.0.subscribe();
        let ended = state.wait_for(|state| state.tasks == 0);
        if tokio::time::timeout(time, ended).await.is_err() {
            tracing::warn!("a certification or revocation is cut off");
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.tasks -= 1);
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| {
            state.made.remove(&self.1);
        });
    }
}
