//! How a database stands against the migrations of the program: by name, without writing anything.

use std::collections::{BTreeSet, HashMap, HashSet};

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde::Serialize;

use crate::ledger;
use crate::row::{all, literal, quoted, texts};
use crate::schema;

/// How one migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MigrationState {
    /// It is applied.
    Applied,
    /// It is not applied.
    Pending,
    /// It is not applied although later ones are.
    OutOfOrder,
    /// It was taken back on purpose: a start does not apply it, the migrate command does.
    RolledBack,
    /// It belongs to something that is switched off.
    SwitchedOff,
    /// It is applied, and this program does not know it.
    Unknown,
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationStatus {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: MigrationState,
    /// When it was applied, UTC, RFC 3339.
    pub applied_at: Option<String>,
}

/// How the whole database stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No table at all.
    Empty,
    /// Tables, but none of a migration.
    Foreign,
    /// Every migration is applied.
    UpToDate,
    /// Some are not.
    Behind,
    /// A newer program was here.
    Ahead,
}

/// How big a table is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableSize {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: i64,
    /// How much room it takes with its indexes, in bytes; none where the database does not say.
    pub bytes: Option<i64>,
}

/// The answer of `status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Status {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// How it stands.
    pub state: State,
    /// Every migration, in order; unknown ones at the end.
    pub migrations: Vec<MigrationStatus>,
}

impl Status {
    /// Names of migrations in one of these states, in order.
    pub fn names(&self, states: &[MigrationState]) -> Vec<String> {
        let those = self.migrations.iter().filter(|migration| states.contains(&migration.state));
        those.map(|migration| migration.name.clone()).collect()
    }

    /// Names of migrations that `migrate` would apply, in order.
    pub fn pending(&self) -> Vec<String> {
        self.names(&[MigrationState::Pending, MigrationState::OutOfOrder, MigrationState::RolledBack])
    }

    /// Names of migrations that a newer program applied.
    pub fn unknown(&self) -> Vec<String> {
        self.names(&[MigrationState::Unknown])
    }

    /// Names of migrations that were taken back on purpose.
    pub fn held(&self) -> Vec<String> {
        self.names(&[MigrationState::RolledBack])
    }
}

/// Compares names. `off` are migrations that are switched off.
pub(crate) fn compare(
    names: &[String],
    off: &[String],
    applied: &[ledger::Applied],
    held: &BTreeSet<String>,
) -> Vec<MigrationStatus> {
    let at: HashMap<&str, i64> = applied.iter().map(|row| (row.name.as_str(), row.at)).collect();
    let last = names.iter().rposition(|name| at.contains_key(name.as_str()));
    let state = |index: usize, name: &String| match at.get(name.as_str()) {
        Some(_) => MigrationState::Applied,
        None if off.contains(name) => MigrationState::SwitchedOff,
        None if held.contains(name) => MigrationState::RolledBack,
        None if last.is_some_and(|last| index < last) => MigrationState::OutOfOrder,
        None => MigrationState::Pending,
    };
    let time = |name: &str| at.get(name).map(|at| ledger::time(at.saturating_mul(1000)));
    let ours = names.iter().enumerate().map(|(index, name)| MigrationStatus {
        name: name.clone(),
        state: state(index, name),
        applied_at: time(name),
    });
    let known_names: HashSet<&String> = names.iter().collect();
    let others = applied.iter().filter(|row| !known_names.contains(&row.name)).map(|row| MigrationStatus {
        name: row.name.clone(),
        state: MigrationState::Unknown,
        applied_at: time(&row.name),
    });
    ours.chain(others).collect()
}

/// The state of a database under migrations from the states of its parts.
pub(crate) fn sum_up(migrations: &[MigrationStatus]) -> State {
    let any = |states: &[MigrationState]| migrations.iter().any(|migration| states.contains(&migration.state));
    if any(&[MigrationState::Unknown]) {
        State::Ahead
    } else if any(&[MigrationState::Pending, MigrationState::OutOfOrder, MigrationState::RolledBack]) {
        State::Behind
    } else {
        State::UpToDate
    }
}

/// The tables of the database, but those of ledgers of ours.
pub(crate) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by 1"
        }
        _ => schema::TABLES_OF_POSTGRES,
    };
    let mut names = texts(db, sql, "name").await?;
    names.retain(|name| !ledger::TABLES.contains(&name.as_str()));
    Ok(names)
}

/// Rows and room of each table.
pub(crate) async fn sizes(db: &impl ConnectionTrait, stock: &str) -> Result<Vec<TableSize>, DbErr> {
    let mut sizes = Vec::new();
    for name in tables(db).await?.into_iter().filter(|name| name != stock) {
        let bytes = match db.get_database_backend() {
            DbBackend::Sqlite => "null".to_owned(),
            _ => format!("pg_total_relation_size({})", literal(&quoted(&name))),
        };
        let sql = format!("select (select count(*) from {}) as n, {bytes} as bytes", quoted(&name));
        let row = all(db, &sql).await?.into_iter().next().ok_or_else(|| DbErr::RecordNotFound(name.clone()))?;
        sizes.push(TableSize { rows: row.try_get("", "n")?, bytes: row.try_get("", "bytes")?, name });
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_has_one_state() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let applied = ["a", "c", "x"].map(|name| ledger::Applied { name: name.to_owned(), at: 1 });
        let held = BTreeSet::from(["d".to_owned()]);
        let found = compare(&names, &["e".to_owned()], &applied, &held);
        let states: Vec<MigrationState> = found.iter().map(|migration| migration.state).collect();
        use MigrationState::{Applied, OutOfOrder, RolledBack, SwitchedOff, Unknown};
        assert_eq!(states, [Applied, OutOfOrder, Applied, RolledBack, SwitchedOff, Unknown]);
        assert_eq!(found[0].applied_at.as_deref(), Some("1970-01-01T00:00:01.000Z"));
        assert_eq!(sum_up(&found), State::Ahead);
        assert_eq!(sum_up(&found[..5]), State::Behind);
        assert_eq!(sum_up(&found[..1]), State::UpToDate);
    }
}
