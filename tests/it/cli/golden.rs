//! The runner of the command: nothing of this machine's environment reaches it but the search path.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::answer::Answer;
use super::repository::Repo;
use crate::harness::databases::TestDatabase;

/// The key of secret digests in tests.
pub(crate) const KEY: &str = "a key of tests, never of people";

/// Runs `golden` in a folder, with a home of its own.
pub(crate) struct Golden {
    home: TempDir,
    folder: PathBuf,
    variables: Vec<(String, String)>,
    places: Vec<(String, &'static str)>,
}

impl Golden {
    /// In a folder, with the default database.
    pub(crate) fn at(folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap();
        let places = vec![(folder.display().to_string(), "<folder>")];
        let variables = vec![("GOLDEN_FINGERPRINT_KEY".to_owned(), KEY.to_owned())];
        Self { home: TempDir::new().unwrap(), folder, variables, places }
    }

    /// In a repository, with a test's database.
    pub(crate) fn on(repo: &Repo, test: &TestDatabase) -> Self {
        Self::at(&repo.path()).database(&test.url)
    }

    /// With another database.
    pub(crate) fn database(mut self, url: &str) -> Self {
        let place = url.split('?').next().unwrap();
        let without_user = place.replace("golden@", "");
        self.places.push((place.to_owned(), "<database>"));
        self.places.push((without_user, "<database>"));
        if let Some(file) = place.strip_prefix("sqlite://") {
            self.places.push((file.to_owned(), "<database>"));
        }
        self.variable("DATABASE_URL", url)
    }

    /// With a variable of the environment.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a place that answers are to name otherwise.
    pub(crate) fn place(mut self, path: &Path, name: &'static str) -> Self {
        self.places.insert(0, (path.display().to_string(), name));
        self
    }

    /// Runs the words of one line.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Answer {
        self.args(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs arguments that may hold blanks.
    #[track_caller]
    pub(crate) fn args(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().unwrap();
        Answer::new(arguments, &output, &self.places)
    }

    /// The command, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_golden"));
        command.args(arguments).current_dir(&self.folder).env_clear().stdin(Stdio::null());
        command.env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Certifies a revision as the first golden version of `shop` and gives the branch.
    #[track_caller]
    pub(crate) fn certify_initial(&self, environment: &str, rev: &str) -> String {
        let line = format!(
            "certify --service shop --environment {environment} --initial {rev} --by ann --reason first --format json"
        );
        self.run(&line).json(0)["branch"]["branch"].as_str().unwrap().to_owned()
    }

    /// Validates the work tree of `shop` and gives the JSON report.
    #[track_caller]
    pub(crate) fn validated(&self, environment: &str, code: i32) -> serde_json::Value {
        self.run(&format!("validate --service shop --environment {environment} --format json")).json(code)
    }
}
