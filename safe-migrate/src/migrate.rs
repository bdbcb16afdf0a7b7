//! The procedure from preflight to report, upwards.

use std::collections::BTreeSet;
use std::time::Instant;

use schemars::JsonSchema;
use sea_orm::{DatabaseConnection, DbBackend};
use sea_orm_migration::MigrationTrait;
use serde::Serialize;

use crate::apply::{Direction, Done, Job, MayLose, Rehearsal};
use crate::backup::Backup;
use crate::error::{Finding, FindingCode, SafeError};
use crate::lock::{Lock, Work};
use crate::migrator::SafeMigrator;
use crate::options::{MigrateOptions, Phase, Step};
use crate::preflight::{Look, checksums, damage, damaged, new_drift};
use crate::recorder::Recorded;
use crate::schema::SchemaDocument;
use crate::scratch::Scratch;
use crate::sql::adds_value;
use crate::status::{State, Status};

/// The declared schema before and after a change.
pub(crate) type Declared = Option<(SchemaDocument, SchemaDocument)>;

/// What `migrate` or `rollback` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Migrated {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// up or down.
    pub direction: String,
    /// How the database stands now.
    pub state: State,
    /// Migrations that are not applied now, in order.
    pub pending: Vec<String>,
    /// What was applied or taken back, in that order; empty when there was nothing to do.
    pub migrations: Vec<String>,
    /// True when only the rehearsal was asked for, so that the database is as before.
    pub rehearsed_only: bool,
    /// True when the plan was applied to a copy with the real rows first.
    pub rehearsed: bool,
    /// What the rehearsal showed of locks and rows.
    pub rehearsal: Option<Rehearsal>,
    /// The backup that was made and proved.
    pub backup: Option<Backup>,
    /// Rows that a rollback lost, one line each.
    pub lost: Vec<String>,
    /// What was found and does not stand in the way.
    pub findings: Vec<Finding>,
    /// Every step with its time.
    pub steps: Vec<Step>,
    /// Fingerprint of the schema before.
    pub before: Option<String>,
    /// Fingerprint of the schema after.
    pub after: Option<String>,
}

impl SafeMigrator {
    /// Brings the database up to date: preflight, backup, rehearsal, application and verification under one lock.
    /// Nothing to do is no error. After a refusal or an error the database is as before.
    pub async fn migrate(&self, options: &MigrateOptions) -> Result<Migrated, SafeError> {
        if let Some(to) = options.to.as_ref().filter(|to| !self.names().contains(to)) {
            return Err(SafeError::NoSuchMigration(to.clone()));
        }
        // Reading needs no lock, and most starts end here.
        let session = match self.file() {
            Some(file) => {
                if file.exists() && self.status().await?.state == State::UpToDate {
                    return Ok(self.nothing(State::UpToDate, Direction::Up));
                }
                None
            }
            None => {
                let session = self.place.write().await?;
                let status = self.status_in(&session).await;
                if !status.as_ref().is_ok_and(|status| status.state != State::UpToDate) {
                    let _ = session.close().await;
                    return status.map(|status| self.nothing(status.state, Direction::Up));
                }
                Some(session)
            }
        };
        let lock = Lock::take_in(&self.place, session, self.options.lock_wait).await?;
        let outcome = self.migrate_locked(&lock, options).await;
        lock.release().await;
        outcome
    }

    /// Looks in a session of Postgres that writes later.
    async fn status_in(&self, session: &DatabaseConnection) -> Result<Status, SafeError> {
        let work = Work::reading(&self.place, session).await?;
        let status = self.status_on(&work).await;
        work.end().await;
        status
    }

