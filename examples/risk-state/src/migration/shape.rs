//! Columns that are the same in Rust from both backends, in the forms that the first daemon wrote.
//!
//! Times are UTC without a zone: the first daemon wrote them so, and one column must not hold two forms.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A time in UTC that is always set.
pub(super) fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date_time().not_null().take()
}

/// A time that may be missing.
pub(super) fn time_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date_time().null().take()
}

/// A time that the database sets when nobody does.
pub(super) fn stamp(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    // SQLite's is UTC; that of Postgres is the session's own time.
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let now = if sqlite { "CURRENT_TIMESTAMP" } else { "(now() at time zone 'utc')" };
    time_null(name).default(Expr::cust(now)).take()
}

/// A day that is always set.
pub(super) fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

/// A number that is always set.
pub(super) fn real(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().not_null().take()
}

/// A number that may be missing.
pub(super) fn real_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().null().take()
}

/// An amount that starts at nothing.
pub(super) fn amount(name: &'static str) -> ColumnDef {
    real(name).default(Expr::cust("0.0")).take()
}

/// A yes or no that starts as `start`.
pub(super) fn flag(name: &'static str, start: bool) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(start).take()
}

/// A whole number that is always set.
pub(super) fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A key that comes from outside.
pub(super) fn key(name: &'static str) -> ColumnDef {
    integer(name).primary_key().take()
}

/// A key that the database counts.
pub(super) fn counted(name: &'static str) -> ColumnDef {
    integer(name).auto_increment().primary_key().take()
}

pub(super) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub(super) fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A table of these columns.
pub(super) fn table(name: &'static str, columns: impl IntoIterator<Item = ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

/// An index; a name that ends with ` desc` sorts downwards.
pub(super) fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        match column.strip_suffix(" desc") {
            Some(column) => index.col((column, IndexOrder::Desc)),
            None => index.col(*column),
        };
    }
    index
}

/// Drops an index of a table.
pub(super) async fn drop_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}
