//! `golden completions` and `golden man` know every command.

use super::{Golden, Repo};

const COMMANDS: [&str; 15] = [
    "demo", "init", "diff", "validate", "certify", "revoke", "branches", "history", "runs", "report", "policy",
    "config", "db", "serve", "schema",
];

#[test]
fn every_shell_completes_every_command() {
    let repo = Repo::empty();
    let golden = Golden::at(&repo.path());
    for shell in ["bash", "zsh", "fish"] {
        let script = golden.run(&format!("completions {shell}"));
        for command in COMMANDS {
            assert!(script.exits(0).stdout.contains(command), "{shell} does not know {command}");
        }
    }
    golden.run("completions tcsh").exits_only(2);
}

#[test]
fn the_manual_and_the_help_name_every_command() {
    let repo = Repo::empty();
    let golden = Golden::at(&repo.path());
    let (page, help) = (golden.run("man"), golden.run("--help"));
    assert!(page.exits(0).stdout.contains(".TH golden 1"), "{page}");
    for command in COMMANDS {
        assert!(page.stdout.contains(&format!("golden\\-{command}(1)")), "the manual does not name {command}");
        assert!(help.exits(0).stdout.contains(&format!("\n  {command} ")), "the help does not name {command}");
        golden.run(&format!("{command} --help")).exits(0);
    }
    golden.run("--version").is(0, concat!("golden ", env!("CARGO_PKG_VERSION"), "\n"), "");
}
