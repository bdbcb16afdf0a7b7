//! Deltas: a run's rows belong to that run, whatever other runs find.

use drift::delta::{Class, Kind};
use drift::risk::Risk;
use entity::config_deltas::{Column, Entity, Model};
use entity::page::Cursor;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use service::database::Database;
use uuid::Uuid;

use super::refusal::{check, collision, dangling, keeps, negative, refuses};
use super::rows::{self, at, store};

/// Two runs, so that the bundle of a delta does not keep the run of the delta.
async fn parents(db: &Database) -> (Uuid, Uuid) {
    let (run, other) = (store(db, rows::pending_run()).await, store(db, rows::pending_run()).await);
    (run.id, store(db, rows::bundle(other.id)).await.id)
}

both_backends!(it_reads_back_and_tells_null_from_absent, async |test| {
    let (run, bundle) = parents(&test.db).await;
    let row = Model { old_value: None, new_value: Some(Value::Null), ..rows::delta(run, bundle) };
    let row = store(&test.db, row).await;
    assert_eq!((row.kind(), row.class(), row.risk()), (Ok(Kind::Changed), Ok(Class::Value), Ok(Risk::Medium)));
    let found = Entity::find_by_id(row.id).one(test.db.reader()).await.unwrap().unwrap();
    assert_eq!(found, row);
});

both_backends!(two_runs_find_the_same_delta_and_keep_their_own_rows, async |test| {
    let (first, bundle) = parents(&test.db).await;
    let second = store(&test.db, rows::pending_run()).await.id;
    let old = store(&test.db, rows::delta(first, bundle)).await;
    let new =
        store(&test.db, Model { created_at: at(5), new_value: Some(json!(1)), ..rows::delta(second, bundle) }).await;
    let history = Entity::history_of(&old.fingerprint, None).all(test.db.reader()).await.unwrap();
    assert_eq!(history, [new.clone(), old.clone()]);
    let after = Cursor { created_at: new.created_at.into(), id: new.id };
    assert_eq!(Entity::history_of(&old.fingerprint, Some(after)).all(test.db.reader()).await.unwrap(), [old]);
});

both_backends!(a_bucket_is_paged_by_position, async |test| {
    let (run, bundle) = parents(&test.db).await;
    for (position, risk) in ["low", "high", "low", "low"].into_iter().enumerate() {
        let position = i64::try_from(position).unwrap();
        let row =
            Model { position, risk: risk.to_owned(), delta_id: format!("{position:016}"), ..rows::delta(run, bundle) };
        store(&test.db, row).await;
    }
    let page = async |after| {
        let rows = Entity::of_run_by_risk(run, Risk::Low, after).all(test.db.reader()).await.unwrap();
        rows.iter().map(|row| row.position).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, [0, 2, 3]);
    assert_eq!(page(Some(0)).await, [2, 3]);
    assert_eq!(page(Some(3)).await, Vec::<i64>::new());
});

both_backends!(every_constraint_holds, async |test| {
    let (run, bundle) = parents(&test.db).await;
    let taken = store(&test.db, rows::delta(run, bundle)).await;
    let valid = || Model { delta_id: "fedcba9876543210".to_owned(), ..rows::delta(run, bundle) };
    let mut cases = negative(&[Column::Document, Column::LineNumber, Column::ColumnNumber, Column::Position]);
    cases.extend([
        check([(Column::Kind, "mutated".into())]),
        check([(Column::Class, "colour".into())]),
        check([(Column::Risk, "none".into())]),
        check([(Column::Similarity, 50_i16.into())]),
        check([(Column::FromFile, "old.yml".into())]),
        check([(Column::FromPath, "/old".into())]),
        check([(Column::Kind, "moved".into()), (Column::Similarity, 101_i16.into())]),
        dangling(Column::RunId),
        dangling(Column::BundleId),
        collision([(Column::DeltaId, taken.delta_id.into())]),
    ]);
    refuses(&test.db, valid, cases).await;
    keeps(&test.db, "validation_runs", run).await;
    keeps(&test.db, "context_bundles", bundle).await;
});
