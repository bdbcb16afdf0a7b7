//! `golden report`: a stored run told again, in every format.

use super::certify::run_of;
use super::{Golden, Repo, SHOP};

both_backends!(a_stored_run_is_told_as_it_was, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    let report = golden.validated("production", 1);
    let run = run_of(&report);
    assert_eq!(golden.run(&format!("report {run} --format json")).json(0), report);
    let starts = [
        ("text", "HUMAN_REVIEW  shop in production, score 75 of 100\n"),
        ("markdown", "## "),
        ("sarif", "{"),
        ("junit", "<?xml"),
        ("html", "<!doctype html>"),
    ];
    for (format, start) in starts {
        let told = golden.run(&format!("report {run} --format {format}"));
        assert!(told.exits(0).stdout.to_lowercase().starts_with(&start.to_lowercase()), "{told}");
        let file = repo.beside(format);
        golden.run(&format!("report {run} --format {format} --output {}", file.display())).is(0, "", "");
        assert_eq!(std::fs::read_to_string(file).unwrap(), told.raw, "{format}");
    }
    golden
        .run("report 0123456789ab")
        .fails(2, "error: run 0123456789ab does not exist\n  remedy: `golden runs list` shows the stored runs\n");
    golden.run(&format!("report {run} --output {}", repo.beside("none/file").display())).exits_only(2);
});
