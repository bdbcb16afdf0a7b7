//! `golden diff`: files, directories and revisions; nothing is stored.

use super::{Golden, Repo, SHOP};

/// A repository with two revisions, the same files in two folders beside it, and no database.
fn made() -> (Repo, Golden) {
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("same.yml", "a: 1\n")]);
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    repo.commit();
    for (folder, text) in [("old", SHOP.to_owned()), ("new", SHOP.replace("8080", "8090"))] {
        std::fs::create_dir(repo.beside(folder)).unwrap();
        std::fs::write(repo.beside(folder).join("app-prod.yml"), text).unwrap();
    }
    let golden = Golden::at(&repo.beside(""));
    (repo, golden)
}

#[test]
fn files_folders_and_revisions_give_the_same_deltas() {
    let (repo, golden) = made();
    let told = ["diff old/app-prod.yml new/app-prod.yml", "diff old new", "diff HEAD~1 HEAD --repo repo"].map(|line| {
        let answer = golden.run(&format!("{line} --format json")).json(1);
        answer["deltas"]
            .as_array()
            .unwrap()
            .iter()
            .map(|delta| {
                format!("{} {} {} {} {}", delta["file"], delta["key_path"], delta["old"], delta["new"], delta["risk"])
                    .replace('"', "")
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(told[0], ["app-prod.yml /server/port 8080 8090 medium"]);
    assert!(told.iter().all(|deltas| *deltas == told[0]), "{told:#?}");
    for line in ["diff old/app-prod.yml old/app-prod.yml", "diff old old", "diff HEAD HEAD --repo repo"] {
        assert_eq!(golden.run(&format!("{line} --format json")).json(0)["deltas"], serde_json::json!([]));
    }
    assert!(
        !repo.beside("config_data").exists() && !repo.path().join("config_data").exists(),
        "no database came into being"
    );
}

#[test]
fn what_cannot_be_compared_exits_2() {
    let (_repo, golden) = made();
    golden
        .run("diff old none")
        .fails(2, "error: directory <folder>/none cannot be read: No such file or directory (os error 2)\n  remedy: name a directory that is there and that you may read\n");
    golden
        .run("diff old/app-prod.yml new")
        .fails(2, "error: old/app-prod.yml and new are not both files or both directories\n");
    golden.run("diff old/none.yml new/none.yml").exits_only(2);
    golden.run("diff HEAD nowhere --repo repo").exits_only(2);
    golden.run("diff HEAD~1 HEAD --repo old").fails(2, "error: <folder>/old is not in a git repository\n  remedy: run inside of a git repository, or name one with --repo\n");
    golden.run("diff old new --environment moon").exits_only(2);
}

#[test]
fn the_environment_sets_the_risk_and_secrets_are_masked_without_a_key() {
    let (repo, golden) = made();
    std::fs::write(repo.beside("old/db.env"), "DB_PASSWORD=first-canary-1\n").unwrap();
    std::fs::write(repo.beside("new/db.env"), "DB_PASSWORD=other-canary-2\n").unwrap();
    let golden = golden.variable("GOLDEN_FINGERPRINT_KEY", "");
    for format in ["text", "json", "markdown", "sarif", "junit", "html"] {
        let told = golden.run(&format!("diff old new --format {format}"));
        assert!(!told.exits(1).raw.contains("canary"), "{told}");
    }
    ["old", "new"].iter().for_each(|folder| std::fs::write(repo.beside(folder).join("db.env"), "RETRIES=3\n").unwrap());
    std::fs::remove_file(repo.beside("new/db.env")).unwrap();
    let risk = |environment: &str| {
        golden.run(&format!("diff old new --format json --environment {environment}")).json(1)["deltas"][1]["risk"]
            .clone()
    };
    assert_eq!([risk("prod"), risk("dev")], ["high", "medium"], "a file is removed");
}

#[test]
fn a_file_is_read_up_to_the_configured_size() {
    let (repo, golden) = made();
    let folder = |name: &str| repo.beside(name);
    std::fs::write(folder("golden.toml"), "[limits]\nfile_bytes = 5\n").unwrap();
    let told = |text: &str| {
        for (side, text) in [("old", "a: 1\n"), ("new", text)] {
            std::fs::remove_file(folder(side).join("app-prod.yml")).ok();
            std::fs::write(folder(side).join("x.yml"), text).unwrap();
        }
        ["diff old new", "diff old/x.yml new/x.yml"].map(|line| {
            let report = golden.run(&format!("{line} --format json")).json(1);
            (report["deltas"][0]["class"].clone(), report["findings"][0]["message"].clone())
        })
    };
    assert_eq!(told("a: 2\n"), [("value".into(), serde_json::Value::Null), ("value".into(), serde_json::Value::Null)]);
    let refused = "6 bytes are more than limits.file_bytes (5) of golden.toml";
    assert_eq!(told("a: 22\n"), [("unreadable".into(), refused.into()), ("unreadable".into(), refused.into())]);
}
