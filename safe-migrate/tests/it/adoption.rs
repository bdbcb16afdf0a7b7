//! Databases without a ledger: adopted with evidence, or refused and left byte-identical.

use safe_migrate::{Class, FindingCode, MigrateOptions, State};

use crate::fixture::{LINES, ORDERS, Place, Three, Two};

fn bytes(place: &Place) -> Option<Vec<u8>> {
    place.file().map(|file| std::fs::read(file).unwrap())
}

both_backends!(what_is_there_is_adopted_and_the_rest_is_migrated, async |place: Place| {
    place.run(&[ORDERS, LINES, "create index ix_lines_order on lines (order_id)"]).await;
    place.two_orders().await;
    let migrator = place.migrator::<Three>();
    let before = bytes(&place);
    let inspection = migrator.inspect().await.unwrap();
    let classes: Vec<Class> = inspection.migrations.iter().map(|classed| classed.class).collect();
    assert_eq!(classes, [Class::AlreadyThere, Class::AlreadyThere, Class::Missing]);
    assert!(inspection.adoptable && inspection.differences.is_empty(), "{inspection:#?}");
    assert!(migrator.migrate(&MigrateOptions::default()).await.unwrap_err().to_string().contains("no_ledger"));
    assert_eq!(bytes(&place), before);
    assert_eq!(migrator.adopt("made by hand").await.unwrap().baseline, ["m1_orders", "m2_lines"]);
    assert_eq!(migrator.status().await.unwrap().state, State::Behind);
    let done = migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(done.migrations, ["m3_paid"]);
    assert!(migrator.verify().await.unwrap().verified);
});

both_backends!(a_half_applied_migration_is_found_and_nothing_is_written, async |place: Place| {
    place.run(&[ORDERS, LINES, "create table schema_version (version bigint primary key, applied_at text)"]).await;
    let before = bytes(&place);
    let migrator = place.migrator::<Two>();
    let inspection = migrator.inspect().await.unwrap();
    assert_eq!(inspection.migrations[1].class, Class::Conflict);
    assert_eq!(inspection.migrations[1].details, ["index ix_lines_order of lines is missing"]);
    let codes: Vec<FindingCode> = inspection.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [FindingCode::HalfApplied, FindingCode::ForeignLedger]);
    let error = migrator.adopt("x").await.unwrap_err();
    assert!(error.to_string().contains("m2_lines is partly there"), "{error}");
    assert_eq!(bytes(&place), before);
});

both_backends!(known_differences_are_accepted_with_the_adoption, async |place: Place| {
    let own = "create table orders (id bigint not null primary key, total bigint not null default 7)";
    place.run(&[own, LINES, "create index ix_lines_order on lines (order_id)"]).await;
    let migrator = place.migrator::<Three>();
    let adopted = migrator.adopt("its default is relied on").await.unwrap();
    assert_eq!(adopted.accepted.len(), 1, "{adopted:#?}");
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    let verification = migrator.verify().await.unwrap();
    assert!(verification.verified && verification.accepted == adopted.accepted, "{verification:#?}");
});

migrator!(Edited:
    ("m1_orders", ["create table orders (id bigint not null primary key, total bigint not null)", "select 1"], []),
    ("m2_lines", [LINES, "create index ix_lines_order on lines (order_id)"], ["drop table lines"]),
);

both_backends!(an_edit_is_accepted_by_name_and_reason, async |place: Place| {
    place.migrator::<Two>().migrate(&MigrateOptions::default()).await.unwrap();
    let edited = place.migrator::<Edited>();
    assert_eq!(edited.plan(None).await.unwrap().findings[0].code, FindingCode::EditedMigration);
    edited.accept("m1_orders", "it only asks").await.unwrap();
    assert_eq!(edited.plan(None).await.unwrap().findings, []);
});
