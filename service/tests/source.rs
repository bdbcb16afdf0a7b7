//! Sources: revisions, work trees and directories, listed, compared and read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "fixture/repository.rs"]
mod repository;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use drift::environment::Environments;
use drift::report::SideKind;
use git2::Repository;
use repository::{Fixture, bytes, names, paths, run, shipped, write_file};
use service::source::{Comparison, Contents, FileKind, Source, compare};

#[test]
fn two_revisions_are_listed_and_compared() {
    let fixture =
        Fixture::with(&[("a.yml", "1"), ("b.yml", "2"), ("same/c.yml", "3"), ("x.rs", "4"), ("old.yml", "moved")]);
    let first = fixture.repo.head().unwrap().target().unwrap();
    fs::remove_file(fixture.path().join("b.yml")).unwrap();
    fs::rename(fixture.path().join("old.yml"), fixture.path().join("new.yml")).unwrap();
    let second = fixture.commit(&[("a.yml", "changed"), ("d/e.yml", "5"), ("x.rs", "6")]);
    let golden = Source::open_git(fixture.path(), "HEAD~1").unwrap();
    let candidate = Source::open_git(fixture.path(), "HEAD").unwrap();
    assert_eq!(golden.commit(), Some(first.to_string()));
    let (old, new) = Source::list_both(&golden, &candidate, &shipped()).unwrap();
    assert_eq!(paths(&old), ["a.yml", "b.yml", "old.yml", "same/c.yml"]);
    assert_eq!(paths(&new), ["a.yml", "d/e.yml", "new.yml", "same/c.yml"]);
    let comparison = compare(&old, &new);
    assert_eq!(comparison.files, 6);
    let expected = [
        ("a.yml", true, true),
        ("b.yml", true, false),
        ("d/e.yml", false, true),
        ("new.yml", false, true),
        ("old.yml", true, false),
    ];
    assert_eq!(names(&comparison), expected);
    assert_eq!(bytes(&candidate, &new, "a.yml"), Contents::Bytes(b"changed".to_vec()));
    assert_eq!(bytes(&golden, &old, "a.yml"), Contents::Bytes(b"1".to_vec()));
    let side = candidate.side(&new, new.digest());
    assert_eq!((side.kind, side.rev.as_deref(), side.commit), (SideKind::Git, Some("HEAD"), Some(second.to_string())));
    assert_eq!(side.digest, new.digest());
    assert_ne!(old.digest(), new.digest());
}

#[test]
fn a_folder_taken_from_the_other_side_is_listed_as_if_walked() {
    let fixture = Fixture::with(&[("a/b/c.yml", "1"), ("a/b/d.yml", "2"), ("a/e.yml", "3"), ("f/g.yml", "4")]);
    fixture.commit(&[("a/e.yml", "5"), ("h/c.yml", "1")]);
    let golden = Source::open_git(fixture.path(), "HEAD~1").unwrap();
    let candidate = Source::open_git(fixture.path(), "HEAD").unwrap();
    let (_, beside) = Source::list_both(&golden, &candidate, &shipped()).unwrap();
    let alone = candidate.list(&shipped()).unwrap();
    assert_eq!(beside.files(), alone.files());
    assert_eq!(paths(&alone), ["a/b/c.yml", "a/b/d.yml", "a/e.yml", "f/g.yml", "h/c.yml"]);
}

