//! Pushing golden refs through the `git` program, which knows the user's transports and credentials.

use std::process::{Command, Stdio};

use git2::{Config, Repository};

use super::{GoldenRefError, refuse};
use crate::source::mask_urls;

/// Settings that may name a program, taken from the user's and the system's files only: a repository may hold anything.
const OFF: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.helper=",
    "protocol.ext.allow=never",
    // The first core.gitProxy wins, so that of the repository cannot be overruled.
    "protocol.git.allow=never",
    "push.gpgSign=false",
];

/// How far a push goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    /// All the way.
    Real,
    /// Up to what the remote says before it gets anything; its hooks do not run.
    Rehearsal,
}

/// Pushes branches to a remote, all or none, without hooks and without running what the repository's own settings name.
pub fn push(repo: &Repository, remote: &str, branches: &[&str], push: Push) -> Result<(), GoldenRefError> {
    let fail = |reason: String| GoldenRefError::Push { remote: mask_urls(remote), reason };
    if remote.is_empty() || remote.starts_with('-') {
        return Err(fail("it is not the name of a remote".to_owned()));
    }
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repo.path());
    for setting in OFF {
        command.args(["-c", setting]);
    }
    for setting in trusted_settings().map_err(refuse("read the user's settings for", remote))? {
        command.args(["-c", &setting]);
    }
    command.args(["push", "--no-verify", "--atomic", "--no-signed", "--recurse-submodules=no"]);
    if push == Push::Rehearsal {
        command.arg("--dry-run");
    }
    command.args(["--receive-pack=git-receive-pack", remote]);
    command.args(branches.iter().map(|branch| format!("refs/heads/{branch}:refs/heads/{branch}")));
    command.env("GIT_TERMINAL_PROMPT", "0").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").stdin(Stdio::null());
    let output = command.output().map_err(|error| fail(format!("the program git cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(fail(mask_urls(String::from_utf8_lossy(&output.stderr).trim())))
}

/// How the user, not the repository, wants to reach a server.
fn trusted_settings() -> Result<Vec<String>, git2::Error> {
    let config = Config::open_default()?;
    let ssh = config.get_string("core.sshcommand").unwrap_or_else(|_| "ssh".to_owned());
    let mut settings = vec![format!("core.sshCommand={ssh}")];
    let mut helpers = config.entries(Some(r"^credential\..*helper$"))?;
    while let Some(helper) = helpers.next() {
        let helper = helper?;
        // A helper without a value, or not in UTF-8, names no program.
        if let (Ok(name), Ok(value)) = (helper.name(), helper.value()) {
            settings.push(format!("{name}={value}"));
        }
    }
    Ok(settings)
}
