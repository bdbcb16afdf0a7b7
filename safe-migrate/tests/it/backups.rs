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
