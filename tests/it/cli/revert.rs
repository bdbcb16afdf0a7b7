//! `golden revert`: a patch that `git apply` takes and that gives the golden values back.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::certify::{delta_of, run_of};
use super::{Golden, Repo};

const VALIDATE: &str = "validate --service shop --environment production --format json";

/// Gives a patch to git, which must take it in the work tree of the repository.
fn git_applies(repo: &Repo, patch: &str) {
    let file = repo.beside("given.patch");
    std::fs::write(&file, patch).unwrap();
    for arguments in [&["apply", "--check"][..], &["apply"]] {
        let told = Command::new("git").args(arguments).arg(&file).current_dir(repo.path()).output().unwrap();
        assert!(told.status.success(), "{arguments:?}: {}\n{patch}", String::from_utf8_lossy(&told.stderr));
    }
}

fn read(repo: &Repo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap()
}

both_backends!(git_takes_the_patch_and_the_chosen_values_are_golden_again, async |test| {
    let repo = Repo::of(&[
        ("deep/app.yml", "port: 8080\nhost: a\nlevel: INFO\n"),
        ("run.sh.conf", "[s]\na = 1\nb = 1"),
        ("gone.yml", "a: 1\n"),
        ("old.toml", "a = 1\nb = 1\nc = 1\nd = 1\n"),
    ]);
    repo.write_bytes("tool.cfg", b"bin\0\x01\xff");
    repo.commit();
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("deep/app.yml", "# new\nport: 9090 # public\nhost: b\nlevel: INFO\n");
    repo.write("run.sh.conf", "[s]\na = 2\nb = 2");
    repo.remove("gone.yml");
    repo.remove("old.toml");
    repo.write("new.toml", "a = 1\nb = 1\nc = 1\nd = 2\n");
    repo.write("more.yml", "z: 9\n");
    let report = golden.run(VALIDATE).json(1);
    let chosen =
        [("deep/app.yml", "/port"), ("run.sh.conf", "/s/b"), ("gone.yml", ""), ("more.yml", ""), ("new.toml", "/d")];
    let mut ids: Vec<String> = chosen.iter().map(|(file, key)| delta_of(&report, file, key)).collect();
    let renamed = report["deltas"]
        .as_array()
        .unwrap()
        .iter()
        .find(|delta| delta["kind"] == "renamed" && delta["file"] == "new.toml")
        .unwrap();
    ids.push(renamed["id"].as_str().unwrap().to_owned());
    let line = format!("revert --run {} --delta {}", run_of(&report), ids.join(" "));
    let told = golden.run(&line);
    told.exits(0);
    let answer = golden.run(&format!("{line} --format json")).json(0);
    assert_eq!(answer["patch"], told.raw.as_str());
    assert_eq!(
        (&answer["files"], &answer["secret"]),
        (
            &serde_json::json!(["deep/app.yml", "gone.yml", "more.yml", "new.toml", "run.sh.conf"]),
            &serde_json::json!(false)
        )
    );
    assert!(
        told.raw
            .contains("@@ -1,4 +1,4 @@\n # new\n-port: 9090 # public\n+port: 8080 # public\n host: b\n level: INFO\n"),
        "{told}"
    );
    git_applies(&repo, &told.raw);
    assert_eq!(read(&repo, "deep/app.yml"), "# new\nport: 8080 # public\nhost: b\nlevel: INFO\n");
    assert_eq!(read(&repo, "run.sh.conf"), "[s]\na = 2\nb = 1");
    assert_eq!(read(&repo, "gone.yml"), "a: 1\n");
    assert_eq!(read(&repo, "old.toml"), "a = 1\nb = 1\nc = 1\nd = 1\n");
    assert!(!repo.path().join("more.yml").exists() && !repo.path().join("new.toml").exists());
});

both_backends!(a_patch_with_a_secret_goes_to_a_file_of_its_owner_or_nowhere, async |test| {
    let repo = Repo::of(&[("app.yml", "password: old-Aa1-secret\nport: 1\nx: 1\na: 1\nb: 1\nc: 1\nd: 1\nlast: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", "password: new-Bb2-secret\nport: 2\nx: 1\na: 1\nb: 1\nc: 1\nd: 1\nlast: 2\n");
    let report = golden.run(VALIDATE).json(1);
    let run = run_of(&report);
    let [password, port, last] = ["/password", "/port", "/last"].map(|key| delta_of(&report, "app.yml", key));
    let remedy = "  remedy: give --with-secrets --output FILE; only its owner may read the file\n";
    let revert = |id: &str, more: &str| golden.run(&format!("revert --run {run} --delta {id} {more}"));
    revert(&password, "").fails(
        1,
        &format!("error: the patch would show a secret in clear: app.yml, delta {password} at /password\n{remedy}"),
    );
    revert(&port, "").fails(
        1,
        &format!("error: the patch would show a secret in clear: app.yml, line 1 beside the delta\n{remedy}"),
    );
    revert(&last, "").exits(0);
    let file = repo.beside("secret.patch");
    std::fs::write(&file, "known").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = revert(&password, &format!("--output {}", file.display()));
    assert_eq!((refused.code, std::fs::read_to_string(&file).unwrap().as_str()), (Some(1), "known"));
    let told = revert(&password, &format!("--with-secrets --output {} --format json", file.display()));
    assert!(!told.raw.contains("Aa1") && !told.raw.contains("Bb2"), "{told}");
    let answer = told.json(0);
    assert_eq!((&answer["secret"], &answer["patch"]), (&serde_json::json!(true), &serde_json::Value::Null));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    git_applies(&repo, &std::fs::read_to_string(&file).unwrap());
    assert!(read(&repo, "app.yml").starts_with("password: old-Aa1-secret\nport: 2\n"));
    assert_eq!(revert(&password, "--with-secrets").code, Some(2), "secrets go to no terminal");
    assert!(Path::new(&file).exists());
});

both_backends!(a_delta_or_run_that_is_not_there_is_named, async |test| {
    let repo = Repo::of(&[("app.yml", "a: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", "a: 2\n");
    let report = golden.run(VALIDATE).json(1);
    golden.run(&format!("revert --run {} --delta ffff", run_of(&report))).fails(
        2,
        "error: delta ffff does not exist\n  remedy: `golden report RUN --format json` lists the deltas of a run\n",
    );
    let id = delta_of(&report, "app.yml", "/a");
    repo.write("app.yml", "a: 3\n");
    golden.run(&format!("revert --run {} --delta {id}", run_of(&report))).fails(
        1,
        "error: <folder>/ has changed since run <id> saw it\n  \
         remedy: run `golden validate` again and certify that run\n",
    );
});

both_backends!(a_patch_shows_no_line_far_above_what_it_changes, async |test| {
    // Behind the head of a hunk git shows the last line before it that begins with a letter.
    let text = "password: hunter2secretXq9\n# 1\n# 2\n# 3\n# 4\n# 5\nport: 8080\n";
    let repo = Repo::of(&[("app.yml", text)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", &text.replace("8080", "9090"));
    let report = golden.run(VALIDATE).json(1);
    let line = format!("revert --run {} --delta {}", run_of(&report), delta_of(&report, "app.yml", "/port"));
    let told = golden.run(&line);
    told.exits(0);
    assert!(told.raw.contains("\n@@ -4,4 +4,4 @@\n # 3\n"), "{told}");
    assert!(!told.raw.contains("hunter2"), "{told}");
    git_applies(&repo, &told.raw);
    assert_eq!(read(&repo, "app.yml"), text);
});
