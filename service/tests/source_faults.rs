//! Sources that are not there, hostile or damaged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "fixture/repository.rs"]
mod repository;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use git2::{ObjectType, Oid};
use repository::{Fixture, LIMIT, bytes, names, paths, place, refused, run, shipped, write_file};
use service::source::{Contents, Source, SourceError, Unreadable, compare};

#[test]
fn a_file_over_the_limit_is_named_by_its_size() {
    let fixture = Fixture::with(&[("at.yml", &"x".repeat(1_000)), ("over.yml", &"x".repeat(1_001))]);
    for source in [Source::open_git(fixture.path(), "HEAD").unwrap(), Source::open_directory(fixture.path()).unwrap()] {
        let listing = source.list(&shipped()).unwrap();
        assert_eq!(bytes(&source, &listing, "at.yml"), Contents::Bytes(vec![b'x'; 1_000]));
        assert_eq!(bytes(&source, &listing, "over.yml"), Contents::TooLarge(1_001));
    }
}

#[test]
fn what_cannot_be_read_is_an_entry_and_always_a_change() {
    let folder = tempfile::tempdir().unwrap();
    write_file(folder.path(), b"app.yml", "1");
    write_file(folder.path(), b"late.yml", "1");
    run("mkfifo", &["pipe.yml"], folder.path());
    let source = Source::open_directory(folder.path()).unwrap();
    let listing = source.list(&shipped()).unwrap();
    assert_eq!(paths(&listing), ["app.yml", "late.yml", "pipe.yml"]);
    let pipe = listing.find("pipe.yml").unwrap();
    let reason = Unreadable { path: "pipe.yml".to_owned(), reason: "it is neither a file nor a link".to_owned() };
    assert_eq!(source.read(pipe, LIMIT), Err(reason));
    assert_eq!(names(&compare(&listing, &source.list(&shipped()).unwrap())), [("pipe.yml", true, true)]);
    write_file(folder.path(), b"late.yml", "2");
    let error = source.read(listing.find("late.yml").unwrap(), LIMIT).unwrap_err();
    assert_eq!(error.to_string(), "late.yml cannot be read: it changed since it was listed");
    fs::remove_file(folder.path().join("app.yml")).unwrap();
    assert!(source.read(listing.find("app.yml").unwrap(), LIMIT).is_err());
}

#[test]
fn a_folder_nested_too_deep_is_one_unreadable_entry() {
    let folder = tempfile::tempdir().unwrap();
    for (depth, file) in [(256, "in.yml"), (257, "out.yml")] {
        write_file(folder.path(), format!("{}{file}", "d/".repeat(depth)).as_bytes(), "1");
    }
    let listing = Source::open_directory(folder.path()).unwrap().list(&shipped()).unwrap();
    let deepest = "d/".repeat(256);
    assert_eq!(paths(&listing), [format!("{deepest}d"), format!("{deepest}in.yml")]);
    assert_eq!(listing.files()[0].unreadable(), Some("it is nested deeper than 256 folders"));
    let fixture = Fixture::new();
    for (depth, file) in [(256, "in.yml"), (257, "out.yml")] {
        write_file(fixture.path(), format!("{}{file}", "d/".repeat(depth)).as_bytes(), "1");
    }
    fixture.commit_with_git();
    let committed = Source::open_git(fixture.path(), "HEAD").unwrap().list(&shipped()).unwrap();
    assert_eq!(paths(&committed), paths(&listing));
}

#[test]
fn sources_that_do_not_exist_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let error = refused(Source::open_git(folder.path(), "HEAD"));
    assert_eq!(error.to_string(), format!("{path} is not in a git repository"));
    let error = refused(Source::open_directory(&folder.path().join("none")));
    assert!(error.to_string().starts_with(&format!("directory {path}/none cannot be read: ")), "{error}");
    let fixture = Fixture::new();
    assert!(matches!(refused(Source::open_git(fixture.path(), "HEAD")), SourceError::EmptyRepository { .. }));
    assert!(matches!(refused(Source::open_worktree(fixture.path())), SourceError::EmptyRepository { .. }));
    fixture.commit(&[("app.yml", "1")]);
    for rev in ["none", "HEAD~1", "HEAD:app.yml", "", "a b", "golden/a/b/c"] {
        assert!(matches!(refused(Source::open_git(fixture.path(), rev)), SourceError::NoSuchRevision { .. }), "{rev}");
    }
    let missing = "1".repeat(40);
    let error = refused(Source::open_git(fixture.path(), &missing));
    assert_eq!(error.remedy(), Some(format!("git fetch origin {missing}")));
    let bare = tempfile::tempdir().unwrap();
    run("git", &["clone", "--quiet", "--bare", &fixture.path().display().to_string(), "."], bare.path());
    let listing = Source::open_git(bare.path(), "HEAD").unwrap().list(&shipped()).unwrap();
    assert_eq!(paths(&listing), ["app.yml"]);
    assert!(matches!(refused(Source::open_worktree(bare.path())), SourceError::NoWorktree { .. }));
}

