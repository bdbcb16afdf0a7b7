//! Swapping a Postgres database: the backup is loaded beside it, made what it is, and takes its name.

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait};

use crate::backup::{Backup, Owners, Proof, load};
use crate::error::{Finding, FindingCode, SafeError};
use crate::lock::Lock;
use crate::migrator::SafeMigrator;
use crate::place::Place;
use crate::profile::Profile;
use crate::row::{literal, one_number, quoted, texts};
use crate::scratch::Scratch;

/// The database from which another one can be renamed.
const MAINTENANCE: &str = "postgres";

impl SafeMigrator {
    /// Puts the backup in the place of the database, and says under which name the old one is kept. After an error the
    /// database is as before and nothing is left beside it.
    pub(super) async fn swap_database(&self, lock: Lock, backup: &Backup, proof: &Proof) -> Result<String, SafeError> {
        debug_assert_eq!(self.place.backend(), DbBackend::Postgres);
        let new = self.load_beside(backup, proof).await;
        // Nobody may be connected while the names are changed, not even the lock; changing them is exclusive.
        lock.release().await;
        let new = new?;
        let kept = format!("{}_before_restore_{}", self.database(), self.options.now_ms());
        let maintenance: Place = self.place.with_database(MAINTENANCE);
        let failed = maintenance.failed("changing the names of the databases");
        let server = maintenance.write().await?;
        let outcome = match self.options.reach("before_swap") {
            Ok(()) => self.rename(&server, &new, &kept).await,
            Err(error) => Err(error),
        };
        // The answer to the commit may have been lost alone.
        let swapped = outcome.is_ok() || there(&server, &kept).await.map_err(&failed)?;
        if !swapped {
            let dropped = server.execute_unprepared(&format!("drop database if exists {}", quoted(&new))).await;
            dropped.map_err(&failed)?;
        }
        let _ = server.close().await;
        if swapped { Ok(kept) } else { outcome.map(|()| kept) }
    }

    fn database(&self) -> &str {
        self.place.server().and_then(PgConnectOptions::get_database).unwrap_or_default()
    }

    async fn load_beside(&self, backup: &Backup, proof: &Proof) -> Result<String, SafeError> {
        let scratch = Scratch::make_instead(&self.place, self.options.now_ms()).await?;
        let outcome = async {
            load(self, &backup.path, &scratch, Owners::Theirs).await?;
            let faults = proof.faults(&scratch.db, &self.place).await?;
            if !faults.is_empty() {
                return Err(SafeError::Backup { place: backup.name.clone(), reason: faults.join(", ") });
            }
            self.make_like_old(&scratch).await
        };
        match outcome.await {
            Ok(()) => Ok(scratch.keep().await),
            Err(error) => {
                scratch.remove().await?;
                Err(error)
            }
        }
    }

    /// Gives a database what the old one has beside its content; refused when some of that cannot be given.
    async fn make_like_old(&self, scratch: &Scratch) -> Result<(), SafeError> {
        let failed = self.place.failed("comparing the databases");
        let db = self.place.read().await?;
        let old = Profile::read(&db).await;
        let _ = db.close().await;
        let old = old.map_err(&failed)?;
        let given = async {
            for statement in old.statements(scratch.name()) {
                scratch.db.execute_unprepared(&statement).await?;
            }
            Ok::<_, DbErr>(())
        };
        let refused = given.await.err().map(|error| crate::error::brief(&error));
        let new = Profile::read(&scratch.db).await.map_err(&failed)?;
        let mut lines = old.differences(&new);
        lines.extend(refused);
        if lines.is_empty() {
            return Ok(());
        }
        let cause = format!("a restored database would not have all that this one has: {}", lines.join("; "));
        let remedy = "restore as a role that may give it, or take it from the database first";
        Err(SafeError::Refused {
            place: self.place(),
            findings: vec![Finding::new(FindingCode::NotKept, cause, remedy)],
        })
    }

    async fn rename(&self, server: &DatabaseConnection, new: &str, kept: &str) -> Result<(), SafeError> {
        let failed = self.place.failed("changing the names of the databases");
        let name = self.database();
        let others = format!(
            "select coalesce(nullif(application_name, ''), 'unnamed') as who from pg_stat_activity where datname = {}",
            literal(name)
        );
        let others = texts(server, &others, "who").await.map_err(&failed)?;
        let outcome = async {
            let transaction = server.begin().await?;
            for (from, to) in [(name, kept), (new, name)] {
                let sql = format!("alter database {} rename to {}", quoted(from), quoted(to));
                transaction.execute_unprepared(&sql).await?;
            }
            transaction.commit().await
        };
        match outcome.await {
            Err(_) if !others.is_empty() => Err(self.in_use(format!("others are connected: {}", others.join(", ")))),
            outcome => outcome.map_err(&failed),
        }
    }
}

/// True when the server has a database of that name.
async fn there(server: &DatabaseConnection, name: &str) -> Result<bool, DbErr> {
    let sql = format!("select count(*) as n from pg_database where datname = {}", literal(name));
    Ok(one_number(server, &sql, "n").await? > 0)
}
