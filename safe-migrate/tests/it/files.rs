//! Files of SQLite and dumps: wherever they are, and who may read them.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use safe_migrate::MigrateOptions;
use tempfile::TempDir;

use crate::fixture::{Place, Two, runtime};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn names_with_signs_of_a_url_are_names() {
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("a%20b c#d?e");
    std::fs::create_dir(&odd).unwrap();
    let encoded = odd.display().to_string().replace('%', "%25").replace('?', "%3f");
    let url = format!("sqlite://{encoded}/test.db?mode=rwc");
    runtime().block_on(async {
        let place = Place { url, folder: odd.clone() };
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = migrator.backup().await.unwrap();
        place.run(&["delete from lines"]).await;
        migrator.restore(&backup.name).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
    assert!(odd.join("test.db").exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made elsewhere");
}

#[test]
fn a_backup_and_what_is_restored_are_for_those_who_may_read_the_database() {
    crate::fixture::on_sqlite(async |place| {
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let file = place.file().unwrap().to_owned();
        set_mode(&file, 0o600);
        let backup = migrator.backup().await.unwrap();
        let proof = backup.path.with_added_extension("proof.json");
        assert_eq!((mode(&backup.path), mode(&proof)), (0o600, 0o600));
        set_mode(&file, 0o640);
        let root = crate::server::is_root();
        if root {
            chown(&file, Some(65_534), Some(65_534)).unwrap();
        }
        migrator.restore(&backup.name).await.unwrap();
        assert_eq!(mode(&file), 0o640);
        if root {
            let of = |path: &Path| (path.metadata().unwrap().uid(), path.metadata().unwrap().gid());
            assert_eq!(of(&file), (65_534, 65_534));
            assert_eq!(of(&migrator.backup().await.unwrap().path), (65_534, 65_534));
        }
    });
}

#[test]
fn a_dump_is_for_its_owner_alone() {
    crate::fixture::on_postgres(async |place| {
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        let backup = migrator.backup().await.unwrap();
        let proof = backup.path.with_added_extension("proof.json");
        assert_eq!((mode(&backup.path), mode(&proof)), (0o600, 0o600));
    });
}
