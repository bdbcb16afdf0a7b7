//! What is looked at before anything is written, and what stands in the way.

mod server;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use serde::Serialize;

use crate::apply::with_rows;
use crate::error::{Finding, FindingCode, SafeError, brief};
use crate::ledger;
use crate::migrator::SafeMigrator;
use crate::recorder::{Made, Recorded};
use crate::row::{all, texts};
use crate::schema::SchemaDocument;
use crate::sql::{self, Mark};
use crate::status::{MigrationState, State, Status};

/// Most violations of foreign keys that are told one by one.
const MOST_VIOLATIONS: usize = 20;

/// What a look at the database gave.
pub(crate) struct Look {
    pub(crate) status: Status,
    pub(crate) schema: SchemaDocument,
    pub(crate) findings: Vec<Finding>,
    pub(crate) checksums: BTreeMap<String, String>,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) accepted_drift: BTreeSet<String>,
    /// Tables with rows in other schemas of Postgres.
    pub(crate) elsewhere: Vec<String>,
}

impl Look {
    /// True when there is something that a backup would hold.
    pub(crate) fn has_something(&self) -> bool {
        !self.schema.tables.is_empty() || !self.elsewhere.is_empty()
    }

    /// Names of the applied migrations in the order of the list.
    pub(crate) fn applied(&self) -> Vec<String> {
        self.status.names(&[MigrationState::Applied])
    }
}

/// One statement of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedStatement {
    /// The SQL for this backend.
    pub sql: String,
    /// What it may do to rows or to those who work on them.
    pub marks: Vec<Mark>,
}

/// One migration of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedMigration {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: MigrationState,
    /// SHA-256 of its SQL for this backend, if that can be told.
    pub checksum: Option<String>,
    /// Its statements in order.
    pub statements: Vec<PlannedStatement>,
    /// Why its statements cannot be told without running it.
    pub unknown: Option<String>,
}

/// What `migrate` would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plan {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// How it stands.
    pub state: State,
    /// What would be applied, in order.
    pub migrations: Vec<PlannedMigration>,
    /// What was found; what blocks comes first.
    pub findings: Vec<Finding>,
}

impl SafeMigrator {
    /// The SQL that `migrate` would run, with what stands in the way: all that its preflight finds, damage included, and
    /// drift on SQLite. On Postgres that would take a database of its own, and nothing is written to a server here. Nothing
    /// can be written: the connection is read-only.
    pub async fn plan(&self, to: Option<&str>) -> Result<Plan, SafeError> {
        let db = self.place.read().await?;
        let outcome = async {
            let damage = damage(&db).await.map_err(self.place.failed("checking the file"))?;
            Ok::<_, SafeError>((self.look(&db).await?, damage))
        };
        let outcome = outcome.await;
        let _ = db.close().await;
        let (mut look, damage) = outcome?;
        look.findings.extend(damage.into_iter().map(damaged));
        if self.file().is_some() && !look.applied().is_empty() {
            if let Some((declared, _)) = self.declared(&look.applied(), &[], &mut look.findings).await? {
                look.findings.extend(new_drift(&look, &declared));
            }
            look.findings.sort_by_key(|finding| !finding.blocks);
        }
        let pending: HashSet<String> = self.chosen(&look, to)?.into_iter().collect();
        let states =
            look.status.migrations.iter().map(|migration| (migration.name.as_str(), migration.state)).collect();
        let migrations = look.recorded.iter().filter(|recorded| pending.contains(&recorded.name));
        let migrations = migrations.map(|recorded| planned(recorded, &states)).collect();
        let Look { status, findings, .. } = look;
        Ok(Plan { database: status.database, backend: status.backend, state: status.state, migrations, findings })
    }

    /// The pending migrations up to and with `to`.
    pub(crate) fn chosen(&self, look: &Look, to: Option<&str>) -> Result<Vec<String>, SafeError> {
        let mut pending = look.status.pending();
        if let Some(to) = to {
            let mut names = self.names();
            let last = names.iter().position(|name| name == to);
            let last = last.ok_or_else(|| SafeError::NoSuchMigration(to.to_owned()))?;
            names.truncate(last + 1);
            let names: HashSet<String> = names.into_iter().collect();
            pending.retain(|name| names.contains(name));
        }
        Ok(pending)
    }

