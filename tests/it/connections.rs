//! Connections: what each backend is set to, what is refused with its place and cause, and work that is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use entity::golden_branches::Model as Branch;
use entity::rule_sets;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, Statement,
};
use service::database::{Access, Database, DatabaseError, DatabaseOptions};
use service::retry::{MAX_ATTEMPTS, Transient};
use tokio::sync::Notify;

use crate::harness::Fresh;
use crate::harness::databases::options;
use crate::store::rows::{self, store};

async fn pragma(connection: &impl ConnectionTrait, name: &str) -> String {
    let query = format!("select cast({name} as text) as value from pragma_{name}");
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, query)).await.unwrap();
    row.unwrap().try_get("", "value").unwrap()
}

#[test]
fn a_sqlite_writer_waits_checks_links_and_loses_nothing() {
    crate::harness::on_sqlite(Fresh::Migrated, async |test| {
        let writer = test.db.writer();
        let settings = [
            pragma(writer, "journal_mode").await,
            pragma(writer, "foreign_keys").await,
            pragma(writer, "synchronous").await,
        ];
        assert_eq!(settings, ["wal", "1", "2"]);
        let query = Statement::from_string(DbBackend::Sqlite, "select timeout from pragma_busy_timeout");
        let timeout: i64 = writer.query_one_raw(query).await.unwrap().unwrap().try_get("", "timeout").unwrap();
        assert_eq!(timeout, 5000);
    });
}

#[test]
fn a_sqlite_reader_cannot_write() {
    crate::harness::on_sqlite(Fresh::Migrated, async |test| {
        let row = rows::rule_set().into_active_model().reset_all();
        let error = rule_sets::Entity::insert(row).exec(test.db.reader()).await.unwrap_err();
        assert_eq!(service::retry::database_code(&error).as_deref(), Some("8"));
    });
}

both_backends!(reading_only_refuses_a_change, async |test| {
    let read = Database::connect(&test.url, &DatabaseOptions { access: Access::Read, ..options() }).await.unwrap();
    assert_eq!(rule_sets::Entity::find().count(read.reader()).await.unwrap(), 0);
    let row = rows::rule_set().into_active_model().reset_all();
    let error = rule_sets::Entity::insert(row).exec(read.writer()).await.unwrap_err();
    let expected = if read.backend() == DbBackend::Sqlite { "8" } else { "25006" };
    assert_eq!(service::retry::database_code(&error).as_deref(), Some(expected));
});

both_backends!(work_that_fails_leaves_nothing, async |test| {
    let result: Result<(), DbErr> = test
        .db
        .write(async |transaction: DatabaseTransaction| {
            rule_sets::Entity::insert(rows::rule_set().into_active_model().reset_all()).exec(&transaction).await?;
            Err(DbErr::Custom("no".to_owned()))
        })
        .await;
    assert_eq!(result, Err(DbErr::Custom("no".to_owned())));
    assert_eq!(rule_sets::Entity::find().count(test.db.reader()).await.unwrap(), 0);
});

both_backends!(writers_that_read_first_all_get_through, async |test| {
    store(&test.db, rows::rule_set()).await;
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = test.url.clone();
        writers.spawn(async move {
            let db = Database::connect(&url, &options()).await.unwrap();
            for _ in 0..5 {
                let suffix = String::from("x");
                db.write(|transaction| append(transaction, &suffix)).await.unwrap();
            }
            db.close().await.unwrap();
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let contents = rule_sets::Entity::find().all(test.db.reader()).await.unwrap();
    assert_eq!(contents.first().unwrap().content, format!("version: 1\n{}", "x".repeat(40)));
});

/// Reads a row and writes it back longer: a lost update shows in its length.
async fn append(transaction: DatabaseTransaction, suffix: &str) -> Result<(DatabaseTransaction, ()), DbErr> {
    use sea_orm::{QuerySelect, Set};
    let row = rule_sets::Entity::find().lock_exclusive().one(&transaction).await?.unwrap();
    let content = Set(format!("{}{suffix}", row.content));
    let mut changed = row.into_active_model();
    changed.content = content;
    changed.update(&transaction).await?;
    Ok((transaction, ()))
}

#[test]
fn a_busy_file_is_tried_again_up_to_the_limit() {
    crate::harness::on_sqlite(Fresh::Migrated, async |test| {
        let impatient = DatabaseOptions { wait: Duration::from_millis(1), random: || 0.0, ..options() };
        let other = Database::connect(&test.url, &impatient).await.unwrap();
        let held = test.db.begin().await.unwrap();
        let mut attempts = 0;
        let mut again = other.attempts();
        let error = loop {
            attempts += 1;
            let Err(error) = other.begin().await else { panic!("two writers at once") };
            if let Err(error) = again.after(error).await {
                break error;
            }
        };
        assert!(error.is_transient(), "{error}");
        assert_eq!(attempts, MAX_ATTEMPTS);
        held.rollback().await.unwrap();
        other.begin().await.unwrap();
    });
}

both_backends!(of_two_active_branches_the_second_is_refused_for_good, async |test| {
    store(&test.db, rows::golden_branch()).await;
    let attempts = AtomicU32::new(0);
    let second: Result<(), DbErr> = test
        .db
        .write(async |transaction: DatabaseTransaction| {
            attempts.fetch_add(1, Ordering::SeqCst);
            let row: Branch = rows::golden_branch();
            entity::golden_branches::Entity::insert(row.into_active_model().reset_all()).exec(&transaction).await?;
            Ok((transaction, ()))
        })
        .await;
    let error = second.unwrap_err();
    assert!(matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))), "{error}");
    assert_eq!(attempts.load(Ordering::SeqCst), 1, "no other attempt can succeed");
});