#[test]
fn a_shallow_clone_says_which_fetch_is_missing() {
    let fixture = Fixture::with(&[("app.yml", "1")]);
    let first = fixture.repo.head().unwrap().target().unwrap().to_string();
    fixture.commit(&[("app.yml", "2")]);
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", fixture.path().display());
    run("git", &["clone", "--quiet", "--depth=1", &url, "."], clone.path());
    assert_eq!(paths(&Source::open_git(clone.path(), "HEAD").unwrap().list(&shipped()).unwrap()), ["app.yml"]);
    let error = |rev: &str| refused(Source::open_git(clone.path(), rev));
    let root = clone.path().canonicalize().unwrap();
    let message =
        format!("revision \"{first}\" is not in the git repository at {}/, which is a shallow clone", root.display());
    assert_eq!(error(&first).to_string(), message);
    assert_eq!(error(&first).remedy(), Some(format!("git fetch --depth=1 origin {first}")));
    assert_eq!(error("HEAD~1").remedy().as_deref(), Some("git fetch --unshallow origin"));
    let golden = Some("git fetch origin 'refs/heads/golden/*:refs/heads/golden/*'");
    assert_eq!(error("golden/checkout/production/x").remedy().as_deref(), golden);
}

#[test]
fn a_repository_of_another_user_is_refused_with_the_remedy() {
    let fixture = Fixture::with(&[("app.yml", "1")]);
    let path = fixture.path().display().to_string();
    if run("id", &["-u"], fixture.path()) != "0" {
        // Only root can give a folder away; the class of the error is held where tests run as root.
        return;
    }
    run("chown", &["-R", "12345", &path], fixture.path());
    let error = refused(Source::open_git(fixture.path(), "HEAD"));
    assert_eq!(error.to_string(), format!("the git repository at {path} belongs to another user"));
    assert_eq!(error.remedy(), Some(format!("if you trust it: git config --global --add safe.directory {path}")));
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let fixture = Fixture::with(&[("app.yml", "1"), (".gitattributes", "*.yml filter=x diff=x merge=x\n")]);
    let trap = fixture.path().join("trap.sh");
    let mark = fixture.path().join("ran");
    fs::write(&trap, format!("#!/bin/sh\ntouch {}\ncat\n", mark.display())).unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    let program = trap.display().to_string();
    let mut config = fixture.repo.config().unwrap();
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "merge.x.driver",
        "credential.helper",
        "alias.status",
    ] {
        config.set_str(key, &program).unwrap();
    }
    config.set_bool("filter.x.required", true).unwrap();
    for hook in ["post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"] {
        fs::copy(&trap, place(fixture.repo.path(), format!("hooks/{hook}").as_bytes())).unwrap();
    }
    fixture.write("app.yml", "2");
    let worktree = Source::open_worktree(fixture.path()).unwrap();
    let listing = worktree.list(&shipped()).unwrap();
    assert_eq!(bytes(&worktree, &listing, "app.yml"), Contents::Bytes(b"2".to_vec()));
    let git = Source::open_git(fixture.path(), "HEAD").unwrap();
    assert_eq!(bytes(&git, &git.list(&shipped()).unwrap(), "app.yml"), Contents::Bytes(b"1".to_vec()));
    assert!(!mark.exists());
    // The trap works: git itself runs it.
    Command::new("git").args(["status", "--short"]).current_dir(fixture.path()).output().unwrap();
    assert!(mark.exists());
}

#[test]
fn a_missing_blob_is_one_unreadable_file() {
    let fixture = Fixture::with(&[("app.yml", "1"), ("other.yml", "2")]);
    let id = Oid::hash_object(ObjectType::Blob, b"1").unwrap().to_string();
    fs::remove_file(fixture.repo.path().join("objects").join(&id[..2]).join(&id[2..])).unwrap();
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    let error = source.read(listing.find("app.yml").unwrap(), LIMIT).unwrap_err();
    assert_eq!(error.reason, format!("object {id} is not in the repository; the clone is partial or damaged"));
    assert_eq!(bytes(&source, &listing, "other.yml"), Contents::Bytes(b"2".to_vec()));
}