    async fn migrate_locked(&self, lock: &Lock, options: &MigrateOptions) -> Result<Migrated, SafeError> {
        let mut done = self.nothing(State::Empty, Direction::Up);
        let start = Instant::now();
        let look = match self.file().filter(|file| !file.exists()) {
            Some(_) => None,
            None => Some(self.preflight(lock, options).await?),
        };
        let pending = match &look {
            Some(look) => self.chosen(look, options.to.as_deref())?,
            None => self.first_use(options.to.as_deref())?,
        };
        self.done(&mut done.steps, Phase::Preflight, "read and compared", start);
        if pending.is_empty() {
            done.state = look.map_or(State::UpToDate, |look| look.status.state);
            return Ok(done);
        }
        let applied = look.as_ref().map(Look::applied).unwrap_or_default();
        let start = Instant::now();
        let declared = if options.verify { self.declared(&applied, &pending, &mut done.findings).await? } else { None };
        if let (Some(look), Some((before, _))) = (&look, &declared) {
            self.drifted(look, before)?;
        }
        self.done(&mut done.steps, Phase::Preflight, "declared schema", start);
        done.findings
            .extend(look.iter().flat_map(|look| look.findings.iter().filter(|finding| !finding.blocks).cloned()));
        let recorded = match &look {
            Some(look) => look.recorded.clone(),
            None => self.recorded().await,
        };
        let (checksums, committed) = (checksums(&recorded), self.committed(&recorded));
        let copy = if options.rehearse_only { !options.in_place } else { options.backup };
        if copy && look.as_ref().is_some_and(Look::has_something) {
            done.backup = Some(self.backup_locked(&mut done.steps).await?);
        }
        let all = self.migrations();
        let mut job = Job {
            migrator: self,
            direction: Direction::Up,
            migrations: named(&all, &pending),
            checksums: &checksums,
            elsewhere: look.as_ref().map_or(&[], |look| look.elsewhere.as_slice()),
            committed,
            declared,
            verify: options.verify,
            may_lose: MayLose::Nothing,
            backup: done.backup.as_ref().map(|backup| backup.name.clone()),
            phase: Phase::Rehearse,
        };
        if options.in_place || options.rehearse_only || (options.rehearse && done.backup.is_some()) {
            self.rehearse_first(&job, options.in_place, look.is_some(), &mut done).await?;
        }
        if options.rehearse_only {
            done.rehearsed_only = true;
            done.pending = look.as_ref().map(|look| look.status.pending()).unwrap_or_default();
            done.state = look.map_or(State::Empty, |look| look.status.state);
            return Ok(done);
        }
        job.phase = Phase::Apply;
        let applied = self.apply(lock, &job).await?;
        Ok(self.conclude(done, pending, applied))
    }

    /// Rehearses; a failure stands in the ledger of a database that is there.
    async fn rehearse_first(
        &self,
        job: &Job<'_>,
        in_place: bool,
        is_there: bool,
        done: &mut Migrated,
    ) -> Result<(), SafeError> {
        match self.rehearse(job, done.backup.as_ref(), in_place && is_there).await {
            Ok((rehearsal, rehearsed)) => {
                done.steps.extend(rehearsed.steps);
                (done.rehearsal, done.rehearsed) = (Some(rehearsal), true);
                Ok(())
            }
            Err(error) => {
                if is_there {
                    self.note_failure(job, &error).await?;
                }
                Err(error)
            }
        }
    }

    /// Applies it, and gives how the database stands then.
    pub(crate) async fn apply(&self, lock: &Lock, job: &Job<'_>) -> Result<(Done, Status), SafeError> {
        let db = lock.writer(&self.place).await?;
        let outcome = async { Ok((job.run(&db).await?, self.status_on(&db).await?)) };
        let outcome = outcome.await;
        db.end().await;
        outcome
    }

    pub(crate) fn conclude(
        &self,
        mut report: Migrated,
        names: Vec<String>,
        (done, status): (Done, Status),
    ) -> Migrated {
        report.migrations = names;
        report.steps.extend(done.steps);
        report.before = Some(done.before);
        report.after = Some(done.after);
        report.lost = done.changes;
        report.state = status.state;
        report.pending = status.pending();
        report
    }

    pub(crate) fn nothing(&self, state: State, direction: Direction) -> Migrated {
        Migrated {
            database: self.place(),
            backend: self.backend().to_owned(),
            direction: direction.word().to_owned(),
            state,
            pending: Vec::new(),
            migrations: Vec::new(),
            rehearsed_only: false,
            rehearsed: false,
            rehearsal: None,
            backup: None,
            lost: Vec::new(),
            findings: Vec::new(),
            steps: Vec::new(),
            before: None,
            after: None,
        }
    }

    /// Looks again, under the lock, and reads the whole file for damage. On SQLite with a connection that was opened under
    /// the lock: who held it before may have put another file in the place of the one that was open. On Postgres a
    /// session is of one database for as long as it lives, whatever becomes of its name.
    pub(crate) async fn preflight(&self, lock: &Lock, options: &MigrateOptions) -> Result<Look, SafeError> {
        let db = lock.reader(&self.place).await?;
        let look = self.look(&db).await;
        let damage = damage(&*db).await;
        db.end().await;
        let mut look = look?;
        look.findings.extend(damage.map_err(self.place.failed("checking the file"))?.into_iter().map(damaged));
        self.refuse(&look.findings, options.out_of_order)?;
        Ok(look)
    }

