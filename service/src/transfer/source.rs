//! One unchanging view of a SQLite file, read in pages.

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteRow, SqliteValueRef};
use sea_orm::sqlx::{self, AssertSqlSafe, Decode, Row, Sqlite, TypeInfo, ValueRef};

use super::catalog::{Table, quoted};
use super::error::TransferError;
use super::kind::{Cell, Form};
use super::misfit::Rule;
use super::sql_failed;
use crate::database::Database;
use crate::error::ServiceError;

/// Most rows of a page.
pub(super) const MOST_ROWS: u64 = 10_000;

/// Rows of a page before it is known how large they are.
const FIRST_ROWS: u64 = 256;

/// Bytes of a page, about.
const PAGE_BYTES: u64 = 16 << 20;

/// How many rows of this mean size make a page.
pub(super) const fn page_rows(rows: u64, bytes: u64) -> u64 {
    if rows == 0 {
        return FIRST_ROWS;
    }
    let fit = PAGE_BYTES * rows / (bytes + 1);
    if fit > MOST_ROWS {
        MOST_ROWS
    } else if fit == 0 {
        1
    } else {
        fit
    }
}

/// A read transaction that is open from the first look to the last.
pub(super) struct Snapshot {
    connection: PoolConnection<Sqlite>,
    version: i64,
    place: String,
}

/// Some rows of a table, in the order of the file.
pub(super) struct Page {
    pub(super) rows: Vec<SqliteRow>,
    /// Where the next page begins; none behind the last page.
    pub(super) next: Option<i64>,
}

impl Snapshot {
    /// Opens the view.
    pub(super) async fn open(db: &Database) -> Result<Self, ServiceError> {
        let mut connection = db.reader().get_sqlite_connection_pool().acquire().await.map_err(sql_failed)?;
        execute(&mut connection, "begin").await?;
        // The first read is where the view begins; what is committed later shows in the version when it has ended.
        execute(&mut connection, "select count(*) from sqlite_master").await?;
        let version = data_version(&mut connection).await?;
        Ok(Self { connection, version, place: db.place().to_owned() })
    }

    /// Ends the view and says whether somebody has written to the file since it began.
    pub(super) async fn ends_outdated(&mut self) -> Result<bool, ServiceError> {
        execute(&mut self.connection, "rollback").await?;
        Ok(data_version(&mut self.connection).await? != self.version)
    }

    /// Where the file is.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// How many rows a table has.
    pub(super) async fn count(&mut self, table: &str) -> Result<u64, ServiceError> {
        let query = format!("select count(*) from {}", quoted(table));
        let count: i64 =
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut *self.connection).await.map_err(sql_failed)?;
        Ok(count.cast_unsigned())
    }

    /// The columns of a table that are no computed ones, sorted; none when there is no such table.
    pub(super) async fn columns(&mut self, table: &str) -> Result<Vec<String>, ServiceError> {
        let query = sqlx::query_scalar("select name from pragma_table_xinfo(?) where hidden = 0 order by name");
        query.bind(table).fetch_all(&mut *self.connection).await.map_err(sql_failed)
    }

    /// Every table but SQLite's own, sorted.
    pub(super) async fn tables(&mut self) -> Result<Vec<String>, ServiceError> {
        let list =
            "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by 1";
        sqlx::query_scalar(list).fetch_all(&mut *self.connection).await.map_err(sql_failed)
    }

    /// The next page of a table: the row's place in the file, then its columns.
    pub(super) async fn page(&mut self, table: &Table, from: i64, rows: u64) -> Result<Page, ServiceError> {
        let (columns, name) = (table.column_list(), quoted(&table.name));
        let query = format!("select rowid, {columns} from {name} where rowid >= ? order by rowid limit ?");
        self.fetch(query, from, rows).await
    }

    /// Whether any row does not meet one of these conditions.
    pub(super) async fn breaks_any(&mut self, table: &Table, conditions: &[&str]) -> Result<bool, ServiceError> {
        let any = conditions.iter().map(|condition| format!("not ({condition})")).collect::<Vec<_>>().join(" or ");
        let query = format!("select exists (select 1 from {} where {any})", quoted(&table.name));
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut *self.connection).await.map_err(sql_failed)
    }

    /// The places and keys of rows that do not meet a condition.
    pub(super) async fn breaking(&mut self, table: &Table, condition: &str, from: i64) -> Result<Page, ServiceError> {
        let keys: Vec<String> = table.key.iter().map(|column| quoted(column)).collect();
        self.some(table, &keys.join(", "), &format!("not ({condition})"), from).await
    }

    /// The keys of rows and their values of a column, where it is set.
    pub(super) async fn links(&mut self, table: &Table, column: &str, from: i64) -> Result<Page, ServiceError> {
        let key = table.key.first().map(String::as_str).unwrap_or_default();
        let (key, column) = (quoted(key), quoted(column));
        self.some(table, &format!("{key}, {column}"), &format!("{column} is not null"), from).await
    }

    /// A page of at most [`MOST_ROWS`] rows that meet a condition, with their places.
    async fn some(&mut self, table: &Table, columns: &str, condition: &str, from: i64) -> Result<Page, ServiceError> {
        let name = quoted(&table.name);
        let query =
            format!("select rowid, {columns} from {name} where rowid >= ? and {condition} order by rowid limit ?");
        self.fetch(query, from, MOST_ROWS).await
    }

    async fn fetch(&mut self, query: String, from: i64, most: u64) -> Result<Page, ServiceError> {
        let query = sqlx::query(AssertSqlSafe(query)).bind(from).bind(most.cast_signed());
        let rows = query.fetch_all(&mut *self.connection).await.map_err(sql_failed)?;
        let full = rows.len() as u64 == most;
        let next = rows.last().filter(|_| full).map(place_of).transpose()?.and_then(|place| place.checked_add(1));
        Ok(Page { rows, next })
    }

    /// Rows whose reference leads nowhere: table, place, and the column that refers.
    pub(super) async fn orphans(&mut self) -> Result<Vec<(String, i64, String)>, ServiceError> {
        let query = "select o.\"table\", o.rowid, k.\"from\" from pragma_foreign_key_check o \
            join pragma_foreign_key_list(o.\"table\") k on k.id = o.fkid order by 1, 2, 3";
        sqlx::query_as(query).fetch_all(&mut *self.connection).await.map_err(sql_failed)
    }

    /// The keys of the row at a place.
    pub(super) async fn row_at(&mut self, table: &Table, place: i64) -> Result<Option<SqliteRow>, ServiceError> {
        Ok(self.breaking(table, &format!("rowid <> {place}"), place).await?.rows.into_iter().next())
    }
}

