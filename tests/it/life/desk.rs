//! A git repository in a folder of its own, and the `golden` processes that work on it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use git2::{IndexAddOption, Repository, Signature, Time};
use serde_json::Value as Json;
use tempfile::TempDir;

/// The key of secret digests in every process.
pub(super) const KEY: &str = "a fingerprint key for tests only";

/// A repository and the database that commands use; clones share the repository.
#[derive(Clone)]
pub(super) struct Desk {
    folder: Rc<TempDir>,
    pub(super) url: String,
}

/// What a process left.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ran {
    /// The standard output of a process that ended with this code.
    #[track_caller]
    pub(super) fn out(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The JSON of a process that ended with this code.
    #[track_caller]
    pub(super) fn json(self, code: i32) -> Json {
        serde_json::from_str(&self.out(code)).unwrap()
    }
}

impl Desk {
    /// An empty repository.
    pub(super) fn new(url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        Repository::init(folder.path().join("repo")).unwrap();
        Self { folder: Rc::new(folder), url: url.to_owned() }
    }

    /// The same repository with another database.
    pub(super) fn on(&self, url: &str) -> Self {
        Self { folder: Rc::clone(&self.folder), url: url.to_owned() }
    }

    /// The work tree.
    pub(super) fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    /// A place beside the repository.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let place = self.repo().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, content).unwrap();
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.repo().join(path)).unwrap();
    }

    pub(super) fn make_executable(&self, path: &str) {
        std::fs::set_permissions(self.repo().join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Commits the whole work tree behind HEAD and gives the commit.
    pub(super) fn commit(&self) -> String {
        let repo = Repository::open(self.repo()).unwrap();
        let mut index = repo.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = repo.find_tree(index.write_tree().unwrap()).unwrap();
        let parent = repo.head().ok().map(|head| head.peel_to_commit().unwrap());
        let author = Signature::new("dev", "dev@svc.example", &Time::new(1_700_000_000, 0)).unwrap();
        let parents: Vec<_> = parent.iter().collect();
        repo.commit(Some("HEAD"), &author, &author, "change", &tree, &parents).unwrap().to_string()
    }

    /// A process that has nothing of this one's environment but what it needs to run.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_golden"));
        command
            .args(arguments)
            .current_dir(self.repo())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.beside("home"))
            .env("USER", "ann")
            .env("GOLDEN_FINGERPRINT_KEY", KEY)
            .env("DATABASE_URL", &self.url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `golden` to its end.
    pub(super) fn golden(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// `golden validate` of service app in production, with JSON as the answer; exits 1 unless it may merge.
    pub(super) fn validate(&self, more: &[&str]) -> Ran {
        self.golden(
            &[&["validate", "--service", "app", "--environment", "production", "--format", "json"], more].concat(),
        )
    }

    /// Makes HEAD the first golden version.
    pub(super) fn certify_head(&self) {
        self.golden(&[&CERTIFY[..], &["--initial", "HEAD", "--by", "ann", "--reason", "the first one"]].concat())
            .out(0);
    }
}

/// `golden certify` for service app in production.
pub(super) const CERTIFY: [&str; 5] = ["certify", "--service", "app", "--environment", "production"];

/// What a finished process left.
pub(super) fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The id of the run that an answer of `golden validate` tells of.
pub(super) fn run_id(answer: &Json) -> String {
    answer["run"]["id"].as_str().unwrap().to_owned()
}

/// Makes a repository with many files below `folder` of it: in each the keys `0..`, with `value` behind them.
pub(super) fn write_many(desk: &Desk, files: usize, keys: impl Fn(usize) -> usize, value: &str) {
    for file in 0..files {
        let lines: String =
            (0..keys(file)).map(|key| format!("{}_{key}: {value}\n", KINDS[key % KINDS.len()])).collect();
        desk.write(&format!("conf/{file:03}.yml"), lines);
    }
}

/// Keys of several buckets.
const KINDS: [&str; 4] = ["timeout", "log_level", "endpoint_url", "password"];

/// Every file below a folder.
pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