    /// Migrations that add a value to an enumeration of Postgres: nobody may use it before it is committed.
    fn committed(&self, recorded: &[Recorded]) -> BTreeSet<String> {
        let adds = |recorded: &&Recorded| recorded.up.as_deref().unwrap_or_default().iter().any(|sql| adds_value(sql));
        let on_server = recorded.iter().filter(|_| self.place.backend() == DbBackend::Postgres);
        on_server.filter(adds).map(|recorded| recorded.name.clone()).collect()
    }

    fn first_use(&self, to: Option<&str>) -> Result<Vec<String>, SafeError> {
        let mut names: Vec<String> = self.names().into_iter().filter(|name| !self.off.contains(name)).collect();
        if let Some(to) = to {
            let last = names.iter().position(|name| name == to);
            names.truncate(last.ok_or_else(|| SafeError::NoSuchMigration(to.to_owned()))? + 1);
        }
        Ok(names)
    }

    /// What the applied migrations and then the changed ones make. None, with a finding, where that cannot be built.
    pub(crate) async fn declared(
        &self,
        applied: &[String],
        pending: &[String],
        findings: &mut Vec<Finding>,
    ) -> Result<Declared, SafeError> {
        let all = self.names();
        if let Some(shipped) = self.snapshots.filter(|_| applied.len() + pending.len() == all.len()) {
            let shipped = self.shipped(shipped)?;
            if applied.is_empty() {
                return Ok(Some((SchemaDocument::default(), shipped)));
            }
            if pending.is_empty() {
                return Ok(Some((shipped.clone(), shipped)));
            }
        }
        let scratch = match Scratch::make(&self.place, self.options.now_ms()).await {
            Ok(scratch) => scratch,
            Err(error @ SafeError::Database { .. }) => {
                let remedy = "give the role the right to create databases, or ship snapshots of the schema";
                findings.push(Finding::new(FindingCode::NotDeclared, error.to_string(), remedy));
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let built = self.build(&scratch, applied, pending).await;
        let removed = scratch.remove().await;
        let built = match built {
            // It will fail on the database too, and then stand in the ledger with its error.
            Err(error @ SafeError::Migration { .. }) => {
                findings.push(Finding::new(FindingCode::NotDeclared, error.to_string(), "mend the migration"));
                return Ok(None);
            }
            built => built?,
        };
        removed?;
        Ok(Some(built))
    }

    async fn build(
        &self,
        scratch: &Scratch,
        applied: &[String],
        pending: &[String],
    ) -> Result<(SchemaDocument, SchemaDocument), SafeError> {
        let all = self.migrations();
        let failed = self.place.failed("reading the scratch database");
        scratch.apply(&named(&all, applied)).await?;
        let before = SchemaDocument::read(&scratch.db, &self.stock).await.map_err(&failed)?;
        scratch.apply(&named(&all, pending)).await?;
        let after = SchemaDocument::read(&scratch.db, &self.stock).await.map_err(&failed)?;
        Ok((before, after))
    }

    pub(crate) fn shipped(&self, snapshots: crate::migrator::Snapshots) -> Result<SchemaDocument, SafeError> {
        let text = if self.file().is_some() { snapshots.sqlite } else { snapshots.postgres };
        serde_json::from_str(text)
            .map_err(|cause| SafeError::Document { what: "the snapshot of the schema", cause: cause.to_string() })
    }

    /// An error when the schema is not what its migrations made, and nobody accepted it so.
    pub(crate) fn drifted(&self, look: &Look, declared: &SchemaDocument) -> Result<(), SafeError> {
        self.refuse(&new_drift(look, declared), false)
    }
}

/// Migrations by name, in the order of the names.
pub(crate) fn named<'a>(all: &'a [Box<dyn MigrationTrait>], names: &[String]) -> Vec<&'a dyn MigrationTrait> {
    let by_name: std::collections::HashMap<&str, &dyn MigrationTrait> =
        all.iter().map(|migration| (migration.name(), &**migration)).collect();
    names.iter().filter_map(|name| by_name.get(name.as_str()).copied()).collect()
}
