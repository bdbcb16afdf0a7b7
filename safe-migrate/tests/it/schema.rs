//! What a schema reads as: every kind of index, constraint and other part by its own words.

use std::collections::BTreeMap;

use crate::fixture::One;

#[test]
fn every_part_of_a_schema_of_postgres_is_read() {
    crate::fixture::on_postgres(async |place| {
        let live = async || place.migrator::<One>().live_schema().await.unwrap();
        place
            .run(&[
                "create table parents (a bigint, \"B c\" bigint, primary key (\"B c\", a))",
                "create table t (id bigint not null primary key, \"Select\" text, note text unique, n integer \
                 check (n > 0), up bigint, foreign key (up, id) references parents (\"B c\", a))",
                "create index ix_named on t (\"Select\", note desc)",
                "create index ix_part on t (lower(note), n desc) include (id) where n > 1",
                "create unique index ix_word on t (note text_pattern_ops, (n + 1))",
                "alter table t rename column n to \"number\"",
            ])
            .await;
        let schema = live().await;
        assert!(schema.other.is_empty(), "{:?}", schema.other);
        assert_eq!(schema.tables["parents"].primary_key, ["B c", "a"]);
        let table = &schema.tables["t"];
        let indexes: BTreeMap<&str, (bool, String, Option<&str>)> = table
            .indexes
            .iter()
            .map(|(name, index)| (name.as_str(), (index.unique, index.columns.join(", "), index.predicate.as_deref())))
            .collect();
        let wanted = BTreeMap::from([
            ("ix_named", (false, "\"Select\", note desc".to_owned(), None)),
            ("ix_part", (false, "lower(note), number desc".to_owned(), Some("(number > 1)"))),
            ("ix_word", (true, "note, (number + 1)".to_owned(), None)),
            ("t_note_key", (true, "note".to_owned(), None)),
        ]);
        assert_eq!(indexes, wanted);
        assert_eq!(table.foreign_keys, ["(up, id) REFERENCES parents(\"B c\", a)"]);
        assert_eq!(table.checks, ["((number > 0))"]);
        for (part, name) in [
            ("create view seen as select id from t", "view seen"),
            ("create function one() returns integer language sql as 'select 1'", "function one()"),
            ("create type mood as enum ('glad', 'sad')", "type mood"),
        ] {
            place.run(&[part]).await;
            assert!(live().await.other.contains_key(name), "{name}");
        }
        assert_eq!(live().await.other.len(), 3);
    });
}
