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
