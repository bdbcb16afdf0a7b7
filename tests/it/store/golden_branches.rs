//! Golden branches: at most one active for each service and environment.

use entity::golden_branches::{BranchType, Column, Entity, Model};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::refusal::{Case, check, collision, dangling, keeps, refuses};
use super::rows::{self, at, store};

both_backends!(the_active_one_reads_back, async |test| {
    let row = store(&test.db, rows::golden_branch()).await;
    assert_eq!(row.branch_type(), Ok(BranchType::Golden));
    assert_eq!(Entity::active_of("checkout", "production").all(test.db.reader()).await.unwrap(), [row]);
    assert!(Entity::active_of("checkout", "staging").all(test.db.reader()).await.unwrap().is_empty());
});

both_backends!(many_may_be_inactive_and_each_environment_has_its_own, async |test| {
    let inactive = |milliseconds| Model { is_active: false, created_at: at(milliseconds), ..rows::golden_branch() };
    let first = store(&test.db, inactive(1)).await;
    let revoked = Model {
        revoked_at: Some(at(9)),
        revoked_by: Some("bob".to_owned()),
        revoke_reason: Some("wrong port".to_owned()),
        ..inactive(2)
    };
    let revoked = store(&test.db, revoked).await;
    let active = store(&test.db, Model { created_at: at(3), ..rows::golden_branch() }).await;
    store(&test.db, Model { environment: "staging".to_owned(), ..rows::golden_branch() }).await;
    let all = Entity::newest_of("checkout", "production", None).all(test.db.reader()).await.unwrap();
    assert_eq!(all, [active.clone(), revoked, first.clone()]);
    let standing = Entity::standing_of("checkout", "production").all(test.db.reader()).await.unwrap();
    assert_eq!(standing, [active, first]);
});

both_backends!(names_sort_bytewise, async |test| {
    for service in ["b", "_", "A", "a", "B"] {
        store(&test.db, Model { service_name: service.to_owned(), ..rows::golden_branch() }).await;
    }
    let sorted = Entity::find().order_by_asc(Column::ServiceName).select_only();
    let names: Vec<String> = sorted.column(Column::ServiceName).into_tuple().all(test.db.reader()).await.unwrap();
    assert_eq!(names, ["A", "B", "_", "a", "b"]);
});

both_backends!(every_constraint_holds, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let before = store(&test.db, Model { is_active: false, ..rows::golden_branch() }).await;
    let linked = Model { run_id: Some(run.id), replaces_id: Some(before.id), ..rows::golden_branch() };
    let active = store(&test.db, linked).await;
    let valid = || Model { is_active: false, ..rows::golden_branch() };
    let mut cases: Vec<Case<Column>> = vec![
        check([(Column::BranchType, "draft".into())]),
        check([(Column::Score, (-1_i16).into())]),
        check([(Column::IsActive, true.into()), (Column::BranchType, "candidate".into())]),
        check([(Column::RevokedBy, "bob".into())]),
        check([(Column::RevokeReason, "wrong port".into())]),
        check([
            (Column::IsActive, true.into()),
            (Column::Environment, "staging".into()),
            (Column::RevokedAt, at(0).into()),
            (Column::RevokedBy, "bob".into()),
            (Column::RevokeReason, "wrong port".into()),
        ]),
    ];
    cases.extend([
        dangling(Column::RunId),
        dangling(Column::ReplacesId),
        collision([(Column::IsActive, true.into())]),
        collision([(Column::BranchName, active.branch_name.into())]),
    ]);
    refuses(&test.db, valid, cases).await;
    keeps(&test.db, "validation_runs", run.id).await;
    keeps(&test.db, "golden_branches", before.id).await;
});
