//! A move that is refused leaves the target as it was, or says how it is left.

use sea_orm::ConnectionTrait;

use super::interrupted::{ended, hold, until_held_up};
use super::{Origin, assert_equal, assert_untouched, counts, ledgers};
use crate::harness::{Fresh, on_postgres, on_sqlite};

#[test]
fn a_write_to_the_source_meanwhile_is_noticed() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let held = hold(&target, "reports").await;
        let mut child = origin.start(&target);
        until_held_up(&target, &mut child).await;
        origin.sql("update config_deltas set risk_reason = 'another'").await;
        held.rollback().await.unwrap();
        let (code, stdout, stderr) = ended(child);
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
        let place = origin.file();
        assert_eq!(
            stderr,
            format!(
                "error: the source sqlite:{} was written to while it was moved; the target is empty again\n  remedy: \
                 stop what writes to the source, then run the command again\n",
                place.display()
            )
        );
        assert_untouched(&target.db).await;
        origin.golden().args(&origin.arguments(&target, &[])).exits(0);
        assert_equal(&origin.db, &target.db).await;
    });
}

#[test]
fn a_target_with_rows_is_refused() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        origin.golden().args(&origin.arguments(&target, &[])).exits(0);
        let before = counts(&target.db).await;
        origin.golden().database(&target.url).args(&origin.arguments(&target, &["--restart"])).fails(
            1,
            "error: the target <database> is not empty: aggregated_results holds rows; nothing was written\n  remedy: \
             name an empty database that `golden db migrate` has made ready\n",
        );
        assert_eq!(counts(&target.db).await, before);
    });
}

#[test]
fn a_target_that_changes_what_it_stores_is_found() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let change = "create function louder() returns trigger language plpgsql as $$ begin new.explanation := \
            upper(new.explanation); return new; end $$; create trigger louder before insert on certifications for each \
            row execute function louder()";
        target.db.writer().execute_unprepared(change).await.unwrap();
        origin.golden().args(&origin.arguments(&target, &[])).fails(
            1,
            "error: the target does not hold what the source holds, in certifications; it was left as it is\n  remedy: \
             see who else writes to it, then run the command again with --restart, which empties the target first\n",
        );
        assert_eq!(ledgers(&target.db).await, 2, "no other command uses it");
        target.db.writer().execute_unprepared("drop trigger louder on certifications").await.unwrap();
        origin.golden().args(&origin.arguments(&target, &["--restart"])).exits(0);
        assert_equal(&origin.db, &target.db).await;
    });
}

#[test]
fn rows_that_the_target_refuses_leave_it_empty() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let rule = "alter table reports add constraint ck_short check (length(content) < 2)";
        target.db.writer().execute_unprepared(rule).await.unwrap();
        origin.golden().args(&origin.arguments(&target, &[])).fails(
            1,
            "error: the target refuses rows of reports (23514, ck_short); it is empty again\n  remedy: mend the rows of \
             the source, then run the command again\n",
        );
        assert_untouched(&target.db).await;
    });
}

/// Three pages of keys; the document and the fingerprint of the number `v` are expressions of SQLite.
fn keys(document: &str, fingerprint: &str) -> String {
    format!(
        "insert into config_keys (id, created_at, fingerprint, service_name, environment, file, key_path, document) \
         with recursive n(v) as (select 1 union all select v + 1 from n where v < 25000) \
         select randomblob(16), '2026-01-01T00:00:00.000+00:00', printf('%032x', {fingerprint}), 'pages', 'prod', 'a.yml', \
         '/k' || v, {document} from n"
    )
}

#[test]
fn a_page_that_is_refused_takes_the_one_beside_it_along() {
    for bad in [7, 12_000] {
        on_postgres(Fresh::Migrated, async |target| {
            let origin = Origin::with_rows().await;
            origin.sql(&keys(&format!("case v when {bad} then 7 else 0 end"), "v")).await;
            let rule = "alter table config_keys add constraint ck_few check (document < 7)";
            target.db.writer().execute_unprepared(rule).await.unwrap();
            origin.golden().args(&origin.arguments(&target, &[])).fails(
                1,
                "error: the target refuses rows of config_keys (23514, ck_few); it is empty again\n  remedy: mend the \
                 rows of the source, then run the command again\n",
            );
            assert_untouched(&target.db).await;
            target.db.writer().execute_unprepared("alter table config_keys drop constraint ck_few").await.unwrap();
            origin.golden().args(&origin.arguments(&target, &[])).exits(0);
            assert_equal(&origin.db, &target.db).await;
        });
    }
}

#[test]
fn rows_of_two_pages_that_may_not_both_be_there_are_refused() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        origin.sql("drop index uq_config_keys_fingerprint").await;
        // Both pages are written at the same time: neither may wait for the other for ever.
        origin.sql(&keys("0", "case v when 12000 then 7 else v end")).await;
        origin.golden().args(&origin.arguments(&target, &[])).fails(
            1,
            "error: the target refuses rows of config_keys (23505, uq_config_keys_fingerprint); it is empty again\n  \
             remedy: mend the rows of the source, then run the command again\n",
        );
        assert_untouched(&target.db).await;
    });
}

#[test]
fn a_target_that_is_not_migrated_is_refused() {
    on_postgres(Fresh::Empty, async |target| {
        let origin = Origin::with_rows().await;
        let answer = origin.golden().database(&target.url).args(&origin.arguments(&target, &[]));
        assert_eq!(answer.code, Some(2));
        let count = service::schema::known().len();
        let start = format!("error: the database <database> is behind by {count} migrations");
        assert!(answer.stderr.starts_with(&start), "{answer}");
    });
}

#[test]
fn a_column_that_only_one_side_has_is_refused() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        origin.sql("alter table reports add column extra text").await;
        origin.golden().args(&origin.arguments(&target, &[])).fails(
            1,
            "error: reports cannot be moved: its columns are not the same on both sides; nothing was written\n  remedy: \
             bring both databases up to date with the same build, with `golden db migrate`\n",
        );
        assert_untouched(&target.db).await;
    });
}

#[test]
fn another_pair_of_backends_is_refused_and_no_file_is_made() {
    on_sqlite(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        let message = "error: rows are moved from SQLite to Postgres, not from sqlite to sqlite; nothing was written\n  \
            remedy: name a SQLite file with --from and a Postgres database with --to\n";
        origin.golden().args(&origin.arguments(&target, &[])).fails(1, message);
        let missing = format!("sqlite://{}", origin.folder.path().join("other.db").display());
        origin.golden().args(&["db", "move", "--from", &origin.url, "--to", &missing]).exits_only(2);
        assert!(!origin.folder.path().join("other.db").exists());
    });
}
