//! Reading the current schema of a Postgres database with a few queries, however many tables there are.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbErr};

use super::spelling::spelled;
use super::{Column, Index, SchemaDocument, Table};
use crate::row::{all, one_text, texts};

/// The names of all tables.
const TABLES: &str = "select relname::text as name from pg_catalog.pg_class \
     where relnamespace = quote_ident(current_schema())::regnamespace and relkind in ('r', 'p') order by relname";
/// The names of all tables, but those that came with an extension.
pub(crate) const OWN_TABLES: &str = "select relname::text as name from pg_catalog.pg_class c \
     where relnamespace = quote_ident(current_schema())::regnamespace and relkind in ('r', 'p') \
     and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_class'::regclass \
     and e.objid = c.oid and e.deptype = 'e') order by relname";
const COLUMNS: &str = "select c.relname::text as tbl, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, \
     a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as dflt, a.attgenerated::text as generated, \
     a.attidentity::text as ident, case when a.attcollation <> t.typcollation then l.collname::text end as coll \
     from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema() \
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
     left join pg_type t on t.oid = a.atttypid left join pg_collation l on l.oid = a.attcollation \
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind in ('r', 'p')";
/// Unique ones are read with the indexes. What a primary key says are its columns.
const CONSTRAINTS: &str = "select r.relname::text as relname, c.contype::text as kind, \
     case when c.contype = 'p' then (select string_agg(a.attname::text, ',' order by k.n) \
      from unnest(c.conkey) with ordinality k(num, n) \
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num) \
     else pg_get_constraintdef(c.oid) end as def \
     from pg_constraint c join pg_class r on r.oid = c.conrelid \
     where c.connamespace = quote_ident(current_schema())::regnamespace and c.contype in ('p', 'f', 'c')";
/// A column of an index is spelled by its name; only for an expression is the index taken apart. The server takes the
/// columns of an index for ten: where it takes them for a thousand it compiles the query, for longer than it runs.
const INDEXES: &str = "select t.relname::text as tbl, i.relname::text as idx, x.indisunique as uniq, x.indisvalid as valid, \
     pg_get_expr(x.indpred, x.indrelid) as predicate, k.n as n, \
     coalesce(quote_ident(a.attname), pg_get_indexdef(x.indexrelid, k.n::int, true)) || \
     case when k.option & 1 = 1 then ' desc' else '' end as col \
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
     cross join unnest(x.indkey::int2[], x.indoption::int2[]) with ordinality k(num, option, n) \
     left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.num and k.num <> 0 \
     where t.relnamespace = quote_ident(current_schema())::regnamespace and not x.indisprimary \
     and k.n <= x.indnkeyatts order by 1, 2, 6";
/// True when there is a view, a trigger, a function or an enumeration. Asking for all of them costs twice as much the first
/// time in a session, and most schemas have none.
const HAS_OTHER: &str = "select (exists (select from pg_class where relkind = 'v' and relnamespace = n.oid) \
     or exists (select from pg_trigger where not tgisinternal) or exists (select from pg_proc where pronamespace = n.oid) \
     or exists (select from pg_type where typtype = 'e' and typnamespace = n.oid))::text as there \
     from (select quote_ident(current_schema())::regnamespace as oid) n";
const OTHER: &str = "select 'view ' || v.relname::text as name, pg_get_viewdef(v.oid) as def from pg_class v \
     where v.relkind = 'v' and v.relnamespace = quote_ident(current_schema())::regnamespace \
     and not exists (select 1 from pg_depend e where e.objid = v.oid and e.deptype = 'e') \
     union all select 'trigger ' || g.tgname::text || ' on ' || t.relname::text, pg_get_triggerdef(g.oid) from pg_trigger g \
     join pg_class t on t.oid = g.tgrelid where not g.tgisinternal and t.relnamespace = quote_ident(current_schema())::regnamespace \
     union all select 'function ' || p.proname::text || '(' || pg_get_function_identity_arguments(p.oid) || ')', \
     pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = quote_ident(current_schema())::regnamespace and p.prokind in ('f', 'p') \
     and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e') \
     union all select 'type ' || t.typname::text, string_agg(e.enumlabel::text, ',' order by e.enumsortorder) \
     from pg_type t join pg_enum e on e.enumtypid = t.oid where t.typnamespace = quote_ident(current_schema())::regnamespace \
     and not exists (select 1 from pg_depend x where x.objid = t.oid and x.deptype = 'e') group by 1";

