//! A schema as a document, so that two of them can be compared like any other configuration.

mod postgres;
mod spelling;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) use self::postgres::OWN_TABLES as TABLES_OF_POSTGRES;
use crate::ledger;
use crate::recorder::hex;

/// Every table of a database but the ledgers of migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaDocument {
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
    /// Views, triggers and functions by kind and name, with their definitions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Columns by name; their order is no difference.
    pub columns: BTreeMap<String, Column>,
    /// Columns of the primary key, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// Indexes and unique constraints by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, Index>,
    /// Foreign keys in SQL, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<String>,
    /// Conditions of CHECKs in SQL, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The declared type, lower case.
    #[serde(rename = "type")]
    pub kind: String,
    /// True when it may be NULL.
    pub nullable: bool,
    /// The default in SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// A collation that is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// How it is generated: as an identity, or from an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
}

impl Column {
    /// True when the database computes it from others; an identity is not computed.
    pub(crate) fn is_computed(&self) -> bool {
        self.generated.as_deref().is_some_and(|how| !how.starts_with("identity "))
    }
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// True when no two rows may be equal in it.
    pub unique: bool,
    /// Columns or expressions in order, `desc` added where it is so.
    pub columns: Vec<String>,
    /// The condition of a partial index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// False when Postgres does not use it since its creation failed.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub valid: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_true(value: &bool) -> bool {
    *value
}

impl SchemaDocument {
    /// Reads a live schema; `ledger` is the name of the stock table of migrations, which is left out like ours.
    pub(crate) async fn read(db: &impl ConnectionTrait, ledger: &str) -> Result<Self, DbErr> {
        SchemaReader::new(ledger).read(db).await
    }

    /// SHA-256 of the document, hexadecimal.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }

    /// The document as JSON for a snapshot file, ending with a line end.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Every difference in a line of its own: where, what is here and what is there.
    pub fn differences(&self, declared: &Self) -> BTreeSet<String> {
        if self == declared {
            return BTreeSet::new();
        }
        let (live, declared) = (self.facts(), declared.facts());
        let mut found = BTreeSet::new();
        for (place, value) in &live {
            match declared.get(place) {
                None => found.insert(format!("{place} is {value} and not declared")),
                Some(other) if other != value => found.insert(format!("{place} is {value}, declared is {other}")),
                Some(_) => continue,
            };
        }
        for (place, value) in declared.iter().filter(|(place, _)| !live.contains_key(*place)) {
            found.insert(format!("{place} is missing, declared is {value}"));
        }
        found
    }

    /// Everything that can differ, by where it stands.
    pub(crate) fn facts(&self) -> BTreeMap<String, Fact<'_>> {
        let mut facts = BTreeMap::new();
        for (name, table) in &self.tables {
            facts.insert(format!("table {name}"), Fact::Table);
            for (column, definition) in &table.columns {
                facts.insert(format!("column {name}.{column}"), Fact::Column(definition));
            }
            facts.insert(format!("primary key of {name}"), Fact::Key(&table.primary_key));
            for (index, definition) in &table.indexes {
                facts.insert(format!("index {index} of {name}"), Fact::Index(definition));
            }
            facts.insert(format!("foreign keys of {name}"), Fact::Rules(&table.foreign_keys));
            facts.insert(format!("checks of {name}"), Fact::Rules(&table.checks));
        }
        for (name, definition) in &self.other {
            facts.insert(name.clone(), Fact::Other(definition));
        }
        facts
    }
}

/// Reads a schema again and again; on SQLite only tables that it has not seen so are looked at.
#[derive(Debug)]
pub(crate) struct SchemaReader<'a> {
    ledger: &'a str,
    seen: sqlite::Seen,
}

impl<'a> SchemaReader<'a> {
    /// `ledger` is the name of the stock table of migrations, which is left out like ours.
    pub(crate) fn new(ledger: &'a str) -> Self {
        Self { ledger, seen: sqlite::Seen::default() }
    }

    /// Reads the live schema.
    pub(crate) async fn read(&mut self, db: &impl ConnectionTrait) -> Result<SchemaDocument, DbErr> {
        let wanted = |name: &str| name != self.ledger && !ledger::TABLES.contains(&name);
        if db.get_database_backend() != DbBackend::Sqlite {
            return postgres::read(db, wanted).await;
        }
        let mut document = sqlite::read(db, &mut self.seen).await?;
        document.tables.retain(|name, _| wanted(name));
        Ok(document)
    }
}

/// One thing that two schemas can differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact<'a> {
    /// A table is there.
    Table,
    /// A column.
    Column(&'a Column),
    /// A primary key.
    Key(&'a [String]),
    /// An index.
    Index(&'a Index),
    /// Foreign keys or checks.
    Rules(&'a [String]),
    /// A view, a trigger and so on.
    Other(&'a str),
}

impl std::fmt::Display for Fact<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&match self {
            Self::Table => "there".to_owned(),
            Self::Column(column) => json(column),
            Self::Key(columns) | Self::Rules(columns) => json(columns),
            Self::Index(index) => json(index),
            Self::Other(definition) => (*definition).to_owned(),
        })
    }
}

/// A part of a document as compact JSON.
fn json(part: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(part).unwrap_or_default()
}
