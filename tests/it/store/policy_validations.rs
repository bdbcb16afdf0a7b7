//! Policy validations: one for each run.

use entity::policy_validations::{Column, Entity};

use super::refusal::{collision, dangling, keeps, negative, refuses};
use super::rows::{self, store};

both_backends!(it_reads_back, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let row = store(&test.db, rows::policy_validation(run.id)).await;
    assert_eq!(Entity::find_by_run_id(run.id).one(test.db.reader()).await.unwrap(), Some(row));
});

both_backends!(every_constraint_holds, async |test| {
    let (run, taken) = (store(&test.db, rows::pending_run()).await, store(&test.db, rows::pending_run()).await);
    store(&test.db, rows::policy_validation(taken.id)).await;
    let mut cases = negative(&[
        Column::SecretFindingsCount,
        Column::IntentFindingsCount,
        Column::CriticalViolationsCount,
        Column::HighViolationsCount,
        Column::MediumViolationsCount,
        Column::LowViolationsCount,
    ]);
    cases.extend([dangling(Column::RunId), collision([(Column::RunId, taken.id.into())])]);
    refuses(&test.db, || rows::policy_validation(run.id), cases).await;
    keeps(&test.db, "validation_runs", taken.id).await;
});
