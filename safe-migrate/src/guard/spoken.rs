//! Which tables the statements of migrations change by name.

use std::collections::BTreeSet;

use crate::sql::{canonical_words, name_at, tokens};

/// Names of tables, lower case, by what is said about them.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// Rows are changed or taken away, or columns.
    changed: BTreeSet<String>,
    /// Rows are added.
    filled: BTreeSet<String>,
    /// The table is dropped or gets another name.
    gone: BTreeSet<String>,
    /// A table of that name is made, or another one gets it.
    made: BTreeSet<String>,
}

impl Spoken {
    /// Reads statements.
    pub(super) fn of<'a>(statements: impl IntoIterator<Item = &'a String>) -> Self {
        let mut spoken = Self::default();
        for statement in statements {
            let words = canonical_words(&tokens(statement));
            spoken.read(&words.iter().map(String::as_str).collect::<Vec<_>>());
        }
        spoken
    }

    /// True when somebody said that a table may have other rows, or that it goes. Who makes it anew and fills it means
    /// to keep its rows.
    pub(super) fn excuses(&self, table: &str, is_there: bool) -> bool {
        let table = table.to_lowercase();
        let anew = self.made.contains(&table);
        self.changed.contains(&table)
            || (self.filled.contains(&table) && !anew)
            || (self.gone.contains(&table) && !is_there)
    }

    fn read(&mut self, words: &[&str]) {
        let word = |index: usize| words.get(index).copied().unwrap_or_default();
        for index in 0..words.len() {
            // `insert or replace into`, `update or ignore`.
            let or = if word(index + 1) == "or" { 2 } else { 0 };
            match word(index) {
                "update" if word(index + 1) != "set" => insert(&mut self.changed, words, index + 1 + or),
                "delete" if word(index + 1) == "from" => insert(&mut self.changed, words, index + 2),
                "truncate" => insert(&mut self.changed, words, index + 1),
                "merge" if word(index + 1) == "into" => insert(&mut self.changed, words, index + 2),
                "replace" if word(index + 1) == "into" => insert(&mut self.changed, words, index + 2),
                "insert" if word(index + 1 + or) == "into" => {
                    let set = if or > 0 { &mut self.changed } else { &mut self.filled };
                    insert(set, words, index + 2 + or);
                }
                _ => {}
            }
        }
        match (word(0), word(1)) {
            ("drop", "table") => insert(&mut self.gone, words, 2),
            ("create", "table") => insert(&mut self.made, words, 2),
            ("alter", "table") => self.altered(words),
            _ => {}
        }
    }

    fn altered(&mut self, words: &[&str]) {
        let has = |wanted: &str| words.contains(&wanted);
        let to = words.iter().zip(words.iter().skip(1)).position(|(one, next)| *one == "rename" && *next == "to");
        if let Some(rename) = to {
            insert(&mut self.gone, words, 2);
            insert(&mut self.made, words, rename + 2);
        } else if has("drop") || has("type") || has("rename") {
            insert(&mut self.changed, words, 2);
        }
    }
}

fn insert(set: &mut BTreeSet<String>, words: &[&str], from: usize) {
    set.extend(name_at(words, from).map(|(name, _)| name.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excused(statements: &[&str], table: &str, is_there: bool) -> bool {
        let statements: Vec<String> = statements.iter().map(|statement| (*statement).to_owned()).collect();
        Spoken::of(&statements).excuses(table, is_there)
    }

    #[test]
    fn what_a_statement_changes_by_name_is_excused() {
        for statement in [
            "update orders set a = 1",
            "UPDATE OR IGNORE \"orders\" SET a = 1",
            "delete from only public.orders",
            "delete from \"public\".\"orders\" where a",
            "truncate table orders",
            "replace into orders values (1)",
            "insert or replace into orders values (1)",
            "insert into orders values (1)",
            "with x as (select 1) update orders set a = 1",
            "alter table if exists orders drop column a",
            "alter table \"Orders\" alter column a type text",
            "alter table orders rename a to b",
        ] {
            assert!(excused(&[statement], "orders", true), "{statement}");
            assert!(!excused(&[statement], "lines", true), "{statement}");
        }
    }

    #[test]
    fn what_is_named_without_a_change_is_not_excused() {
        for statement in [
            "create index i on orders (a)",
            "insert into lines select * from orders",
            "create table lines (a text references orders (id) on update cascade on delete set null)",
            "alter table orders add column a text",
            "select 'delete from orders'",
        ] {
            assert!(!excused(&[statement], "orders", true), "{statement}");
        }
    }

    #[test]
    fn a_table_goes_when_it_is_not_made_anew() {
        assert!(excused(&["drop table if exists orders"], "orders", false));
        assert!(excused(&["alter table orders rename to old"], "orders", false));
        let rebuilt = [
            "create table orders_new (id bigint)",
            "insert into orders_new select id from orders",
            "drop table orders",
            "alter table orders_new rename to orders",
        ];
        assert!(!excused(&rebuilt, "orders", true));
        let moved = ["alter table orders rename to old", "create table orders (a text)", "insert into orders select 1"];
        assert!(!excused(&moved, "orders", true));
    }
}
