//! The order in which tables are filled, so that every row finds what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Table;
use super::error::TransferError;

/// Sorts tables so that each comes after those that it refers to. Where they refer to each other, the table with the
/// fewest rows among those that can goes first, and its columns of those references are left for later.
pub(super) fn sort(tables: Vec<Table>, rows: &BTreeMap<String, u64>) -> Result<Vec<Table>, TransferError> {
    let mut waiting: Vec<Table> = tables;
    let mut placed = BTreeSet::new();
    let mut sorted = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let next = waiting.iter().position(|table| open(table, &placed).next().is_none());
        let next = next.or_else(|| {
            let breakable = waiting.iter().enumerate().filter(|(_, table)| can_wait(table, &placed));
            breakable.min_by_key(|(_, table)| rows.get(&table.name)).map(|(at, _)| at)
        });
        let Some(next) = next else {
            let table = waiting.first().map(|table| table.name.clone()).unwrap_or_default();
            return Err(TransferError::Shape {
                table,
                why: "its references go in a circle of columns that are never NULL".to_owned(),
            });
        };
        let mut table = waiting.remove(next);
        table.later = open(&table, &placed).flatten().cloned().collect();
        placed.insert(table.name.clone());
        sorted.push(table);
    }
    Ok(sorted)
}

/// The columns of each reference whose target has no rows yet; a table has none of its own either.
fn open<'t>(table: &'t Table, placed: &BTreeSet<String>) -> impl Iterator<Item = &'t Vec<String>> {
    let waiting = table.references.iter().filter(|reference| !placed.contains(&reference.target));
    waiting.map(|reference| &reference.columns)
}

/// Filling a column later takes one that may be NULL, and a key of one column to find its row by.
fn can_wait(table: &Table, placed: &BTreeSet<String>) -> bool {
    let mut columns = open(table, placed).flatten();
    table.key.len() == 1 && columns.all(|name| table.column(name).is_some_and(|column| column.nullable))
}

#[cfg(test)]
mod tests {
    use super::super::catalog::{Column, Reference};
    use super::super::kind::Kind;
    use super::*;

    /// A table that refers to others, `?` behind those whose column may be NULL.
    fn table(name: &str, targets: &[&str]) -> Table {
        let references = targets.iter().map(|target| {
            let target = target.trim_end_matches('?').to_owned();
            Reference { columns: vec![format!("{target}_id")], target }
        });
        let columns = targets.iter().map(|target| Column {
            name: format!("{}_id", target.trim_end_matches('?')),
            kind: Kind::Uuid,
            nullable: target.ends_with('?'),
            type_name: "uuid".to_owned(),
        });
        Table {
            name: name.to_owned(),
            columns: columns.collect(),
            key: vec!["id".to_owned()],
            references: references.collect(),
            later: Vec::new(),
        }
    }

    fn sorted(tables: &[Table], rows: &[(&str, u64)]) -> Result<Vec<(String, Vec<String>)>, TransferError> {
        let rows = rows.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let sorted = sort(tables.to_vec(), &rows)?;
        Ok(sorted.into_iter().map(|table| (table.name, table.later)).collect())
    }

    fn named(list: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        list.iter().map(|(name, later)| ((*name).to_owned(), later.iter().map(|&c| c.to_owned()).collect())).collect()
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let tables = [table("a", &["b", "c"]), table("b", &["c"]), table("c", &[])];
        assert_eq!(sorted(&tables, &[]), Ok(named(&[("c", &[]), ("b", &[]), ("a", &[])])));
    }

    #[test]
    fn the_smaller_table_of_a_circle_goes_first() {
        let tables = [table("a", &["b?"]), table("b", &["a?", "b?"])];
        let smaller_b = sorted(&tables, &[("a", 9), ("b", 1)]);
        assert_eq!(smaller_b, Ok(named(&[("b", &["a_id", "b_id"]), ("a", &[])])));
        let smaller_a = sorted(&tables, &[("a", 1), ("b", 9)]);
        assert_eq!(smaller_a, Ok(named(&[("a", &["b_id"]), ("b", &["b_id"])])));
    }

    #[test]
    fn a_circle_that_no_null_breaks_is_refused() {
        let refused = sorted(&[table("a", &["b"]), table("b", &["a"])], &[]);
        assert!(matches!(refused, Err(TransferError::Shape { table, .. }) if table == "a"));
    }
}
