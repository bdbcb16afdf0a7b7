//! The tables of the ledger, in a form that both backends take.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::row::{literal, one_number};

/// How the names of all tables of the ledger begin.
pub const LEDGER_PREFIX: &str = "_safe_migrate_";

/// The table of differences that are known and accepted; there once something was.
pub(super) const ACCEPTED: &str = "_safe_migrate_accepted";

/// The table of how far migrations in batches came; there once one went in batches.
pub(crate) const CHECKPOINTS: &str = "_safe_migrate_checkpoints";

/// Every table of the ledger: whoever asks whether a database is empty does not count them.
pub(crate) const TABLES: [&str; 4] = ["_safe_migrate_batches", "_safe_migrate_attempts", ACCEPTED, CHECKPOINTS];

/// The tables that each ledger has. A batch holds what is the same for all of its migrations; the position 0 of a batch
/// is the batch itself.
const CREATE: &str = "create table if not exists _safe_migrate_batches (id bigint not null primary key, \
     direction text not null, backup text, before_print text, after_print text, tool text not null, actor text not null);
     create table if not exists _safe_migrate_attempts (batch bigint not null references _safe_migrate_batches (id), \
     position bigint not null, migration text not null, checksum text, direction text not null, \
     started_at bigint not null, finished_at bigint, duration_ms bigint, outcome text not null, error text, \
     primary key (batch, position))";

const CREATE_ACCEPTED: &str = "create table _safe_migrate_accepted (id bigint not null primary key, kind text not null, \
     subject text not null, found text not null, accepted text not null, reason text not null, \
     actor text not null, accepted_at bigint not null)";

const CREATE_CHECKPOINTS: &str = "create table _safe_migrate_checkpoints (name text not null primary key, \
     last_key text not null, rows_done bigint not null, updated_at bigint not null)";

/// True when the ledger is there.
pub(crate) async fn exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    has_table(db, "_safe_migrate_attempts").await
}

/// True when a table of that name is there.
pub(crate) async fn has_table(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let name = literal(name);
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("select count(*) as n from sqlite_master where type = 'table' and name = {name}"),
        _ => format!(
            "select count(*) as n from pg_catalog.pg_class where relnamespace = quote_ident(current_schema())::regnamespace \
             and relname = {name} and relkind in ('r', 'p')"
        ),
    };
    Ok(one_number(db, &sql, "n").await? > 0)
}

/// Makes the ledger, and tells whether it was missing. Only under the lock: Postgres fails when two do it at once. The
/// tables that few databases ever need are made when they are.
pub(crate) async fn install(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    if exists(db).await? {
        return Ok(false);
    }
    db.execute_unprepared(CREATE).await?;
    Ok(true)
}

/// Makes the place for what is accepted; under the lock too.
pub(super) async fn install_accepted(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if !has_table(db, ACCEPTED).await? {
        db.execute_unprepared(CREATE_ACCEPTED).await?;
    }
    Ok(())
}

/// Makes the place for checkpoints; under the lock too.
pub(crate) async fn install_checkpoints(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if !has_table(db, CHECKPOINTS).await? {
        db.execute_unprepared(CREATE_CHECKPOINTS).await?;
    }
    Ok(())
}
