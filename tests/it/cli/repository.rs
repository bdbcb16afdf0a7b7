//! Git repositories of tests: files are written, removed and committed, nothing of this machine is obeyed.

use std::path::{Path, PathBuf};

use git2::{IndexAddOption, Repository, RepositoryInitOptions, Signature, Time};
use tempfile::TempDir;

/// A repository in a folder of its own, which goes with it.
pub(crate) struct Repo {
    folder: TempDir,
    git: Repository,
}

impl Repo {
    /// An empty repository on branch `main`.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let git = Repository::init_opts(folder.path().join("repo"), &options).unwrap();
        Self { folder, git }
    }

    /// A repository with one commit of these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let repo = Self::empty();
        files.iter().for_each(|(path, text)| repo.write(path, text));
        repo.commit();
        repo
    }

    /// Its folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("repo").canonicalize().unwrap()
    }

    /// A folder beside the repository, for databases, directories and the like.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// The repository itself.
    pub(crate) const fn git(&self) -> &Repository {
        &self.git
    }

    /// Writes a file of the work tree; anything else than text needs [`Self::write_bytes`].
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    /// Writes a file of the work tree.
    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Removes a file of the work tree.
    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path().join(path)).unwrap();
    }

    /// Commits the whole work tree on the current branch and gives the commit's id. Every commit has another time.
    pub(crate) fn commit(&self) -> String {
        let mut index = self.git.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = self.git.find_tree(index.write_tree().unwrap()).unwrap();
        let parent = self.git.head().ok().map(|head| head.peel_to_commit().unwrap());
        let seconds = parent.as_ref().map_or(1_767_225_600, |parent| parent.time().seconds() + 1);
        let author = Signature::new("dev", "dev@svc.example", &Time::new(seconds, 0)).unwrap();
        let parents: Vec<_> = parent.iter().collect();
        self.git
            .commit(Some("HEAD"), &author, &author, "Change what is configured", &tree, &parents)
            .unwrap()
            .to_string()
    }

    /// Makes a branch at a commit, or moves it there.
    pub(crate) fn branch(&self, name: &str, commit: &str) {
        let commit = self.git.find_commit(commit.parse().unwrap()).unwrap();
        self.git.branch(name, &commit, true).unwrap();
    }

    /// Names of the local branches that begin so, sorted.
    pub(crate) fn branches(&self, start: &str) -> Vec<String> {
        let references = self.git.references_glob(&format!("refs/heads/{start}*")).unwrap();
        let mut names: Vec<String> =
            references.map(|one| one.unwrap().name().unwrap()["refs/heads/".len()..].to_owned()).collect();
        names.sort();
        names
    }

    /// A file of a commit or branch, if it is there.
    pub(crate) fn show(&self, rev: &str, path: &str) -> Option<String> {
        let tree = self.git.revparse_single(rev).unwrap().peel_to_tree().unwrap();
        let blob = tree.get_path(Path::new(path)).ok()?.to_object(&self.git).unwrap().into_blob().unwrap();
        Some(String::from_utf8(blob.content().to_vec()).unwrap())
    }
}
