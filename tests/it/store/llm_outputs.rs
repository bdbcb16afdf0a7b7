//! Outputs of triage: as many for a run as were asked.

use entity::llm_outputs::{Column, Entity};

use super::refusal::{dangling, keeps, negative, refuses};
use super::rows::{self, store};

both_backends!(it_reads_back, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let row = store(&test.db, rows::llm_output(run.id)).await;
    assert_eq!(Entity::of_run(run.id).all(test.db.reader()).await.unwrap(), [row]);
});

both_backends!(every_constraint_holds, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let mut cases = negative(&[
        Column::InputTokens,
        Column::OutputTokens,
        Column::CostMicros,
        Column::LatencyMs,
        Column::CriticalCount,
        Column::HighCount,
        Column::MediumCount,
        Column::LowCount,
        Column::AllowedCount,
    ]);
    cases.push(dangling(Column::RunId));
    refuses(&test.db, || rows::llm_output(run.id), cases).await;
    store(&test.db, rows::llm_output(run.id)).await;
    keeps(&test.db, "validation_runs", run.id).await;
});
