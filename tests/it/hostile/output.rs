//! `--output` where no file can be: found out before the work, and a file that is there is never half replaced.

use std::fs;

use super::disk::Disk;
use super::{VALIDATE, certified, run, runs, system};

const REMEDY: &str = "name a file with --output in a folder that is there, that you may write and that has room";

#[test]
fn a_missing_folder_is_found_out_before_the_run() {
    let (_repo, golden) = certified();
    let message =
        |path: &str, cause: &str| format!("error: cannot write the report to {path}: {cause}\n  remedy: {REMEDY}\n");
    let missing = message("none/report.html", "entity not found");
    run(&golden, &format!("{VALIDATE} --format html --output none/report.html")).fails(2, &missing);
    run(&golden, "diff --repo . HEAD HEAD --output none/report.html").fails(2, &missing);
    run(&golden, &format!("{VALIDATE} --output .")).fails(2, &message(".", "is a directory"));
    assert_eq!(runs(&golden).len(), 0);
}

#[test]
fn a_device_without_room_names_the_run_that_is_stored() {
    let (_repo, golden) = certified();
    run(&golden, &format!("{VALIDATE} --output /dev/full")).fails(
        2,
        "error: cannot write the report to /dev/full: No space left on device (os error 28)\n  \
         remedy: run <id> is stored: `golden report <id>` prints its report\n",
    );
    let stored = runs(&golden);
    assert_eq!((stored.len(), &stored[0]["status"]), (1, &"succeeded".into()));
    run(&golden, &format!("report {}", stored[0]["id"].as_str().unwrap())).exits(0);
}

#[test]
fn a_full_disk_keeps_the_report_that_was_there() {
    let (repo, golden) = certified();
    let Some(disk) = Disk::mount(&repo.beside("disk"), "size=64k") else { return };
    let text: String = (0..3_000).map(|key| format!("key{key}: {key}\n")).collect();
    repo.write("app.yml", &text);
    let report = disk.folder.join("report.json");
    fs::write(&report, "the report of yesterday").unwrap();
    let answer = run(&golden, &format!("{VALIDATE} --format json --output {}", report.display()));
    let (kept, files) = (fs::read_to_string(&report).unwrap(), fs::read_dir(&disk.folder).unwrap().count());
    assert_eq!((answer.code, kept.as_str(), files), (Some(2), "the report of yesterday", 1));
    assert!(answer.stderr.contains("No space left on device"), "{answer}");
    assert_eq!(runs(&golden)[0]["status"], "succeeded");
}

#[test]
fn a_report_is_replaced_whole_with_its_rights_and_through_its_link() {
    use std::os::unix::fs::{MetadataExt, symlink};
    let (repo, golden) = certified();
    let (real, link) = (repo.beside("real.txt"), repo.beside("link.txt"));
    fs::write(&real, "yesterday").unwrap();
    system("chmod", &["640", "real.txt"], real.parent().unwrap());
    symlink(&real, &link).unwrap();
    run(&golden, &format!("{VALIDATE} --output {}", link.display())).exits(0);
    assert!(fs::read_to_string(&real).unwrap().starts_with("AUTO_MERGE  shop in production"));
    assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}
