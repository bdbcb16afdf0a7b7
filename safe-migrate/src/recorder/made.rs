//! Tables, columns and indexes that statements have made so far, as far as their words tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::sql::{canonical_words, name_at, tokens};

/// How a part of a table begins that is no column.
const NO_COLUMNS: [&str; 7] = ["constraint", "primary", "unique", "check", "foreign", "exclude", "like"];

/// What is there by its name in lower case.
#[derive(Debug, Default)]
pub(crate) struct Made {
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Default)]
struct Table {
    columns: BTreeSet<String>,
    indexes: BTreeSet<String>,
}

impl Made {
    /// Tables that are there, of which nothing else is known.
    pub(crate) fn with<'a>(tables: impl IntoIterator<Item = &'a String>) -> Self {
        Self { tables: tables.into_iter().map(|name| (name.to_lowercase(), Table::default())).collect() }
    }

    pub(crate) fn has_table(&self, table: &str) -> bool {
        self.tables.contains_key(&table.to_lowercase())
    }

    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        let table = self.tables.get(&table.to_lowercase());
        table.is_some_and(|table| table.columns.contains(&column.to_lowercase()))
    }

    pub(super) fn has_index(&self, table: &str, index: &str) -> bool {
        let table = self.tables.get(&table.to_lowercase());
        table.is_some_and(|table| table.indexes.contains(&index.to_lowercase()))
    }

    /// Takes in what a statement makes, changes or takes away.
    pub(crate) fn read(&mut self, statement: &str) {
        let words = canonical_words(&tokens(statement));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["create", "table", ..] => self.create(&words, 2),
            ["create", "temporary" | "temp" | "unlogged", "table", ..] => self.create(&words, 3),
            ["drop", "table", ..] => {
                for (name, _) in
                    clauses(words.get(2..).unwrap_or_default()).iter().filter_map(|words| name_at(words, 0))
                {
                    self.tables.remove(name);
                }
            }
            ["alter", "table", ..] => self.alter(&words),
            ["create", "unique", "index", ..] => self.index(&words, 3),
            ["create", "index", ..] => self.index(&words, 2),
            ["drop", "index", ..] => {
                let Some((index, _)) = name_at(&words, 2) else { return };
                for table in self.tables.values_mut() {
                    table.indexes.remove(index);
                }
            }
            _ => {}
        }
    }

    fn create(&mut self, words: &[&str], from: usize) {
        let Some((name, next)) = name_at(words, from) else { return };
        let only_if_missing = words.get(from..from + 3) == Some(&["if", "not", "exists"]);
        if only_if_missing && self.tables.contains_key(name) {
            return;
        }
        let body = words.get(next..).and_then(|rest| rest.strip_prefix(&["("])).unwrap_or_default();
        let columns = clauses(body).into_iter().filter_map(|clause| clause.first().copied());
        let columns = columns.filter(|first| !NO_COLUMNS.contains(first)).map(str::to_owned).collect();
        self.tables.insert(name.to_owned(), Table { columns, indexes: BTreeSet::new() });
    }

    fn alter(&mut self, words: &[&str]) {
        let Some((name, next)) = name_at(words, 2) else { return };
        let rest = words.get(next..).unwrap_or_default();
        if let ["rename", "to", ..] = rest {
            if let (Some(table), Some((other, _))) = (self.tables.remove(name), name_at(rest, 2)) {
                self.tables.insert(other.to_owned(), table);
            }
            return;
        }
        let Some(Table { columns, .. }) = self.tables.get_mut(name) else { return };
        for clause in clauses(rest) {
            match clause {
                ["add", first, ..] if NO_COLUMNS.contains(first) => {}
                ["add", ..] => columns.extend(name_at(clause, 1).map(|(column, _)| column.to_owned())),
                ["drop", first, ..] if NO_COLUMNS.contains(first) => {}
                ["drop", ..] => {
                    if let Some((column, _)) = name_at(clause, 1) {
                        columns.remove(column);
                    }
                }
                ["rename", "column", old, "to", new] | ["rename", old, "to", new] => {
                    columns.remove(*old);
                    columns.insert((*new).to_owned());
                }
                _ => {}
            }
        }
    }

    fn index(&mut self, words: &[&str], from: usize) {
        let Some(on) = words.iter().position(|word| *word == "on") else { return };
        let named = name_at(words.get(..on).unwrap_or_default(), from);
        if let (Some((index, _)), Some((table, _))) = (named, name_at(words, on + 1))
            && let Some(table) = self.tables.get_mut(table)
        {
            table.indexes.insert(index.to_owned());
        }
    }
}

/// The parts between commas that stand in no brackets, up to a bracket that closes.
fn clauses<'a, 'b>(words: &'a [&'b str]) -> Vec<&'a [&'b str]> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut end = words.len();
    for (index, word) in words.iter().enumerate() {
        match *word {
            "(" => depth += 1,
            ")" if depth == 0 => {
                end = index;
                break;
            }
            ")" => depth -= 1,
            "," if depth == 0 => {
                found.extend(words.get(start..index));
                start = index + 1;
            }
            _ => {}
        }
    }
    found.extend(words.get(start..end));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(statements: &[&str]) -> Made {
        let mut made = Made::default();
        for statement in statements {
            made.read(statement);
        }
        made
    }

    const ORDERS: &str = "create table \"Orders\" (id bigint primary key, \"paid\" text check (paid in ('a', 'b')), \
                          unique (id, paid), constraint c foreign key (id) references lines (id))";

    #[test]
    fn a_table_has_its_columns_and_nothing_else_that_is_named_in_it() {
        let made = made(&[ORDERS]);
        assert!(made.has_table("orders") && made.has_column("orders", "id") && made.has_column("Orders", "Paid"));
        for other in ["bigint", "lines", "c", "check", "unique", "b"] {
            assert!(!made.has_column("orders", other), "{other}");
        }
        assert!(!made.has_table("lines") && !made.has_column("lines", "id"));
    }

    #[test]
    fn what_is_altered_has_what_it_was_altered_to() {
        let mut made = made(&[
            ORDERS,
            "alter table only public.orders add column if not exists a text, add \"b\" numeric(10, 2), add constraint k check (a > b)",
            "alter table orders drop column if exists \"paid\"",
            "alter table orders rename column id to number",
            "create unique index if not exists \"IX_a\" on \"public\".\"orders\" (a)",
        ]);
        for (column, is_there) in
            [("a", true), ("b", true), ("k", false), ("paid", false), ("id", false), ("number", true)]
        {
            assert_eq!(made.has_column("orders", column), is_there, "{column}");
        }
        assert!(made.has_index("orders", "ix_a") && !made.has_index("lines", "ix_a"));
        made.read("drop index if exists ix_a");
        assert!(!made.has_index("orders", "ix_a"));
    }

    #[test]
    fn a_table_that_is_dropped_or_named_anew_is_gone() {
        let rebuilt = [
            "create table orders_new (id bigint, note text)",
            "drop table orders",
            "alter table orders_new rename to orders",
        ];
        let mut made = made(&[&[ORDERS], rebuilt.as_slice()].concat());
        assert!(
            made.has_column("orders", "note") && !made.has_column("orders", "paid") && !made.has_table("orders_new")
        );
        made.read("create table if not exists orders (other text)");
        assert!(made.has_column("orders", "note") && !made.has_column("orders", "other"));
        made.read("create temporary table \"x\" as select 1");
        made.read("drop table if exists public.orders, x cascade");
        assert!(!made.has_table("orders") && !made.has_table("x"));
    }
}