    /// Looks at everything that can be read quickly.
    pub(crate) async fn look(&self, db: &DatabaseConnection) -> Result<Look, SafeError> {
        let status = self.status_on(db).await?;
        let failed = self.place.failed("reading the schema");
        let schema = SchemaDocument::read(db, &self.stock).await.map_err(&failed)?;
        let known = ledger::known(db).await.map_err(&failed)?;
        let recorded = self.recorded().await;
        let mut findings = by_name(&status);
        let checksums = checksums(&recorded);
        findings.extend(edited(&status, &known.checksums, &checksums));
        findings.extend(half_applied(&status, &schema, &recorded));
        findings.extend(recorded.iter().filter_map(not_recordable));
        findings.extend(broken(db, &schema).await.map_err(&failed)?);
        findings.extend(self.live_wal());
        if self.place.backend() == DbBackend::Postgres {
            findings.extend(server::sessions(db).await.map_err(&failed)?);
            findings.extend(server::large(db, &status.pending(), &recorded).await.map_err(&failed)?);
        }
        let mut elsewhere = Vec::new();
        if self.place.backend() == DbBackend::Postgres {
            elsewhere = with_rows(db).await.map_err(&failed)?;
        }
        findings.sort_by_key(|finding| !finding.blocks);
        let accepted_drift = known.accepted_drift.into_iter().collect();
        Ok(Look { status, schema, findings, checksums, recorded, accepted_drift, elsewhere })
    }

    fn live_wal(&self) -> Option<Finding> {
        let mut wal = self.place.file()?.as_os_str().to_owned();
        wal.push("-wal");
        let bytes = std::fs::metadata(&wal).ok()?.len();
        (bytes > 0).then(|| {
            Finding::new(
                FindingCode::LiveWal,
                format!("{bytes} bytes are in the write-ahead log: a copy of the file alone would lack committed rows"),
                "nothing to do here; copy such a database with backup only",
            )
        })
    }

    /// An error when something blocks.
    pub(crate) fn refuse(&self, findings: &[Finding], allow_out_of_order: bool) -> Result<(), SafeError> {
        let stands =
            |finding: &Finding| finding.blocks && !(allow_out_of_order && finding.code == FindingCode::OutOfOrder);
        if findings.iter().any(stands) {
            let findings = findings.iter().filter(|finding| stands(finding) || !finding.blocks).cloned().collect();
            return Err(SafeError::Refused { place: self.place(), findings });
        }
        Ok(())
    }
}

fn planned(recorded: &Recorded, states: &HashMap<&str, MigrationState>) -> PlannedMigration {
    let statements = recorded.up.as_deref().unwrap_or_default().iter();
    PlannedMigration {
        name: recorded.name.clone(),
        state: states.get(recorded.name.as_str()).copied().unwrap_or(MigrationState::Pending),
        checksum: recorded.checksum.clone().ok(),
        statements: statements.map(|sql| PlannedStatement { sql: sql.clone(), marks: sql::marks(sql) }).collect(),
        unknown: recorded.up.as_ref().err().cloned(),
    }
}

pub(crate) fn checksums(recorded: &[Recorded]) -> BTreeMap<String, String> {
    recorded.iter().filter_map(|recorded| Some((recorded.name.clone(), recorded.checksum.clone().ok()?))).collect()
}

/// What names alone tell.
pub(crate) fn by_name(status: &Status) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unknown = status.unknown();
    if !unknown.is_empty() {
        let cause = format!("a newer program applied {}", unknown.join(", "));
        findings.push(Finding::new(FindingCode::UnknownMigration, cause, "use the newer program"));
    }
    let late = status.names(&[MigrationState::OutOfOrder]);
    if !late.is_empty() {
        let cause = format!("{} stands before migrations that are applied", late.join(", "));
        let remedy = "give it a later name, or say --out-of-order when the order does not matter";
        findings.push(Finding::new(FindingCode::OutOfOrder, cause, remedy));
    }
    if status.state == State::Foreign {
        let cause = "there are tables, but no ledger of migrations";
        findings.push(Finding::new(
            FindingCode::NoLedger,
            cause,
            "look with inspect, then adopt; or use an empty database",
        ));
    }
    findings
}

fn edited<'a>(
    status: &'a Status,
    known: &'a BTreeMap<String, String>,
    now: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Finding> + 'a {
    let applied = status.migrations.iter().filter(|migration| migration.state == MigrationState::Applied);
    applied.filter_map(|migration| {
        let (then, now) = (known.get(&migration.name)?, now.get(&migration.name)?);
        (then != now).then(|| {
            Finding::new(
                FindingCode::EditedMigration,
                format!("{} was applied as {then} and is {now} now", migration.name),
                format!("undo the edit, or accept it: accept --migration {} --reason TEXT", migration.name),
            )
        })
    })
}

