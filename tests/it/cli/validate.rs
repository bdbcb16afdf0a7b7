//! `golden validate`: exit codes and decisions.

use super::{Golden, Repo};

const VALIDATE: &str = "validate --service shop --environment production";

/// Each class of change, with the code of the default and of `--fail-on block`.
const CHANGES: [(&str, &str, [i32; 2], &str); 4] = [
    ("no difference", "logging:\n  level: INFO\nport: 8080\ntls: true\n", [0, 0], "AUTO_MERGE"),
    ("low", "logging:\n  level: WARN\nport: 8080\ntls: true\n", [0, 0], "AUTO_MERGE"),
    ("medium", "logging:\n  level: INFO\nport: 8090\ntls: true\n", [1, 0], "HUMAN_REVIEW"),
    ("high", "logging:\n  level: INFO\nport: 8080\ntls: false\n", [1, 1], "BLOCK_MERGE"),
];

both_backends!(the_exit_code_follows_the_decision, async |test| {
    let repo = Repo::of(&[("app-prod.yml", CHANGES[0].1)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    for (name, text, codes, decision) in CHANGES {
        repo.write("app-prod.yml", text);
        for (option, code) in ["", "--fail-on block"].into_iter().zip(codes) {
            let report = golden.run(&format!("{VALIDATE} --format json {option}")).json(code);
            assert_eq!(report["certification"]["decision"], decision, "{name}");
        }
    }
});
