//! Backups: whole, proved, and refused when they are not what was proved.

use std::io::{BufRead, BufReader};

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

// The file and its digest in the proof are those of a backup that was made after a row had gone.
both_backends!(a_backup_that_lacks_one_row_is_refused_row_by_row, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    place.two_orders().await;
    let backup = migrator.backup().await.unwrap();
    place.run(&["delete from lines where id = 11"]).await;
    let lacking = migrator.backup().await.unwrap();
    place.run(&["insert into lines (id, order_id, note) values (11, 1, 'b')"]).await;
    std::fs::copy(&lacking.path, &backup.path).unwrap();
    let proof = backup.path.with_added_extension("proof.json");
    let text = std::fs::read_to_string(&proof).unwrap();
    std::fs::write(&proof, text.replace(&backup.sha256, &lacking.sha256)).unwrap();
    let error = migrator.restore(&backup.name).await.unwrap_err();
    assert!(error.to_string().contains("holds 2 rows of lines instead of 3"), "{error}");
    assert_eq!(place.number("select count(*) from lines").await, 3);
});

// The writer is another process, which says how far it has committed before it goes on.
both_backends!(a_backup_beside_a_writer_holds_every_row_that_was_committed, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let mut writer = crate::worker::writer(&place);
    let mut said = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut committed = || loop {
        let line = said.next().unwrap().unwrap();
        if let Some(number) = line.strip_prefix("committed ") {
            return number.parse::<i64>().unwrap();
        }
    };
    let before = std::iter::repeat_with(&mut committed).find(|number| *number >= 5).unwrap();
    let backup = migrator.backup().await.unwrap();
    let during = committed();
    writer.kill().unwrap();
    writer.wait().unwrap();
    let copy = migrator.restore(&backup.name).await.unwrap();
    let rows = place.number("select count(*) from orders").await;
    assert!(rows >= before && rows == place.number("select max(id) from orders").await, "{rows} of {before}");
    assert!(during > before && copy.backup.rows >= rows, "{during} after {before}");
});

both_backends!(what_a_killed_process_left_half_made_is_removed_a_day_later, async |place: Place| {
    let migrator = place.migrator::<Two>();
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let backup = migrator.backup().await.unwrap();
    let (base, _) = backup.name.rsplit_once('-').unwrap();
    let file = |made: i64, ending: &str| place.folder.join("backups").join(format!("{base}-{made}.{ending}"));
    let (old, new) = (1_000, chrono::Utc::now().timestamp_millis());
    for path in [file(old, "db.part"), file(old, "rehearsal"), file(new, "dump.part")] {
        std::fs::write(path, "half").unwrap();
    }
    migrator.backup().await.unwrap();
    let there = [file(old, "db.part"), file(old, "rehearsal"), file(new, "dump.part")].map(|path| path.exists());
    assert_eq!(there, [false, false, true]);
    assert_eq!(migrator.backups().unwrap().len(), 2);
});
