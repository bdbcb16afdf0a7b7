//! Rows as numbers: how many a table has, and a digest of all that they hold, whatever their order.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::row::{all, literal, one_text, quoted};
use crate::schema::SchemaDocument;
use crate::sql;

/// Rows that are read at once: what a table holds need not fit into memory.
const PAGE: usize = 4_000;

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
    let mut contents = BTreeMap::new();
    for (name, table) in &schema.tables {
        let columns = table.columns.keys().cloned().collect();
        contents.insert(name.clone(), of_table(db, name, columns).await?);
    }
    Ok(contents)
}

/// The content of some columns of a table.
pub(crate) async fn of_table(db: &impl ConnectionTrait, table: &str, columns: Vec<String>) -> Result<Content, DbErr> {
    let (rows, digest) = match db.get_database_backend() {
        DbBackend::Sqlite => sqlite(db, table, &columns).await?,
        _ => postgres(db, table, &columns).await?,
    };
    Ok(Content { rows, digest, columns })
}

/// Texts and blobs as hexadecimal, for `quote` ends a text at a NUL; numbers as `quote` has them, which is exact.
async fn sqlite(db: &impl ConnectionTrait, table: &str, columns: &[String]) -> Result<(i64, String), DbErr> {
    let one = |column: &String| {
        let column = quoted(column);
        format!(
            "case typeof({column}) when 'text' then 't' || hex({column}) when 'blob' then 'b' || hex({column}) \
                 else quote({column}) end"
        )
    };
    let line = columns.iter().map(one).collect::<Vec<_>>().join(" || ',' || ");
    let line = if line.is_empty() { "''".to_owned() } else { line };
    let mut sum = Sum::default();
    let Some(key) = row_key(db, table).await? else {
        for row in all(db, &format!("select {line} as line from {}", quoted(table))).await? {
            sum.add(row.try_get::<String>("", "line")?.as_bytes());
        }
        return Ok((sum.rows, sum.to_text()));
    };
    let mut last = None;
    loop {
        let behind = last.map_or_else(String::new, |last: i64| format!("where {key} > {last}"));
        let sql =
            format!("select {key} as k, {line} as line from {} {behind} order by {key} limit {PAGE}", quoted(table));
        let rows = all(db, &sql).await?;
        for row in &rows {
            sum.add(row.try_get::<String>("", "line")?.as_bytes());
        }
        match rows.last() {
            Some(row) if rows.len() == PAGE => last = Some(row.try_get("", "k")?),
            _ => return Ok((sum.rows, sum.to_text())),
        }
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
}

impl Sum {
    fn add(&mut self, line: &[u8]) {
        let hash: [u8; 32] = Sha256::digest(line).into();
        let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
        let (first, second) = hash.split_at(16);
        self.halves.0 = self.halves.0.wrapping_add(half(first));
        self.halves.1 = self.halves.1.wrapping_add(half(second));
        self.rows += 1;
    }

    fn to_text(&self) -> String {
        format!("{:032x}{:032x}", self.halves.0, self.halves.1)
    }
}

/// The server hashes and adds: nothing but the sum is sent.
async fn postgres(db: &impl ConnectionTrait, table: &str, columns: &[String]) -> Result<(i64, String), DbErr> {
    let list = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "select count(*) as rows, \
         coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text || '.' || \
         coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::bigint), 0)::text as digest \
         from (select encode(sha256(convert_to((row({list}))::text, 'UTF8')), 'hex') as h from {}) r",
        quoted(table)
    );
    let row = all(db, &sql).await?.into_iter().next().ok_or_else(|| DbErr::RecordNotFound(table.to_owned()))?;
    Ok((row.try_get("", "rows")?, row.try_get("", "digest")?))
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
    for (name, content) in before.iter().filter(|(name, _)| !may_change.contains(*name)) {
        let Some(table) = after.tables.get(name) else {
            let line = || format!("table {name} is gone with its {} rows", content.rows);
            changes.extend((content.rows > 0).then(|| (name.clone(), line())));
            continue;
        };
        let gone: Vec<&String> = content.columns.iter().filter(|column| !table.columns.contains_key(*column)).collect();
        if !gone.is_empty() && content.rows > 0 {
            let gone = gone.iter().map(|column| format!("{name}.{column}")).collect::<Vec<_>>().join(", ");
            changes.insert(name.clone(), format!("column {gone} is gone from {} rows", content.rows));
            continue;
        }
        let columns = content.columns.iter().filter(|column| table.columns.contains_key(*column)).cloned().collect();
        let now = of_table(db, name, columns).await?;
        if now.rows != content.rows {
            changes.insert(name.clone(), format!("table {name} had {} rows and has {}", content.rows, now.rows));
        } else if now.digest != content.digest && content.rows > 0 {
            changes.insert(name.clone(), format!("rows of table {name} were changed"));
        }
    }
    Ok(changes)
}
