//! Verification: it does not wait for others without a limit, and says yes only when everything was compared.

use std::time::Duration;

use safe_migrate::{FindingCode, MigrateOptions, SafeMigrator};
use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::fixture::{Place, Two};

/// Longer than any limit of these tests, shorter than for ever.
const LONG: Duration = Duration::from_secs(60);

fn hasty(place: &Place) -> SafeMigrator {
    let mut options = place.options();
    options.lock_timeout = Duration::from_millis(200);
    SafeMigrator::new::<Two>(&place.url, options).unwrap()
}

#[test]
fn verification_waits_no_longer_for_a_lock_than_it_is_told() {
    crate::fixture::on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let db = place.connect().await;
        let migrator = hasty(&place);
        let writing = db.begin().await.unwrap();
        writing.execute_unprepared("lock table lines in share mode").await.unwrap();
        let verified = tokio::time::timeout(LONG, migrator.verify()).await.unwrap().unwrap();
        assert_eq!(verified.unusable, ["lines: canceling statement due to lock timeout"]);
        assert!(!verified.verified);
        writing.execute_unprepared("lock table lines in access exclusive mode").await.unwrap();
        let error = tokio::time::timeout(LONG, migrator.verify()).await.unwrap().unwrap_err();
        assert!(error.to_string().ends_with("canceling statement due to lock timeout"), "{error}");
        let error = tokio::time::timeout(LONG, migrator.backup()).await.unwrap().unwrap_err();
        assert!(error.to_string().contains("lock timeout"), "{error}");
        writing.rollback().await.unwrap();
        db.close().await.unwrap();
        assert!(migrator.verify().await.unwrap().verified);
    });
}

#[test]
fn what_was_not_compared_is_not_verified() {
    crate::fixture::on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        let role = format!("weak_{}", std::process::id());
        place.run(&[&format!("create role {role} login in role golden")]).await;
        let url = place.url.replace("golden@", &format!("{role}@"));
        let verified = SafeMigrator::new::<Two>(&url, place.options()).unwrap().verify().await.unwrap();
        let codes: Vec<FindingCode> = verified.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [FindingCode::NotDeclared]);
        assert_eq!((verified.verified, verified.unusable), (false, vec![]));
        place.run(&[&format!("drop role {role}")]).await;
    });
}
