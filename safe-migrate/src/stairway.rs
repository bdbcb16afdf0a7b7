//! The stairway: every migration up, down and up again on a scratch database with rows in it, schemas and rows compared.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use serde::Serialize;

use crate::call;
use crate::content::{self, Content};
use crate::error::{SafeError, brief};
use crate::ledger;
use crate::migrator::SafeMigrator;
use crate::row::quoted;
use crate::schema::{SchemaDocument, SchemaReader, Table};
use crate::scratch::Scratch;

/// What is left when a migration is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reversibility {
    /// Schema and every row are as before; nothing that it made can hold rows.
    Lossless,
    /// The schema and the rows from before are as before; rows of what it made go with it.
    SchemaOnly,
    /// Rows from before are gone or changed.
    Lossy,
    /// Going down does nothing, although going up does something.
    EmptyDown,
    /// It cannot be taken back, or what it leaves is another schema.
    Irreversible,
}

/// One step of the stairway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stair {
    /// The migration.
    pub migration: String,
    /// What is left when it is taken back.
    pub reversibility: Reversibility,
    /// Tables and columns whose rows are lost, or why it cannot be taken back.
    pub details: Vec<String>,
    /// True when going up again gives the same schema as the first time.
    pub repeatable: bool,
}

/// The answer of `stairway`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stairway {
    /// One for each migration, in order.
    pub stairs: Vec<Stair>,
    /// Tables that held a row when they were tried.
    pub seeded: Vec<String>,
    /// Tables that took no generated row, with the reason.
    pub unseeded: BTreeMap<String, String>,
}

impl SafeMigrator {
    /// Climbs the stairway on a scratch database: the database itself is not touched.
    pub async fn stairway(&self) -> Result<Stairway, SafeError> {
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        let outcome = self.climb(&scratch.db).await;
        scratch.remove().await?;
        outcome
    }

    async fn climb(&self, db: &DatabaseConnection) -> Result<Stairway, SafeError> {
        let failed = self.place.failed("climbing the stairway");
        let mut stairway = Stairway { stairs: Vec::new(), seeded: Vec::new(), unseeded: BTreeMap::new() };
        let mut reader = SchemaReader::new(&self.stock);
        let mut before = SchemaDocument::default();
        let mut rows = BTreeMap::new();
        for migration in self.migrations() {
            let first = up(&*migration, db).await;
            first.map_err(|cause| SafeError::Migration {
                migration: migration.name().to_owned(),
                alone: false,
                stays: Vec::new(),
                direction: "up on a scratch database",
                cause: brief(&cause),
            })?;
            let after = reader.read(db).await.map_err(&failed)?;
            let climb = Climb { before: &before, rows: &rows, after: &after };
            let stair = climb.back_and_forth(&*migration, db, &mut reader).await.map_err(&failed)?;
            stairway.stairs.push(stair);
            let changed = after.tables.iter().filter(|(name, table)| before.tables.get(*name) != Some(*table));
            let mut columns = BTreeMap::new();
            for (name, table) in changed {
                seed(db, name, table, &mut stairway).await.map_err(&failed)?;
                columns.insert(name.clone(), table.columns.keys().cloned().collect());
            }
            rows.extend(content::of_tables(db, columns).await.map_err(&failed)?);
            rows.retain(|name, _| after.tables.contains_key(name));
            before = after;
        }
        Ok(stairway)
    }
}

async fn up(migration: &dyn MigrationTrait, db: &DatabaseConnection) -> Result<(), DbErr> {
    call::up(migration, &SchemaManager::new(db)).await
}

/// The state on both sides of a step.
struct Climb<'a> {
    before: &'a SchemaDocument,
    rows: &'a BTreeMap<String, Content>,
    after: &'a SchemaDocument,
}

