//! Rows as numbers: how many a table has, and a digest of all that they hold, whatever their order.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use sea_orm::sqlx::sqlite::SqliteValueRef;
use sea_orm::sqlx::{self, Decode, Row, Sqlite, TypeInfo, ValueRef};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, RuntimeErr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::row::{all, literal, one_text, quoted};
use crate::schema::SchemaDocument;
use crate::sql;

/// Rows that are read at once, at most.
const PAGE: usize = 4_000;
/// Bytes that are read at once, as far as the rows before tell: what a table holds need not fit into memory.
const PAGE_BYTES: usize = 16 << 20;

/// Tables of one statement on SQLite, which takes 500 parts of a compound.
const AT_ONCE: usize = 100;

/// A table with more rows is read by itself.
const FEW: i64 = 40;

/// What a table held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// How many rows.
    pub rows: i64,
    /// The sum of a hash of each row, hexadecimal: equal when the rows are, in any order.
    pub digest: String,
    /// The columns that were hashed, sorted.
    pub columns: Vec<String>,
}

/// The content of every table of a schema.
pub(crate) async fn of_all(
    db: &impl ConnectionTrait,
    schema: &SchemaDocument,
) -> Result<BTreeMap<String, Content>, DbErr> {
    let tables = schema.tables.iter().map(|(name, table)| (name.clone(), table.columns.keys().cloned().collect()));
    of_tables(db, tables.collect()).await
}

