//! Databases of other programs and of newer ones, and what is not there: nothing is written, nothing is left.

use safe_migrate::{MigrateOptions, SafeError, SafeMigrator};

use crate::fixture::{LINES, ORDERS, Place, Two, on_postgres, on_sqlite};

migrator!(Edited:
    ("m1_orders", [ORDERS, "select 1"], ["drop table orders"]),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);

async fn ledgers(place: &Place) -> i64 {
    let of = match place.file() {
        Some(_) => "sqlite_master where name",
        None => "pg_class where relname",
    };
    place.number(&format!("select count(*) from {of} like '%safe_migrate%'")).await
}

both_backends!(what_belongs_to_others_is_copied_and_not_written, async |place: Place| {
    place.run(&["create table customers (id bigint)", "insert into customers values (1)"]).await;
    let backup = place.migrator::<Two>().backup().await.unwrap();
    assert_eq!((backup.rows, ledgers(&place).await), (1, 0));
    place.migrator::<Edited>().accept("m1_orders", "it is ours").await.unwrap_err();
    assert_eq!(ledgers(&place).await, 0);
});

both_backends!(what_a_newer_program_applied_is_not_written, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.run(&["insert into seaql_migrations (version, applied_at) values ('m9_later', 1)"]).await;
    let ledger = place.migrator::<Two>().ledger().await.unwrap();
    place.migrator::<Two>().backup().await.unwrap();
    let error = place.migrator::<Edited>().accept("m1_orders", "known").await.unwrap_err();
    assert!(error.to_string().contains("m9_later"), "{error}");
    assert_eq!(place.migrator::<Two>().ledger().await.unwrap(), ledger);
});

both_backends!(only_an_edit_is_accepted, async |place: Place| {
    let to = MigrateOptions { to: Some("m1_orders".to_owned()), ..MigrateOptions::default() };
    place.migrator::<Two>().migrate(&to).await.unwrap();
    let refused = async |migrator: SafeMigrator, name: &str, reason: &str, told: &str| {
        let error = migrator.accept(name, reason).await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    };
    refused(place.migrator::<Two>(), "m1_orders", "why not", "as it was applied").await;
    refused(place.migrator::<Two>(), "m2_lines", "why not", "not applied").await;
    refused(place.migrator::<Edited>(), "m1_orders", " ", "without a reason").await;
    place.migrator::<Edited>().accept("m1_orders", "it selects one").await.unwrap();
    assert_eq!(place.migrator::<Edited>().plan(None).await.unwrap().findings, []);
    // What is applied later counts as it is then.
    let back = safe_migrate::RollbackOptions { to: Some("0".to_owned()), ..safe_migrate::RollbackOptions::default() };
    place.migrator::<Edited>().rollback(&back).await.unwrap();
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(place.migrator::<Two>().plan(None).await.unwrap().findings, []);
});

both_backends!(a_report_reads_the_file_of_the_newest_backup, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let backup = migrator.backup().await.unwrap();
    let outcome = async || {
        let report = serde_json::to_value(migrator.report().await.unwrap()).unwrap();
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|check| check["name"] == "the newest backup is proved").unwrap()["outcome"].clone()
    };
    assert_eq!(outcome().await, "passed");
    let mut bytes = std::fs::read(&backup.path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&backup.path, bytes).unwrap();
    assert_eq!(outcome().await, "failed");
});

both_backends!(an_unknown_name_is_refused_when_nothing_is_pending_too, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let to = MigrateOptions { to: Some("m9_nothing".to_owned()), ..MigrateOptions::default() };
    assert!(matches!(migrator.migrate(&to).await.unwrap_err(), SafeError::NoSuchMigration(_)));
});

#[test]
fn nothing_is_left_beside_a_file_that_is_missing() {
    on_sqlite(async |place| {
        let missing = place.folder.join("typo/x.db");
        let migrator = SafeMigrator::new::<Two>(
            &format!("sqlite://{}", missing.display()),
            safe_migrate::Options::new(chrono::Utc::now, "ann", "tests/1"),
        );
        let migrator = migrator.unwrap();
        for error in [migrator.backup().await.map(|_| ()), migrator.adopt("mine").await.map(|_| ())] {
            assert!(matches!(error, Err(SafeError::Missing(_))), "{error:?}");
        }
        assert!(!missing.parent().unwrap().exists());
    });
}