/// A table that a pending migration makes is there already: an earlier run stopped half way, or somebody made it. What
/// the migrations before it drop, or give another name, is out of the way by then.
fn half_applied(status: &Status, schema: &SchemaDocument, recorded: &[Recorded]) -> Vec<Finding> {
    if status.state == State::Foreign {
        return Vec::new();
    }
    let pending: HashSet<String> = status.pending().into_iter().collect();
    let mut made = Made::with(schema.tables.keys());
    let mut findings = Vec::new();
    for recorded in recorded.iter().filter(|recorded| pending.contains(&recorded.name)) {
        let mut there = Vec::new();
        for statement in recorded.up.as_deref().unwrap_or_default() {
            there.extend(created_table(statement).filter(|table| made.has_table(table)));
            made.read(statement);
        }
        if !there.is_empty() {
            let cause = format!("{} is pending, and its table {} is there already", recorded.name, there.join(", "));
            let remedy = "restore a backup, or look with inspect and adopt";
            findings.push(Finding::new(FindingCode::HalfApplied, cause, remedy));
        }
    }
    findings
}

/// The table that a statement makes, unless it takes one that is there.
pub(crate) fn created_table(sql: &str) -> Option<String> {
    let words = sql::canonical_words(&sql::tokens(sql));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["create", "table", "if", ..] => None,
        ["create", "table", ..] => sql::name_at(&words, 2).map(|(name, _)| name.to_owned()),
        _ => None,
    }
}

fn not_recordable(recorded: &Recorded) -> Option<Finding> {
    let reason = recorded.checksum.as_ref().err()?;
    let cause = format!("the SQL of {} cannot be told without running it: {reason}", recorded.name);
    Some(Finding::new(FindingCode::NotRecordable, cause, "an edit of this migration will not be noticed"))
}

/// A fault that a full read of the file found.
pub(crate) fn damaged(line: String) -> Finding {
    Finding::new(FindingCode::Damaged, line, "restore a backup")
}

/// Differences from what the applied migrations make that nobody accepted.
pub(crate) fn new_drift(look: &Look, declared: &SchemaDocument) -> Vec<Finding> {
    let remedy = "look with drift; then undo the change, or take it into a migration";
    let differences = look.schema.differences(declared);
    differences.difference(&look.accepted_drift).map(|line| Finding::new(FindingCode::Drift, line, remedy)).collect()
}

/// Broken keys and indexes.
pub(crate) async fn broken(db: &impl ConnectionTrait, schema: &SchemaDocument) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    if schema.tables.is_empty() {
        return Ok(findings);
    }
    match violations(db).await {
        Ok(found) => {
            findings.extend(
                found.into_iter().map(|cause| {
                    Finding::new(FindingCode::ForeignKeyViolation, cause, "mend or remove the rows first")
                }),
            );
        }
        Err(error) if brief(&error).contains("foreign key mismatch") => {
            let remedy = "make the target unique, or take the foreign key away, before anything else";
            findings.push(Finding::new(FindingCode::ForeignKeyMismatch, brief(&error), remedy));
        }
        Err(error) => return Err(error),
    }
    for (table, index) in
        schema.tables.iter().flat_map(|(name, table)| table.indexes.iter().map(move |index| (name, index)))
    {
        if !index.1.valid {
            let cause = format!("index {} of {table} is invalid", index.0);
            let remedy = format!("drop index concurrently {}, then make it again", index.0);
            findings.push(Finding::new(FindingCode::InvalidIndex, cause, remedy));
        }
    }
    Ok(findings)
}

/// Rows whose foreign keys lead nowhere: by table and row number on SQLite, counted on Postgres.
pub(crate) async fn violations(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        return server::orphans(db).await;
    }
    let sql =
        format!("select \"table\" as t, rowid as r, parent as p from pragma_foreign_key_check limit {MOST_VIOLATIONS}");
    let line = |row: &sea_orm::QueryResult| {
        let (table, parent): (String, String) = (row.try_get("", "t")?, row.try_get("", "p")?);
        let number: Option<i64> = row.try_get("", "r")?;
        let row = number.map_or_else(|| "a row".to_owned(), |number| format!("row {number}"));
        Ok(format!("{row} of {table} names a row of {parent} that is not there"))
    };
    all(db, &sql).await?.iter().map(line).collect()
}

/// Faults that a full read of a SQLite file finds; none on Postgres.
pub(crate) async fn damage(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let mut lines = texts(db, "pragma quick_check(10)", "quick_check").await?;
    lines.retain(|line| line != "ok");
    Ok(lines)
}
