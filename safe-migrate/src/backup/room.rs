//! Whether a backup has room where it goes, before anything is written.

use std::path::Path;
use std::process::Command;

use crate::error::{Finding, FindingCode, SafeError};
use crate::migrator::SafeMigrator;

/// Refuses when fewer bytes are free beside the file that is to be made. Where the system does not say how much room
/// there is, the copy itself will tell.
pub(super) fn check(migrator: &SafeMigrator, part: &Path, need: u64) -> Result<(), SafeError> {
    let folder = part.parent().unwrap_or(part);
    match free(folder) {
        Some(free) if free < need => {
            let cause = format!("{} has {free} bytes free, and {need} are needed", folder.display());
            let finding = Finding::new(FindingCode::DiskSpace, cause, "make room, or name another folder for backups");
            Err(SafeError::Refused { place: migrator.place(), findings: vec![finding] })
        }
        _ => Ok(()),
    }
}

/// Free bytes of the file system of a folder, as `df` says; none where there is no such program.
fn free(folder: &Path) -> Option<u64> {
    let output = Command::new("df").args(["-Pk", "--"]).arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?.checked_mul(1024)
}