/// Reads the current schema, of its tables those that are `wanted`. Where there are none their parts are not asked for:
/// the first time in a session that costs the server more than to make some tables.
pub(super) async fn read(db: &impl ConnectionTrait, wanted: impl Fn(&str) -> bool) -> Result<SchemaDocument, DbErr> {
    let mut document = SchemaDocument::default();
    let tables = texts(db, TABLES, "name").await?;
    document.tables = tables.into_iter().filter(|name| wanted(name)).map(|name| (name, Table::default())).collect();
    if !document.tables.is_empty() {
        read_tables(db, &mut document.tables).await?;
    }
    if one_text(db, HAS_OTHER, "there").await? == "true" {
        // An extension that brings tables brings functions too.
        let own: BTreeSet<String> = texts(db, OWN_TABLES, "name").await?.into_iter().collect();
        document.tables.retain(|name, _| own.contains(name));
        for row in all(db, OTHER).await? {
            document.other.insert(row.try_get("", "name")?, spelled(row.try_get("", "def")?));
        }
    }
    Ok(document)
}

async fn read_tables(db: &impl ConnectionTrait, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    for row in all(db, COLUMNS).await? {
        let Some(table) = tables.get_mut(&row.try_get::<String>("", "tbl")?) else { continue };
        let Some(name) = row.try_get::<Option<String>>("", "name")? else { continue };
        let generated: String = row.try_get("", "generated")?;
        let identity: String = row.try_get("", "ident")?;
        let default = row.try_get::<Option<String>>("", "dflt")?.map(spelled);
        let column = Column {
            kind: row.try_get("", "type")?,
            nullable: !row.try_get::<bool>("", "required")?,
            generated: match (generated.as_str(), identity.as_str()) {
                ("", "") => None,
                ("", identity) => Some(format!("identity {identity}")),
                _ => default.clone(),
            },
            default: default.filter(|_| generated.is_empty()),
            collation: row.try_get("", "coll")?,
        };
        table.columns.insert(name, column);
    }
    for row in all(db, CONSTRAINTS).await? {
        let Some(table) = tables.get_mut(&row.try_get::<String>("", "relname")?) else { continue };
        constraint(table, &row.try_get::<String>("", "kind")?, &spelled(row.try_get("", "def")?));
    }
    for row in all(db, INDEXES).await? {
        let Some(table) = tables.get_mut(&row.try_get::<String>("", "tbl")?) else { continue };
        let index = table.indexes.entry(row.try_get("", "idx")?).or_insert_with(Index::default);
        index.unique = row.try_get("", "uniq")?;
        index.valid = row.try_get("", "valid")?;
        index.predicate = row.try_get::<Option<String>>("", "predicate")?.map(spelled);
        index.columns.push(spelled(row.try_get("", "col")?));
    }
    Ok(())
}

/// The index of a UNIQUE constraint is listed with the others.
fn constraint(table: &mut Table, kind: &str, definition: &str) {
    match kind {
        "p" => table.primary_key = definition.split(',').map(str::to_owned).collect(),
        "f" => {
            table.foreign_keys.push(definition.trim_start_matches("FOREIGN KEY ").to_owned());
            table.foreign_keys.sort();
        }
        "c" => {
            table.checks.push(definition.trim_start_matches("CHECK ").to_owned());
            table.checks.sort();
        }
        _ => {}
    }
}
