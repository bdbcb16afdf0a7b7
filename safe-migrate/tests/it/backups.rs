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
