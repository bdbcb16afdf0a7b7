//! Recording what is there as applied, and accepting what is known to differ.

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde::Serialize;

use crate::apply::stock_table;
use crate::error::{Finding, FindingCode, SafeError};
use crate::ledger::{self, StepLine};
use crate::lock::Lock;
use crate::migrator::SafeMigrator;
use crate::place::begin_writing;
use crate::preflight::by_name;
use crate::status::{MigrationState, MigrationStatus};

/// What `adopt` recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Adopted {
    /// Where the database is, without credentials.
    pub database: String,
    /// Migrations that are recorded as applied now, in order.
    pub baseline: Vec<String>,
    /// Differences that are accepted as they are.
    pub accepted: Vec<String>,
    /// What was found and does not stand in the way.
    pub findings: Vec<Finding>,
}

impl SafeMigrator {
    /// Records every migration that is there already. Refused when one is there in part or something blocks; the
    /// database is byte-identical then. No row of the database is touched.
    pub async fn adopt(&self, reason: &str) -> Result<Adopted, SafeError> {
        self.is_there()?;
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let outcome = self.adopt_locked(reason).await;
        lock.release().await;
        outcome
    }

    async fn adopt_locked(&self, reason: &str) -> Result<Adopted, SafeError> {
        let inspection = self.inspect().await?;
        self.refuse(&inspection.findings, false)?;
        if inspection.baseline.is_empty() {
            let cause = "nothing that a migration makes is there without being recorded";
            let remedy = "an empty database needs no adoption: migrate makes every table";
            let finding = Finding { blocks: true, ..Finding::new(FindingCode::NoLedger, cause, remedy) };
            return Err(SafeError::Refused { place: self.place(), findings: vec![finding] });
        }
        let db = self.place.write().await?;
        let outcome = self.record(&db, &inspection.baseline, &inspection.differences, reason).await;
        let _ = db.close().await;
        outcome.map_err(self.place.failed("recording the baseline"))?;
        Ok(Adopted {
            database: self.place(),
            baseline: inspection.baseline,
            accepted: inspection.differences,
            findings: inspection.findings,
        })
    }

    async fn record(
        &self,
        db: &DatabaseConnection,
        baseline: &[String],
        differences: &[String],
        reason: &str,
    ) -> Result<(), sea_orm::DbErr> {
        let checksums = crate::preflight::checksums(&self.recorded().await);
        let batch = ledger::begin(db, &self.options, "adopt", None).await?;
        let transaction = begin_writing(db).await?;
        transaction.execute(&stock_table(&transaction, &self.stock)).await?;
        let now = self.options.now_ms();
        let mut lines = Vec::new();
        for name in baseline {
            ledger::adopt(&transaction, &self.stock, name, now).await?;
            let checksum = checksums.get(name).cloned();
            let (outcome, error) = ("succeeded", None);
            lines.push(StepLine { migration: name.clone(), checksum, started: now, ms: 0, outcome, error });
        }
        ledger::steps(&transaction, &batch, 0, &lines).await?;
        for line in differences {
            ledger::accept(&transaction, &self.options, "drift", (line, "", ""), reason).await?;
        }
        ledger::finish(&transaction, &batch, now, ("", "")).await?;
        transaction.commit().await
    }

    /// Accepts that an applied migration was edited: from now on its present SQL counts. Kept in the ledger. Refused, with
    /// nothing written, for a database of somebody else or of a newer program.
    pub async fn accept(&self, migration: &str, reason: &str) -> Result<(), SafeError> {
        if reason.trim().is_empty() {
            return Err(SafeError::Unsupported("an edit is not accepted without a reason".to_owned()));
        }
        let recorded = self.recorded().await;
        let found = recorded.iter().find(|recorded| recorded.name == migration);
        let found = found.ok_or_else(|| SafeError::NoSuchMigration(migration.to_owned()))?;
        let now = found
            .checksum
            .clone()
            .map_err(|_| SafeError::Unsupported(format!("the SQL of {migration} cannot be told without running it")))?;
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let outcome = async {
            let db = self.place.read().await?;
            let edited = self.is_edited(&db, migration, &now).await;
            let _ = db.close().await;
            edited?;
            let db = self.place.write().await?;
            let outcome = async {
                let transaction = begin_writing(&db).await?;
                let then = ledger::known(&transaction).await?.checksums.remove(migration).unwrap_or_default();
                let both = (migration, then.as_str(), now.as_str());
                ledger::accept(&transaction, &self.options, "checksum", both, reason).await?;
                transaction.commit().await
            };
            let outcome = outcome.await;
            let _ = db.close().await;
            outcome.map_err(self.place.failed("writing the ledger"))
        };
        let outcome = outcome.await;
        lock.release().await;
        outcome
    }

    /// An error when there is nothing to accept.
    async fn is_edited(&self, db: &DatabaseConnection, migration: &str, now: &str) -> Result<(), SafeError> {
        let status = self.status_on(db).await?;
        self.refuse(&by_name(&status), true)?;
        let is_this = |other: &&MigrationStatus| other.name == migration;
        if status.migrations.iter().find(is_this).is_none_or(|found| found.state != MigrationState::Applied) {
            return Err(SafeError::Unsupported(format!("{migration} is not applied: there is no edit to accept")));
        }
        let known = ledger::known(db).await.map_err(self.place.failed("reading the ledger"))?;
        if known.checksums.get(migration).is_some_and(|then| then == now) {
            return Err(SafeError::Unsupported(format!(
                "{migration} is as it was applied: there is no edit to accept"
            )));
        }
        Ok(())
    }
}
