//! An interrupted validation: 130 at once, and a run that says that it was cancelled.

use std::process::{Command, Stdio};

use entity::validation_runs::Entity;
use sea_orm::EntityTrait;

use super::{Golden, Repo};

/// Keys enough that comparing them takes seconds.
const KEYS: usize = 20_000;

both_backends!(an_interrupted_run_is_recorded_as_cancelled, async |test| {
    let text = |number: usize| -> String { (0..KEYS).map(|key| format!("key{key}: {}\n", key + number)).collect() };
    let repo = Repo::of(&[("app-prod.yml", &text(0))]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &text(1));
    let arguments = ["validate", "--service", "shop", "--environment", "production"];
    let child = golden.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while Entity::find().one(test.db.reader()).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).as_ref()), (Some(130), ""));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
    let run = golden.run("runs list --format json").json(0)["runs"][0].clone();
    assert_eq!(
        (&run["status"], &run["decision"], &run["error"]["code"]),
        (&"cancelled".into(), &serde_json::Value::Null, &"interrupted".into())
    );
});

#[test]
fn a_command_of_the_database_ends_at_once_and_says_so() {
    let repo = Repo::of(&[("app-prod.yml", "port: 1\n")]);
    let golden = Golden::at(&repo.path());
    golden.run("db migrate --database-url sqlite://state.db?mode=rwc").exits(0);
    // Another migrator is at work.
    let lock =
        std::fs::File::options().write(true).create(true).truncate(false).open(repo.path().join("state.db.lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    for name in ["INT", "TERM"] {
        let arguments = ["db", "backup", "--database-url", "sqlite://state.db?mode=rwc"];
        let child = golden.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let waits = || {
            let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
            let names = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
            names.into_iter().any(|name| name.ends_with("state.db.lock"))
        };
        while !waits() {
            std::thread::yield_now();
        }
        assert!(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(130), [].as_slice()), "SIG{name}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
    }
    drop(lock);
    golden.run("db backup --database-url sqlite://state.db?mode=rwc").exits(0);
}
