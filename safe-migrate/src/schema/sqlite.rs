//! Reading a SQLite schema with a few queries, however many tables there are.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, DbErr};

use super::{Column, Index, SchemaDocument, Table};
use crate::row::{all, literal, one_text};
use crate::sql;

/// Everything else follows from these texts. Indexes of constraints have none, and stand in the text of their table. One
/// row: a driver that hands over row by row takes longer for that than for the rows.
const DEFINITIONS: &str = "select json_group_array(json_array(type, name, tbl_name, sql)) as definitions \
     from sqlite_master where sql is not null and name not like 'sqlite\\_%' escape '\\'";
/// Hidden columns of virtual tables are how their modules are spoken to, and hold nothing.
const COLUMNS: &str = "select m.name as tbl, c.name as name, c.type as type, c.\"notnull\" as required, \
     c.dflt_value as dflt, c.pk as pk, c.hidden as hidden from sqlite_master m join pragma_table_xinfo(m.name) c \
     where m.type = 'table' and c.hidden <> 1";
const INDEXES: &str = "select m.name as tbl, l.name as idx, l.\"unique\" as uniq, l.origin as origin, \
     l.partial as partial, x.seqno as seqno, x.name as name, x.\"desc\" as descending, i.sql as sql \
     from sqlite_master m join pragma_index_list(m.name) l join pragma_index_xinfo(l.name) x \
     left join sqlite_master i on i.type = 'index' and i.name = l.name where m.type = 'table' and x.key = 1";
const KEYS: &str = "select m.name as tbl, f.id as id, f.seq as seq, f.\"table\" as target, f.\"from\" as source, \
     f.\"to\" as dest, f.on_delete as on_delete, f.on_update as on_update \
     from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'";

/// Tables by the texts that they were read from.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<String, Table>);

/// Reads the schema; of its tables only those whose texts were not seen before.
pub(super) async fn read(db: &impl ConnectionTrait, seen: &mut Seen) -> Result<SchemaDocument, DbErr> {
    let mut document = SchemaDocument::default();
    let mut definitions: BTreeMap<String, String> = BTreeMap::new();
    let mut checks = BTreeMap::new();
    let rows = one_text(db, DEFINITIONS, "definitions").await?;
    let rows: Vec<(String, String, String, String)> =
        serde_json::from_str(&rows).map_err(|cause| DbErr::Json(cause.to_string()))?;
    for (kind, name, table, definition) in rows {
        if kind == "view" || kind == "trigger" {
            document.other.insert(format!("{kind} {name}"), sql::canonical(&definition));
            continue;
        }
        definitions.entry(table).or_default().push_str(&format!("{definition};\n"));
        if kind == "table" {
            checks.insert(name, definition);
        }
    }
    let mut new = BTreeMap::new();
    for (name, definition) in checks {
        let text = definitions.get(&name).map_or("", String::as_str);
        match seen.0.get(text) {
            Some(table) => drop(document.tables.insert(name, table.clone())),
            None => drop(new.insert(name, Table { checks: sql::checks(&definition), ..Table::default() })),
        }
    }
    if !new.is_empty() {
        let those = if document.tables.is_empty() { String::new() } else { those(new.keys()) };
        columns(db, &those, &mut new).await?;
        indexes(db, &those, &mut new).await?;
        keys(db, &those, &mut new).await?;
    }
    for (name, table) in new {
        seen.0.insert(definitions.remove(&name).unwrap_or_default(), table.clone());
        document.tables.insert(name, table);
    }
    Ok(document)
}

/// The condition that a row is of one of these tables.
fn those<'a>(names: impl Iterator<Item = &'a String>) -> String {
    format!(" and m.name in ({})", names.map(|name| literal(name)).collect::<Vec<_>>().join(", "))
}

async fn columns(db: &impl ConnectionTrait, those: &str, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    let mut keys: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for row in all(db, &format!("{COLUMNS}{those}")).await? {
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
        if let Some(table) = tables.get_mut(&table) {
            table.columns.insert(name, column);
        }
    }
    for (name, key) in keys {
        if let Some(table) = tables.get_mut(&name) {
            table.primary_key = key.into_values().collect();
        }
    }
    Ok(())
}

async fn indexes(db: &impl ConnectionTrait, those: &str, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    for row in all(db, &format!("{INDEXES}{those} order by 1, 2, x.seqno")).await? {
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
        let Some(table) = tables.get_mut(&table) else { continue };
        let index = table.indexes.entry(name).or_insert_with(|| Index { valid: true, ..Index::default() });
        index.unique = unique != 0;
        index.columns.push(column);
        if partial != 0 {
            index.predicate = definition.split_once(" where ").map(|(_, condition)| condition.to_owned());
        }
    }
    for table in tables.values_mut() {
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

async fn keys(db: &impl ConnectionTrait, those: &str, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    #[derive(Default)]
    struct Key {
        target: String,
        from: Vec<String>,
        to: Vec<String>,
        rules: String,
    }
    let mut keys: BTreeMap<(String, i64), Key> = BTreeMap::new();
    for row in all(db, &format!("{KEYS}{those} order by 1, 2, 3")).await? {
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
        if let Some(table) = tables.get_mut(&table) {
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
