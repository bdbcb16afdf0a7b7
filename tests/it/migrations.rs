//! Migrations: whole or not at all, one migrator at a time, back and forth to the same schema.

use std::process::Command;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};
use service::database::{Access, Database, DatabaseOptions};
use service::schema::{AutoMigrate, SchemaError, SchemaState, ensure, migrate, status};

use crate::harness::Fresh;
use crate::harness::databases::options;
use crate::store::rows::{self, store};

/// How many first commands meet on one empty database.
const PROCESSES: usize = 20;

/// Names the database to a copy of this test that stands for another process.
const WORKER: &str = "GOLDEN_TEST_MIGRATE";

both_backends!(up_down_up_gives_the_same_schema, Fresh::Empty, async |test| {
    let db = test.db.writer();
    Migrator::up(db, None).await.unwrap();
    let first = schema(&test.db).await;
    assert!(first.len() > 40, "sixteen tables with their keys: {first:#?}");
    Migrator::down(db, None).await.unwrap();
    let emptied = schema(&test.db).await;
    assert!(emptied.iter().all(|line| line.contains("seaql_migrations")), "{emptied:#?}");
    for _ in Migrator::migrations() {
        Migrator::up(db, Some(1)).await.unwrap();
    }
    assert_eq!(schema(&test.db).await, first);
    Migrator::refresh(db).await.unwrap();
    assert_eq!(schema(&test.db).await, first);
});

both_backends!(rows_are_no_obstacle_to_going_down_and_up, async |test| {
    let branch = store(&test.db, rows::golden_branch()).await;
    let run = entity::validation_runs::Model { golden_branch_id: Some(branch.id), ..rows::pending_run() };
    let run = store(&test.db, run).await;
    let before = schema(&test.db).await;
    // Down to before the golden branches, however many steps came after them.
    let known = service::schema::known();
    let branches = known.iter().position(|name| name.ends_with("_golden_branches")).unwrap();
    let steps = u32::try_from(known.len() - branches).unwrap();
    Migrator::down(test.db.writer(), Some(steps)).await.unwrap();
    Migrator::up(test.db.writer(), None).await.unwrap();
    assert_eq!(schema(&test.db).await, before);
    let kept = entity::validation_runs::Entity::find().all(test.db.reader()).await.unwrap();
    assert_eq!(kept, [entity::validation_runs::Model { golden_branch_id: None, ..run }]);
});

both_backends!(a_batch_that_fails_leaves_nothing, Fresh::Empty, async |test| {
    test.db.writer().execute_unprepared("create table reports (id text)").await.unwrap();
    let before = schema(&test.db).await;
    Migrator::up(test.db.writer(), None).await.unwrap_err();
    assert_eq!(schema(&test.db).await, before);
});

both_backends!(dropping_everything_is_refused, async |test| {
    let before = schema(&test.db).await;
    let error = Migrator::fresh(test.db.writer()).await.unwrap_err();
    assert!(error.to_string().contains("fresh is refused"), "{error}");
    assert_eq!(schema(&test.db).await, before);
});

both_backends!(an_empty_database_is_migrated_once_and_status_writes_nothing, Fresh::Empty, async |test| {
    let read = Database::connect(&test.url, &DatabaseOptions { access: Access::Read, ..options() }).await.unwrap();
    assert_eq!(status(&read).await.unwrap(), SchemaState::Empty);
    assert_eq!(schema(&test.db).await, Vec::<String>::new());
    ensure(&test.db, AutoMigrate::Check).await.unwrap();
    let done = schema(&test.db).await;
    assert_eq!(status(&read).await.unwrap(), SchemaState::UpToDate);
    migrate(&test.db).await.unwrap();
    ensure(&test.db, AutoMigrate::Check).await.unwrap();
    assert_eq!(schema(&test.db).await, done);
});

both_backends!(a_database_that_is_behind_waits_for_the_command, async |test| {
    Migrator::down(test.db.writer(), Some(2)).await.unwrap();
    let pending = ["m20261122_000006_config_keys", "m20261122_000007_newest_of_a_service"].map(str::to_owned).to_vec();
    assert_eq!(status(&test.db).await.unwrap(), SchemaState::Behind { pending: pending.clone() });
    let before = schema(&test.db).await;
    let error = ensure(&test.db, AutoMigrate::Check).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the database {} is behind by 2 migrations (m20261122_000006_config_keys, \
             m20261122_000007_newest_of_a_service): run `golden db migrate`",
            test.db.place()
        )
    );
    assert_eq!(schema(&test.db).await, before);
    ensure(&test.db, AutoMigrate::Additive).await.unwrap();
    assert_eq!(status(&test.db).await.unwrap(), SchemaState::UpToDate);
    Migrator::down(test.db.writer(), None).await.unwrap();
    assert!(matches!(ensure(&test.db, AutoMigrate::Check).await, Err(SchemaError::Behind { .. })), "stays rolled back");
    ensure(&test.db, AutoMigrate::Always).await.unwrap();
    assert_eq!(status(&test.db).await.unwrap(), SchemaState::UpToDate);
});

