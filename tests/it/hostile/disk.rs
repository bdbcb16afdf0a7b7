//! A small disk of its own, for tests that fill it or make it read-only.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{is_root, system};

/// A file system in memory, gone when it is dropped.
pub(super) struct Disk {
    pub(super) folder: PathBuf,
}

impl Disk {
    /// Mounts one; None where the tests may not mount, which is said aloud.
    pub(super) fn mount(folder: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mount = ["-t", "tmpfs", "-o", size, "tmpfs"];
        let mounted = is_root() && Command::new("mount").args(mount).arg(folder).output().unwrap().status.success();
        if !mounted {
            crate::harness::skips::say("SKIPPED a test that needs the right to mount a small disk\n");
        }
        mounted.then(|| Self { folder: folder.to_owned() })
    }

    /// Nothing can be written from now on.
    pub(super) fn make_read_only(&self) {
        system("mount", &["-o", "remount,ro", &self.folder.display().to_string()], Path::new("/"));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(&self.folder).output();
    }
}
