//! `golden matrix`: environments side by side, without a database.

use super::{Golden, Repo};

const STAGING: &str =
    "db:\n  host: db-staging.svc.example\n  pool: 5\n  password: first-canary-1\nport: 8080\nonly: here\n";
const PRODUCTION: &str = "db:\n  host: db-prod.svc.example\n  pool: 20\n  password: other-canary-2\nport: 8080\n";

fn made() -> (Repo, Golden) {
    let repo = Repo::of(&[
        ("application.yml", "a: 1\n"),
        ("application-staging.yml", STAGING),
        ("application-prod.yml", PRODUCTION),
        ("overlays/stg/same.yml", "name: shop-stg\n"),
        ("overlays/prd/same.yml", "name: shop-prd\n"),
    ]);
    let golden = Golden::at(&repo.path());
    (repo, golden)
}

#[test]
fn a_person_reads_what_differs_and_what_differs_by_name_alone() {
    let (repo, golden) = made();
    let golden = golden.variable("GOLDEN_FINGERPRINT_KEY", "");
    let commit = repo.git().head().unwrap().peel_to_commit().unwrap().id().to_string();
    let golden = golden.place(std::path::Path::new(&commit[..12]), "<head>");
    golden.run("matrix --service shop --environments staging,production").is(
        1,
        "shop in staging, production\n\
         from worktree <folder>/ (on <head>)\n\
         2 files of an environment's own, 1 shared by all: 2 keys differ, 1 is missing, 0 are unreadable, \
         2 differ by the environment's own name alone, 1 is the same\n\
         \n\
         application-{environment}.yml\n\
         \x20 own-name    db.host\n\
         \x20   staging     \"db-staging.svc.example\"\n\
         \x20   production  \"db-prod.svc.example\"\n\
         \x20 differs     db.pool\n\
         \x20   staging     5\n\
         \x20   production  20\n\
         \x20 differs     db.password\n\
         \x20   staging     ••••\n\
         \x20   production  ••••\n\
         \x20 missing     only\n\
         \x20   staging     \"here\"\n\
         \x20   production  (missing)\n\
         \n\
         overlays/{environment}/same.yml\n\
         \x20 own-name    name\n\
         \x20   staging     \"shop-stg\"\n\
         \x20   production  \"shop-prd\"\n",
        "",
    );
    assert!(!repo.path().join("config_data").exists(), "no database came into being");
}

#[test]
fn a_program_reads_every_row_of_any_revision() {
    let (repo, golden) = made();
    let answer = golden.run("matrix --service shop --environments prod,stage --at HEAD --format json").json(1);
    assert_eq!(answer["environments"], serde_json::json!(["production", "staging"]));
    assert_eq!(
        answer["summary"],
        serde_json::json!({"files": 2, "shared_files": 1, "unreadable": 0, "missing": 1, "differs": 2, "own_name": 2, "present": 1})
    );
    assert_eq!(answer["source"]["rev"], "HEAD");
    let rows: Vec<String> =
        answer["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["state"], row["key_path"])).collect();
    assert_eq!(
        rows.join("\n").replace('"', ""),
        "own-name /db/host\ndiffers /db/pool\ndiffers /db/password\npresent /port\nmissing /only\nown-name /name"
    );
    assert_eq!(answer["rows"][0]["cells"][0]["file"], "application-prod.yml");
    assert_eq!(answer["rows"][2]["secret"], true);
    assert!(answer["rows"][2]["cells"][0]["value"]["digest"].as_str().unwrap().starts_with("hmac:"));
    for format in ["text", "json", "markdown"] {
        let told = golden.run(&format!("matrix --service shop --environments staging,production --format {format}"));
        assert!(!told.exits(1).raw.contains("canary"), "{told}");
    }
    repo.write("application-staging.yml", &PRODUCTION.replace("prod", "staging"));
    let told = golden.run("matrix --service shop --environments staging,production --format json").json(0);
    assert_eq!((&told["summary"]["own_name"], &told["summary"]["differs"]), (&2.into(), &0.into()));
    repo.write("overlays/prd/same.yml", "name: [\n");
    let told = golden.run("matrix --service shop --environments staging,production --format json").json(1);
    assert_eq!(
        (&told["summary"]["unreadable"], &told["findings"][0]["file"]),
        (&1.into(), &"overlays/prd/same.yml".into())
    );
    repo.remove("overlays/prd/same.yml");
    let told = golden.run("matrix --service shop --environments staging,production --format json").json(1);
    assert_eq!((&told["summary"]["missing"], &told["rows"][4]["cells"][1]["state"]), (&1.into(), &"no-file".into()));
}

#[test]
fn markdown_means_nothing_but_what_we_mean_and_files_are_written_whole() {
    let (repo, golden) = made();
    repo.write("application-staging.yml", "h: 'a|b <img>'\n");
    repo.write("application-prod.yml", "h: '@team'\n");
    let told = golden.run("matrix --service shop --environments staging,production --format markdown --output m.md");
    told.exits(1);
    let told = std::fs::read_to_string(repo.path().join("m.md")).unwrap();
    assert!(told.starts_with("## `shop` in `staging`, `production`\n\n- from: "), "{told}");
    assert!(told.contains("\n### `application-{environment}.yml`\n\n| state | key | `staging` | `production` |\n| --- | --- | --- | --- |\n"), "{told}");
    assert!(
        told.contains("| differs | `h` | <code>&quot;a&#124;b &lt;img&gt;&quot;</code> | `\"@team\"` |\n"),
        "{told}"
    );
}

#[test]
fn two_spellings_of_one_environment_are_both_told() {
    let repo = Repo::of(&[("prod/a.yml", "x: 1\n"), ("production/a.yml", "x: 2\n"), ("staging/a.yml", "x: 1\n")]);
    let golden = Golden::at(&repo.path());
    let told = golden.run("matrix --service shop --environments staging,production --format json").json(1);
    let rows: Vec<String> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["state"], row["file"], row["key_path"]))
        .collect();
    assert_eq!(rows.join("\n").replace('"', ""), "missing production/a.yml \npresent {environment}/a.yml /x");
}

#[test]
fn what_cannot_be_compared_exits_2() {
    let (_repo, golden) = made();
    golden
        .run("matrix --service shop --environments staging")
        .fails(2, "error: --environments needs at least two, such as staging,production\n");
    golden
        .run("matrix --service shop --environments prod,PRD")
        .fails(2, "error: --environments names production twice (\"PRD\")\n");
    golden.run("matrix --service shop --environments staging,moon").exits_only(2);
    golden.run("matrix --service SHOP! --environments staging,prod").exits_only(2);
    golden.run("matrix --service shop --environments staging,prod --at nowhere").exits_only(2);
    golden.run("matrix --service shop").exits_only(2);
}
