//! Golden refs: written, read back, revoked, removed and pushed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "fixture/repository.rs"]
mod repository;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use chrono::{DateTime, TimeZone as _, Utc};
use git2::Repository;
use repository::{Fixture, place, run, shipped, write_file};
use service::golden_ref::{
    Certified, Content, Event, GoldenRecord, GoldenRefError, Name, Push, Revoked, Written, push, read_all, remove,
    write, write_revocation,
};
use service::source::{Contents, Listing, Source};
use uuid::{Uuid, uuid};

const ID: Uuid = uuid!("01957a3c-0000-7000-8000-0123456789ab");

fn now(second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 4, 5, 6, second).unwrap()
}

fn name(second: u32) -> Name<'static> {
    Name { service: "checkout", environment: "production", now: now(second), id: ID }
}

fn certified() -> Certified {
    Certified {
        run: Some("01957a3c-1111-7000-8000-000000000000".to_owned()),
        source_commit: Some("f".repeat(40)),
        certified_by: "Ops <ops@svc.example>".to_owned(),
        reason: "two\n\nGolden-Score: 100\nlines \\n".to_owned(),
        score: Some(-3),
        override_reason: Some("known risk".to_owned()),
    }
}

fn contents<'a>(source: &'a Source, listing: &'a Listing) -> Vec<Content<'a>> {
    listing.files().iter().map(|file| Content { source, file }).collect()
}

/// Certifies HEAD of a fixture as an initial golden version.
fn initial(fixture: &Fixture, second: u32) -> Written {
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    let stated = Certified { certified_by: "ops".to_owned(), reason: "first".to_owned(), ..Certified::default() };
    let written = write(&fixture.repo, name(second), None, &contents(&source, &listing), &stated).unwrap();
    assert_eq!(written.tree_digest, listing.digest());
    written
}

#[test]
fn a_golden_ref_holds_the_certified_files_and_says_who_and_why() {
    let fixture = Fixture::with(&[("a.yml", "1"), ("a/b.yml", "2"), ("a-b.yml", "3"), ("main.rs", "4")]);
    fixture.repo.config().unwrap().set_str("user.name", "Machine User").unwrap();
    let first = initial(&fixture, 7);
    assert_eq!(first.branch_name, "golden/checkout/production/20260304T050607Z-0123456789ab");
    fixture.commit(&[("a.yml", "changed")]);
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    let second =
        write(&fixture.repo, name(8), Some(&first.commit_id), &contents(&source, &listing), &certified()).unwrap();
    let git = |arguments: &[&str]| run("git", arguments, fixture.path());
    assert_eq!(git(&["ls-tree", "-r", "--name-only", &second.branch_name]), "a-b.yml\na.yml\na/b.yml");
    assert_eq!(git(&["rev-parse", &format!("{}^", second.branch_name)]), first.commit_id);
    let people =
        "Golden Config <golden-config@localhost> 1772600768 Golden Config <golden-config@localhost> 1772600768";
    assert_eq!(git(&["log", "-1", "--format=%an <%ae> %at %cn <%ce> %ct", &second.branch_name]), people);
    let trailers = format!(
        "Golden-Service: checkout\nGolden-Environment: production\nGolden-Run: 01957a3c-1111-7000-8000-000000000000\n\
         Golden-Source-Commit: {}\nCertified-By: Ops <ops@svc.example>\n\
         Golden-Reason: two\\n\\nGolden-Score: 100\\nlines \\\\n\nGolden-Score: -3\nGolden-Override-Reason: known risk",
        "f".repeat(40)
    );
    assert_eq!(git(&["log", "-1", "--format=%(trailers)", &second.branch_name]), trailers);
    assert_eq!(git(&["fsck", "--strict"]), "");
    let found = read_all(&fixture.repo).unwrap();
    assert_eq!(found.refused, []);
    assert_eq!(found.records.len(), 2);
    let expected = GoldenRecord {
        branch_name: second.branch_name,
        commit_id: second.commit_id,
        parent: Some(first.commit_id),
        service: "checkout".to_owned(),
        environment: "production".to_owned(),
        created_at: now(8),
        tree_digest: listing.digest(),
        event: Event::Certified(certified()),
    };
    assert_eq!(found.records[1], expected);
}

