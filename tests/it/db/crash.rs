//! The real command, killed and failed at every point of the procedure: before or after, never between.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use service::database::Database;

use crate::cli::{Golden, Repo, SHOP};
use crate::harness::databases::TestDatabase;
use crate::store::rows::{self, store};

async fn applied(db: &Database) -> i64 {
    let count = Statement::from_string(db.backend(), "select count(*) as n from seaql_migrations");
    db.reader().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// Migrations that are taken back and applied again and again.
const BACK: usize = 2;
/// Points of a backup.
const OF_BACKUP: u32 = 4;
/// Points of a rehearsal, and of an application: one before each migration, the last after the commit.
const OF_PASS: u32 = 6 + BACK as u32;

async fn at_every_point(test: TestDatabase, mode: &str) {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    repo.write("golden.toml", "[database.backup]\ndirectory = \"kept\"\n");
    let run = store(&test.db, rows::pending_run()).await;
    let golden = Golden::on(&repo, &test);
    let names: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let before = names.len() - BACK;
    let back = format!("db rollback --to {}", names[before - 1]);
    golden.run(&back).exits(0);
    let points = OF_BACKUP + 2 * OF_PASS;
    // On Postgres each point costs four dumps or restores: some stand for all, which the library's own tests try.
    let step = if test.db.backend_name() == "sqlite" { 1 } else { 5 };
    for point in (1..=points + 1).step_by(step) {
        let broken = Golden::on(&repo, &test).variable("GOLDEN_FAIL_POINT", &format!("{mode}#{point}"));
        let answer = broken.run("db migrate");
        let now = usize::try_from(applied(&test.db).await).unwrap();
        assert!(now == before || now == names.len(), "between at point {point}: {now} of {}", names.len());
        // After the commit an error is too late to change anything.
        let committed = point > OF_BACKUP && (point - OF_BACKUP).is_multiple_of(OF_PASS);
        let ended = point > points || (committed && mode == "error:");
        assert_eq!(answer.code == Some(0), ended, "point {point}: {answer}");
        let kept = entity::validation_runs::Entity::find_by_id(run.id).one(test.db.reader()).await.unwrap();
        assert_eq!(kept.as_ref(), Some(&run));
        golden.run("db migrate").exits(0);
        assert_eq!(usize::try_from(applied(&test.db).await).unwrap(), names.len());
        golden.run(&back).exits(0);
    }
}

both_backends!(killed_at_every_point_it_is_before_or_after, async |test| {
    at_every_point(test, "").await;
});

both_backends!(failed_at_every_point_it_is_before_or_after, async |test| {
    at_every_point(test, "error:").await;
});
