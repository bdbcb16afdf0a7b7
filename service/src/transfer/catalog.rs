//! The tables of the target, as its catalog tells them, and what the source has of them.

use std::collections::BTreeMap;

use sea_orm::sqlx::{self, PgConnection, Row};

use super::error::TransferError;
use super::kind::Kind;
use super::{ledger, sql_failed};
use crate::error::ServiceError;

/// The ledger of migrations is made by migrating, and tables whose names start with `_` belong to tools.
const TABLES: &str = "from pg_class t where t.relkind in ('r', 'p') and t.relnamespace = quote_ident(current_schema())::regnamespace \
    and t.relname !~ '^_' and t.relname <> 'seaql_migrations'";

const COLUMNS: &str = "join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped \
    join pg_type y on y.oid = a.atttypid";

/// A table that is moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    /// Those that rows are made of, without those that the database computes.
    pub(super) columns: Vec<Column>,
    /// The columns of the primary key.
    pub(super) key: Vec<String>,
    pub(super) references: Vec<Reference>,
    /// Columns that are filled when every table has its rows, because they refer to a later table or to their own.
    pub(super) later: Vec<String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// The target's name of the type.
    pub(super) type_name: String,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) columns: Vec<String>,
    pub(super) target: String,
}

impl Table {
    /// The column of that name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The quoted names of columns, separated by commas.
    pub(super) fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }
}

/// A name as it is written in a statement of either backend.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every table of the target by name.
pub(super) async fn read(target: &mut PgConnection) -> Result<Vec<Table>, ServiceError> {
    let mut tables = names(target).await?;
    columns(target, &mut tables).await?;
    constraints(target, &mut tables).await?;
    Ok(tables.into_values().collect())
}

type Tables = BTreeMap<String, Table>;

async fn names(target: &mut PgConnection) -> Result<Tables, ServiceError> {
    let query = format!("select t.relname::text {TABLES}");
    let names: Vec<String> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(target).await.map_err(sql_failed)?;
    let known = names.into_iter().filter(|name| name != ledger::MOVE && name != ledger::PARTS);
    Ok(known.map(|name| (name.clone(), Table { name, ..Table::default() })).collect())
}

async fn columns(target: &mut PgConnection, tables: &mut Tables) -> Result<(), ServiceError> {
    let list = TABLES.replace("where", &format!("{COLUMNS} where a.attgenerated = '' and"));
    let query = format!(
        "select t.relname::text, a.attname::text, y.typname::text, a.atttypmod, not a.attnotnull as nullable, \
         a.attidentity <> '' or exists (select from pg_depend d where d.deptype = 'a' and d.refobjid = t.oid \
         and d.refobjsubid = a.attnum and d.classid = 'pg_class'::regclass and exists (select from pg_class s where \
         s.oid = d.objid and s.relkind = 'S')) as numbered {list} order by t.relname, a.attnum"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(target).await.map_err(sql_failed)?;
    for row in rows {
        let table: String = row.try_get(0).map_err(sql_failed)?;
        let name: String = row.try_get(1).map_err(sql_failed)?;
        let type_name: String = row.try_get(2).map_err(sql_failed)?;
        let kind = Kind::of(&type_name, row.try_get(3).map_err(sql_failed)?);
        let numbered: bool = row.try_get(5).map_err(sql_failed)?;
        // Its next number would have to be moved too, and no table of a portable schema has one.
        let Some(kind) = kind.filter(|_| !numbered) else {
            let why = match numbered {
                true => format!("the database numbers the column {name}"),
                false => format!("the type {type_name} of the column {name} is not known"),
            };
            return Err(TransferError::Shape { table, why }.into());
        };
        let nullable = row.try_get(4).map_err(sql_failed)?;
        if let Some(table) = tables.get_mut(&table) {
            table.columns.push(Column { name, kind, nullable, type_name });
        }
    }
    Ok(())
}

async fn constraints(target: &mut PgConnection, tables: &mut Tables) -> Result<(), ServiceError> {
    let list = TABLES.replace("from pg_class t", "from pg_constraint k join pg_class t on t.oid = k.conrelid");
    let query = format!(
        "select t.relname::text, k.contype::text, coalesce(k.confrelid::regclass::text, ''), array(select a.attname::text \
         from unnest(k.conkey) with ordinality u(number, place) join pg_attribute a on a.attrelid = k.conrelid and \
         a.attnum = u.number order by u.place) {list} and k.contype in ('p', 'f') order by t.relname, k.conname"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(target).await.map_err(sql_failed)?;
    for row in rows {
        let table: String = row.try_get(0).map_err(sql_failed)?;
        let kind: String = row.try_get(1).map_err(sql_failed)?;
        let columns: Vec<String> = row.try_get(3).map_err(sql_failed)?;
        let Some(table) = tables.get_mut(&table) else { continue };
        match kind.as_str() {
            "p" => table.key = columns,
            _ => table.references.push(Reference { columns, target: row.try_get(2).map_err(sql_failed)? }),
        }
    }
    Ok(())
}
