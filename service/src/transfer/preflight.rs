//! Reads every value of the source once: what would not fit, and the digest of what there is.

use std::sync::Arc;

use sea_orm::sqlx::sqlite::SqliteRow;
use sea_orm::{ConnectionTrait, Statement};

use super::catalog::Table;
use super::digest::Content;
use super::kind::Form;
use super::misfit::{Misfit, Misfits, Rule};
use super::source::{Page, Snapshot, cell, encode_row, key_text, page_rows, place_of};
use super::{Phase, Tell, check};
use crate::error::ServiceError;
use crate::validation::on_thread;

/// Checks every row of a table, tells its misfits and gives its content. A page is checked while the next one is read.
pub(super) async fn table(
    source: &mut Snapshot,
    table: &Arc<Table>,
    misfits: &mut Misfits,
    tell: &mut Tell<'_>,
) -> Result<Content, ServiceError> {
    let mut content = Content::default();
    let (mut from, mut size) = (Some(i64::MIN), page_rows(0, 0));
    let mut checking = None;
    while let Some(place) = from {
        let page = source.page(table, place, size).await?;
        from = page.next;
        if let Some(before) = checking.take() {
            add(before, table, &mut content, misfits, tell).await?;
            size = page_rows(content.rows, content.bytes);
        }
        let table = Arc::clone(table);
        checking = Some(on_thread("checking rows", move || checked(&table, &page)));
    }
    match checking {
        Some(last) => add(last, table, &mut content, misfits, tell).await.map(|()| content),
        None => Ok(content),
    }
}

type Checked = (Content, Vec<Misfit>);

async fn add(
    page: impl Future<Output = Result<Checked, ServiceError>>,
    table: &Table,
    content: &mut Content,
    misfits: &mut Misfits,
    tell: &mut Tell<'_>,
) -> Result<(), ServiceError> {
    let (part, faults) = page.await?;
    content.merge(&part);
    faults.into_iter().for_each(|misfit| misfits.add(misfit));
    tell.add(Phase::Check, &table.name, part.rows);
    Ok(())
}

fn checked(table: &Table, page: &Page) -> Result<Checked, ServiceError> {
    let (mut content, mut misfits, mut bytes) = (Content::default(), Vec::new(), Vec::new());
    for row in &page.rows {
        bytes.clear();
        for (at, rule) in encode_row(table, row, Form::Canonical, &mut bytes)? {
            let column = table.columns.get(at).map(|column| column.name.clone()).unwrap_or_default();
            misfits.push(Misfit { table: table.name.clone(), column, id: id_of(table, row)?, rule });
        }
        content.add(&bytes, place_of(row)?);
    }
    Ok((content, misfits))
}

/// The key of a row that has all columns.
fn id_of(table: &Table, row: &SqliteRow) -> Result<String, ServiceError> {
    let mut cells = Vec::new();
    for (at, _) in table.columns.iter().enumerate().filter(|(_, column)| table.key.contains(&column.name)) {
        cells.push(cell(row, at)?);
    }
    Ok(key_text(&cells))
}

/// The key of a row that has its key columns only.
fn id_of_key(table: &Table, row: &SqliteRow) -> Result<String, ServiceError> {
    let cells = (0..table.key.len()).map(|at| cell(row, at)).collect::<Result<Vec<_>, _>>()?;
    Ok(key_text(&cells))
}

/// Rows that break a CHECK that the migrations declare. The file's own CHECKs are not asked: it may have lost them.
pub(super) async fn conditions(
    source: &mut Snapshot,
    tables: &[Arc<Table>],
    misfits: &mut Misfits,
) -> Result<(), ServiceError> {
    for (name, statement) in declared().await? {
        let Some(table) = tables.iter().find(|table| table.name == name) else { continue };
        let conditions = check::conditions(&statement);
        // One reading for all of them; which one it is matters only where there is one.
        if !conditions.is_empty() && !source.breaks_any(table, &conditions).await? {
            continue;
        }
        for condition in conditions {
            let set = check::closed_set(condition);
            let (column, rule) = set.map_or((condition, Rule::Check), |column| (column, Rule::Enum));
            let mut from = Some(i64::MIN);
            while let Some(place) = from {
                let page = source.breaking(table, condition, place).await?;
                for row in &page.rows {
                    let (table_name, id) = (table.name.clone(), id_of_key(table, row)?);
                    misfits.add(Misfit { table: table_name, column: column.to_owned(), id, rule });
                }
                from = page.next;
            }
        }
    }
    Ok(())
}

/// The tables of the migrations with their statements, from a database in memory that is gone afterwards.
async fn declared() -> Result<Vec<(String, String)>, ServiceError> {
    use migration::MigratorTrait;
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    let scratch = sea_orm::Database::connect(options).await?;
    migration::Migrator::up(&scratch, None).await?;
    let list = "select name, sql from sqlite_master where type = 'table' and sql is not null order by name";
    let rows = scratch.query_all_raw(Statement::from_string(scratch.get_database_backend(), list)).await?;
    let declared = rows
        .iter()
        .map(|row| Ok((row.try_get("", "name")?, row.try_get("", "sql")?)))
        .collect::<Result<_, sea_orm::DbErr>>();
    scratch.close().await?;
    Ok(declared?)
}

/// Rows that refer to a row that is not there.
pub(super) async fn orphans(
    source: &mut Snapshot,
    tables: &[Arc<Table>],
    misfits: &mut Misfits,
) -> Result<(), ServiceError> {
    for (name, place, column) in source.orphans().await? {
        let Some(table) = tables.iter().find(|table| table.name == name) else { continue };
        let row = source.row_at(table, place).await?;
        let id = row.as_ref().map(|row| id_of_key(table, row)).transpose()?.unwrap_or_default();
        misfits.add(Misfit { table: name, column, id, rule: Rule::ForeignKey });
    }
    Ok(())
}

/// How many rows each table has; the view does not change, so that this holds for the whole move.
pub(super) async fn counts(source: &mut Snapshot, tables: &[Table]) -> Result<Vec<(String, u64)>, ServiceError> {
    let mut counts = Vec::with_capacity(tables.len());
    for table in tables {
        counts.push((table.name.clone(), source.count(&table.name).await?));
    }
    Ok(counts)
}
