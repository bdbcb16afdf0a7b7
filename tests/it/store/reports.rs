//! Reports: a run as told, by format.

use drift::report::ReportFormat;
use entity::reports::{Column, Entity, ReportType};

use super::refusal::{check, dangling, keeps, refuses};
use super::rows::{self, store};

both_backends!(it_reads_back, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let row = store(&test.db, rows::report(run.id)).await;
    assert_eq!((row.report_type(), row.format()), (Ok(ReportType::Run), Ok(ReportFormat::Json)));
    assert_eq!(Entity::of_run(run.id, ReportFormat::Json).all(test.db.reader()).await.unwrap(), [row]);
    assert!(Entity::of_run(run.id, ReportFormat::Html).all(test.db.reader()).await.unwrap().is_empty());
});

both_backends!(every_constraint_holds, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    let cases = vec![
        check([(Column::Format, "pdf".into())]),
        check([(Column::ReportType, "week".into())]),
        dangling(Column::RunId),
    ];
    refuses(&test.db, || rows::report(run.id), cases).await;
    store(&test.db, rows::report(run.id)).await;
    keeps(&test.db, "validation_runs", run.id).await;
});
