//! Whether every table can really be read and written: each write is tried with a row and rolled back.

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionTrait};

use crate::content::row_key;
use crate::error::{brief, database_code};
use crate::options::Options;
use crate::place::{Sight, begin_within};
use crate::row::{all, quoted};
use crate::schema::{SchemaDocument, Table};
use crate::stairway::generated_row;

/// Classes of SQLSTATE by which a table refuses the values of a row, not the write: broken constraints, values that do not
/// fit their type, and what a trigger raises.
const REFUSED_VALUES: [&str; 3] = ["23", "22", "P0"];
/// SQLite's primary result code for a broken constraint.
const SQLITE_CONSTRAINT: i32 = 19;

/// Tables that cannot be used, with the reason. `entities` holds the columns that typed entities read. A table that
/// others keep locked for longer than the options allow is one of them.
pub(super) async fn unusable(
    db: &DatabaseConnection,
    schema: &SchemaDocument,
    entities: Option<&SchemaDocument>,
    options: &Options,
) -> Result<Vec<String>, DbErr> {
    let mut unusable = Vec::new();
    for (name, table) in &schema.tables {
        let read = entities.and_then(|entities| entities.tables.get(name)).unwrap_or(table);
        let transaction = begin_within(db, options, Sight::Commits).await?;
        let outcome = probe(&transaction, name, table, read).await;
        transaction.rollback().await?;
        if let Err(error) = outcome {
            unusable.push(format!("{name}: {}", brief(&error)));
        }
    }
    Ok(unusable)
}

/// Reads one row by its columns, writes that row to itself, and puts a made-up row in. A table may refuse the values
/// of a row, for nobody here knows what they mean; it may not refuse anything else, nor do nothing.
async fn probe(db: &DatabaseTransaction, name: &str, table: &Table, read: &Table) -> Result<(), DbErr> {
    let columns = read.columns.keys().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let of = quoted(name);
    let rows = all(db, &format!("select {columns} from {of} limit 1")).await?.len();
    let plain = table.columns.iter().find(|(_, column)| column.generated.is_none());
    if let (Some((column, _)), true) = (plain, rows == 1) {
        let (column, key) = (quoted(column), key(db, name, table).await?);
        let one = format!("where ({key}) = (select {key} from {of} limit 1)");
        tried(db, &format!("update {of} set {column} = {column} {one}")).await?;
    }
    let (columns, values) = generated_row(table);
    let sql = match columns.is_empty() {
        true => format!("insert into {of} default values"),
        false => format!("insert into {of} ({}) values ({})", columns.join(", "), values.join(", ")),
    };
    tried(db, &sql).await
}

/// What names a row: its place, or its key in a SQLite table without row numbers.
async fn key(db: &DatabaseTransaction, name: &str, table: &Table) -> Result<String, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        // The parts of a table count their rows each for itself.
        return Ok("tableoid, ctid".to_owned());
    }
    let columns = || table.primary_key.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    Ok(row_key(db, name).await?.map_or_else(columns, str::to_owned))
}

/// Writes one row and takes it back.
async fn tried(db: &DatabaseTransaction, sql: &str) -> Result<(), DbErr> {
    let savepoint = db.begin().await?;
    let written = savepoint.execute_unprepared(sql).await;
    savepoint.rollback().await?;
    match written {
        Ok(done) if done.rows_affected() == 1 => Ok(()),
        Ok(done) => Err(DbErr::Custom(format!("one row was written, and {} were changed", done.rows_affected()))),
        Err(error) if refuses_values(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

fn refuses_values(error: &DbErr) -> bool {
    let Some(code) = database_code(error) else { return false };
    let constraint = code.parse::<i32>().is_ok_and(|number| code.len() < 5 && number & 0xff == SQLITE_CONSTRAINT);
    constraint || (code.len() == 5 && REFUSED_VALUES.iter().any(|class| code.starts_with(class)))
}