both_backends!(a_database_that_is_ahead_is_never_written, async |test| {
    let later = "insert into seaql_migrations (version, applied_at) values ('m20991231_000001_later', 0)";
    test.db.writer().execute_unprepared(later).await.unwrap();
    let unknown = vec!["m20991231_000001_later".to_owned()];
    assert_eq!(status(&test.db).await.unwrap(), SchemaState::Ahead { unknown });
    let before = schema(&test.db).await;
    let expected = format!(
        "the database {} is ahead of this build, which does not know m20991231_000001_later: use the newer `golden`",
        test.db.place()
    );
    assert_eq!(ensure(&test.db, AutoMigrate::Always).await.unwrap_err().to_string(), expected);
    assert_eq!(migrate(&test.db).await.unwrap_err().to_string(), expected);
    assert_eq!(schema(&test.db).await, before);
});

both_backends!(tables_of_somebody_else_are_left_alone, Fresh::Empty, async |test| {
    test.db.writer().execute_unprepared("create table invoices (id text)").await.unwrap();
    assert_eq!(status(&test.db).await.unwrap(), SchemaState::Foreign);
    let before = schema(&test.db).await;
    assert!(matches!(ensure(&test.db, AutoMigrate::Always).await, Err(SchemaError::Foreign { .. })));
    assert_eq!(schema(&test.db).await, before);
});

// Each process is this same test, told by its environment to be a first command.
both_backends!(twenty_first_commands_all_succeed, Fresh::Empty, async |test| {
    let executable = std::env::current_exe().unwrap();
    let backend = if test.db.backend() == DbBackend::Sqlite { "sqlite" } else { "postgres" };
    let url = test.url.clone();
    test.db.close().await.unwrap();
    let first_command = || {
        let name = format!("migrations::a_first_command::{backend}");
        let mut command = Command::new(&executable);
        command.args(["--exact", &name, "--nocapture"]).env(WORKER, &url).output()
    };
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..PROCESSES).map(|_| scope.spawn(first_command)).collect();
        started.into_iter().map(|process| process.join().unwrap().unwrap()).collect()
    });
    for output in &outputs {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let db = Database::connect(&url, &options()).await.unwrap();
    assert_eq!(status(&db).await.unwrap(), SchemaState::UpToDate);
    let count = Statement::from_string(db.backend(), "select count(*) as n from seaql_migrations");
    let applied: i64 = db.reader().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap();
    assert_eq!(usize::try_from(applied).unwrap(), Migrator::migrations().len());
    store(&db, rows::pending_run()).await;
});

mod a_first_command {
    use super::*;

    /// On the database that the environment names, else on one of its own: the folder does not exist yet.
    #[test]
    fn sqlite() {
        let folder = tempfile::TempDir::new().unwrap();
        let own = format!("sqlite://{}/config_data/golden.db?mode=rwc", folder.path().display());
        first_command(&std::env::var(WORKER).unwrap_or(own));
    }

    #[test]
    fn postgres() {
        match std::env::var(WORKER) {
            Ok(url) => first_command(&url),
            Err(_) => crate::harness::on_postgres(Fresh::Empty, async |test| first_use(&test.url).await),
        }
    }

    fn first_command(url: &str) {
        tokio::runtime::Runtime::new().unwrap().block_on(first_use(url));
    }

    async fn first_use(url: &str) {
        let db = Database::connect(url, &options()).await.unwrap();
        ensure(&db, AutoMigrate::Check).await.unwrap();
        assert_eq!(status(&db).await.unwrap(), SchemaState::UpToDate);
    }
}

/// Every table, column, index and constraint but those of the ledger, one line each, sorted. Two schemas are the same
/// when these are; the ledger keeps every attempt, and so is there after one that failed.
async fn schema(db: &Database) -> Vec<String> {
    let list = match db.backend() {
        DbBackend::Sqlite => {
            "select type || ' ' || name || ' ' || coalesce(sql, '') as line from sqlite_master order by 1"
        }
        _ => {
            "select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || \
                 coalesce(collation_name, '') || ' ' || coalesce(generation_expression, '') as line \
                 from information_schema.columns where table_schema = current_schema() \
             union all select 'index ' || indexdef from pg_indexes where schemaname = current_schema() \
             union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) \
                 from pg_constraint where connamespace = quote_ident(current_schema())::regnamespace \
             order by 1"
        }
    };
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), list)).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get("", "line").unwrap());
    lines.filter(|line: &String| !line.contains(migration::LEDGER_PREFIX)).collect()
}