/// The content of some columns of some tables.
pub(crate) async fn of_tables(
    db: &impl ConnectionTrait,
    mut tables: BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Content>, DbErr> {
    let mut contents = BTreeMap::new();
    if db.get_database_backend() == DbBackend::Sqlite {
        contents = sqlite_small(db, &tables).await?;
        tables.retain(|name, _| !contents.contains_key(name));
    }
    for (name, columns) in tables {
        let content = match db.get_database_backend() {
            DbBackend::Sqlite => sqlite(db, &name, columns).await?,
            _ => postgres(db, &name, columns).await?,
        };
        contents.insert(name, content);
    }
    Ok(contents)
}

/// The content of those tables that have few rows, with few statements however many tables there are.
async fn sqlite_small(
    db: &impl ConnectionTrait,
    tables: &BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Content>, DbErr> {
    let mut contents = BTreeMap::new();
    let tables: Vec<(&String, &Vec<String>)> = tables.iter().collect();
    for chunk in tables.chunks(AT_ONCE) {
        let widest = chunk.iter().map(|(_, columns)| columns.len()).max().unwrap_or_default();
        let part = |(number, (name, columns)): (usize, &(&String, &Vec<String>))| {
            let values =
                columns.iter().map(|column| quoted(column)).chain(std::iter::repeat_n("null".to_owned(), widest));
            let values = values.take(widest).map(|value| format!(", {value}")).collect::<String>();
            format!("select * from (select {number}{values} from {} limit {})", quoted(name), FEW + 1)
        };
        let sql = chunk.iter().enumerate().map(part).collect::<Vec<_>>().join(" union all ");
        let mut sums: Vec<Sum> = chunk.iter().map(|_| Sum::default()).collect();
        for row in all(db, &sql).await? {
            let number: i64 = row.try_get_by_index(0)?;
            let place = usize::try_from(number).ok();
            let table = place.and_then(|place| Some((chunk.get(place)?, sums.get_mut(place)?)));
            let ((_, columns), sum) = table.ok_or_else(|| DbErr::Custom(format!("no table {number}")))?;
            sum.add_sqlite(&row, columns.len())?;
        }
        let few = chunk.iter().zip(sums).filter(|(_, sum)| sum.rows <= FEW);
        contents.extend(few.map(|((name, columns), sum)| ((*name).clone(), sum.content((*columns).clone()))));
    }
    Ok(contents)
}

async fn sqlite(db: &impl ConnectionTrait, table: &str, columns: Vec<String>) -> Result<Content, DbErr> {
    let values = columns.iter().map(|column| format!(", {}", quoted(column))).collect::<String>();
    let mut sum = Sum::default();
    let Some(key) = row_key(db, table).await? else {
        for row in all(db, &format!("select 0{values} from {}", quoted(table))).await? {
            sum.add_sqlite(&row, columns.len())?;
        }
        return Ok(sum.content(columns));
    };
    let mut last = None;
    let mut page = usize::try_from(FEW).unwrap_or(PAGE);
    loop {
        let behind = last.map_or_else(String::new, |last: i64| format!("where {key} > {last}"));
        let sql = format!("select {key}{values} from {} {behind} order by {key} limit {page}", quoted(table));
        let rows = all(db, &sql).await?;
        for row in &rows {
            sum.add_sqlite(row, columns.len())?;
        }
        match rows.last() {
            Some(row) if rows.len() == page => last = Some(row.try_get_by_index(0)?),
            _ => return Ok(sum.content(columns)),
        }
        page = (PAGE_BYTES / sum.widest.max(1)).clamp(1, PAGE);
    }
}

/// A name of the row number that no column hides; none in a table without row numbers.
pub(crate) async fn row_key(db: &impl ConnectionTrait, table: &str) -> Result<Option<&'static str>, DbErr> {
    let sql = format!("select sql from sqlite_master where type = 'table' and name = {}", literal(table));
    let definition = sql::canonical(&one_text(db, &sql, "sql").await?);
    if definition.ends_with("without rowid") || definition.ends_with("without rowid , strict") {
        return Ok(None);
    }
    let words: Vec<&str> = definition.split(' ').collect();
    Ok(["rowid", "_rowid_", "oid"].into_iter().find(|name| !words.contains(name)))
}

/// Wrapping addition in two halves, so that order does not matter and a row that stands twice counts twice.
#[derive(Default)]
struct Sum {
    rows: i64,
    halves: (u128, u128),
    line: Vec<u8>,
    /// Bytes of the widest row so far.
    widest: usize,
}

impl Sum {
    /// Adds a row of SQLite: so many values behind the first one, each with its kind and its length.
    fn add_sqlite(&mut self, row: &QueryResult, values: usize) -> Result<(), DbErr> {
        let failed = |cause: sqlx::Error| DbErr::Query(RuntimeErr::SqlxError(cause.into()));
        let row = row.try_as_sqlite_row().ok_or_else(|| DbErr::Type("not a row of SQLite".to_owned()))?;
        self.line.clear();
        for number in 1..=values {
            let value = row.try_get_raw(number).map_err(failed)?;
            let kind = if value.is_null() { b'n' } else { value.type_info().name().bytes().next().unwrap_or_default() };
            self.line.push(kind);
            match kind {
                b'n' => {}
                b'I' => self.line.extend_from_slice(&decoded::<i64>(value)?.to_le_bytes()),
                b'R' => self.line.extend_from_slice(&decoded::<f64>(value)?.to_bits().to_le_bytes()),
                _ => {
                    let bytes: &[u8] = decoded(value)?;
                    self.line.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
                    self.line.extend_from_slice(bytes);
                }
            }
        }
        let hash: [u8; 32] = Sha256::digest(&self.line).into();
        let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
        let (first, second) = hash.split_at(16);
        self.halves.0 = self.halves.0.wrapping_add(half(first));
        self.halves.1 = self.halves.1.wrapping_add(half(second));
        self.rows += 1;
        self.widest = self.widest.max(self.line.len());
        Ok(())
    }

    fn content(self, columns: Vec<String>) -> Content {
        let digest = format!("{:032x}{:032x}", self.halves.0, self.halves.1);
        Content { rows: self.rows, digest, columns }
    }
}

fn decoded<'r, T: Decode<'r, Sqlite>>(value: SqliteValueRef<'r>) -> Result<T, DbErr> {
    T::decode(value).map_err(|cause| DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::Decode(cause).into())))
}

/// The server hashes and adds: nothing but the sum is sent.
async fn postgres(db: &impl ConnectionTrait, table: &str, columns: Vec<String>) -> Result<Content, DbErr> {
    let list = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "select count(*) as rows, \
         coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text || '.' || \
         coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::bigint), 0)::text as digest \
         from (select encode(sha256(convert_to((row({list}))::text, 'UTF8')), 'hex') as h from {}) r",
        quoted(table)
    );
    let row = all(db, &sql).await?.into_iter().next().ok_or_else(|| DbErr::RecordNotFound(table.to_owned()))?;
    Ok(Content { rows: row.try_get("", "rows")?, digest: row.try_get("", "digest")?, columns })
}

