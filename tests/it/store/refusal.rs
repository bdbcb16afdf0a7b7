//! What a database refuses, and the proof that each of its constraints was tried.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic,
    IntoActiveModel, RuntimeErr, Statement, Value,
};
use service::database::Database;
use service::retry::database_code;
use uuid::Uuid;

/// Why a row is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Check,
    ForeignKey,
    Unique,
}

/// A change of a valid row, and why the result is refused.
pub(crate) struct Case<C> {
    pub(crate) change: Vec<(C, Value)>,
    pub(crate) refused: Refused,
}

/// A change that a CHECK refuses.
pub(crate) fn check<C>(change: impl IntoIterator<Item = (C, Value)>) -> Case<C> {
    Case { change: change.into_iter().collect(), refused: Refused::Check }
}

/// A link to a row that is not there.
pub(crate) fn dangling<C>(column: C) -> Case<C> {
    Case { change: vec![(column, Uuid::now_v7().into())], refused: Refused::ForeignKey }
}

/// A change that makes the row collide with one that is stored.
pub(crate) fn collision<C>(change: impl IntoIterator<Item = (C, Value)>) -> Case<C> {
    Case { change: change.into_iter().collect(), refused: Refused::Unique }
}

/// Negative counts, each of them refused.
pub(crate) fn negative<C: Copy>(columns: &[C]) -> Vec<Case<C>> {
    columns.iter().map(|column| check([(*column, (-1_i64).into())])).collect()
}

/// Inserts each changed row and asserts that it is refused for its reason. Postgres names what refused it: there the
/// cases must have met every constraint of the table.
pub(crate) async fn refuses<M, A>(
    db: &Database,
    valid: impl Fn() -> M,
    cases: Vec<Case<<A::Entity as EntityTrait>::Column>>,
) where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let mut met = BTreeSet::new();
    for case in cases {
        let mut row = valid().into_active_model().reset_all();
        for (column, value) in &case.change {
            row.set(*column, value.clone());
        }
        let told: Vec<_> = case.change.iter().map(|(column, value)| format!("{}={value:?}", column.as_str())).collect();
        let error = row.insert(db.writer()).await.map(|_| ()).expect_err(&told.join(" "));
        assert_eq!(why(&error), Some(case.refused), "{told:?}: {error}");
        met.extend(constraint(&error));
    }
    if db.backend() == DbBackend::Postgres {
        assert_eq!(met, constraints(db, A::Entity::default().table_name()).await);
    }
}

/// Deleting the row of another table that a stored row points at is refused.
pub(crate) async fn keeps(db: &Database, table: &str, id: Uuid) {
    let delete =
        Statement::from_sql_and_values(db.backend(), format!("delete from {table} where id = $1"), [id.into()]);
    let error = db.writer().execute_raw(delete).await.expect_err("it can be deleted");
    assert_eq!(why(&error), Some(Refused::ForeignKey), "{table}: {error}");
}

pub(crate) fn why(error: &DbErr) -> Option<Refused> {
    match database_code(error)?.as_str() {
        "275" | "23514" => Some(Refused::Check),
        "787" | "1811" | "23503" | "23001" => Some(Refused::ForeignKey),
        "2067" | "1555" | "23505" => Some(Refused::Unique),
        _ => None,
    }
}

fn constraint(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return None;
    };
    Some(cause.as_database_error()?.constraint()?.to_owned())
}

async fn constraints(db: &Database, table: &str) -> BTreeSet<String> {
    let list = "select conname::text as name from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f') \
                union select indexrelid::regclass::text from pg_index where indrelid = $1::regclass and indisunique and not indisprimary";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, list, [table.into()]);
    let rows = db.reader().query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}
