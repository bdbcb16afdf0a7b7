//! The declared schemas that are shipped are the ones that the migrations make, and the entities fit both.

use std::path::Path;

use migration::{Migrator, MigratorTrait};
use safe_migrate::{Options, Reversibility, SafeMigrator};

use crate::harness::Fresh;

fn migrator(url: &str) -> SafeMigrator {
    SafeMigrator::new::<Migrator>(url, Options::new(chrono::Utc::now, "tests", "tests/1")).unwrap()
}

// With UPDATE_SNAPSHOTS=1 the files are written instead.
both_backends!(the_shipped_snapshots_are_what_the_migrations_make, Fresh::Empty, async |test| {
    let made = migrator(&test.url).declared_schema().await.unwrap().to_json();
    let file = format!("migration/schema/{}.json", test.db.backend_name());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var("UPDATE_SNAPSHOTS").is_ok() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == made,
        "{} is out of step: UPDATE_SNAPSHOTS=1 writes it",
        path.display()
    );
});

both_backends!(database_migrations_and_entities_agree, async |test| {
    let found = migrator(&test.url).entities(entity::tables).verify().await.unwrap();
    assert_eq!((found.differences, found.entity_differences), (vec![], vec![]));
    assert!(found.verified);
});

both_backends!(every_migration_of_ours_goes_down_and_up_again, Fresh::Empty, async |test| {
    let stairway = migrator(&test.url).stairway().await.unwrap();
    assert_eq!(stairway.stairs.len(), Migrator::migrations().len());
    for stair in &stairway.stairs {
        // Tables lose their rows on the way down; an index has nothing to lose.
        let makes_indexes_alone = stair.migration == "m20261122_000007_newest_of_a_service";
        let expected = if makes_indexes_alone { Reversibility::Lossless } else { Reversibility::SchemaOnly };
        assert_eq!((stair.reversibility, stair.repeatable), (expected, true), "{stair:#?}");
    }
});
