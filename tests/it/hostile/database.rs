//! Databases that cannot be: no folder, no room, no right, another kind of file.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::disk::Disk;
use super::{VALIDATE, beside, certified, nothing_happened, run, runs};
use crate::cli::{Golden, Repo};

const CERTIFY: &str = "certify --service shop --environment production --initial HEAD --by ann --reason first";
const ROOM: &str = "make the file and its folder writable and leave room on the disk, or name another file with \
                    --database-url sqlite://FILE";

fn at(repo: &Repo, file: &Path) -> Golden {
    Golden::at(&repo.path()).database(&format!("sqlite://{}", file.display()))
}

fn plain() -> Repo {
    Repo::of(&[("app.yml", "port: 8080\n")])
}

#[test]
fn a_file_of_another_kind_is_refused_and_not_touched() {
    let repo = plain();
    let file = repo.beside("notes.txt");
    let text = "not a database, but somebody's notes\n".repeat(300);
    fs::write(&file, &text).unwrap();
    let message = "error: <database> is not a SQLite database\n  remedy: name another file, which may be missing or \
                   empty, with --database-url sqlite://FILE\n";
    for line in [CERTIFY, VALIDATE, "runs list", "db status", "db migrate"] {
        run(&at(&repo, &file), line).fails(2, message);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(repo.branches("golden/"), Vec::<String>::new());
}

#[test]
fn an_empty_file_becomes_a_database() {
    let repo = plain();
    let file = repo.beside("empty.db");
    fs::write(&file, "").unwrap();
    let golden = at(&repo, &file);
    golden.certify_initial("production", "HEAD");
    run(&golden, VALIDATE).exits(0);
}

#[test]
fn a_file_in_place_of_the_folder_is_named() {
    let repo = plain();
    fs::write(repo.beside("file"), "x").unwrap();
    let golden = at(&repo, &repo.beside("file/golden.db"));
    let folder = repo.beside("file").display().to_string();
    for line in [CERTIFY, VALIDATE] {
        let message = format!("error: cannot create the folder {folder} of the database: ");
        let answer = run(&golden, line);
        assert_eq!(answer.code, Some(2));
        assert!(
            answer.stderr.starts_with(&message) && answer.stderr.ends_with(&format!("\n  remedy: {ROOM}\n")),
            "{answer}"
        );
    }
    assert_eq!(repo.branches("golden/"), Vec::<String>::new());
}

#[test]
fn a_folder_in_place_of_the_file_is_named() {
    let repo = plain();
    fs::create_dir(repo.beside("folder.db")).unwrap();
    run(&at(&repo, &repo.beside("folder.db")), CERTIFY).fails(
        2,
        &format!("error: cannot open the database file <database>: the system refuses to open or create it\n  remedy: {ROOM}\n"),
    );
}

#[test]
fn a_read_only_disk_is_named() {
    let repo = plain();
    let Some(disk) = Disk::mount(&repo.beside("disk"), "size=16m") else { return };
    let golden = at(&repo, &disk.folder.join("golden.db"));
    golden.certify_initial("production", "HEAD");
    disk.make_read_only();
    let message = format!(
        "error: the database file <database> cannot be written: the file or its folder is read-only\n  remedy: {ROOM}\n"
    );
    for line in [VALIDATE, &CERTIFY.replace("shop", "till"), "runs list"] {
        run(&golden, line).fails(2, &message);
    }
    let other = at(&repo, &disk.folder.join("other.db"));
    run(&other, VALIDATE).fails(
        2,
        &format!(
            "error: cannot open the database file <database>: the system refuses to open or create it\n  remedy: {ROOM}\n"
        ),
    );
    assert_eq!(repo.branches("golden/").len(), 1);
}

#[test]
fn a_full_disk_leaves_no_half_run_and_no_ref() {
    let repo = plain();
    let Some(disk) = Disk::mount(&repo.beside("disk"), "size=1m") else { return };
    let golden = at(&repo, &disk.folder.join("golden.db"));
    golden.certify_initial("production", "HEAD");
    let text: String = (0..5_000).map(|key| format!("key{key}: {key}\n")).collect();
    repo.write("app.yml", &text);
    let full = "error: the database failed: ";
    let room = "  remedy: make room on the disk of the database, then run the command again\n";
    let answer = run(&golden, VALIDATE);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{answer}");
    assert!(answer.stderr.contains(full) && answer.stderr.ends_with(room), "{answer}");
    let stored = runs(&golden);
    assert_eq!((stored.len(), &stored[0]["status"]), (1, &"failed".into()), "{stored:?}");
    assert_eq!(repo.branches("golden/").len(), 1);
    repo.write("app.yml", "port: 8081\n");
    run(&golden, VALIDATE).exits(1);
}

/// Runs a command that may make no file larger than some blocks of 512 bytes.
fn limited(golden: &Golden, line: &str, blocks: u32) -> (Option<i32>, String) {
    let inner = golden.command(&line.split(' ').collect::<Vec<_>>());
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")).arg(inner.get_program());
    command.args(inner.get_args()).current_dir(inner.get_current_dir().unwrap()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_disk_without_room_for_the_first_tables_says_so() {
    let repo = plain();
    let golden = beside(&repo);
    for blocks in [0, 8, 64] {
        let (code, stderr) = limited(&golden, CERTIFY, blocks);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains("  remedy: "), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert_eq!(repo.branches("golden/"), Vec::<String>::new());
    }
    golden.certify_initial("production", "HEAD");
}

#[test]
fn a_disk_that_fills_up_leaves_no_half_run_and_no_ref() {
    let (repo, golden) = certified();
    let text: String = (0..3_000).map(|key| format!("key{key}: {key}\n")).collect();
    repo.write("app.yml", &text);
    let size = fs::metadata(repo.beside("golden.db")).unwrap().len();
    let blocks = u32::try_from(size / 512 + 64).unwrap();
    let (code, stderr) = limited(&golden, VALIDATE, blocks);
    assert_eq!(code, Some(2), "{stderr}");
    let room = "  remedy: make room on the disk of the database, then run the command again\n";
    assert!(stderr.ends_with(room) && !stderr.contains("panicked"), "{stderr}");
    for row in runs(&golden) {
        assert!(row["status"] == "failed" || row["status"] == "running", "{row}");
        assert_eq!(row["decision"], serde_json::Value::Null);
    }
    assert_eq!(repo.branches("golden/").len(), 1);
    run(&golden, VALIDATE).exits(1);
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let repo = plain();
    let golden = Golden::at(&repo.path()).variable("DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/golden");
    run(&golden, CERTIFY).fails(
        2,
        "error: cannot connect to postgres://127.0.0.1:1/golden: connection refused\n  remedy: see that the server runs and \
         lets you in, or name another with --database-url\n",
    );
    nothing_happened(&repo, &beside(&repo), 0);
}
