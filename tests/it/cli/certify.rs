//! `golden certify`: exactly what a run saw, and what was accepted of it.

use super::{Golden, Repo, SHOP};

const CERTIFY: &str = "certify --service shop --environment production --by ann --reason good";

/// The id of the delta of a file.
pub(super) fn delta_of(report: &serde_json::Value, file: &str, key: &str) -> String {
    let deltas = report["deltas"].as_array().unwrap();
    let found = deltas.iter().find(|delta| delta["file"] == file && delta["key_path"].as_str().unwrap().ends_with(key));
    found.unwrap_or_else(|| panic!("{file} {key}: {deltas:#?}"))["id"].as_str().unwrap().to_owned()
}

/// The run of a report.
pub(super) fn run_of(report: &serde_json::Value) -> &str {
    report["run"]["id"].as_str().unwrap()
}

both_backends!(an_initial_certification_holds_the_files_in_scope_once, async |test| {
    let repo = Repo::of(&[
        ("app-prod.yml", SHOP),
        ("app-staging.yml", SHOP),
        ("app.yml", "a: 1\n"),
        ("main.rs", "fn main() {}\n"),
    ]);
    let golden = Golden::on(&repo, &test);
    let told = golden.run(&format!("{CERTIFY} --initial HEAD"));
    told.is(
        0,
        "certified golden/shop/production/<branch> at commit <commit>\n\
         not pushed; `git push origin golden/shop/production/<branch>` does, or --push\n",
        "",
    );
    let branches = repo.branches("golden/");
    assert_eq!(branches.len(), 1);
    let held =
        ["app-prod.yml", "app-staging.yml", "app.yml", "main.rs"].map(|path| repo.show(&branches[0], path).is_some());
    assert_eq!(
        held,
        [true, false, true, false],
        "another environment's file and a file that is no configuration stay out"
    );
    let told = golden.run(&format!("{CERTIFY} --initial HEAD"));
    told.fails(
        1,
        "error: shop in production has an active golden branch already: golden/shop/production/<branch>\n  \
         remedy: run `golden validate` and certify that run, or revoke the active golden branch first\n",
    );
    assert_eq!(repo.branches("golden/"), branches);
});

both_backends!(accepted_deltas_go_in_and_the_others_stay_as_they_were, async |test| {
    let repo = Repo::of(&[
        ("a.yml", "level: 1 # why\nname: x\n"),
        ("b.yml", "port: 1\n"),
        ("gone.yml", "old: 1\n"),
        ("kept.yml", "old: 1\n"),
    ]);
    let golden = Golden::on(&repo, &test);
    let first = golden.certify_initial("production", "HEAD");
    repo.write("a.yml", "level: 2\nname: y\n");
    repo.write("b.yml", "port: 2\n");
    repo.remove("gone.yml");
    repo.remove("kept.yml");
    repo.commit();
    let report = golden.run("validate --service shop --environment production --candidate HEAD --format json").json(1);
    let run = run_of(&report);
    let [level, name, gone] =
        [("a.yml", "/level"), ("a.yml", "/name"), ("gone.yml", "")].map(|(file, key)| delta_of(&report, file, key));
    let answer =
        golden.run(&format!("{CERTIFY} --run {run} --accept {level} {name} --accept {gone} --format json")).json(0);
    let next = answer["branch"]["branch"].as_str().unwrap();
    assert_eq!(answer["branch"]["run"], run);
    let held = ["a.yml", "b.yml", "gone.yml", "kept.yml"].map(|path| repo.show(next, path));
    assert_eq!(
        held,
        [Some("level: 2\nname: y\n".to_owned()), Some("port: 1\n".to_owned()), None, Some("old: 1\n".to_owned())]
    );
    let left = golden.validated("production", 1);
    let files: Vec<_> =
        left["deltas"].as_array().unwrap().iter().map(|delta| delta["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["b.yml", "kept.yml"]);
    let shown = golden.run(&format!("runs show {run} --format json")).json(0);
    assert_eq!(shown["certified_as"], serde_json::json!([next]));
    let parent = repo.git().revparse_single(next).unwrap().peel_to_commit().unwrap().parent_id(0).unwrap();
    assert_eq!(parent, repo.git().revparse_single(&first).unwrap().id());
});

both_backends!(a_run_whose_golden_branch_is_not_active_any_more_is_refused, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("INFO", "WARN"));
    let report = golden.validated("production", 0);
    let again = format!("{CERTIFY} --run {} --all", run_of(&report));
    golden.run(&again).exits(0);
    golden.run(&again).fails(
        1,
        "error: the golden branch of run <id> is no longer the active one; active is golden/shop/production/<branch>\n  \
         remedy: run `golden validate` again and certify that run\n",
    );
    golden.run(&again.replace("production", "staging")).fails(1, "error: run <id> is of shop in production\n");
    assert_eq!(repo.branches("golden/").len(), 2);
});

both_backends!(a_directory_or_work_tree_that_changed_since_is_refused, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test).place(&repo.beside("dir"), "<dir>");
    golden.certify_initial("production", "HEAD");
    let dir = repo.beside("dir");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("app-prod.yml"), SHOP.replace("INFO", "WARN")).unwrap();
    let line = format!("validate --service shop --environment production --candidate {} --format json", dir.display());
    let run = golden.run(&line).json(0);
    std::fs::write(dir.join("app-prod.yml"), SHOP.replace("INFO", "DEBUG")).unwrap();
    let remedy = "\n  remedy: run `golden validate` again and certify that run\n";
    let certify = |run: &serde_json::Value| golden.run(&format!("{CERTIFY} --run {} --all", run_of(run)));
    certify(&run).fails(1, &format!("error: <dir> has changed since run <id> saw it{remedy}"));
    repo.write("app-prod.yml", &SHOP.replace("INFO", "WARN"));
    let run = golden.validated("production", 0);
    repo.write("app-prod.yml", &SHOP.replace("INFO", "TRACE"));
    certify(&run).fails(1, &format!("error: <folder>/ has changed since run <id> saw it{remedy}"));
    assert_eq!(repo.branches("golden/").len(), 1);
    repo.write("app-prod.yml", &SHOP.replace("INFO", "WARN"));
    certify(&run).exits(0);
});

both_backends!(a_branch_that_moved_since_is_certified_as_it_was_compared, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("INFO", "WARN"));
    let compared = repo.commit();
    repo.branch("feature", &compared);
    let report =
        golden.run("validate --service shop --environment production --candidate feature --format json").json(0);
    repo.write("app-prod.yml", &SHOP.replace("true", "false"));
    repo.branch("feature", &repo.commit());
    let answer = golden.run(&format!("{CERTIFY} --run {} --all --format json", run_of(&report))).json(0);
    assert_eq!(answer["branch"]["source_commit"], compared);
    let branch = answer["branch"]["branch"].as_str().unwrap();
    assert_eq!(repo.show(branch, "app-prod.yml").unwrap(), SHOP.replace("INFO", "WARN"));
});
