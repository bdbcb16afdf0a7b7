//! The events of one run in memory, for those who follow it. Nobody who reads slowly holds the run up.

use std::sync::{Mutex, PoisonError};

use entity::validation_runs::Model;
use tokio::sync::watch;
use uuid::Uuid;

use crate::run_event::{self, EventWord, RunEvent};

/// The events of a run of this process, from its first one. Their number is bounded by the steps of progress.
pub(super) struct Log {
    pub(super) run: Uuid,
    events: Mutex<Vec<RunEvent>>,
    last: watch::Sender<i64>,
    stopped: watch::Sender<bool>,
}

impl Log {
    pub(super) fn new(run: Uuid) -> Self {
        Self { run, events: Mutex::default(), last: watch::Sender::new(0), stopped: watch::Sender::new(false) }
    }

    /// Adds an event, unless it is there or the end was told.
    pub(super) fn push(&self, event: RunEvent) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.last().is_some_and(|last| is_end(last) || last.position >= event.position) {
            return;
        }
        let position = event.position;
        events.push(event);
        drop(events);
        self.last.send_replace(position);
    }

    /// Adds the end of the run, behind what was stored of it and not told yet: no follower sees another order.
    pub(super) fn end(&self, run: &Model, stored: Vec<RunEvent>) {
        for event in stored {
            self.push(event);
        }
        // Read before the match: a borrow would last through it, and telling the end waits for all borrows.
        let last = self.last_position();
        match run_event::end_of(run, last) {
            Ok(Some(event)) => self.push(event),
            Ok(None) => tracing::warn!(run = %run.id, "a run left its worker without an end"),
            Err(error) => tracing::warn!(run = %run.id, %error, "the end of a run cannot be told"),
        }
    }

    /// The number of the last event; 0 before the first one.
    pub(super) fn last_position(&self) -> i64 {
        *self.last.borrow()
    }

    /// The events behind a position.
    pub(super) fn after(&self, position: i64) -> Vec<RunEvent> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter(|event| event.position > position).cloned().collect()
    }

    /// True when the end was told.
    pub(super) fn has_ended(&self) -> bool {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.last().is_some_and(is_end)
    }

    /// Tells when there is another event.
    pub(super) fn news(&self) -> watch::Receiver<i64> {
        self.last.subscribe()
    }

    /// Somebody cancelled the run.
    pub(super) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Ends when somebody cancelled the run.
    pub(super) async fn stopped(&self) {
        // The sender lives as long as this log.
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }
}

fn is_end(event: &RunEvent) -> bool {
    matches!(event.word, EventWord::Ended(_))
}