#[test]
fn the_digest_is_that_of_ls_tree_and_the_same_from_everywhere() {
    let fixture = Fixture::with(&[("a.yml", "1"), ("a/b.yml", "2"), ("a-b.yml", "3"), ("a.d/x.yml", "4")]);
    symlink("a.yml", fixture.path().join("link.yml")).unwrap();
    fs::set_permissions(fixture.path().join("a-b.yml"), fs::Permissions::from_mode(0o755)).unwrap();
    fixture.commit_all();
    let from_git = Source::open_git(fixture.path(), "HEAD").unwrap().list(&shipped()).unwrap();
    let from_directory = Source::open_directory(fixture.path()).unwrap().list(&shipped()).unwrap();
    let from_worktree = Source::open_worktree(fixture.path()).unwrap().list(&shipped()).unwrap();
    assert_eq!(paths(&from_git), ["a-b.yml", "a.d/x.yml", "a.yml", "a/b.yml", "link.yml"]);
    assert_eq!(from_directory.digest(), from_git.digest());
    assert_eq!(from_worktree.digest(), from_git.digest());
    let script =
        r"git ls-tree -r HEAD --format='%(path)%x00%(objectmode)%x00%(objectname)' | sha256sum | cut -d' ' -f1";
    assert_eq!(from_git.digest(), format!("sha256:{}", run("sh", &["-c", script], fixture.path())));
    assert_eq!(compare(&from_git, &from_directory), Comparison { files: 5, changes: Vec::new() });
}

#[test]
fn the_scope_limits_what_is_listed() {
    let fixture = Fixture::with(&[
        ("svc/app.yml", "1"),
        ("svc/app-prod.yml", "2"),
        ("svc/dev/app.yml", "3"),
        ("other/app.yml", "4"),
    ]);
    let scope = shipped().below(&["svc".to_owned()]).of_environment(Environments::shipped(), "production").unwrap();
    for source in [
        Source::open_git(fixture.path(), "HEAD"),
        Source::open_worktree(fixture.path()),
        Source::open_directory(fixture.path()),
    ] {
        assert_eq!(paths(&source.unwrap().list(&scope).unwrap()), ["svc/app-prod.yml", "svc/app.yml"]);
    }
}

#[test]
fn paths_of_any_bytes_are_told_apart() {
    let fixture = Fixture::new();
    for (path, content) in
        [(&b"new\nline.yml"[..], "1"), (b"b\xffd.yml", "2"), (b"b\\xffd.yml", "3"), (b"d\xfe/e.yml", "4")]
    {
        write_file(fixture.path(), path, content);
    }
    fixture.commit_all();
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    assert_eq!(paths(&listing), ["b\\\\xffd.yml", "b\\xffd.yml", "d\\xfe/e.yml", "new\nline.yml"]);
    assert_eq!(listing.files()[1].raw_path(), b"b\xffd.yml");
    assert_eq!(bytes(&source, &listing, "b\\xffd.yml"), Contents::Bytes(b"2".to_vec()));
    let directory = Source::open_directory(fixture.path()).unwrap();
    let on_disk = directory.list(&shipped()).unwrap();
    assert_eq!(on_disk.digest(), listing.digest());
    assert_eq!(bytes(&directory, &on_disk, "d\\xfe/e.yml"), Contents::Bytes(b"4".to_vec()));
}

#[test]
fn symbolic_links_are_reported_and_never_followed() {
    let fixture = Fixture::with(&[("a/app.yml", "1")]);
    symlink("..", fixture.path().join("a/loop.yml")).unwrap();
    symlink("/etc/hostname", fixture.path().join("out.conf")).unwrap();
    symlink("self.yml", fixture.path().join("self.yml")).unwrap();
    fixture.commit_all();
    for source in [Source::open_git(fixture.path(), "HEAD").unwrap(), Source::open_directory(fixture.path()).unwrap()] {
        let listing = source.list(&shipped()).unwrap();
        assert_eq!(paths(&listing), ["a/app.yml", "a/loop.yml", "out.conf", "self.yml"]);
        assert_eq!(bytes(&source, &listing, "a/loop.yml"), Contents::Symlink(b"..".to_vec()));
        assert_eq!(bytes(&source, &listing, "out.conf"), Contents::Symlink(b"/etc/hostname".to_vec()));
        assert_eq!(bytes(&source, &listing, "self.yml"), Contents::Symlink(b"self.yml".to_vec()));
    }
}

