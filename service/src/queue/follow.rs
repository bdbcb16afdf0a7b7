//! Following a run: from memory where this process makes it, else from the database.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::log::Log;
use crate::error::ServiceError;
use crate::run;
use crate::run_event::{self, EventWord, RunEvent};
use crate::session::Session;

/// How often the database is asked about a run that another process makes.
pub const POLL: Duration = Duration::from_millis(500);

/// The events of one run from behind a position. Whoever stops reading can go on from the last position that was read.
pub struct Follow {
    session: Session,
    run: Uuid,
    position: i64,
    log: Option<Arc<Log>>,
    ended: bool,
}

impl Follow {
    pub(super) fn new(session: Session, run: Uuid, position: i64, log: Option<Arc<Log>>) -> Self {
        Self { session, run, position, log, ended: false }
    }

    /// True when the run has ended and its end was read before; nothing is waited for.
    pub async fn is_over(&mut self) -> Result<bool, ServiceError> {
        if self.log.is_some() {
            return Ok(false);
        }
        let db = self.session.db.reader();
        let run = run::get(db, self.run).await?;
        let end = run_event::end_of(&run, run_event::last_position(db, self.run).await?)?;
        self.ended = end.is_some_and(|end| end.position <= self.position);
        Ok(self.ended)
    }

    /// The next events, at least one; None when the end was read.
    pub async fn next(&mut self) -> Result<Option<Vec<RunEvent>>, ServiceError> {
        if self.ended {
            return Ok(None);
        }
        let events = match self.log.clone() {
            Some(log) => self.of_memory(&log).await,
            None => self.of_database().await?,
        };
        let Some(last) = events.last() else {
            self.ended = true;
            return Ok(None);
        };
        self.position = last.position;
        self.ended = matches!(last.word, EventWord::Ended(_));
        Ok(Some(events))
    }

    async fn of_memory(&self, log: &Log) -> Vec<RunEvent> {
        let mut news = log.news();
        loop {
            news.mark_unchanged();
            let events = log.after(self.position);
            // A position that no event has yet is waited for, unless the run has ended without it.
            if !events.is_empty() || log.has_ended() {
                return events;
            }
            // The sender lives as long as the log, which this holds.
            let _ = news.changed().await;
        }
    }

    async fn of_database(&self) -> Result<Vec<RunEvent>, ServiceError> {
        let db = self.session.db.reader();
        loop {
            // The run before its events: one that has ended gets no more of them.
            let run = run::get(db, self.run).await?;
            let events = run_event::list_after(db, self.run, self.position).await?;
            if !events.is_empty() {
                return Ok(events);
            }
            let last = run_event::last_position(db, self.run).await?;
            if let Some(end) = run_event::end_of(&run, last)? {
                return Ok(Some(end).into_iter().filter(|end| end.position > self.position).collect());
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
