//! Reading a SQLite schema with a few queries, however many tables there are.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Column, Index, SchemaDocument, Table};
use crate::row::all;
use crate::sql;

const TABLES: &str =
    "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'";
const COLUMNS: &str = "select m.name as tbl, c.name as name, c.type as type, c.\"notnull\" as required, \
     c.dflt_value as dflt, c.pk as pk, c.hidden as hidden from sqlite_master m join pragma_table_xinfo(m.name) c \
     where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'";
const INDEXES: &str = "select m.name as tbl, l.name as idx, l.\"unique\" as uniq, l.origin as origin, \
     l.partial as partial, x.seqno as seqno, x.name as name, x.\"desc\" as descending, i.sql as sql \
     from sqlite_master m join pragma_index_list(m.name) l join pragma_index_xinfo(l.name) x \
     left join sqlite_master i on i.type = 'index' and i.name = l.name \
     where m.type = 'table' and x.key = 1 and m.name not like 'sqlite\\_%' escape '\\' order by 1, 2, x.seqno";
const KEYS: &str = "select m.name as tbl, f.id as id, f.seq as seq, f.\"table\" as target, f.\"from\" as source, \
     f.\"to\" as dest, f.on_delete as on_delete, f.on_update as on_update \
     from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' order by 1, 2, 3";
const OTHER: &str = "select type, name, sql from sqlite_master where type in ('view', 'trigger')";

/// Reads every table of the file.
pub(super) async fn read(db: &impl ConnectionTrait) -> Result<SchemaDocument, DbErr> {
    let mut document = SchemaDocument::default();
    for row in all(db, TABLES).await? {
        let definition: String = row.try_get("", "sql")?;
        let table = Table { checks: sql::checks(&definition), ..Table::default() };
        document.tables.insert(row.try_get("", "name")?, table);
    }
    columns(db, &mut document).await?;
    indexes(db, &mut document).await?;
    keys(db, &mut document).await?;
    for row in all(db, OTHER).await? {
        let (kind, name): (String, String) = (row.try_get("", "type")?, row.try_get("", "name")?);
        let definition: String = row.try_get("", "sql")?;
        document.other.insert(format!("{kind} {name}"), sql::canonical(&definition));
    }
    Ok(document)
}

async fn columns(db: &impl ConnectionTrait, document: &mut SchemaDocument) -> Result<(), DbErr> {
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for row in all(db, COLUMNS).await? {
        let (table, name): (String, String) = (row.try_get("", "tbl")?, row.try_get("", "name")?);
        let (required, key): (i64, i64) = (row.try_get("", "required")?, row.try_get("", "pk")?);
        let default: Option<String> = row.try_get("", "dflt")?;
        let hidden: i64 = row.try_get("", "hidden")?;
        let column = Column {
            kind: row.try_get::<String>("", "type")?.to_lowercase(),
            nullable: required == 0 && key == 0,
            default: default.map(|default| sql::canonical(&default)),
            collation: None,
            generated: (hidden > 1).then(|| if hidden == 2 { "virtual" } else { "stored" }.to_owned()),
        };
        if key > 0 {
            keys.entry(table.clone()).or_default().insert(key, name.clone());
        }
        if let Some(table) = document.tables.get_mut(&table) {
            table.columns.insert(name, column);
        }
    }
    for (name, key) in keys {
        if let Some(table) = document.tables.get_mut(&name) {
            table.primary_key = key.into_values().collect();
        }
    }
    Ok(())
}

async fn indexes(db: &impl ConnectionTrait, document: &mut SchemaDocument) -> Result<(), DbErr> {
    for row in all(db, INDEXES).await? {
        let origin: String = row.try_get("", "origin")?;
        if origin == "pk" {
            continue;
        }
        let (table, name): (String, String) = (row.try_get("", "tbl")?, row.try_get("", "idx")?);
        let definition: Option<String> = row.try_get("", "sql")?;
        let definition = definition.map(|definition| sql::canonical(&definition)).unwrap_or_default();
        let column = match row.try_get::<Option<String>>("", "name")? {
            Some(column) => column,
            None => format!("expression of {definition}"),
        };
        let descending: i64 = row.try_get("", "descending")?;
        let column = if descending == 0 { column } else { format!("{column} desc") };
        let (unique, partial): (i64, i64) = (row.try_get("", "uniq")?, row.try_get("", "partial")?);
        let Some(table) = document.tables.get_mut(&table) else { continue };
        let index = table.indexes.entry(name).or_insert_with(|| Index { valid: true, ..Index::default() });
        index.unique = unique != 0;
        index.columns.push(column);
        if partial != 0 {
            index.predicate = definition.split_once(" where ").map(|(_, condition)| condition.to_owned());
        }
    }
    for table in document.tables.values_mut() {
        name_constraints(table);
    }
    Ok(())
}

/// The index of a UNIQUE constraint has a number for a name, which a rebuild of the table may change.
fn name_constraints(table: &mut Table) {
    let names: Vec<String> =
        table.indexes.keys().filter(|name| name.starts_with("sqlite_autoindex_")).cloned().collect();
    for name in names {
        if let Some(index) = table.indexes.remove(&name) {
            table.indexes.insert(format!("unique ({})", index.columns.join(", ")), index);
        }
    }
}

async fn keys(db: &impl ConnectionTrait, document: &mut SchemaDocument) -> Result<(), DbErr> {
    #[derive(Default)]
    struct Key {
        target: String,
        from: Vec<String>,
        to: Vec<String>,
        rules: String,
    }
    let mut keys: BTreeMap<(String, i64), Key> = BTreeMap::new();
    for row in all(db, KEYS).await? {
        let key = keys.entry((row.try_get("", "tbl")?, row.try_get("", "id")?)).or_default();
        key.target = row.try_get("", "target")?;
        key.from.push(row.try_get("", "source")?);
        key.to.extend(row.try_get::<Option<String>>("", "dest")?);
        let (delete, update): (String, String) = (row.try_get("", "on_delete")?, row.try_get("", "on_update")?);
        key.rules = rules(&update, &delete);
    }
    for ((table, _), key) in keys {
        let to = if key.to.is_empty() { String::new() } else { format!("({})", key.to.join(", ")) };
        let line = format!("({}) references {}{to}{}", key.from.join(", "), key.target, key.rules);
        if let Some(table) = document.tables.get_mut(&table) {
            table.foreign_keys.push(line);
            table.foreign_keys.sort();
        }
    }
    Ok(())
}

fn rules(update: &str, delete: &str) -> String {
    let mut rules = String::new();
    for (event, rule) in [("update", update), ("delete", delete)] {
        if rule != "NO ACTION" {
            rules.push_str(&format!(" on {event} {}", rule.to_lowercase()));
        }
    }
    rules
}
