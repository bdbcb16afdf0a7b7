//! Context bundles: one for each run.

use entity::context_bundles::{Column, Entity};

use super::refusal::{collision, dangling, keeps, negative, refuses};
use super::rows::{self, store};

both_backends!(it_reads_back, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let row = store(&test.db, rows::bundle(run.id)).await;
    assert_eq!(Entity::find_by_run_id(run.id).one(test.db.reader()).await.unwrap(), Some(row));
});

both_backends!(every_constraint_holds, async |test| {
    let (run, taken) = (store(&test.db, rows::pending_run()).await, store(&test.db, rows::pending_run()).await);
    store(&test.db, rows::bundle(taken.id)).await;
    let mut cases = negative(&[Column::TotalFiles, Column::FilesWithDrift, Column::TotalDeltas]);
    cases.extend([dangling(Column::RunId), collision([(Column::RunId, taken.id.into())])]);
    refuses(&test.db, || rows::bundle(run.id), cases).await;
    keeps(&test.db, "validation_runs", taken.id).await;
});
