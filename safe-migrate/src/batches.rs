//! Data migrations that go through a large table in batches, each in a transaction of its own, and resume.
//!
//! ```
//! # use safe_migrate::Batches;
//! # use sea_orm_migration::prelude::*;
//! # #[derive(DeriveMigrationName)]
//! struct Cents;
//!
//! #[async_trait::async_trait]
//! impl MigrationTrait for Cents {
//!     async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
//!         let batches = Batches { migration: self.name(), table: "orders", key: "id", rows: 1_000 };
//!         batches.run(manager, |range| format!("update orders set cents = total * 100 where {range}")).await?;
//!         Ok(())
//!     }
//!     fn use_transaction(&self) -> Option<bool> {
//!         Some(false)
//!     }
//! }
//! ```

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use sea_orm_migration::SchemaManager;

use crate::ledger::{self, CHECKPOINTS};
use crate::place::begin_writing;
use crate::row::{literal, quoted, run};

/// How a data migration goes through a table. Such a migration refuses a transaction (`use_transaction` gives
/// `Some(false)`), so that each batch is committed with its checkpoint in the ledger: after a failure or a crash it
/// goes on behind the last batch that was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batches<'a> {
    /// The name of the migration, under which the checkpoint is kept until it is applied or taken back.
    pub migration: &'a str,
    /// The table.
    pub table: &'a str,
    /// A unique column without NULL whose values stay as they are.
    pub key: &'a str,
    /// Rows of a batch, at least 1.
    pub rows: u32,
}

impl Batches<'_> {
    /// Runs a statement for each batch; it is given a condition that holds for the rows of the batch. Gives the number
    /// of rows of all batches, those of earlier attempts included. The statement is first said for no row at all, so
    /// that a mistake is told before the first batch and that its text counts in the checksum.
    pub async fn run(&self, manager: &SchemaManager<'_>, statement: impl Fn(&str) -> String) -> Result<i64, DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(&statement("1 = 0")).await?;
        let Some(there) = one(db, &format!("select count(*) as n from {} where 1 = 0", quoted(self.table))).await?
        else {
            // A connection that answers nothing only writes down what is said.
            return Ok(0);
        };
        let mut done: i64 = there.try_get("", "n")?;
        ledger::install_checkpoints(db).await?;
        let mut last: Option<String> = None;
        if let Some(row) =
            one(db, &format!("select last_key, rows_done from {CHECKPOINTS} where {}", self.is())).await?
        {
            (last, done) = (Some(row.try_get("", "last_key")?), row.try_get("", "rows_done")?);
        }
        loop {
            let batch = begin_writing(db).await?;
            let behind = last.as_ref().map_or_else(String::new, |last| format!("{} > {last}", quoted(self.key)));
            let Some((end, rows)) = self.next(&batch, &behind).await? else {
                batch.rollback().await?;
                return Ok(done);
            };
            let and = if behind.is_empty() { "" } else { " and " };
            let range = format!("{behind}{and}{} <= {end}", quoted(self.key));
            batch.execute_unprepared(&statement(&range)).await?;
            done += rows;
            self.keep(&batch, &end, done).await?;
            batch.commit().await?;
            last = Some(end);
        }
    }

    fn is(&self) -> String {
        format!("name = {}", literal(self.migration))
    }

    /// The last key of the next batch, as a literal, and its number of rows; none at the end of the table.
    async fn next(&self, db: &impl ConnectionTrait, behind: &str) -> Result<Option<(String, i64)>, DbErr> {
        let (key, table, limit) = (quoted(self.key), quoted(self.table), self.rows.max(1));
        let behind = if behind.is_empty() { String::new() } else { format!("where {behind}") };
        let text = match db.get_database_backend() {
            DbBackend::Sqlite => "quote(k)",
            _ => "quote_literal(k::text)",
        };
        let sql = format!(
            "select {text} as last, n from (select k, row_number() over (order by k) as n from \
             (select {key} as k from {table} {behind} order by {key} limit {limit}) a) b order by n desc limit 1"
        );
        let row = one(db, &sql).await?;
        row.map(|row| Ok((row.try_get("", "last")?, row.try_get("", "n")?))).transpose()
    }

    async fn keep(&self, db: &impl ConnectionTrait, last: &str, done: i64) -> Result<(), DbErr> {
        let now = ledger::now_of(db.get_database_backend());
        let sql = format!(
            "insert into {CHECKPOINTS} (name, last_key, rows_done, updated_at) values ({}, {}, {done}, {now}) \
             on conflict (name) do update set last_key = excluded.last_key, rows_done = excluded.rows_done, \
             updated_at = excluded.updated_at",
            literal(self.migration),
            literal(last)
        );
        run(db, &sql).await
    }
}

async fn one(db: &impl ConnectionTrait, sql: &str) -> Result<Option<QueryResult>, DbErr> {
    db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await
}