async fn execute(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), ServiceError> {
    sqlx::raw_sql(statement).execute(connection).await.map(|_| ()).map_err(sql_failed)
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64, ServiceError> {
    sqlx::query_scalar("pragma data_version").fetch_one(connection).await.map_err(sql_failed)
}

/// Where the file keeps a row.
pub(super) fn place_of(row: &SqliteRow) -> Result<i64, ServiceError> {
    row.try_get(0).map_err(sql_failed)
}

/// The value of a column by its number behind the place.
pub(super) fn cell(row: &SqliteRow, column: usize) -> Result<Cell<'_>, ServiceError> {
    let value = row.try_get_raw(column + 1).map_err(sql_failed)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let name = value.type_info().name().to_owned();
    let cell = match name.as_str() {
        "INTEGER" => Cell::Integer(decoded(value)?),
        "REAL" => Cell::Real(decoded(value)?),
        "TEXT" => Cell::Text(decoded(value)?),
        _ => Cell::Blob(decoded(value)?),
    };
    Ok(cell)
}

fn decoded<'r, T: Decode<'r, Sqlite>>(value: SqliteValueRef<'r>) -> Result<T, ServiceError> {
    T::decode(value).map_err(|cause| sql_failed(sqlx::Error::Decode(cause)))
}

/// The key of a row in words: texts and numbers as they are, 16 bytes as a UUID, other bytes in hexadecimal.
pub(super) fn key_text(cells: &[Cell<'_>]) -> String {
    let texts = cells.iter().map(|cell| match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Cell::Blob(bytes) => uuid::Uuid::from_slice(bytes).map_or_else(
            |_| bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            |id| id.hyphenated().to_string(),
        ),
    });
    texts.collect::<Vec<_>>().join(",")
}

/// Both sides must have the same tables with the same columns.
pub(super) async fn compare_shape(source: &mut Snapshot, tables: &[Table]) -> Result<(), ServiceError> {
    let known: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let extra = source
        .tables()
        .await?
        .into_iter()
        .find(|name| !known.contains(&name.as_str()) && !name.starts_with('_') && name != "seaql_migrations");
    if let Some(table) = extra {
        return Err(TransferError::Shape { table, why: "the target has no such table".to_owned() }.into());
    }
    for table in tables {
        let mut wanted: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        wanted.sort_unstable();
        if source.columns(&table.name).await? != wanted {
            let why = "its columns are not the same on both sides".to_owned();
            return Err(TransferError::Shape { table: table.name.clone(), why }.into());
        }
        if table.key.is_empty() {
            return Err(TransferError::Shape { table: table.name.clone(), why: "it has no key".to_owned() }.into());
        }
    }
    Ok(())
}

/// Encodes a row behind what is in `out`, or tells every column that does not fit.
pub(super) fn encode_row(
    table: &Table,
    row: &SqliteRow,
    form: Form,
    out: &mut Vec<u8>,
) -> Result<Vec<(usize, Rule)>, ServiceError> {
    let mut misfits = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let cell = cell(row, at)?;
        let later = form == Form::Wire && table.later.contains(&column.name);
        let cell = if later { Cell::Null } else { cell };
        match column.kind.encode(cell, form, out) {
            Ok(()) if cell == Cell::Null && !column.nullable => misfits.push((at, Rule::Null)),
            Ok(()) => {}
            Err(rule) => misfits.push((at, rule)),
        }
    }
    Ok(misfits)
}
