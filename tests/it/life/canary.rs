//! Secrets of many kinds go in, in every place that a change has; not one comes out anywhere.

mod files;
mod mint;

use std::path::{Path, PathBuf};

use git2::Repository;
use sea_orm::DbBackend;
use service::database::Database;

use self::mint::Mint;
use super::desk::{CERTIFY, Desk, files_below, run_id};
use super::rows::{dump, texts};

const FORMATS: [&str; 6] = ["text", "json", "markdown", "sarif", "junit", "html"];

/// Everything that was printed or written, with the command that did it.
#[derive(Default)]
struct Heard {
    texts: Vec<(String, String)>,
}

impl Heard {
    /// Runs a command at the highest log level and keeps what it says.
    fn run(&mut self, desk: &Desk, arguments: &[&str]) -> String {
        let ran = desk.golden(&[&["-vv"], arguments].concat());
        assert!(matches!(ran.code, Some(0 | 1)), "{arguments:?}: {}\n{}", ran.stdout, ran.stderr);
        let command = arguments.iter().take(3).copied().collect::<Vec<_>>().join(" ");
        self.texts.push((command.clone(), ran.stdout.clone()));
        self.texts.push((format!("the log of {command}"), ran.stderr));
        ran.stdout
    }

    /// Where a secret was heard.
    fn leaks(&self, secret: &str) -> Vec<&str> {
        self.texts.iter().filter(|(_, text)| text.contains(secret)).map(|(place, _)| place.as_str()).collect()
    }
}

/// What the caller states, with secrets in all of it.
fn stated(desk: &Desk, mint: &mut Mint) -> Vec<String> {
    let description = desk.beside("description.txt");
    let text = format!(
        "Rotates the keys of the service.\nThe new password is {} from today on.\nexport API_TOKEN={}\n{}\nsee {}",
        mint.password("a sentence of the description"),
        mint.password("a variable of the description"),
        mint.pem("a key block of the description", ""),
        mint.url("a link of the description"),
    );
    std::fs::write(&description, text).unwrap();
    let pairs = [
        ("--ticket", format!("OPS-7 {}", mint.url("the ticket"))),
        ("--tag", format!("token={}", mint.password("a tag"))),
        ("--rollback-plan", format!("restore --password {} --all", mint.password("the rollback plan"))),
        ("--evidence", format!("deploy_token={}", mint.password("evidence with a telling key"))),
        ("--evidence", format!("tests=https://ci.example/1?access_token={}", mint.password("evidence with a link"))),
        ("--external-ref", mint.url("the external reference")),
        ("--requested-by", mint.url("who asks")),
        ("--description-file", description.display().to_string()),
    ];
    pairs.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
}

/// Validates HEAD in every format, looks at the run in every way, and certifies it.
fn life_of_a_run(desk: &Desk, mint: &mut Mint, heard: &mut Heard, formats: &[&str]) {
    let target = ["--service", "app", "--environment", "production", "--candidate", "HEAD"];
    let stated = stated(desk, mint);
    let stated: Vec<&str> = stated.iter().map(String::as_str).collect();
    let answer = heard.run(desk, &[&["validate", "--format", "json"], &target[..], &stated].concat());
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["deltas"].as_array().is_some_and(|deltas| deltas.len() > 20), "the run has something to hide");
    let id = run_id(&answer);
    for format in formats {
        let file = desk.beside(&format!("reports/{id}.{format}"));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        heard.run(desk, &[&["validate", "--format", format, "--output", file.to_str().unwrap()], &target[..]].concat());
        heard.run(desk, &["report", &id, "--format", format]);
        heard.run(desk, &["diff", "--repo", ".", "--format", format, "HEAD~1", "HEAD"]);
    }
    for format in ["text", "json"] {
        heard.run(desk, &["runs", "show", &id, "--format", format]);
        heard.run(desk, &["runs", "list", "--format", format]);
        heard.run(desk, &["config", "show", "--format", format]);
    }
    heard.run(desk, &["runs", "replay", &id]);
    for delta in answer["deltas"].as_array().unwrap().iter().take(3) {
        heard.run(desk, &["policy", "explain", &id, delta["id"].as_str().unwrap()]);
    }
    let reason = format!("the password is {} now", mint.password("the reason of a certification"));
    let by = mint.url("who certifies");
    let signed = ["--run", &id, "--all", "--override", "--by", &by, "--reason", &reason];
    heard.run(desk, &[&CERTIFY[..], &signed].concat());
}

