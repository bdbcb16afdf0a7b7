//! Validation runs: a decision exactly when one succeeded, an end that is told, and buckets that add up.

use drift::decision::Decision;
use drift::settings::Tier;
use entity::page::Cursor;
use entity::stored::UnknownText;
use entity::validation_runs::{Column, Entity, Model, Origin, RunStatus};
use sea_orm::{EntityTrait, QuerySelect, Value};
use uuid::Uuid;

use super::refusal::{Case, check, dangling, keeps, refuses};
use super::rows::{self, at, store};

both_backends!(a_finished_run_reads_back, async |test| {
    let rules = store(&test.db, rows::rule_set()).await;
    let branch = store(&test.db, rows::golden_branch()).await;
    let run = Model { golden_branch_id: Some(branch.id), ..rows::succeeded_run(&rules) };
    let run = store(&test.db, run).await;
    assert_eq!(
        (run.status(), run.origin(), run.tier()),
        (Ok(RunStatus::Succeeded), Ok(Origin::Cli), Ok(Tier::Production))
    );
    assert_eq!(run.decision(), Ok(Some(Decision::HumanReview)));
    assert_eq!(Entity::find_by_id(run.id).one(test.db.reader()).await.unwrap(), Some(run));
    keeps(&test.db, "rule_sets", rules.id).await;
    keeps(&test.db, "golden_branches", branch.id).await;
});

both_backends!(pages_neither_skip_nor_repeat_a_run_of_the_same_millisecond, async |test| {
    let mut expected = Vec::new();
    for milliseconds in [0, 1, 1, 1, 2] {
        expected.insert(0, store(&test.db, Model { created_at: at(milliseconds), ..rows::pending_run() }).await.id);
    }
    store(&test.db, Model { environment: "staging".to_owned(), created_at: at(1), ..rows::pending_run() }).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Entity::newest_of("checkout", "production", after).limit(2).all(test.db.reader()).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Cursor { created_at: last.created_at.into(), id: last.id });
        seen.extend(page.iter().map(|run| run.id));
    }
    assert_eq!(seen, expected);
});

both_backends!(a_silent_run_is_found_by_its_heartbeat, async |test| {
    let silent = store(&test.db, rows::pending_run()).await;
    store(&test.db, Model { heartbeat_at: Some(at(60_000)), ..rows::pending_run() }).await;
    let found = Entity::silent_since(RunStatus::Pending, at(1).into()).all(test.db.reader()).await.unwrap();
    assert_eq!(found, [silent]);
});

#[test]
fn an_unknown_status_is_an_error_that_names_the_row() {
    let run = Model { status: "paused".to_owned(), ..rows::pending_run() };
    assert_eq!(run.status(), Err(UnknownText { table: "validation_runs", column: "status", id: run.id }));
}

/// Each count below zero, balanced by another of the same sum so that only its own check refuses it.
fn counts() -> Vec<Case<Column>> {
    let buckets =
        [Column::CriticalCount, Column::HighCount, Column::MediumCount, Column::LowCount, Column::AllowedCount];
    let classes = [
        Column::ValueCount,
        Column::TypeCount,
        Column::OrderCount,
        Column::EquivalentCount,
        Column::TextCount,
        Column::UnreadableCount,
    ];
    let alone = [
        Column::FilesCompared,
        Column::FilesChanged,
        Column::FindingCriticalCount,
        Column::FindingHighCount,
        Column::FindingMediumCount,
        Column::FindingLowCount,
    ];
    let balanced = |columns: &[Column]| -> Vec<Case<Column>> {
        let neighbours = columns.iter().zip(columns.iter().cycle().skip(1));
        neighbours.map(|(column, next)| check([(*column, (-1_i64).into()), (*next, 1_i64.into())])).collect()
    };
    let mut cases = balanced(&buckets);
    cases.extend(balanced(&classes));
    cases.extend(alone.map(|column| check([(column, (-1_i64).into())])));
    cases.push(check([(Column::CriticalCount, 1_i64.into())]));
    cases
}

fn words() -> Vec<Case<Column>> {
    vec![
        check([(Column::Tier, "test".into())]),
        check([(Column::Status, "paused".into())]),
        check([(Column::Origin, "cron".into())]),
        check([(Column::Decision, "maybe".into())]),
    ]
}

/// Changes of a pending run that no life of a run leads to.
fn impossible() -> Vec<Case<Column>> {
    let ended = |status: &str| {
        let end: [(Column, Value); 3] = [
            (Column::Status, status.into()),
            (Column::CompletedAt, at(1).into()),
            (Column::ExecutionTimeMs, 1_i64.into()),
        ];
        end
    };
    let decided: [(Column, Value); 2] = [(Column::Decision, "auto_merge".into()), (Column::Score, 100_i16.into())];
    let running = (Column::Status, Value::from("running"));
    let reason: Value = serde_json::json!({"reason": "lease"}).into();
    let no_time: Value = Option::<sea_orm::prelude::DateTimeWithTimeZone>::None.into();
    vec![
        check([(Column::Decision, "auto_merge".into())]),
        check([(Column::Score, 100_i16.into())]),
        check(ended("succeeded").into_iter().chain(decided.clone())),
        check(ended("succeeded").into_iter().chain([(Column::Origin, "import".into())])),
        check(
            ended("succeeded")
                .into_iter()
                .chain([(Column::Origin, "import".into())])
                .chain(decided)
                .chain([(Column::Score, 101_i16.into())]),
        ),
        check(ended("succeeded").into_iter().chain([
            (Column::Origin, "import".into()),
            (Column::Decision, "maybe".into()),
            (Column::Score, 100_i16.into()),
        ])),
        check([(Column::CompletedAt, at(1).into())]),
        check([(Column::ExecutionTimeMs, 1_i64.into())]),
        check(ended("cancelled").into_iter().chain([(Column::ExecutionTimeMs, (-1_i64).into())])),
        check(ended("failed")),
        check([(Column::Error, reason)]),
        check([(Column::HeartbeatAt, no_time)]),
        check([running]),
    ]
}

both_backends!(every_constraint_holds, async |test| {
    let mut cases = counts();
    cases.extend(words());
    cases.extend(impossible());
    cases.extend([dangling(Column::RuleSetId), dangling(Column::GoldenBranchId)]);
    refuses(&test.db, rows::pending_run, cases).await;
});

both_backends!(a_run_that_failed_or_was_cancelled_has_no_decision, async |test| {
    for (status, error) in [("failed", Some(serde_json::json!({"reason": "lease"}))), ("cancelled", None)] {
        let run = Model {
            status: status.to_owned(),
            error,
            completed_at: Some(at(2)),
            execution_time_ms: Some(2),
            ..rows::pending_run()
        };
        let run = store(&test.db, run).await;
        assert_eq!((run.status().map(RunStatus::has_ended), run.decision()), (Ok(true), Ok(None)));
    }
    assert_eq!(Entity::find_by_id(Uuid::nil()).one(test.db.reader()).await.unwrap(), None);
});
