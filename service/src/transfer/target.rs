//! The Postgres side: rows in by COPY, rows back by a cursor, and emptying what a refused move has written.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnection, PgRow};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, Postgres, Row, Transaction, ValueRef};

use super::catalog::{Table, quoted};
use super::digest::Content;
use super::error::TransferError;
use super::kind::Kind;
use super::{Phase, Tell, json, ledger, sql_failed};
use crate::database::Database;
use crate::error::ServiceError;
use crate::validation::on_thread;

/// The advisory locks of a move, one for each writer: any numbers that no other lock in the database has.
const LOCKS: [i64; WRITERS] = [0x676f_6c64_656e_0002, 0x676f_6c64_656e_0003];

/// How often a lock is asked for: the server takes a moment to notice that a process was killed.
const TRIES: u32 = 20;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Signature, flags and an empty extension (<https://www.postgresql.org/docs/current/sql-copy.html>).
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// In place of a number of columns.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();

/// Pages that are written side by side: a COPY is the work of one process of the server.
pub(super) const WRITERS: usize = 2;

/// How long one of two pages waits for what the other has written. The other is not committed before this one ends, so
/// that without an end to the wait both would wait for ever, and the server would see no deadlock.
const WAIT: &str = "set local lock_timeout = '1s'";

/// Pages wait for each other: `lock_not_available` and `deadlock_detected`
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const WAITING: [&str; 2] = ["55P03", "40P01"];

/// Connections of its own that hold the locks. Dropping them closes them, and the locks go with them.
pub(super) struct Target {
    pub(super) connection: PgConnection,
    /// Writes the page behind.
    other: PgConnection,
    place: String,
}

/// A page that is ready to be written, and where the one behind it begins.
pub(super) struct EncodedPage {
    pub(super) batch: Batch,
    pub(super) next: Option<i64>,
}

/// Rows of one page in the format of COPY.
pub(super) struct Batch {
    bytes: Vec<u8>,
    columns: [u8; 2],
    rows: u64,
}

impl Batch {
    pub(super) fn new(table: &Table) -> Self {
        let columns = i16::try_from(table.columns.len()).unwrap_or(i16::MAX).to_be_bytes();
        Self { bytes: HEADER.to_vec(), columns, rows: 0 }
    }

    /// Where the next row's values go.
    pub(super) fn row(&mut self) -> &mut Vec<u8> {
        self.bytes.extend_from_slice(&self.columns);
        self.rows += 1;
        &mut self.bytes
    }

    /// After the last row.
    pub(super) fn end(&mut self) {
        self.bytes.extend_from_slice(&TRAILER);
    }

    /// How many rows.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }
}

impl Target {
    /// Connects and takes the locks, which are asked for during two seconds. Both writers have one: a commit of a process
    /// that was killed may still be under way.
    pub(super) async fn open(db: &Database) -> Result<Self, ServiceError> {
        let [first, second] = LOCKS;
        let (connection, other) = (writer(db, first).await?, writer(db, second).await?);
        Ok(Self { connection, other, place: db.place().to_owned() })
    }

    /// Where it is.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Refuses a target with rows.
    pub(super) async fn must_be_empty(&mut self, tables: &[Table]) -> Result<(), ServiceError> {
        for table in tables {
            let query = format!("select exists (select from {})", quoted(&table.name));
            let rows: bool =
                sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut self.connection).await.map_err(sql_failed)?;
            if rows {
                return Err(TransferError::NotEmpty { place: self.place.clone(), table: table.name.clone() }.into());
            }
        }
        Ok(())
    }

    /// Writes pages and notes them, each both or neither, and none before the one in front of it.
    pub(super) async fn write(&mut self, table: &Table, pages: &[EncodedPage]) -> Result<(), ServiceError> {
        let written = self.try_write(table, pages).await;
        written.map_err(|cause| refused(table, cause))
    }

    async fn try_write(&mut self, table: &Table, pages: &[EncodedPage]) -> Result<(), sqlx::Error> {
        if let [first, second] = pages
            && self.write_both(table, first, second).await?
        {
            return Ok(());
        }
        // One after the other, where they stand in each other's way: then the server tells what is wrong with them.
        for page in pages {
            commit(table, [copy(&mut self.connection, table, page, None).await?]).await?;
        }
        Ok(())
    }

    /// Writes both side by side; false, and neither is written, where one waits for the other.
    async fn write_both(
        &mut self,
        table: &Table,
        first: &EncodedPage,
        second: &EncodedPage,
    ) -> Result<bool, sqlx::Error> {
        let writing =
            (copy(&mut self.connection, table, first, Some(WAIT)), copy(&mut self.other, table, second, Some(WAIT)));
        // Both come to their end: a transaction that is left open would keep the tables from being emptied.
        match tokio::join!(writing.0, writing.1) {
            (Ok(first), Ok(second)) => commit(table, [first, second]).await.map(|()| true),
            (Err(cause), other) | (other, Err(cause)) => {
                if let Ok(page) = other {
                    // The first error is the one to tell.
                    let _ = page.transaction.rollback().await;
                }
                let code = cause.as_database_error().and_then(sqlx::error::DatabaseError::code);
                if code.is_some_and(|code| WAITING.contains(&&*code)) { Ok(false) } else { Err(cause) }
            }
        }
    }

    /// Fills a column that had to wait, by key. Both are given as texts and read as the column's own types.
    pub(super) async fn link(
        &mut self,
        table: &Table,
        column: &str,
        pairs: (Vec<String>, Vec<String>),
    ) -> Result<(), ServiceError> {
        let type_of = |name: &str| table.column(name).map(|column| quoted(&column.type_name)).unwrap_or_default();
        let key = table.key.first().map(String::as_str).unwrap_or_default();
        let query = format!(
            "update {} as t set {} = v.value::{} from unnest($1::text[], $2::text[]) as v (key, value) \
             where t.{} = v.key::{}",
            quoted(&table.name),
            quoted(column),
            type_of(column),
            quoted(key),
            type_of(key)
        );
        let update = sqlx::query(AssertSqlSafe(query)).bind(pairs.0).bind(pairs.1);
        update.execute(&mut self.connection).await.map(|_| ()).map_err(|cause| refused(table, cause))
    }

    /// Reads everything back in one view and gives the content of each table.
    pub(super) async fn contents(
        &mut self,
        tables: &[Arc<Table>],
        sizes: &[u64],
        tell: &mut Tell<'_>,
    ) -> Result<Vec<Content>, ServiceError> {
        let mut view = self.connection.begin().await.map_err(sql_failed)?;
        let options = "set transaction isolation level repeatable read, read only";
        sqlx::raw_sql(options).execute(&mut *view).await.map_err(sql_failed)?;
        let mut contents = Vec::with_capacity(tables.len());
        for (table, page) in tables.iter().zip(sizes) {
            contents.push(content(&mut view, table, *page, tell).await?);
        }
        view.rollback().await.map_err(sql_failed)?;
        Ok(contents)
    }

    /// Empties every table and forgets the move, unless somebody else has written rows meanwhile.
    pub(super) async fn empty(&mut self, tables: &[&Table], whatever: bool) -> Result<bool, ServiceError> {
        let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
        let mut transaction = self.connection.begin().await.map_err(sql_failed)?;
        let lock = format!("lock table {} in access exclusive mode", names.join(", "));
        sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut *transaction).await.map_err(sql_failed)?;
        for (table, name) in tables.iter().zip(&names) {
            let query = format!("select count(*) from {name}");
            let there: i64 =
                sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut *transaction).await.map_err(sql_failed)?;
            let ours = ledger::part(&mut transaction, &table.name).await?.map_or(0, |(rows, _)| rows);
            if there != ours && !whatever {
                return Ok(false);
            }
        }
        let empty = format!("truncate {}", names.join(", "));
        sqlx::raw_sql(AssertSqlSafe(empty)).execute(&mut *transaction).await.map_err(sql_failed)?;
        ledger::forget(&mut transaction).await?;
        transaction.commit().await.map_err(sql_failed)?;
        Ok(true)
    }
}

