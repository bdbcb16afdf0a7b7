//! Paging by key: newest first, each page beginning where the one before ended.

use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Select, Statement, Value};

/// The last row of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// Its id, which orders rows of the same millisecond.
    pub id: Uuid,
}

/// Orders newest first by two columns and leaves out everything up to and including the cursor's row.
pub fn newest_first<E: EntityTrait>(
    select: Select<E>,
    (created_at, id): (E::Column, E::Column),
    after: Option<Cursor>,
) -> Select<E> {
    let ordered = select.order_by_desc(created_at).order_by_desc(id);
    match after {
        Some(cursor) => ordered.filter(older_than((created_at, id), cursor)),
        None => ordered,
    }
}

/// A row value, because both backends follow an index through it; they do not through the same thing spelt with OR.
fn older_than<C: ColumnTrait>((created_at, id): (C, C), cursor: Cursor) -> SimpleExpr {
    let row = Expr::tuple([Expr::col(created_at.as_column_ref()), Expr::col(id.as_column_ref())]);
    row.lt(Expr::tuple([Expr::value(cursor.created_at), Expr::value(cursor.id)]))
}

/// The statement with its limit written out. Postgres keeps no plan of a statement whose limit is bound, because one for
/// any limit looks dear to it, and plans it anew each time: as much work as to read fifty rows.
pub(crate) fn with_plain_limit(mut statement: Statement) -> Statement {
    let Some(values) = &mut statement.values else { return statement };
    let bound = match statement.db_backend {
        DbBackend::Postgres => format!(" LIMIT ${}", values.0.len()),
        _ => " LIMIT ?".to_owned(),
    };
    if let (Some(head), Some(Value::BigUnsigned(Some(limit)))) = (statement.sql.strip_suffix(&bound), values.0.last()) {
        statement.sql = format!("{head} LIMIT {limit}");
        values.0.pop();
    }
    statement
}

/// Rows behind a row in ascending order of several columns, as a row value for the same reason.
pub(crate) fn tuple_after<C: ColumnTrait, const N: usize>(columns: [C; N], values: [Value; N]) -> SimpleExpr {
    let row = Expr::tuple(columns.map(|column| Expr::col(column.as_column_ref())));
    row.gt(Expr::tuple(values.map(Expr::value)))
}