impl Climb<'_> {
    async fn back_and_forth(
        &self,
        migration: &dyn MigrationTrait,
        db: &DatabaseConnection,
        reader: &mut SchemaReader<'_>,
    ) -> Result<Stair, DbErr> {
        let name = migration.name().to_owned();
        let stair =
            |reversibility, details, repeatable| Stair { migration: name.clone(), reversibility, details, repeatable };
        if let Err(error) = call::down(migration, &SchemaManager::new(db)).await {
            return Ok(stair(Reversibility::Irreversible, vec![brief(&error)], false));
        }
        let below = reader.read(db).await?;
        if below == *self.after {
            let empty = self.before != self.after;
            let kind = if empty { Reversibility::EmptyDown } else { Reversibility::Lossless };
            return Ok(stair(kind, Vec::new(), true));
        }
        let left: Vec<String> = below.differences(self.before).into_iter().collect();
        let lost = content::conserved(db, self.rows, &below, &std::collections::BTreeSet::new()).await?;
        let lost: Vec<String> = lost.into_values().collect();
        ledger::forget(db, &[&name]).await?;
        let again = up(migration, db).await;
        let repeatable = again.is_ok() && reader.read(db).await? == *self.after;
        if !left.is_empty() {
            return Ok(stair(Reversibility::Irreversible, left, repeatable));
        }
        let made = self.made();
        Ok(match (lost.is_empty(), made.is_empty()) {
            (false, _) => stair(Reversibility::Lossy, lost, repeatable),
            (true, false) => stair(Reversibility::SchemaOnly, made, repeatable),
            (true, true) => stair(Reversibility::Lossless, Vec::new(), repeatable),
        })
    }

    /// Tables and columns that the step made: what they hold goes with them.
    fn made(&self) -> Vec<String> {
        let mut made = Vec::new();
        for (name, table) in &self.after.tables {
            match self.before.tables.get(name) {
                None => made.push(format!("table {name}")),
                Some(old) => {
                    let new = table.columns.keys().filter(|column| !old.columns.contains_key(*column));
                    made.extend(new.map(|column| format!("column {name}.{column}")));
                }
            }
        }
        made
    }
}

/// Puts a row into a table: values by type, the first word of a check where there is one. What a table does not take is
/// told, not hidden.
async fn seed(db: &DatabaseConnection, name: &str, table: &Table, stairway: &mut Stairway) -> Result<(), DbErr> {
    let (columns, values) = generated_row(table);
    let sql = format!("insert into {} ({}) values ({})", quoted(name), columns.join(", "), values.join(", "));
    match db.execute_unprepared(&sql).await {
        Ok(_) => {
            stairway.unseeded.remove(name);
            if !stairway.seeded.iter().any(|seeded| seeded == name) {
                stairway.seeded.push(name.to_owned());
            }
        }
        Err(error) => {
            if !stairway.seeded.iter().any(|seeded| seeded == name) {
                stairway.unseeded.insert(name.to_owned(), brief(&error));
            }
        }
    }
    Ok(())
}

/// Columns and values of a made-up row: whatever a database generates, and links that may be left out, are left out.
pub(crate) fn generated_row(table: &Table) -> (Vec<String>, Vec<String>) {
    let wanted = table.columns.iter().filter(|(column, definition)| {
        definition.generated.is_none() && !(definition.nullable && is_in_foreign_key(table, column))
    });
    wanted.map(|(column, definition)| (quoted(column), value(column, &definition.kind, table))).unzip()
}

fn is_in_foreign_key(table: &Table, column: &str) -> bool {
    table.foreign_keys.iter().any(|key| key.split(')').next().is_some_and(|list| list.contains(column)))
}

fn value(column: &str, kind: &str, table: &Table) -> String {
    if let Some(word) = table.checks.iter().find_map(|check| first_word(check, column)) {
        return word;
    }
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    let begins = |words: &[&str]| words.iter().any(|word| kind.starts_with(word));
    if kind.ends_with("[]") {
        "'{}'"
    } else if kind.ends_with("range") {
        "'empty'"
    } else if begins(&["interval"]) {
        "'1 day'"
    } else if begins(&["point"]) {
        "'(0,0)'"
    } else if has(&["date", "time"]) {
        "'2001-02-03T04:05:06+00:00'"
    } else if has(&["uuid"]) {
        "'00000000-0000-7000-8000-000000000001'"
    } else if has(&["bool"]) {
        "true"
    } else if has(&["json"]) {
        "'{}'"
    } else if kind.split(|sign: char| !sign.is_alphanumeric()).any(is_number) {
        "1"
    } else if has(&["bytea"]) {
        "'\\x01'"
    } else {
        "'x'"
    }
    .to_owned()
}

/// True for a word by which a type is one of numbers.
fn is_number(word: &str) -> bool {
    let of_numbers = ["real", "floa", "doub", "dec", "num"].iter().any(|start| word.starts_with(start));
    let word = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
    of_numbers || ["int", "integer"].iter().any(|end| word.ends_with(end))
}

/// The first text that a check of a column allows.
fn first_word(check: &str, column: &str) -> Option<String> {
    let about = check.trim_start_matches('(').trim_start().trim_start_matches('"');
    let rest = about.strip_prefix(column)?;
    let start = rest.find('\'')?;
    let word = rest.get(start + 1..)?;
    Some(format!("'{}'", word.get(..word.find('\'')?)?))
}
