//! No room, and no power: file systems made for the test. They need root; elsewhere the tests are skipped aloud.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use safe_migrate::{MigrateOptions, Options, SafeMigrator, State};
use tempfile::TempDir;

use crate::fixture::{Place, Three, Two, on_postgres};

/// Shuts an ext4 file system down without writing its journal, as a power cut would: EXT4_IOC_SHUTDOWN with NOLOGFLUSH.
const CUT: &str = "import fcntl, os, struct, sys\n\
     fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

/// Cuts the power of the file system that is mounted there.
pub(crate) fn cut_power(path: &str) {
    assert!(run("python3", &["-c", CUT, path]), "the shutdown was refused");
}

/// What takes all the room.
const BALLAST: &str = "ballast";

/// Takes all the room that is left.
pub(crate) fn fill(path: &str) {
    let mut ballast = File::create(Path::new(path).join(BALLAST)).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        while ballast.write_all(&vec![7; size]).is_ok() {}
    }
}

/// A file system of its own, gone at the end.
pub(crate) struct Mount {
    folder: TempDir,
    image: Option<PathBuf>,
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

impl Mount {
    pub(crate) fn tmpfs(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let path = folder.path().display().to_string();
        run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs", &path])
            .then_some(Self { folder, image: None })
    }

    pub(crate) fn ext4(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let image =
            std::env::temp_dir().join(format!("safe-migrate-{}.img", folder.path().file_name().unwrap().display()));
        let path = image.display().to_string();
        let made = run("truncate", &["-s", size, &path]) && run("mkfs.ext4", &["-q", &path]);
        let mount = Self { folder, image: Some(image) };
        (made && mount.again()).then_some(mount)
    }

    fn again(&self) -> bool {
        let image = self.image.as_ref().unwrap().display().to_string();
        run("mount", &["-o", "loop", &image, &self.path().display().to_string()])
    }

    /// Cuts the power and starts again.
    pub(crate) fn cut(&self) {
        cut_power(&self.path().display().to_string());
        self.start_again();
    }

    /// Starts again after the power was cut.
    pub(crate) fn start_again(&self) {
        let path = self.path().display().to_string();
        // Processes that were just killed may still be on their way out.
        assert!((0..2_000).any(|_| run("umount", &[&path])) && self.again());
    }

    /// Makes room again.
    pub(crate) fn make_room(&self) {
        let _ = std::fs::remove_file(self.path().join(BALLAST));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn place(&self) -> Place {
        let url = format!("sqlite://{}?mode=rwc", self.path().join("test.db").display());
        Place { url, folder: self.path().to_owned() }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        run("umount", &["-l", &self.path().display().to_string()]);
        if let Some(image) = &self.image {
            let _ = std::fs::remove_file(image);
        }
    }
}

pub(crate) fn skip(what: &str) {
    eprintln!("SKIPPED {what}: it needs root, mount and python3");
}

pub(crate) fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(test);
}

migrator!(Filling:
    ("m1_orders", [crate::fixture::ORDERS], ["drop table orders"]),
    ("m2_lines", [crate::fixture::LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
    ("m3_fill", [
        "create table filler (id integer primary key, b blob)",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000) insert into filler select i, randomblob(1000) from n",
    ], ["drop table filler"]),
);

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let Some(mount) = Mount::tmpfs("2m") else { return skip("the test of a full disk") };
    block_on(async {
        let place = mount.place();
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let filling = place.migrator::<Filling>();
        let error = filling.migrate(&MigrateOptions { backup: false, ..MigrateOptions::default() }).await.unwrap_err();
        assert!(error.to_string().contains("full"), "{error}");
        assert_eq!(filling.status().await.unwrap().pending(), ["m3_fill"]);
        assert_eq!(place.number("select count(*) from lines").await, 3);
        // The copy fits, and the rehearsal on it does not.
        let error = filling.migrate(&MigrateOptions::default()).await.unwrap_err();
        assert!(error.to_string().contains("full") || error.to_string().contains("disk_space"), "{error}");
        assert_eq!(place.number("select count(*) from lines").await, 3);
        std::fs::write(mount.path().join("ballast"), vec![0; 1_500_000]).unwrap();
        let error = place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap_err();
        assert!(error.to_string().contains("disk_space"), "{error}");
        std::fs::remove_file(mount.path().join("ballast")).unwrap();
        place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
}

#[test]
fn a_dump_that_cannot_fit_is_refused_before_it_begins() {
    let Some(mount) = Mount::tmpfs("256k") else { return skip("the test of a dump without room") };
    on_postgres(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let options = Options { backup_directory: Some(mount.path().to_owned()), ..place.options() };
        let backing = SafeMigrator::new::<Two>(&place.url, options).unwrap();
        backing.backup().await.unwrap();
        place.run(&["create table filler as select i, md5(i::text) as a from generate_series(1, 600000) i"]).await;
        let error = backing.backup().await.unwrap_err();
        assert!(error.to_string().contains("disk_space"), "{error}");
        assert_eq!(backing.backups().unwrap().len(), 1);
        assert_eq!(std::fs::read_dir(mount.path()).unwrap().count(), 2, "the backup and its proof");
    });
}

#[test]
fn what_was_reported_is_there_after_a_power_cut() {
    for journal in ["wal", "delete"] {
        let Some(mount) = Mount::ext4("96M") else { return skip("the test of a power cut") };
        block_on(async {
            let place = mount.place();
            place.run(&[&format!("pragma journal_mode = {journal}")]).await;
            place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
            mount.cut();
            assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
            place.two_orders().await;
            let backup = place.migrator::<Two>().backup().await.unwrap();
            mount.cut();
            assert_eq!(place.migrator::<Two>().backups().unwrap(), std::slice::from_ref(&backup));
            place.migrator::<Three>().migrate(&MigrateOptions::default()).await.unwrap();
            mount.cut();
            assert_eq!(place.migrator::<Three>().status().await.unwrap().state, State::UpToDate);
            place.migrator::<Two>().restore(&backup.name).await.unwrap();
            mount.cut();
            assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
            assert!(place.migrator::<Two>().verify().await.unwrap().verified);
        });
    }
}