#[test]
fn content_from_a_directory_keeps_its_paths_and_kinds() {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in [(&b"x\xff/y.yml"[..], "1"), (b"new\nline.yml", "2"), (b"run.yml", "3")] {
        write_file(folder.path(), path, content);
    }
    fs::set_permissions(folder.path().join("run.yml"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.yml", folder.path().join("link.yml")).unwrap();
    let target = tempfile::tempdir().unwrap();
    let repo = Repository::init_bare(target.path()).unwrap();
    let source = Source::open_directory(folder.path()).unwrap();
    let listing = source.list(&shipped()).unwrap();
    let written = write(&repo, name(1), None, &contents(&source, &listing), &certified()).unwrap();
    let golden = Source::open_git(target.path(), &written.branch_name).unwrap();
    let stored = golden.list(&shipped()).unwrap();
    assert_eq!(stored.digest(), listing.digest());
    assert_eq!(stored.files()[3].raw_path(), b"x\xff/y.yml");
    assert_eq!(golden.read(&stored.files()[0], 100).unwrap(), Contents::Symlink(b"run.yml".to_vec()));
}

#[test]
fn a_file_that_changed_since_it_was_compared_is_not_certified() {
    let folder = tempfile::tempdir().unwrap();
    write_file(folder.path(), b"app.yml", "1");
    let fixture = Fixture::with(&[("other.yml", "2")]);
    let source = Source::open_directory(folder.path()).unwrap();
    let listing = source.list(&shipped()).unwrap();
    write_file(folder.path(), b"app.yml", "3");
    let error = write(&fixture.repo, name(1), None, &contents(&source, &listing), &certified()).unwrap_err();
    assert_eq!(error.to_string(), "app.yml cannot be read: it changed since it was listed");
    assert_eq!(read_all(&fixture.repo).unwrap().records, []);
}

#[test]
fn files_that_cannot_stand_together_are_refused() {
    let one = Fixture::with(&[("a.yml", "1"), ("a.yml-b.yml", "2")]);
    let two = Fixture::with(&[("a.yml/b.yml", "3")]);
    let sources = [&one, &two].map(|fixture| Source::open_git(fixture.path(), "HEAD").unwrap());
    let listings = [sources[0].list(&shipped()).unwrap(), sources[1].list(&shipped()).unwrap()];
    let mut files = contents(&sources[0], &listings[0]);
    files.extend(contents(&sources[1], &listings[1]));
    let error = write(&one.repo, name(1), None, &files, &certified()).unwrap_err();
    assert!(matches!(&error, GoldenRefError::Conflict { path } if path == "a.yml/b.yml"), "{error}");
    let twice = [contents(&sources[0], &listings[0]), contents(&sources[0], &listings[0])].concat();
    let error = write(&one.repo, name(1), None, &twice, &certified()).unwrap_err();
    assert!(matches!(&error, GoldenRefError::Conflict { path } if path == "a.yml"), "{error}");
}

#[test]
fn a_ref_is_written_once_and_removed_only_where_it_is() {
    let fixture = Fixture::with(&[("a.yml", "1")]);
    let written = initial(&fixture, 1);
    let source = Source::open_git(fixture.path(), "HEAD").unwrap();
    let listing = source.list(&shipped()).unwrap();
    let error = write(&fixture.repo, name(1), None, &contents(&source, &listing), &certified()).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot create branch {}: ", written.branch_name)), "{error}");
    let wrong = "1".repeat(40);
    let error = remove(&fixture.repo, &written.branch_name, &wrong).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("branch {} is at commit {}, not at {wrong}", written.branch_name, written.commit_id)
    );
    assert_eq!(read_all(&fixture.repo).unwrap().records.len(), 1);
    remove(&fixture.repo, &written.branch_name, &written.commit_id).unwrap();
    assert_eq!(read_all(&fixture.repo).unwrap().records, []);
    assert!(remove(&fixture.repo, &written.branch_name, &written.commit_id).is_err());
}

#[test]
fn names_that_cannot_stand_in_a_ref_are_refused() {
    let fixture = Fixture::with(&[("a.yml", "1")]);
    for (service, environment) in
        [("../x", "production"), ("checkout", "a b"), ("Checkout", "production"), ("a.lock", "production")]
    {
        let name = Name { service, environment, now: now(1), id: ID };
        let error = write(&fixture.repo, name, None, &[], &certified()).unwrap_err();
        assert!(matches!(error, GoldenRefError::Name { .. }), "{service} {environment}");
    }
}

#[test]
fn a_revocation_is_a_ref_of_its_own() {
    let fixture = Fixture::with(&[("a.yml", "1")]);
    let golden = initial(&fixture, 1);
    for (second, reactivates) in [(2, None), (3, Some("golden/checkout/production/earlier".to_owned()))] {
        let revoked = Revoked {
            revokes: golden.branch_name.clone(),
            revoked_by: "ops".to_owned(),
            reason: "wrong\nport".to_owned(),
            reactivates,
        };
        let written = write_revocation(&fixture.repo, name(second), &golden.commit_id, &revoked).unwrap();
        assert_eq!(
            written.branch_name,
            format!("golden/checkout/production/20260304T05060{second}Z-0123456789ab-revoked")
        );
        assert_eq!(written.tree_digest, golden.tree_digest);
        let found = read_all(&fixture.repo).unwrap();
        let last = found.records.last().unwrap();
        assert_eq!((&last.parent, &last.event), (&Some(golden.commit_id.clone()), &Event::Revoked(revoked)));
    }
    let unknown =
        Revoked { revokes: "x".to_owned(), revoked_by: "x".to_owned(), reason: "x".to_owned(), reactivates: None };
    assert!(write_revocation(&fixture.repo, name(4), &"1".repeat(40), &unknown).is_err());
}

#[test]
fn refs_of_a_remote_are_read_and_false_ones_refused() {
    let fixture = Fixture::with(&[("a.yml", "1")]);
    let golden = initial(&fixture, 1);
    let head = fixture.repo.head().unwrap().target().unwrap();
    fixture.repo.reference("refs/heads/golden/checkout/production/mine", head, false, "").unwrap();
    let certified = fixture.repo.refname_to_id(&format!("refs/heads/{}", golden.branch_name)).unwrap();
    fixture.repo.reference("refs/heads/golden/checkout/staging/copied", certified, false, "").unwrap();
    let clone = tempfile::tempdir().unwrap();
    run("git", &["clone", "--quiet", &fixture.path().display().to_string(), "."], clone.path());
    let repo = Repository::open(clone.path()).unwrap();
    let found = read_all(&repo).unwrap();
    assert_eq!(found.records, read_all(&fixture.repo).unwrap().records);
    assert_eq!(found.records.iter().map(|record| &record.branch_name).collect::<Vec<_>>(), [&golden.branch_name]);
    let refused: Vec<_> =
        found.refused.iter().map(|refused| (refused.reference.as_str(), refused.reason.as_str())).collect();
    let expected = [
        ("refs/remotes/origin/golden/checkout/production/mine", "its message has no trailers"),
        (
            "refs/remotes/origin/golden/checkout/staging/copied",
            "its trailers name service \"checkout\" and environment \"production\"",
        ),
    ];
    assert_eq!(refused, expected);
    // The local branch counts where a remote has another commit under the same name.
    repo.reference(&format!("refs/heads/{}", golden.branch_name), head, false, "").unwrap();
    let reasons = read_all(&repo).unwrap();
    assert_eq!((reasons.records.len(), reasons.refused.len()), (0, 4));
}

#[test]
fn a_push_takes_the_named_branches_and_runs_nothing_of_the_repository() {
    let fixture = Fixture::with(&[("a.yml", "1")]);
    let golden = initial(&fixture, 1);
    let mark = fixture.path().join("ran");
    let trap = fixture.path().join("trap.sh");
    fs::write(&trap, format!("#!/bin/sh\ntouch {}\nexit 1\n", mark.display())).unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(fixture.repo.path().join("hooks")).unwrap();
    fs::copy(&trap, place(fixture.repo.path(), b"hooks/pre-push")).unwrap();
    let target = tempfile::tempdir().unwrap();
    let bare = Repository::init_bare(target.path()).unwrap();
    fixture.repo.remote("origin", &format!("file://{}", target.path().display())).unwrap();
    let mut config = fixture.repo.config().unwrap();
    let program = trap.display().to_string();
    for key in [
        "core.sshCommand",
        "core.askPass",
        "credential.helper",
        "core.fsmonitor",
        "remote.origin.receivepack",
        "gpg.program",
    ] {
        config.set_str(key, &program).unwrap();
    }
    config.set_bool("push.gpgSign", true).unwrap();
    push(&fixture.repo, "origin", &[&golden.branch_name], Push::Real).unwrap();
    assert_eq!(read_all(&bare).unwrap(), read_all(&fixture.repo).unwrap());
    assert_eq!(bare.references().unwrap().count(), 1);
    fixture.repo.remote("shell", "ssh://user:s3cret@localhost:1/none").unwrap();
    let error = push(&fixture.repo, "shell", &[&golden.branch_name], Push::Real).unwrap_err().to_string();
    assert!(error.starts_with("cannot push to shell: ") && !error.contains("s3cret"), "{error}");
    let error = push(&fixture.repo, "--upload-pack=x", &[&golden.branch_name], Push::Real).unwrap_err();
    assert_eq!(error.to_string(), "cannot push to --upload-pack=x: it is not the name of a remote");
    let error = push(&fixture.repo, "origin", &[&golden.branch_name, "golden/none"], Push::Real).unwrap_err();
    assert!(error.to_string().contains("golden/none"), "{error}");
    assert!(!mark.exists());
}