fn refusal(url: &str, access: Access) -> DatabaseError {
    let connect = async { Database::connect(url, &DatabaseOptions { access, ..options() }).await.map(|_| ()) };
    tokio::runtime::Runtime::new().unwrap().block_on(connect).unwrap_err()
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_as_it_was() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("notes.db");
    let notes = "not a database, but long enough to hold the header of one: ".repeat(20);
    std::fs::write(&file, &notes).unwrap();
    let error = refusal(&format!("sqlite://{}?mode=rwc", file.display()), Access::Write);
    assert_eq!(error.to_string(), format!("{} is not a SQLite database", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), notes);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    let inside = blocked.join("config_data");
    let error = refusal(&format!("sqlite://{}/golden.db", inside.display()), Access::Write);
    assert_eq!(error, DatabaseError::Folder { folder: inside, cause: std::io::ErrorKind::NotADirectory });
}

#[test]
fn a_folder_that_takes_no_file_is_an_error_with_its_cause() {
    let error = refusal("sqlite:///proc/golden.db?mode=rwc", Access::Write);
    let expected = "cannot open the database file /proc/golden.db: the system refuses to open or create it";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn reading_creates_no_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("config_data/golden.db");
    let error = refusal(&format!("sqlite://{}?mode=rwc", file.display()), Access::Read);
    assert_eq!(error, DatabaseError::Missing { file });
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_server_that_is_down_is_an_error_without_credentials() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refusal(&format!("postgres://ann:hunter2@127.0.0.1:{port}/golden"), Access::Write);
    assert_eq!(error.to_string(), format!("cannot connect to postgres://127.0.0.1:{port}/golden: connection refused"));
}

#[test]
fn a_database_that_the_server_does_not_have_is_told_in_its_words() {
    crate::harness::on_postgres(Fresh::Empty, async |test| {
        let (server, name) = test.url.rsplit_once('/').unwrap();
        let error = Database::connect(&format!("{server}/nothing_{name}"), &options()).await.unwrap_err();
        let DatabaseError::Server { cause, .. } = error else { panic!("{error}") };
        assert_eq!(cause, format!("database \"nothing_{name}\" does not exist"));
    });
}

both_backends!(bulk_writers_take_turns_and_readers_pass, async |test| {
    let (entered, release, ended) =
        (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let first = tokio::spawn({
        let (db, entered, release, ended) = (test.db.clone(), entered.clone(), release.clone(), ended.clone());
        async move {
            let work = |transaction| async {
                entered.notify_one();
                release.notified().await;
                ended.store(true, Ordering::SeqCst);
                Ok::<_, DbErr>((transaction, ()))
            };
            db.write_bulk(work).await.unwrap();
        }
    });
    entered.notified().await;
    let second = tokio::spawn({
        let (db, ended) = (test.db.clone(), ended.clone());
        async move {
            let work =
                async |transaction: DatabaseTransaction| Ok::<_, DbErr>((transaction, ended.load(Ordering::SeqCst)));
            db.write_bulk(work).await.unwrap()
        }
    });
    for _ in 0..50 {
        rule_sets::Entity::find().count(test.db.reader()).await.unwrap();
    }
    release.notify_one();
    first.await.unwrap();
    assert!(second.await.unwrap(), "the second began while the first was writing");
});

/// A statement with `LIMIT ?` is else compiled anew at each use: see `.cargo/config.toml`.
#[test]
fn sqlite_is_compiled_for_plans_that_hold() {
    crate::harness::on_sqlite(Fresh::Migrated, async |test| {
        let query =
            Statement::from_string(DbBackend::Sqlite, "select compile_options as name from pragma_compile_options");
        let rows = test.db.reader().query_all_raw(query).await.unwrap();
        let options: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
        assert!(options.iter().any(|name| name == "ENABLE_QPSG"), "{options:?}");
    });
}
