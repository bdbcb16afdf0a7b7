//! Certifications: one for each run.

use entity::certifications::{Column, Entity};

use super::refusal::{check, collision, dangling, keeps, negative, refuses};
use super::rows::{self, store};

both_backends!(it_reads_back, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let row = store(&test.db, rows::certification(run.id)).await;
    assert_eq!(Entity::find_by_run_id(run.id).one(test.db.reader()).await.unwrap(), Some(row));
});

both_backends!(every_constraint_holds, async |test| {
    let (run, taken) = (store(&test.db, rows::pending_run()).await, store(&test.db, rows::pending_run()).await);
    store(&test.db, rows::certification(taken.id)).await;
    let mut cases = negative(&[Column::ViolationsCount, Column::HighRiskCount]);
    cases.extend([-1_i16, 101].map(|score| check([(Column::Score, score.into())])));
    cases.push(check([(Column::Decision, "HUMAN_REVIEW".into())]));
    cases.extend([dangling(Column::RunId), collision([(Column::RunId, taken.id.into())])]);
    refuses(&test.db, || rows::certification(run.id), cases).await;
    keeps(&test.db, "validation_runs", taken.id).await;
});
