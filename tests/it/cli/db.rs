//! `golden db`: the state of the schema.

use super::{Golden, Repo, SHOP};
use crate::harness::Fresh;

both_backends!(status_writes_nothing_and_migrate_brings_it_up_to_date, Fresh::Empty, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    for _ in 0..2 {
        let status = golden.run("db status --format json").json(1);
        assert_eq!((&status["state"], status["pending"].as_array().unwrap().len()), (&"empty".into(), 17));
        assert_eq!(status["backend"], test.db.backend_name());
    }
    let status = golden.run("db migrate --format json").json(0);
    assert_eq!((&status["state"], &status["pending"]), (&"up_to_date".into(), &serde_json::json!([])));
    golden.run("db status").exits(0);
    golden.run("db migrate").exits(0);
    assert_eq!(golden.run("db verify --format json").json(0)["verified"], true);
});

#[test]
fn a_database_that_is_not_there_is_not_made_by_asking() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    golden.run("db status").exits_only(2);
    assert!(!repo.path().join("config_data").exists());
    golden.run("runs list").exits(0);
    assert!(repo.path().join("config_data/golden_config.db").is_file(), "made with its folder on first use");
    golden.run("db status").exits(0);
}
