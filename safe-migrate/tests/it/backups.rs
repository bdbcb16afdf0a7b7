//! Backups: whole, proved, and refused when they are not what was proved.

use safe_migrate::MigrateOptions;

use crate::fixture::{Place, Three, Two};

both_backends!(a_migration_of_rows_is_backed_up_and_rehearsed_first, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let migrator = place.migrator::<Three>();
    let done = migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let backup = done.backup.unwrap();
    assert!(done.rehearsed && backup.proved && backup.path.exists());
    assert_eq!(migrator.backups().unwrap(), [backup]);
    assert_eq!(place.number("select count(*) from orders where paid is null").await, 2);
});

both_backends!(a_backup_is_restored_and_the_old_database_is_kept, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let backup = migrator.backup().await.unwrap();
    place.run(&["delete from lines", "insert into orders (id, total) values (3, 1)"]).await;
    let restored = migrator.restore(&backup.name).await.unwrap();
    assert_eq!(place.number("select count(*) from lines").await, 3);
    assert_eq!(place.number("select count(*) from orders").await, 2);
    assert!(restored.kept.is_some());
    assert!(migrator.verify().await.unwrap().verified);
});

both_backends!(a_backup_with_one_byte_flipped_or_of_another_database_is_refused, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let backup = migrator.backup().await.unwrap();
    let good = std::fs::read(&backup.path).unwrap();
    for at in [0, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        std::fs::write(&backup.path, bad).unwrap();
        let error = migrator.restore(&backup.name).await.unwrap_err();
        assert!(error.to_string().ends_with("is not the file that was proved: its digest differs"), "{error}");
    }
    std::fs::write(&backup.path, good).unwrap();
    let proof = backup.path.with_added_extension("proof.json");
    let text = std::fs::read_to_string(&proof).unwrap();
    std::fs::write(&proof, text.replace(&migrator.place(), "sqlite:/elsewhere.db")).unwrap();
    let error = migrator.restore(&backup.name).await.unwrap_err();
    assert!(error.to_string().contains("is none of this database"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
});

both_backends!(old_and_many_backups_go_and_the_newest_stays, async |place: Place| {
    let mut options = place.options();
    options.max_backups = 2;
    let migrator = safe_migrate::SafeMigrator::new::<Two>(&place.url, options).unwrap();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let names: Vec<String> = [
        migrator.backup().await.unwrap().name,
        migrator.backup().await.unwrap().name,
        migrator.backup().await.unwrap().name,
    ]
    .to_vec();
    let kept: Vec<String> = migrator.backups().unwrap().into_iter().map(|backup| backup.name).collect();
    assert_eq!(kept, [names[2].clone(), names[1].clone()]);
});

#[test]
fn a_backup_that_lacks_one_row_is_refused_row_by_row() {
    crate::fixture::on_sqlite(async |place| {
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        let backup = migrator.backup().await.unwrap();
        let copy = Place { url: format!("sqlite://{}", backup.path.display()), folder: place.folder.clone() };
        copy.run(&["delete from lines where id = 11"]).await;
        let proof = backup.path.with_added_extension("proof.json");
        let digest = sha256(&std::fs::read(&backup.path).unwrap());
        let text = std::fs::read_to_string(&proof).unwrap();
        std::fs::write(&proof, text.replace(&backup.sha256, &digest)).unwrap();
        let error = migrator.restore(&backup.name).await.unwrap_err();
        assert!(error.to_string().ends_with("holds 2 rows of lines instead of 3"), "{error}");
        assert_eq!(place.number("select count(*) from lines").await, 3);
    });
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

both_backends!(a_backup_beside_a_writer_holds_every_row_that_was_committed, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let db = place.connect().await;
    let stop = std::sync::atomic::AtomicBool::new(false);
    let committed = std::sync::atomic::AtomicI64::new(0);
    let write = async {
        use sea_orm::ConnectionTrait;
        while !stop.load(std::sync::atomic::Ordering::SeqCst) {
            let next = committed.load(std::sync::atomic::Ordering::SeqCst) + 1;
            let sql = format!("insert into orders (id, total) values ({next}, 1)");
            if db.execute_unprepared(&sql).await.is_ok() {
                committed.store(next, std::sync::atomic::Ordering::SeqCst);
            }
            tokio::task::yield_now().await;
        }
    };
    let back_up = async {
        while committed.load(std::sync::atomic::Ordering::SeqCst) < 5 {
            tokio::task::yield_now().await;
        }
        let before = committed.load(std::sync::atomic::Ordering::SeqCst);
        let backup = migrator.backup().await.unwrap();
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        (before, backup)
    };
    let ((), (before, backup)) = tokio::join!(write, back_up);
    db.close().await.unwrap();
    migrator.restore(&backup.name).await.unwrap();
    let rows = place.number("select count(*) from orders").await;
    assert!(rows >= before && rows == place.number("select max(id) from orders").await, "{rows} of {before}");
});