/// A connection of its own that holds a lock.
async fn writer(db: &Database, lock: i64) -> Result<PgConnection, ServiceError> {
    let mut connection = db.writer().get_postgres_connection_pool().acquire().await.map_err(sql_failed)?.detach();
    for already in 0..TRIES {
        if already > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let question = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(lock);
        if question.fetch_one(&mut connection).await.map_err(sql_failed)? {
            return Ok(connection);
        }
    }
    Err(TransferError::Busy { place: db.place().to_owned() }.into())
}

/// A page whose rows are written and not committed, how many they are, and where the next page begins.
struct UncommittedPage<'c> {
    transaction: Transaction<'c, Postgres>,
    rows: u64,
    next: Option<i64>,
}

/// Writes a page; after an error nothing of it is left open.
async fn copy<'c>(
    writer: &'c mut PgConnection,
    table: &Table,
    page: &EncodedPage,
    setting: Option<&'static str>,
) -> Result<UncommittedPage<'c>, sqlx::Error> {
    // Whatever the server's default is: the note of a page changes the row that the page in front of it has committed.
    let mut transaction = writer.begin_with("begin isolation level read committed").await?;
    let copying = async {
        if let Some(setting) = setting {
            sqlx::raw_sql(setting).execute(&mut *transaction).await?;
        }
        if page.batch.rows > 0 {
            let into = format!("copy {} ({}) from stdin (format binary)", quoted(&table.name), table.column_list());
            let mut copy = transaction.copy_in_raw(&into).await?;
            copy.send(page.batch.bytes.as_slice()).await?;
            copy.finish().await?;
        }
        Ok(())
    };
    match copying.await {
        Ok(()) => Ok(UncommittedPage { transaction, rows: page.batch.rows, next: page.next }),
        Err(cause) => {
            // The first error is the one to tell.
            let _ = transaction.rollback().await;
            Err(cause)
        }
    }
}