#[test]
fn a_role_that_may_make_no_database_is_told_so() {
    on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        let role = format!("reader_{}", std::process::id());
        place
            .run(&[
                &format!("create role {role} login"),
                &format!("grant select on all tables in schema public to {role}"),
            ])
            .await;
        let (user, rest) = place.url.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
        let as_role = Place { url: format!("postgres://{role}@{rest}"), folder: place.folder.clone() };
        let error = as_role.migrator::<Two>().sides().await.unwrap_err();
        place.run(&[&format!("drop owned by {role}"), &format!("drop role {role}")]).await;
        assert!(matches!(error, SafeError::NotDeclared { .. }), "{error} as {user}");
        assert!(!error.is_refusal() && error.remedy().contains("right to create databases"), "{}", error.remedy());
    });
}

#[test]
fn what_may_be_a_password_is_no_name_of_a_database() {
    let options = safe_migrate::Options::new(chrono::Utc::now, "ann", "tests/1");
    let error = SafeMigrator::new::<Two>("postgres:/ann:hunter2@db.example/x", options).unwrap_err().to_string();
    assert!(error.contains("malformed") && !error.contains("hunter2"), "{error}");
}

// On Postgres to know the drift takes a database, which a plan does not make.
#[test]
fn a_plan_tells_what_stands_in_its_way() {
    on_sqlite(async |place| {
        let to = MigrateOptions { to: Some("m1_orders".to_owned()), ..MigrateOptions::default() };
        place.migrator::<Two>().migrate(&to).await.unwrap();
        assert_eq!(place.migrator::<Two>().plan(None).await.unwrap().findings, []);
        place.run(&["create table by_hand (id bigint)"]).await;
        let plan = place.migrator::<Two>().plan(None).await.unwrap();
        let error = place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap_err();
        let SafeError::Refused { findings, .. } = error else { panic!("not refused: {error}") };
        assert_eq!(plan.findings, findings);
        assert!(findings[0].cause.contains("by_hand"), "{findings:?}");
    });
}

#[test]
fn work_that_is_given_up_leaves_no_copy_behind() {
    on_postgres(async |place| {
        let role = format!("maker_{}", std::process::id());
        let name = place.url.rsplit_once('/').unwrap().1;
        place
            .run(&[&format!("create role {role} login createdb"), &format!("alter database {name} owner to {role}")])
            .await;
        let (_, rest) = place.url.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
        place.run(&[&format!("grant all on schema public to {role}")]).await;
        let ours = Place { url: format!("postgres://{role}@{rest}"), folder: place.folder.clone() };
        let migrator = ours.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        ours.two_orders().await;
        let copies = format!(
            "select count(*) from pg_database d join pg_roles r on r.oid = d.datdba \
             where r.rolname = '{role}' and d.datname <> '{name}'"
        );
        let mut given_up = 0;
        for milliseconds in [20, 40, 60, 80, 100, 150, 200, 300, 400] {
            let patience = std::time::Duration::from_millis(milliseconds);
            let backup = tokio::time::timeout(patience, migrator.backup()).await.is_err();
            let inspection = tokio::time::timeout(patience, migrator.inspect()).await.is_err();
            given_up += usize::from(backup) + usize::from(inspection);
            assert_eq!(place.number(&copies).await, 0, "after {milliseconds} ms");
            let parts = std::fs::read_dir(place.folder.join("backups")).unwrap();
            let parts =
                parts.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "part"));
            assert_eq!(parts.count(), 0, "after {milliseconds} ms");
        }
        assert!(given_up > 1, "{given_up}");
        migrator.backup().await.unwrap();
        place.run(&[&format!("reassign owned by {role} to current_user"), &format!("drop owned by {role}")]).await;
        place.run(&[&format!("alter database {name} owner to current_user"), &format!("drop role {role}")]).await;
    });
}