/// From nothing to files with secrets, to others, to none in the same files, to keys with secrets, and to nothing.
fn whole_life(desk: &Desk, mint: &mut Mint, heard: &mut Heard) {
    desk.write("app.yml", "port: 1\n");
    let repo = Repository::open(desk.repo()).unwrap();
    repo.remote("origin", &mint.url("the repository's own URL")).unwrap();
    desk.commit();
    desk.certify_head();
    for set in ["in new files", "changed", "no more", "in new keys", "in removed files"] {
        let files = files::with_secrets(mint, set);
        for (path, text) in &files {
            match set {
                "no more" => desk.write(path, files::bare(path)),
                "in removed files" => desk.remove(path),
                _ => desk.write(path, text),
            }
        }
        desk.commit();
        // Every format once for secrets on one side and once for secrets on both; the rows are searched in any case.
        let formats = if matches!(set, "in new files" | "changed") { &FORMATS[..] } else { &FORMATS[..1] };
        life_of_a_run(desk, mint, heard, formats);
    }
    let reason = format!("leaked: token {}", mint.password("the reason of a revocation"));
    heard.run(desk, &[&["revoke"], &CERTIFY[1..], &["--by", "bob", "--reason", &reason]].concat());
    for format in ["text", "json"] {
        heard.run(desk, &["branches", "list", "--format", format]);
        heard.run(desk, &[&["history"], &CERTIFY[1..], &["--format", format]].concat());
    }
}

/// Everything that the database holds: its files byte by byte, or every row of every table as text.
async fn stored(db: &Database, url: &str) -> Vec<(String, String)> {
    if db.backend() == DbBackend::Postgres {
        let tables = texts(db, "select tablename::text from pg_tables where schemaname = 'public'").await;
        let mut found = Vec::new();
        for table in tables {
            found.push((table.clone(), dump(db, &table, "true").await.join("\n")));
        }
        return found;
    }
    let file = PathBuf::from(url.trim_start_matches("sqlite://").split('?').next().unwrap());
    let read = |path: &PathBuf| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let files = files_below(file.parent().unwrap());
    assert!(files.iter().any(|path| path.ends_with("golden.db-wal")), "{files:?}");
    files.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

fn written(folder: &Path) -> Vec<(String, String)> {
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    files_below(folder).into_iter().map(read).collect()
}

both_backends!(no_secret_comes_out, async |test| {
    let mut mint = Mint::new(0x5eed_0000_0000_0002);
    let password = mint.password("the database URL");
    let desk = Desk::new(&test.url.replace("golden@", &format!("golden:{password}@")));
    let mut heard = Heard::default();
    whole_life(&desk, &mut mint, &mut heard);
    heard.texts.extend(written(&desk.beside("reports")));
    heard.texts.extend(written(&desk.beside("home")));
    heard.texts.extend(stored(&test.db, &test.url).await);
    assert!(mint.kinds() >= 40, "{} kinds", mint.kinds());
    let leaks = mint.minted.iter().filter_map(|(what, secret)| {
        let places = heard.leaks(secret);
        (!places.is_empty()).then(|| format!("{what}: in {} places, such as {}", places.len(), places.join("; ")))
    });
    let leaks: Vec<String> = leaks.map(|leak| leak.chars().take(300).collect()).collect();
    assert!(leaks.is_empty(), "{} of {} leaked:\n{}", leaks.len(), mint.minted.len(), leaks.join("\n"));
});

both_backends!(a_policy_file_with_a_token_is_refused, async |test| {
    let (mut mint, desk) = (Mint::new(0x5eed_0000_0000_0003), Desk::new(&test.url));
    desk.write("app.yml", "port: 1\n");
    let token = mint.token("a token in a rule", "ghp_", 36);
    desk.write("golden-policy.yml", format!("version: 1\nrules:\n  - id: leaked\n    forbid_values: [\"{token}\"]\n"));
    desk.commit();
    let ran = desk.golden(&[&CERTIFY[..], &["--initial", "HEAD", "--by", "ann", "--reason", "first"]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let said = "a token or private key stands here in clear, and rules are stored with every run; write a pattern that finds it";
    assert!(ran.stderr.ends_with(&format!(":4: {said}\n")) && !ran.stderr.contains(&token), "{}", ran.stderr);
});
