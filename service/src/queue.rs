//! Runs in the background: a bounded queue, workers, and what happens to each run, told to whoever follows it.

mod entry;
mod follow;
mod log;
mod work;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entity::validation_runs::Model;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use follow::{Follow, POLL};

use crate::error::{Refusal, ServiceError};
use crate::idempotency::RequestKey;
use crate::queue::log::Log;
use crate::run::{self, RunError};
use crate::run_event::{self, RunEvent};
use crate::session::Session;
use crate::validation::Request;

/// How many runs are compared at once, and how many may wait.
#[derive(Clone, Copy, Debug)]
pub struct QueueOptions {
    /// Workers, at least one.
    pub workers: usize,
    /// Runs that may wait, at least one.
    pub waiting: usize,
}

/// How far a queue is on its way to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Takes runs.
    Open,
    /// Takes none; those under way go on.
    Draining,
    /// Those under way are failed.
    Ending,
}

/// A run to make.
struct Job {
    request: Request,
    log: Arc<Log>,
}

/// The queue. Cloning shares it.
#[derive(Clone)]
pub struct Queue(Arc<Shared>);

struct Shared {
    session: Session,
    most_waiting: usize,
    sender: mpsc::Sender<Job>,
    /// The runs of this process that have not ended.
    logs: Mutex<HashMap<Uuid, Arc<Log>>>,
    phase: watch::Sender<Phase>,
    waiting: AtomicUsize,
    running: AtomicUsize,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    /// Starts the workers. It needs a Tokio runtime.
    pub fn start(session: Session, options: QueueOptions) -> Self {
        let most_waiting = options.waiting.max(1);
        let (sender, receiver) = mpsc::channel(most_waiting);
        let queue = Self(Arc::new(Shared {
            session,
            most_waiting,
            sender,
            logs: Mutex::default(),
            phase: watch::Sender::new(Phase::Open),
            waiting: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            tasks: Mutex::default(),
        }));
        let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
        let mut tasks: Vec<JoinHandle<()>> = (0..options.workers.max(1))
            .map(|_| tokio::spawn(work::worker(queue.clone(), Arc::clone(&receiver))))
            .collect();
        tasks.push(tokio::spawn(work::look_after(queue.clone())));
        *queue.0.tasks.lock().unwrap_or_else(PoisonError::into_inner) = tasks;
        queue
    }

    /// Runs that wait and runs that are compared, in this process.
    pub fn load(&self) -> (usize, usize) {
        (self.0.waiting.load(Ordering::Relaxed), self.0.running.load(Ordering::Relaxed))
    }

    /// Takes a run: it is stored as pending and will end. With a key that was used before, the run of that time is
    /// given. Refused when the queue is full or ends, and when there is nothing to compare with.
    pub async fn submit(&self, request: Request, key: Option<RequestKey>) -> Result<Model, ServiceError> {
        if self.phase() != Phase::Open {
            return Err(Refusal::ShuttingDown.into());
        }
        let full = |_| ServiceError::from(Refusal::QueueFull { most: self.0.most_waiting });
        let place = self.0.sender.try_reserve().map_err(full)?;
        let (run, is_new) = entry::store(&self.0.session, &request, key.as_ref()).await?;
        if is_new {
            let log = Arc::new(Log::new(run.id));
            log.push(entry::queued(&run));
            self.logs().insert(run.id, Arc::clone(&log));
            self.0.waiting.fetch_add(1, Ordering::Relaxed);
            place.send(Job { request, log });
        }
        Ok(run)
    }

    /// Ends a run that waits or is under way, of this process or another. An error when it has ended.
    pub async fn cancel(&self, id: Uuid, by: &str) -> Result<Model, ServiceError> {
        let reason = RunError { code: "cancelled".to_owned(), message: format!("cancelled by {by}") };
        let (now, reason) = (self.0.session.clock.now(), &reason);
        let cancelled = self.0.session.db.write(|transaction| async move {
            let row = run::get(&transaction, id).await?;
            run::cancel(&transaction, &row, reason, now).await?;
            let row = run::get(&transaction, id).await?;
            Ok::<_, ServiceError>((transaction, row))
        });
        let row = cancelled.await?;
        let log = self.logs().get(&id).cloned();
        if let Some(log) = log {
            log.stop();
        }
        self.finish(id).await;
        Ok(row)
    }

    /// Follows a run from behind a position: what happened, what happens, and its end.
    pub async fn follow(&self, run: Uuid, position: i64) -> Result<Follow, ServiceError> {
        let log = self.logs().get(&run).cloned();
        if log.is_none() {
            run::get(self.0.session.db.reader(), run).await?;
        }
        Ok(Follow::new(self.0.session.clone(), run, position, log))
    }

    /// Takes no run any more, gives those under way a time to end, and fails the rest; those that wait are failed at
    /// once. Returns when no run of this process is unfinished.
    pub async fn stop(&self, time: Duration) {
        self.0.phase.send_replace(Phase::Draining);
        let tasks = std::mem::take(&mut *self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async {
            for task in tasks {
                if let Err(error) = task.await {
                    tracing::error!(%error, "a worker ended early");
                }
            }
        };
        tokio::pin!(all);
        if tokio::time::timeout(time, &mut all).await.is_err() {
            self.0.phase.send_replace(Phase::Ending);
            all.await;
        }
    }

    /// Tells the end of a run to those who follow it.
    async fn finish(&self, id: Uuid) {
        let log = self.logs().get(&id).cloned();
        let Some(log) = log else { return };
        match self.end_of(id, &log).await {
            Ok((row, stored)) => log.end(&row, stored),
            Err(error) => tracing::warn!(run = %id, %error, "the end of a run could not be read"),
        }
        // Whoever follows it holds the log; everybody else reads the database.
        self.logs().remove(&id);
    }

    /// A run that has ended, and its events that are not in the log: none is stored any more.
    async fn end_of(&self, id: Uuid, log: &Log) -> Result<(Model, Vec<RunEvent>), ServiceError> {
        let db = self.0.session.db.reader();
        let row = run::get(db, id).await?;
        Ok((row, run_event::list_after(db, id, log.last_position()).await?))
    }

    fn phase(&self) -> Phase {
        *self.0.phase.borrow()
    }

    fn logs(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Log>>> {
        self.0.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