/// What became of the rows that were there before: every table keeps them, in all of its columns, unless it is one of
/// `may_change`. For each table that did not, a line that tells its loss or change.
pub(crate) async fn conserved(
    db: &impl ConnectionTrait,
    before: &BTreeMap<String, Content>,
    after: &SchemaDocument,
    may_change: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, DbErr> {
    let mut changes = BTreeMap::new();
    let mut there = BTreeMap::new();
    for (name, content) in before.iter().filter(|(name, _)| !may_change.contains(*name)) {
        let Some(table) = after.tables.get(name) else {
            let line = || format!("table {name} is gone with its {} rows", content.rows);
            changes.extend((content.rows > 0).then(|| (name.clone(), line())));
            continue;
        };
        let (kept, gone): (Vec<&String>, Vec<&String>) =
            content.columns.iter().partition(|column| table.columns.contains_key(*column));
        if !gone.is_empty() && content.rows > 0 {
            let gone = gone.iter().map(|column| format!("{name}.{column}")).collect::<Vec<_>>().join(", ");
            changes.insert(name.clone(), format!("column {gone} is gone from {} rows", content.rows));
            continue;
        }
        there.insert(name.clone(), kept.into_iter().cloned().collect());
    }
    for (name, now) in of_tables(db, there).await? {
        let Some(content) = before.get(&name) else { continue };
        if now.rows != content.rows {
            changes.insert(name.clone(), format!("table {name} had {} rows and has {}", content.rows, now.rows));
        } else if now.digest != content.digest && content.rows > 0 {
            changes.insert(name.clone(), format!("rows of table {name} were changed"));
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use sea_orm::Database;

    use super::*;

    async fn digests(rows: &[&str]) -> Vec<Content> {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        let mut contents = Vec::new();
        for rows in rows {
            db.execute_unprepared("drop table if exists t; create table t (a, b)").await.unwrap();
            if !rows.is_empty() {
                db.execute_unprepared(&format!("insert into t (a, b) {rows}")).await.unwrap();
            }
            let columns = vec!["a".to_owned(), "b".to_owned()];
            let tables = BTreeMap::from([("t".to_owned(), columns.clone())]);
            let content = of_tables(&db, tables).await.unwrap().remove("t").unwrap();
            assert_eq!(sqlite(&db, "t", columns).await.unwrap(), content, "read by itself: {rows}");
            contents.push(content);
        }
        contents
    }

    #[tokio::test]
    async fn what_is_stored_otherwise_has_another_digest() {
        let rows = [
            "",
            "values (null, null)",
            "values ('ab', '')",
            "values ('a', 'b')",
            "values ('', 'ab')",
            "values (x'61', 'b')",
            "values ('1', 'b')",
            "values (1, 'b')",
            "values (1.0, 'b')",
            "values (49, 'b')",
            "values (char(0), 'b')",
            "values ('a' || char(0), 'b')",
            "values ('nT', '')",
            "values ('a', 'b'), ('a', 'b')",
            "values ('a', 'b'), ('b', 'a')",
            "values ('a', 'a'), ('b', 'b')",
        ];
        let contents = digests(&rows).await;
        for (at, content) in contents.iter().enumerate() {
            let same: Vec<&str> =
                rows.iter().zip(&contents).filter(|(_, other)| *other == content).map(|(rows, _)| *rows).collect();
            assert_eq!(same, [rows[at]]);
        }
    }

    #[tokio::test]
    async fn the_order_of_rows_does_not_count_however_many_there_are() {
        for most in [FEW, FEW + 1, PAGE as i64, PAGE as i64 + 1, 2 * PAGE as i64 + 1] {
            let numbers = format!("with recursive n(v) as (select 1 union all select v + 1 from n where v < {most})");
            let rows = |order: &str| format!("{numbers} select v, 'row ' || v from n order by v {order}");
            let other = format!("{numbers} select v, case v when {most} then 'x' else 'row ' || v end from n");
            let contents = digests(&[&rows("asc"), &rows("desc"), &other]).await;
            assert_eq!(contents[0], contents[1]);
            assert_eq!((contents[0].rows, contents[2].rows), (most, most));
            assert_ne!(contents[0].digest, contents[2].digest);
        }
    }

    #[tokio::test]
    async fn tables_of_several_statements_are_all_there() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        let mut tables = BTreeMap::new();
        for number in 0..=2 * AT_ONCE {
            let sql = format!("create table t{number} (a); insert into t{number} values ({number})");
            db.execute_unprepared(&sql).await.unwrap();
            tables.insert(format!("t{number}"), vec!["a".to_owned()]);
        }
        let contents = of_tables(&db, tables.clone()).await.unwrap();
        assert_eq!(contents.keys().collect::<Vec<_>>(), tables.keys().collect::<Vec<_>>());
        let digests: BTreeSet<&str> = contents.values().map(|content| content.digest.as_str()).collect();
        assert_eq!(digests.len(), tables.len());
    }
}
