//! The commands of `golden db`, one after the other, as an operator uses them.

use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;

use crate::cli::{Golden, Repo, SHOP};
use crate::store::rows::{self, store};

fn last() -> String {
    Migrator::migrations().last().unwrap().name().to_owned()
}

both_backends!(a_rollback_stays_until_the_command_applies_it_again, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    repo.write("golden.toml", "[database]\nauto_migrate = \"always\"\n[database.backup]\ndirectory = \"kept\"\n");
    let golden = Golden::on(&repo, &test);
    store(&test.db, rows::pending_run()).await;
    let back = golden.run("db rollback --format json").json(0);
    assert_eq!((&back["migrations"], &back["pending"]), (&serde_json::json!([last()]), &serde_json::json!([last()])));
    let refused = golden.run("runs list");
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.starts_with(&format!("error: {} stays rolled back", last())), "{refused}");
    let status = golden.run("db status --format json").json(1);
    assert_eq!(status["migrations"].as_array().unwrap().last().unwrap()["state"], "rolled_back");
    let done = golden.run("db migrate --format json").json(0);
    assert_eq!((&done["rehearsed"], &done["backup"]["proved"]), (&true.into(), &true.into()));
    assert!(repo.path().join("kept").join(done["backup"]["name"].as_str().unwrap()).is_file());
    golden.run("runs list").exits(0);
});

both_backends!(a_backup_leads_back_and_every_answer_keeps_to_its_schema, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    repo.write(
        "golden.toml",
        "[database.backup]\ndirectory = \"kept\"\n[database.migration]\nrequire_confirmation = true\n",
    );
    let golden = Golden::on(&repo, &test);
    store(&test.db, rows::pending_run()).await;
    let backup = golden.run("db backup --format json").json(0);
    let name = backup["name"].as_str().unwrap().to_owned();
    test.db.writer().execute_unprepared("delete from validation_runs").await.unwrap();
    test.db.close().await.unwrap();
    let asked = golden.run(&format!("db restore {name}"));
    assert_eq!(asked.code, Some(2), "{asked}");
    golden.run(&format!("db restore {name} --yes --format json")).json(0);
    assert_eq!(golden.run("db backups --format json").json(0)["backups"][0]["name"], name);
    let found = golden.run("db verify --format json").json(0);
    assert_eq!(found["tables"]["validation_runs"]["rows"], 1);
    golden.run("db plan --format json").json(0);
    golden.run("db drift").exits(0);
    let report = golden.run("db report --format json").json(0);
    assert_eq!(report["status"], "passed", "{report:#}");
    for format in ["markdown", "html"] {
        let told = golden.run(&format!("db report --format {format}"));
        assert!(told.code == Some(0) && told.stdout.contains("every migration can be taken back"), "{told}");
    }
});

both_backends!(a_rehearsal_is_told_and_leaves_nothing, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    repo.write("golden.toml", "[database.backup]\ndirectory = \"kept\"\n");
    let golden = Golden::on(&repo, &test);
    store(&test.db, rows::pending_run()).await;
    golden.run("db rollback").exits(0);
    let told = golden.run("db migrate --rehearse-only --in-place --format json").json(0);
    let rehearsed = &told["rehearsal"]["migrations"];
    assert_eq!((&rehearsed[0]["migration"], &rehearsed[0]["rows"]), (&last().into(), &0.into()));
    assert_eq!((&told["rehearsal"]["in_place"], &told["backup"]), (&true.into(), &serde_json::Value::Null));
    let text = golden.run("db migrate --rehearse-only");
    assert!(text.code == Some(0) && text.stdout.contains(&format!("rehearsed  {}  0 rows", last())), "{text}");
    assert_eq!(golden.run("db status --format json").json(1)["pending"], serde_json::json!([last()]));
    golden.run("db migrate --no-backup --in-place").exits(0);
    golden.run("db status").exits(0);
});

both_backends!(drift_is_told_like_any_other_difference, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    test.db.writer().execute_unprepared("alter table reports add column smuggled text").await.unwrap();
    let report = golden.run("db drift --format json").json(1);
    let paths: Vec<&str> =
        report["deltas"].as_array().unwrap().iter().map(|delta| delta["key_path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/tables/reports/columns/smuggled", "/tables/reports/columns/smuggled"]);
    assert_eq!((&report["golden"]["kind"], &report["candidate"]["kind"]), (&"schema".into(), &"schema".into()));
    let told = golden.run("db drift --format markdown");
    told.exits(1);
    assert!(told.stdout.contains("golden db drift --format json") && !told.stdout.contains("golden diff"), "{told}");
    let found = golden.run("db verify --format json").json(1);
    assert_eq!(found["verified"], false);
});

#[test]
fn a_folder_with_signs_of_a_url_holds_the_database() {
    let folder = tempfile::TempDir::new().unwrap();
    let odd = folder.path().join("x%20y?z");
    std::fs::create_dir(&odd).unwrap();
    std::fs::write(odd.join("golden.toml"), "").unwrap();
    let golden = Golden::at(&odd);
    golden.run("db migrate").exits(0);
    golden.run("db backup").exits(0);
    golden.run("db verify").exits(0);
    assert!(odd.join("config_data/golden_config.db").is_file());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made elsewhere");
}

both_backends!(status_of_a_database_that_is_up_to_date_writes_nothing, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let digest = || {
        let file = test.url.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap().to_owned());
        file.map(|file| (std::fs::read(&file).unwrap(), std::fs::read(format!("{file}-wal")).ok()))
    };
    let before = digest();
    golden.run("db status").exits(0);
    assert_eq!(digest(), before);
});
