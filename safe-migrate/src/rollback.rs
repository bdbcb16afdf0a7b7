//! Taking migrations back: what that loses must be in a backup, just as it is now.

use std::collections::BTreeSet;

use sea_orm_migration::MigrationTrait;

use crate::apply::{Direction, Job, MayLose};
use crate::backup::{Backup, Proof};
use crate::content;
use crate::error::SafeError;
use crate::lock::Lock;
use crate::migrate::{Migrated, named};
use crate::migrator::SafeMigrator;
use crate::options::{MigrateOptions, Phase, RollbackOptions};
use crate::preflight::Look;
use crate::status::State;

impl SafeMigrator {
    /// Takes migrations back, verified like their application. They stay so: a start does not apply them again. Rows
    /// are lost only where a backup was named that is whole and holds them just as they are.
    pub async fn rollback(&self, options: &RollbackOptions) -> Result<Migrated, SafeError> {
        let lock = Lock::take(&self.place, self.options.lock_wait).await?;
        let outcome = self.rollback_locked(&lock, options).await;
        lock.release().await;
        outcome
    }

    async fn rollback_locked(&self, lock: &Lock, options: &RollbackOptions) -> Result<Migrated, SafeError> {
        let mut report = self.nothing(State::Empty, Direction::Down);
        let look = self.preflight(lock, &MigrateOptions { out_of_order: true, ..MigrateOptions::default() }).await?;
        let applied = look.applied();
        let (kept, back) = applied.split_at(kept(&applied, options.to.as_deref())?);
        let mut back = back.to_vec();
        if back.is_empty() {
            report.state = look.status.state;
            return Ok(report);
        }
        let proof = match &options.backup {
            Some(name) => {
                let (backup, proof) = self.whole_backup(name)?;
                report.backup = Some(backup);
                Some(proof)
            }
            None => None,
        };
        let declared = self.declared(kept, &back, &mut report.findings).await?;
        back.reverse();
        let all = self.migrations();
        let migrations = named(&all, &back);
        let job = Job {
            migrator: self,
            direction: Direction::Down,
            may_lose: self.may_lose(&look, &migrations, proof.as_ref()).await?,
            migrations,
            checksums: &look.checksums,
            elsewhere: &look.elsewhere,
            committed: BTreeSet::new(),
            declared: declared.map(|(before, after)| (after, before)),
            verify: true,
            backup: options.backup.clone(),
            phase: Phase::Apply,
        };
        let done = self.apply(lock, &job).await?;
        Ok(self.conclude(report, back, done))
    }

    /// A backup of this database whose file is the one that was proved.
    pub(crate) fn whole_backup(&self, name: &str) -> Result<(Backup, Proof), SafeError> {
        let backup = self.find_backup(name)?;
        let proof = Proof::read(&backup.path)?;
        proof.check_file(&backup.path, &self.place())?;
        Ok((backup, proof))
    }

    /// What may be lost. What a migration that refuses a transaction loses cannot be taken back, so that the backup must
    /// hold every row before it begins.
    async fn may_lose<'a>(
        &self,
        look: &Look,
        back: &[&dyn MigrationTrait],
        proof: Option<&'a Proof>,
    ) -> Result<MayLose<'a>, SafeError> {
        let alone = back.iter().filter(|migration| migration.use_transaction() == Some(false));
        let alone = alone.map(|migration| migration.name()).collect::<Vec<_>>().join(", ");
        match proof {
            None if alone.is_empty() => return Ok(MayLose::Nothing),
            Some(proof) if alone.is_empty() => return Ok(MayLose::Proved(proof)),
            None => {
                let line = format!(
                    "{alone} is taken back outside of a transaction, and what that loses cannot be seen before"
                );
                return Err(SafeError::Lossy { details: vec![line] });
            }
            Some(_) => {}
        }
        let db = self.place.read().await?;
        let contents = content::of_all(&db, &look.schema).await;
        let _ = db.close().await;
        let contents = contents.map_err(self.place.failed("reading every row"))?;
        let missing =
            contents.iter().filter(|(table, content)| !proof.is_some_and(|proof| proof.holds(table, content)));
        let details: Vec<String> = missing
            .map(|(table, _)| {
                format!(
                    "{alone} is taken back outside of a transaction, and the backup does not hold {table} as it is now"
                )
            })
            .collect();
        if details.is_empty() { Ok(MayLose::Everything) } else { Err(SafeError::Lossy { details }) }
    }
}

/// How many of the applied migrations stay.
fn kept(applied: &[String], to: Option<&str>) -> Result<usize, SafeError> {
    match to {
        None => Ok(applied.len().saturating_sub(1)),
        Some("0") => Ok(0),
        Some(to) => {
            let last = applied.iter().position(|name| name == to);
            Ok(last.ok_or_else(|| SafeError::NoSuchMigration(to.to_owned()))? + 1)
        }
    }
}
