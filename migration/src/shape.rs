//! The shapes that the tables share: keys, counts, closed sets of words, links and indexes.
//!
//! Only the portable column subset is used, so that the generated entities are the same from both backends.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, pk_uuid, text, timestamp_with_time_zone};
use sea_orm_migration::sea_orm::DbBackend;

/// A table with its id and its time of creation.
pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(pk_uuid("id")).col(timestamp_with_time_zone("created_at")).take()
}

/// A text column that is sorted or paged by: bytewise on both backends, whatever the locale of the server.
pub(crate) fn sorted_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = text(name);
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Adds columns that count something: never NULL, never negative.
pub(crate) fn counts(table: &mut TableCreateStatement, names: &[&'static str]) {
    for name in names {
        table.col(big_integer(*name)).check(Expr::cust(format!("{name} >= 0")));
    }
}

/// A text column holds one of these words. NULL is never in the list: it would let every word pass.
pub(crate) fn one_of(column: &str, words: &[&str]) -> Expr {
    Expr::cust(format!("{column} in ('{}')", words.join("', '")))
}

/// A condition that every row meets.
pub(crate) fn rule(condition: &str) -> Expr {
    Expr::cust(condition.to_owned())
}

/// A foreign key to the id of another table. Nothing is ever deleted through it.
pub(crate) fn link(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(target, "id")
        .on_delete(ForeignKeyAction::Restrict)
        .take()
}

/// An index over columns, named after the table and its columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named_index("ix", table, columns)
}

/// A unique key over columns, named after the table and its columns.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named_index("uq", table, columns).unique().take()
}

fn named_index(prefix: &str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{prefix}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index.take()
}

/// Drops a table with its indexes.
pub(crate) async fn drop(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(table).take()).await
}
