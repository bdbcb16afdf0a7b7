//! What use cases work with: the database, time, and how long a silent run is believed to be alive.

use std::time::Duration;

use crate::clock::Clock;
use crate::database::Database;
use crate::error::ServiceError;
use crate::run;

/// An open database with the means to use it.
#[derive(Clone, Debug)]
pub struct Session {
    /// The database.
    pub db: Database,
    /// Time and ids.
    pub clock: Clock,
    /// How long a run may be silent before it counts as failed.
    pub lease: Duration,
    /// Who works: process and host.
    pub worker: String,
}

impl Session {
    /// Fails the runs of workers that are gone, of this machine or any other.
    pub async fn fail_silent_runs(&self) -> Result<u64, ServiceError> {
        let now = self.clock.now();
        // Nearly always there is none, and reading needs no lock.
        if !run::any_silent(self.db.reader(), self.lease, now).await? {
            return Ok(0);
        }
        let lease = self.lease;
        let failed = self.db.write(|transaction| async move {
            let failed = run::fail_silent(&transaction, lease, now).await?;
            Ok::<_, ServiceError>((transaction, failed))
        });
        failed.await
    }
}
