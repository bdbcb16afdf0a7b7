//! Files of SQLite and dumps: wherever they are, who may read them, and who holds them while they are swapped.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use safe_migrate::{MigrateOptions, SafeError, SafeMigrator, State};
use sea_orm::{ConnectionTrait, Database};
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

/// Files of a folder whose names hold a word.
fn named(folder: &Path, word: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_str().unwrap().contains(word)).collect()
}

/// True when another connection can write to the file.
fn can_write(url: &str) -> bool {
    let url = url.to_owned();
    let other = std::thread::spawn(move || {
        runtime().block_on(async {
            // Whoever holds the file alone lets nobody in at all.
            let Ok(db) = Database::connect(url).await else { return false };
            let written = db.execute_unprepared("pragma busy_timeout = 0; insert into orders values (77, 1)").await;
            db.close().await.unwrap();
            written.is_ok()
        })
    });
    other.join().unwrap()
}

#[test]
fn nobody_writes_to_the_old_file_while_it_is_swapped() {
    crate::fixture::on_sqlite(async |place| {
        place.run(&["pragma journal_mode = wal"]).await;
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = place.migrator::<Two>().backup().await.unwrap();
        let mut options = place.options();
        let (reached, url) = (Arc::new(AtomicBool::new(false)), place.url.clone());
        let seen = Arc::clone(&reached);
        options.fail_point = Arc::new(move |point| {
            if point == "in_swap" {
                seen.store(true, Ordering::SeqCst);
                assert!(!can_write(&url), "another connection wrote");
            }
            Ok(())
        });
        let migrator = SafeMigrator::new::<Two>(&place.url, options).unwrap();
        migrator.restore(&backup.name).await.unwrap();
        assert!(reached.load(Ordering::SeqCst));
        assert_eq!(place.number("select count(*) from orders where id = 77").await, 0);
        assert!(can_write(&place.url));
    });
}

#[test]
fn a_swap_that_fails_half_way_leaves_nothing_behind() {
    crate::fixture::on_sqlite(async |place| {
        place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = place.migrator::<Two>().backup().await.unwrap();
        place.run(&["delete from lines"]).await;
        let mut options = place.options();
        options.fail_point =
            Arc::new(|point| if point == "in_swap" { Err("the disk is gone".to_owned()) } else { Ok(()) });
        let migrator = SafeMigrator::new::<Two>(&place.url, options).unwrap();
        let error = migrator.restore(&backup.name).await.unwrap_err();
        assert!(error.to_string().contains("the disk is gone"), "{error}");
        assert_eq!(place.number("select count(*) from lines").await, 0);
        assert_eq!(named(&place.folder, "restor"), Vec::<PathBuf>::new());
    });
}

both_backends!(an_error_after_the_swap_says_where_the_old_one_is, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let backup = place.migrator::<Two>().backup().await.unwrap();
    place.run(&["delete from lines"]).await;
    let mut options = place.options();
    options.fail_point =
        Arc::new(|point| if point == "after_swap" { Err("the lamp went out".to_owned()) } else { Ok(()) });
    let migrator = SafeMigrator::new::<Two>(&place.url, options).unwrap();
    let error = migrator.restore(&backup.name).await.unwrap_err().to_string();
    assert!(error.contains(&format!("{} is in the place of {}", backup.name, migrator.place())), "{error}");
    assert!(error.contains("before") && error.contains("restore") && error.contains("the lamp went out"), "{error}");
    if place.file().is_some() {
        let kept = named(&place.folder, "before-restore");
        assert!(error.contains(kept[0].to_str().unwrap()), "{error}");
    }
    assert_eq!(place.number("select count(*) from lines").await, 3);
    assert_eq!(place.migrator::<Two>().status().await.unwrap().state, State::UpToDate);
});

#[test]
fn a_damaged_file_is_replaced_and_kept() {
    crate::fixture::on_sqlite(async |place| {
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = migrator.backup().await.unwrap();
        let file = place.file().unwrap();
        let mut bytes = std::fs::read(file).unwrap();
        // Behind the header of the file, where the list of its tables is.
        bytes[100..4_096].fill(0xa5);
        std::fs::write(file, &bytes).unwrap();
        let error = migrator.status().await.unwrap_err();
        assert!(matches!(error, SafeError::Unreadable(_)), "{error}");
        let restored = migrator.restore(&backup.name).await.unwrap();
        assert_eq!(place.number("select count(*) from lines").await, 3);
        assert_eq!(std::fs::read(restored.kept.unwrap()).unwrap(), bytes);
    });
}
