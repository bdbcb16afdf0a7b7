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

migrator!(Filled:
    ("m1_orders", [ORDERS], ["drop table orders"]),
    ("m2_paid", ["alter table orders add column paid text"], ["alter table orders drop column paid"]),
    ("m3_fill", ["update orders set paid = 'no' where paid is null"], []),
    ("m4_for_a_moment", ["create table moment (id bigint)"], []),
    ("m5_no_more", ["drop table moment"], []),
);

both_backends!(a_migration_of_rows_alone_is_not_taken_for_applied_behind_one_that_is_missing, async |place: Place| {
    place.run(&[ORDERS, "insert into orders (id, total) values (1, 100), (2, 250)"]).await;
    let migrator = place.migrator::<Filled>().may_change("m3_fill", &["orders"]);
    let inspection = migrator.inspect().await.unwrap();
    let classes: Vec<Class> = inspection.migrations.iter().map(|classed| classed.class).collect();
    use Class::{AlreadyThere, Missing};
    assert_eq!(classes, [AlreadyThere, Missing, Missing, Missing, Missing]);
    assert_eq!(migrator.adopt("made by hand").await.unwrap().baseline, ["m1_orders"]);
    migrator.migrate(&MigrateOptions::default()).await.unwrap();
    assert_eq!(migrator.status().await.unwrap().state, State::UpToDate);
    assert_eq!(place.number("select count(*) from orders where paid = 'no'").await, 2);
});

both_backends!(a_migration_of_rows_alone_that_is_taken_for_applied_is_told, async |place: Place| {
    place.run(&["create table orders (id bigint not null primary key, total bigint not null, paid text)"]).await;
    let inspection = place.migrator::<Filled>().inspect().await.unwrap();
    assert!(inspection.migrations.iter().all(|classed| classed.class == Class::AlreadyThere), "{inspection:#?}");
    let told: Vec<&str> = inspection.findings.iter().map(|finding| finding.cause.as_str()).collect();
    assert_eq!(
        told,
        ["m3_fill leaves nothing in the schema, so that it cannot be seen whether it ran: it counts as applied, like \
          m2_paid before it"]
    );
    assert!(inspection.adoptable);
});

migrator!(First:
    ("m1_for_a_moment", ["create table moment (id bigint)"], []),
    ("m2_no_more", ["drop table moment"], []),
    ("m3_orders", [ORDERS], ["drop table orders"]),
);

both_backends!(what_shows_nothing_before_all_others_is_as_they_are, async |place: Place| {
    place.run(&["create table other (id bigint)"]).await;
    let classes = async || {
        let inspection = place.migrator::<First>().inspect().await.unwrap();
        inspection.migrations.iter().map(|classed| classed.class).collect::<Vec<_>>()
    };
    assert_eq!(classes().await, [Class::Missing; 3]);
    place.run(&[ORDERS]).await;
    assert_eq!(classes().await, [Class::AlreadyThere; 3]);
});

migrator!(Typed:
    ("m1_reports", ["create table reports (id bigint not null primary key, made timestamptz not null, ms integer not null, note text)"], []),
);

#[test]
fn types_of_a_server_are_no_wishes() {
    crate::fixture::on_postgres(async |place| {
        let migrator = place.migrator::<Typed>();
        let inspect = async |columns: &str| {
            place.run(&["drop table if exists reports", &format!("create table reports ({columns})")]).await;
            migrator.inspect().await.unwrap()
        };
        for (columns, wrong) in [
            ("id bigint primary key, made text not null, ms integer not null, note text", "column reports.made"),
            ("id bigint primary key, made timestamp not null, ms integer not null, note text", "column reports.made"),
            ("id bigint primary key, made timestamptz not null, ms smallint not null, note text", "column reports.ms"),
            ("id bigint primary key, made timestamptz not null, ms bigint not null, note text", "column reports.ms"),
        ] {
            let inspection = inspect(columns).await;
            assert_eq!(inspection.migrations[0].class, Class::Conflict, "{columns}");
            assert!(inspection.migrations[0].details[0].starts_with(wrong), "{inspection:#?}");
            assert!(!inspection.adoptable);
        }
        let longer = "id bigint primary key, made timestamptz(3) not null, ms integer not null, note varchar(80)";
        let inspection = inspect(longer).await;
        assert!(inspection.adoptable, "{inspection:#?}");
        assert_eq!(inspection.differences.len(), 2, "what is read alike is told and accepted");
    });
}
