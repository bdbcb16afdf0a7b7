//! The real command, killed and failed at every point of the procedure: before or after, never between.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use service::database::Database;

use crate::cli::{Golden, Repo, SHOP};
use crate::harness::databases::TestDatabase;
use crate::store::rows::{self, store};

/// More points than the procedure has: the loop ends when a run reaches none.
const MOST_POINTS: u32 = 40;

async fn applied(db: &Database) -> i64 {
    let count = Statement::from_string(db.backend(), "select count(*) as n from seaql_migrations");
    db.reader().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

async fn at_every_point(test: TestDatabase, mode: &str) {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    repo.write("golden.toml", "[database.backup]\ndirectory = \"kept\"\n");
    let run = store(&test.db, rows::pending_run()).await;
    let golden = Golden::on(&repo, &test);
    let names = service::schema::known();
    let all = i64::try_from(names.len()).unwrap();
    let back = format!("db rollback --to {}", names[names.len() - 3]);
    Migrator::down(test.db.writer(), Some(2)).await.unwrap();
    let mut reached = 0;
    // On Postgres each run dumps and restores: some points stand for all, which the library's own tests try.
    let step = if test.db.backend_name() == "sqlite" { 1 } else { 4 };
    for point in (1..=MOST_POINTS).step_by(step) {
        let broken = Golden::on(&repo, &test).variable("GOLDEN_FAIL_POINT", &format!("{mode}#{point}"));
        let answer = broken.run("db migrate");
        let now = applied(&test.db).await;
        assert!(now == all - 2 || now == all, "between at point {point}: {now} of {all}");
        let kept = entity::validation_runs::Entity::find_by_id(run.id).one(test.db.reader()).await.unwrap();
        assert_eq!(kept.as_ref(), Some(&run));
        golden.run("db migrate").exits(0);
        assert_eq!(applied(&test.db).await, all);
        if answer.code == Some(0) {
            break;
        }
        reached = point;
        golden.run(&back).exits(0);
    }
    assert!((9..MOST_POINTS).contains(&reached), "{reached} points");
}

both_backends!(killed_at_every_point_it_is_before_or_after, async |test| {
    at_every_point(test, "").await;
});

both_backends!(failed_at_every_point_it_is_before_or_after, async |test| {
    at_every_point(test, "error:").await;
});