#[test]
fn a_submodule_is_one_entry_with_its_commit() {
    let fixture = Fixture::with(&[("app.yml", "1")]);
    let inner = Repository::init(fixture.path().join("module")).unwrap();
    let commit_inner = |content: &str| {
        let inner = Fixture { folder: tempfile::tempdir().unwrap(), repo: Repository::open(inner.path()).unwrap() };
        write_file(inner.repo.workdir().unwrap(), b"inner.yml", content);
        inner.commit_all().to_string()
    };
    let first = commit_inner("1");
    fixture.commit_with_git();
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    assert_eq!(paths(&listing), ["app.yml", "module"]);
    assert_eq!(listing.find("module").unwrap().kind, FileKind::Submodule);
    assert_eq!(bytes(&source, &listing, "module"), Contents::Submodule(first.clone()));
    let worktree = Source::open_worktree(fixture.path()).unwrap();
    assert_eq!(worktree.list(&shipped()).unwrap().commit().map(|id| id.to_string()), source.commit());
    let second = commit_inner("2");
    let changed = worktree.list(&shipped()).unwrap();
    let comparison = compare(&listing, &changed);
    assert_eq!(names(&comparison), [("module", true, true)]);
    assert_eq!(bytes(&worktree, &changed, "module"), Contents::Submodule(second));
}

#[test]
fn a_work_tree_is_head_with_what_was_changed() {
    let fixture = Fixture::with(&[
        ("changed.yml", "1"),
        ("deleted.yml", "2"),
        ("kept.yml", "3"),
        ("staged.yml", "4"),
        ("x/y.yml", "5"),
        (".gitignore", "ignored/\n"),
    ]);
    let head = fixture.repo.head().unwrap().target().unwrap();
    let source = Source::open_worktree(&fixture.path().join("x")).unwrap();
    let committed = source.list(&shipped()).unwrap();
    assert_eq!(committed.commit(), Some(head));
    fixture.write("changed.yml", "other");
    fs::remove_file(fixture.path().join("deleted.yml")).unwrap();
    fixture.write("staged.yml", "staged");
    fixture.repo.index().unwrap().add_path(Path::new("staged.yml")).unwrap();
    fixture.write("staged.yml", "on disk");
    fixture.write("new/untracked.yml", "6");
    fixture.write("new/untracked.rs", "7");
    fixture.write("ignored/secret.yml", "8");
    let listing = source.list(&shipped()).unwrap();
    assert_eq!(paths(&listing), ["changed.yml", "kept.yml", "new/untracked.yml", "staged.yml", "x/y.yml"]);
    assert_eq!(listing.commit(), None);
    let side = source.side(&listing, listing.digest());
    assert_eq!((side.kind, side.commit), (SideKind::Worktree, None));
    let changes = compare(&committed, &listing);
    let expected = [
        ("changed.yml", true, true),
        ("deleted.yml", true, false),
        ("new/untracked.yml", false, true),
        ("staged.yml", true, true),
    ];
    assert_eq!(names(&changes), expected);
    for (path, content) in
        [("changed.yml", "other"), ("kept.yml", "3"), ("staged.yml", "on disk"), ("new/untracked.yml", "6")]
    {
        assert_eq!(bytes(&source, &listing, path), Contents::Bytes(content.into()), "{path}");
    }
    let on_disk = Source::open_directory(fixture.path()).unwrap().list(&shipped()).unwrap();
    assert_eq!(names(&compare(&listing, &on_disk)), [("ignored/secret.yml", false, true)]);
}

#[test]
fn a_change_outside_of_the_scope_leaves_the_work_tree_at_its_commit() {
    let fixture = Fixture::with(&[("app.yml", "1")]);
    fixture.write("main.rs", "fn main() {}");
    let listing = Source::open_worktree(fixture.path()).unwrap().list(&shipped()).unwrap();
    assert_eq!(listing.commit(), fixture.repo.head().unwrap().target());
}
