//! The state of a database's schema, and bringing it up to date.

use migration::{LEDGER_TABLES, Migrator, MigratorTrait};
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::database::Database;

/// The command that a message about a database that is behind names.
pub const MIGRATE_COMMAND: &str = "golden db migrate";

/// The schema of a database, compared with the migrations that this build knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// No table at all.
    Empty,
    /// Tables, but none of a migration.
    Foreign,
    /// Every migration is applied.
    UpToDate,
    /// Some migrations are not applied yet.
    Behind {
        /// Their names, in the order in which they will be applied.
        pending: Vec<String>,
    },
    /// A later build was here.
    Ahead {
        /// The applied migrations that this build does not know, sorted.
        unknown: Vec<String>,
    },
}

/// What a command does about a database that is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoMigrate {
    /// Stops and names the command.
    Check,
    /// Applies pending migrations if all of them only add to the schema, else stops.
    Additive,
    /// Applies pending migrations.
    Always,
}

impl AutoMigrate {
    fn allows(self, pending: &[String]) -> bool {
        match self {
            Self::Check => false,
            Self::Additive => pending.iter().all(|name| migration::only_adds(name)),
            Self::Always => true,
        }
    }
}

/// Why a schema cannot be used or changed.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Pending migrations, and nobody said to apply them.
    #[error("the database {place} is behind by {} migrations ({}): run `{MIGRATE_COMMAND}`", .pending.len(), .pending.join(", "))]
    Behind {
        /// The database.
        place: String,
        /// The names of the pending migrations.
        pending: Vec<String>,
    },
    /// Written by a later build.
    #[error("the database {place} is ahead of this build, which does not know {}: use the newer `golden`", .unknown.join(", "))]
    Ahead {
        /// The database.
        place: String,
        /// The names of the unknown migrations.
        unknown: Vec<String>,
    },
    /// Somebody else's tables.
    #[error(
        "the database {place} holds tables that no migration made: use an empty database, or look with `golden db inspect`"
    )]
    Foreign {
        /// The database.
        place: String,
    },
    /// The database failed.
    #[error("the schema of {place} cannot be read or changed: {cause}")]
    Database {
        /// The database.
        place: String,
        /// What it said.
        cause: DbErr,
    },
}

/// The names of the migrations that this build knows, in order.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// Says how the schema stands. Writes nothing and takes no lock.
pub async fn status(db: &Database) -> Result<SchemaState, SchemaError> {
    read_state(db).await.map_err(|cause| database_error(db, cause))
}

/// Applies every pending migration, as one transaction under a lock; does nothing when there is none.
/// Refused when the database is ahead.
pub async fn migrate(db: &Database) -> Result<(), SchemaError> {
    if let SchemaState::Ahead { unknown } = status(db).await? {
        return Err(SchemaError::Ahead { place: db.place().to_owned(), unknown });
    }
    let mut attempts = db.attempts();
    while let Err(error) = Migrator::up(db.writer(), None).await {
        attempts.after(error).await.map_err(|cause| database_error(db, cause))?;
    }
    Ok(())
}

/// Makes sure that the schema is the one that this build knows: an empty database is migrated, one that is behind
/// only if `auto` says so, every other one is refused and not written.
pub async fn ensure(db: &Database, auto: AutoMigrate) -> Result<(), SchemaError> {
    if due(db, auto).await? { migrate(db).await } else { Ok(()) }
}

/// Says whether pending migrations are to be applied now: those of an empty database always, of one that is behind
/// only if `auto` says so; every other one is refused. Writes nothing.
pub async fn due(db: &Database, auto: AutoMigrate) -> Result<bool, SchemaError> {
    let place = db.place().to_owned();
    match status(db).await? {
        SchemaState::UpToDate => Ok(false),
        SchemaState::Empty => Ok(true),
        SchemaState::Behind { pending } if auto.allows(&pending) => Ok(true),
        SchemaState::Behind { pending } => Err(SchemaError::Behind { place, pending }),
        SchemaState::Ahead { unknown } => Err(SchemaError::Ahead { place, unknown }),
        SchemaState::Foreign => Err(SchemaError::Foreign { place }),
    }
}

fn database_error(db: &Database, cause: DbErr) -> SchemaError {
    SchemaError::Database { place: db.place().to_owned(), cause }
}

async fn read_state(db: &Database) -> Result<SchemaState, DbErr> {
    let tables = tables(db).await?;
    let ledger = Migrator::migration_table_name();
    if !tables.contains(&ledger.to_string()) {
        return Ok(if tables.is_empty() { SchemaState::Empty } else { SchemaState::Foreign });
    }
    let versions = Query::select().column("version").from(ledger).to_owned();
    let rows = db.reader().query_all(&versions).await?;
    let applied = rows.iter().map(|row| row.try_get("", "version")).collect::<Result<Vec<String>, _>>()?;
    Ok(compare(applied))
}

fn compare(mut applied: Vec<String>) -> SchemaState {
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let pending: Vec<String> = known.iter().filter(|name| !applied.contains(name)).cloned().collect();
    applied.retain(|name| !known.contains(name));
    applied.sort();
    match (applied.is_empty(), pending.is_empty()) {
        (false, _) => SchemaState::Ahead { unknown: applied },
        (true, false) => SchemaState::Behind { pending },
        (true, true) => SchemaState::UpToDate,
    }
}

async fn tables(db: &Database) -> Result<Vec<String>, DbErr> {
    let list = match db.backend() {
        DbBackend::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
        }
        _ => "select tablename::text as name from pg_catalog.pg_tables where schemaname = current_schema()",
    };
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), list)).await?;
    let mut names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<Vec<String>, _>>()?;
    // Another process's first migration has these before it has anything else.
    names.retain(|name| !LEDGER_TABLES.contains(&name.as_str()));
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additive_stops_at_a_migration_that_may_take_something_away() {
        let adds = ["m20261121_000010_reports".to_owned()];
        let mixed = [adds[0].clone(), "m20991231_000001_drop_reports".to_owned()];
        let allowed = |auto: AutoMigrate| [auto.allows(&adds), auto.allows(&mixed)];
        assert_eq!(allowed(AutoMigrate::Check), [false, false]);
        assert_eq!(allowed(AutoMigrate::Additive), [true, false]);
        assert_eq!(allowed(AutoMigrate::Always), [true, true]);
    }

    #[test]
    fn an_unknown_migration_counts_more_than_a_pending_one() {
        let applied = vec!["m20991231_000002_b".to_owned(), "m20991231_000001_a".to_owned()];
        let unknown = vec!["m20991231_000001_a".to_owned(), "m20991231_000002_b".to_owned()];
        assert_eq!(compare(applied), SchemaState::Ahead { unknown });
    }
}