/// Notes and commits pages in their order: a note tells how far the rows go without a gap.
async fn commit<'c>(table: &Table, pages: impl IntoIterator<Item = UncommittedPage<'c>>) -> Result<(), sqlx::Error> {
    let mut done = Ok(());
    for UncommittedPage { mut transaction, rows, next } in pages {
        let noted = match done {
            Ok(()) => ledger::note(&mut transaction, &table.name, rows, next).await,
            Err(_) => Ok(()),
        };
        done = match (done, noted) {
            (Ok(()), Ok(())) => transaction.commit().await,
            (Err(cause), _) | (_, Err(cause)) => {
                // The first error is the one to tell.
                let _ = transaction.rollback().await;
                Err(cause)
            }
        };
    }
    done
}

/// Data that the server refuses is told by table, code and constraint: its message may quote values.
fn refused(table: &Table, cause: sqlx::Error) -> ServiceError {
    let told = cause.as_database_error().and_then(|error| Some((error.code()?.into_owned(), error.constraint())));
    match told {
        // Data exceptions and broken constraints (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
        Some((code, rule)) if code.starts_with("22") || code.starts_with("23") => {
            let rule = rule.map(str::to_owned);
            TransferError::Refused { table: table.name.clone(), code, rule, emptied: false }.into()
        }
        _ => sql_failed(cause),
    }
}

/// Reads a table back; a page is hashed while the next one is fetched.
async fn content(
    view: &mut PgConnection,
    table: &Arc<Table>,
    page: u64,
    tell: &mut Tell<'_>,
) -> Result<Content, ServiceError> {
    let (columns, name) = (table.column_list(), quoted(&table.name));
    let cursor = format!("declare golden_read no scroll cursor for select {columns} from {name}");
    sqlx::raw_sql(AssertSqlSafe(cursor)).execute(&mut *view).await.map_err(sql_failed)?;
    let fetch = format!("fetch {page} from golden_read");
    let mut content = Content::default();
    let mut hashing = None;
    loop {
        // Not kept as prepared: the same text gives other columns with the next table.
        let query = sqlx::query(AssertSqlSafe(fetch.clone())).persistent(false);
        let rows = query.fetch_all(&mut *view).await.map_err(sql_failed)?;
        let last = (rows.len() as u64) < page;
        tell.add(Phase::Verify, &table.name, rows.len() as u64);
        let table = Arc::clone(table);
        let before = hashing.replace(on_thread("hashing rows", move || hashed(&table, &rows)));
        if let Some(before) = before {
            content.merge(&before.await?);
        }
        if last {
            break;
        }
    }
    if let Some(last) = hashing {
        content.merge(&last.await?);
    }
    sqlx::raw_sql("close golden_read").execute(view).await.map_err(sql_failed)?;
    Ok(content)
}

fn hashed(table: &Table, rows: &[PgRow]) -> Result<Content, ServiceError> {
    let (mut content, mut bytes) = (Content::default(), Vec::new());
    for row in rows {
        bytes.clear();
        canonical(table, row, &mut bytes)?;
        content.add(&bytes, 0);
    }
    Ok(content)
}

/// The canonical bytes of a row: those of the protocol, but for documents.
fn canonical(table: &Table, row: &PgRow, out: &mut Vec<u8>) -> Result<(), ServiceError> {
    for (at, column) in table.columns.iter().enumerate() {
        let value = row.try_get_raw(at).map_err(sql_failed)?;
        if value.is_null() {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            continue;
        }
        let bytes = value.as_bytes().map_err(|cause| sql_failed(sqlx::Error::Decode(cause)))?;
        let mut document = Vec::new();
        let bytes = if column.kind == Kind::Json {
            // A document that cannot be spelled is not what was written; its own bytes will tell the difference.
            let text = bytes.get(1..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            match json::canonical(text, &mut document) {
                Ok(()) => document.as_slice(),
                Err(_) => bytes,
            }
        } else {
            bytes
        };
        out.extend_from_slice(&i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    }
    Ok(())
}
