//! The workers: one run at a time each, with its progress written down, until the queue ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entity::run_events::EventKind;
use serde_json::{Value as Json, json};
use tokio::sync::{Mutex, mpsc, watch};
use uuid::Uuid;

use super::log::Log;
use super::{Job, Phase, Queue};
use crate::comparison::Progress;
use crate::error::ServiceError;
use crate::run;
use crate::run_event::{self, EventWord, RunEvent};
use crate::session::Session;
use crate::validation;

/// How many steps of comparing are told at most.
const STEPS: u64 = 10;

/// Shortest pause between two signs of life.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);

/// Makes one run after another until the queue ends and none waits.
pub(super) async fn worker(queue: Queue, receiver: Arc<Mutex<mpsc::Receiver<Job>>>) {
    let mut phase = queue.0.phase.subscribe();
    loop {
        let mut waiting = receiver.lock().await;
        let job = tokio::select! {
            biased;
            job = waiting.recv() => job,
            () = reached(&mut phase, |phase| *phase != Phase::Open) => waiting.try_recv().ok(),
        };
        drop(waiting);
        let Some(job) = job else { return };
        let id = job.log.run;
        queue.0.waiting.fetch_sub(1, Ordering::Relaxed);
        queue.0.running.fetch_add(1, Ordering::Relaxed);
        make(&queue, job).await;
        queue.0.running.fetch_sub(1, Ordering::Relaxed);
        queue.finish(id).await;
    }
}

async fn make(queue: &Queue, job: Job) {
    let session = &queue.0.session;
    let id = job.log.run;
    if queue.phase() != Phase::Open {
        return shut_down(session, id).await;
    }
    if !tell(session, &job.log, EventKind::Started, json!({})).await {
        return;
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    let recorder = tokio::spawn(record(session.clone(), Arc::clone(&job.log), receiver));
    let mut phase = queue.0.phase.subscribe();
    tokio::select! {
        done = validation::validate_queued(session, job.request, in_steps(sender)) => {
            if let Err(error) = done {
                tracing::info!(run = %id, error = %drift::secret::redacted(&error.to_string()), "a run failed");
            }
            if let Err(error) = recorder.await {
                tracing::error!(run = %id, %error, "the recorder of a run ended early");
            }
        }
        // Its row says so already. What a thread still compares is dropped when it is done.
        () = job.log.stopped() => recorder.abort(),
        () = reached(&mut phase, |phase| *phase == Phase::Ending) => {
            recorder.abort();
            shut_down(session, id).await;
        }
    }
}

/// Ends when the queue is where it is waited for; the sender lives as long as the queue.
async fn reached(phase: &mut watch::Receiver<Phase>, there: impl FnMut(&Phase) -> bool) {
    drop(phase.wait_for(there).await);
}

async fn shut_down(session: &Session, id: Uuid) {
    validation::fail(session, id, "shutdown", "the server was shut down before the run ended").await;
}

/// Passes progress on, but not every file of a large comparison: nobody who follows would read that.
fn in_steps(sender: mpsc::UnboundedSender<Progress>) -> impl Fn(Progress) + Send + Sync + 'static {
    let told = AtomicU64::new(u64::MAX);
    move |progress| {
        let is_news = match progress {
            Progress::Comparing { done, total } => {
                let step = done * STEPS / total.max(1);
                told.swap(step, Ordering::Relaxed) != step
            }
            Progress::Collecting | Progress::Storing => true,
        };
        // Nobody listens any more when the run was cancelled.
        if is_news && sender.send(progress).is_err() {
            tracing::trace!("progress of a run that was cancelled");
        }
    }
}

async fn record(session: Session, log: Arc<Log>, mut receiver: mpsc::UnboundedReceiver<Progress>) {
    while let Some(progress) = receiver.recv().await {
        let (kind, data) = match progress {
            Progress::Collecting => (EventKind::Collecting, json!({})),
            Progress::Comparing { done, total } => (EventKind::Comparing, json!({ "done": done, "total": total })),
            Progress::Storing => (EventKind::Storing, json!({})),
        };
        if !tell(&session, &log, kind, data).await {
            return;
        }
    }
}

/// Stores an event and then tells it, so that whoever has seen it finds it again. False when the run has ended.
async fn tell(session: &Session, log: &Log, kind: EventKind, data: Json) -> bool {
    let word = EventWord::OnTheWay(kind);
    let event = RunEvent { run: log.run, position: log.last_position() + 1, word, at: session.clock.now(), data };
    let (id, told) = (session.clock.id(), &event);
    let stored = session.db.write(|transaction| async move {
        let stored = run_event::append(&transaction, id, told).await?;
        Ok::<_, ServiceError>((transaction, stored))
    });
    match stored.await {
        Ok(true) => log.push(event),
        Ok(false) => return false,
        Err(error) => tracing::warn!(run = %log.run, %error, "an event could not be stored"),
    }
    true
}

/// Signs of life for the runs of this process, waiting ones included, and an end for those of processes that are gone.
pub(super) async fn look_after(queue: Queue) {
    let session = queue.0.session.clone();
    let mut phase = queue.0.phase.subscribe();
    let mut beats = tokio::time::interval((session.lease / 4).max(SHORTEST_PAUSE));
    loop {
        tokio::select! {
            _ = beats.tick() => {}
            // When the queue drains, running runs give their own signs of life.
            () = reached(&mut phase, |phase| *phase != Phase::Open) => return,
        }
        let ids: Vec<Uuid> = queue.logs().keys().copied().collect();
        if let Err(error) = beat(&session, &ids).await {
            tracing::warn!(%error, "signs of life could not be stored");
        }
        if let Err(error) = session.fail_silent_runs().await {
            tracing::warn!(%error, "runs of workers that are gone could not be failed");
        }
    }
}

async fn beat(session: &Session, ids: &[Uuid]) -> Result<(), ServiceError> {
    if ids.is_empty() {
        return Ok(());
    }
    let now = session.clock.now();
    let beaten = session.db.write(|transaction| async move {
        run::beat_all(&transaction, ids, now).await?;
        Ok::<_, ServiceError>((transaction, ()))
    });
    beaten.await
}
