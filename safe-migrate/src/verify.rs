//! Comparing a database with its migrations and with typed entities, and telling how they drifted apart.

mod probe;

use std::collections::BTreeMap;

use drift::assess::assess;
use drift::change::{Content as Bytes, FileChange, FileSide};
use drift::engine::{Compared, conclude};
use drift::facts::Facts;
use drift::mask::Masker;
use drift::outcome::Outcome;
use drift::rules::Rules;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use crate::content::{self, Content};
use crate::error::{Finding, SafeError};
use crate::migrator::SafeMigrator;
use crate::preflight::{damage, damaged};
use crate::schema::SchemaDocument;
use crate::scratch::Scratch;
use crate::status::Status;

/// The answer of `verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verification {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// True when nothing blocks, the schema could be compared, and nothing differs that nobody accepted.
    pub verified: bool,
    /// Names of applied and pending migrations.
    pub status: Status,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Differences from what the applied migrations make.
    pub differences: Vec<String>,
    /// Those of them that an adoption accepted.
    pub accepted: Vec<String>,
    /// Differences from the typed entities: tables, columns, types, nullability.
    pub entity_differences: Vec<String>,
    /// Tables that could not be read, or not written in a transaction that was rolled back.
    pub unusable: Vec<String>,
    /// Rows and digest of each table.
    pub tables: BTreeMap<String, Content>,
}

/// The sides of a drift report, each a schema as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// What the applied migrations make.
    pub migrations: SchemaDocument,
    /// What is there.
    pub database: SchemaDocument,
    /// What the typed entities want: columns with types and nullability, and primary keys only.
    pub entities: Option<SchemaDocument>,
}

impl Sides {
    /// What the compare engine says: `schema.json` is migrations against database, `entities.json` is entities against
    /// database, both cut down to what entities know.
    pub fn compare(&self, rules: &Rules, masker: &Masker) -> Outcome {
        let cut = cut_down(&self.database);
        let mut files = vec![("schema.json", &self.migrations, &self.database)];
        files.extend(self.entities.as_ref().map(|entities| ("entities.json", entities, &cut)));
        files.sort_by_key(|(path, _, _)| *path);
        let changed: Vec<_> = files.iter().filter(|(_, old, new)| old != new).collect();
        let changes = changed.iter().map(|(path, old, new)| file_change(path, old, new));
        let assessed = changes.map(|change| assess(&change, rules, masker)).collect();
        let names: Vec<&str> = files.iter().map(|(path, _, _)| *path).collect();
        let compared = Compared { files: &names, changed: u64::try_from(changed.len()).unwrap_or_default() };
        conclude(assessed, compared, rules, &Facts::default())
    }
}

fn file_change(path: &str, old: &SchemaDocument, new: &SchemaDocument) -> FileChange {
    let side = |document: &SchemaDocument| {
        Some(FileSide { content: Bytes::Bytes(document.to_json().into_bytes()), executable: false })
    };
    FileChange { path: path.to_owned(), old: side(old), new: side(new), renamed_from: None, profile: false }
}

/// What entities know of a schema.
fn cut_down(schema: &SchemaDocument) -> SchemaDocument {
    let mut cut = SchemaDocument::default();
    for (name, table) in &schema.tables {
        let entry = cut.tables.entry(name.clone()).or_default();
        entry.primary_key.clone_from(&table.primary_key);
        for (column, definition) in table.columns.iter().filter(|(_, column)| !column.is_computed()) {
            let mut definition = definition.clone();
            (definition.default, definition.collation, definition.generated) = (None, None, None);
            entry.columns.insert(column.clone(), definition);
        }
    }
    cut
}

impl SafeMigrator {
    /// Compares everything that can be compared, reads the whole database, and writes a row through every table, which
    /// is rolled back. Nothing stays written.
    pub async fn verify(&self) -> Result<Verification, SafeError> {
        let db = self.place.read().await?;
        let outcome = async {
            let look = self.look(&db).await?;
            let failed = self.place.failed("reading every row");
            let damage = damage(&db).await.map_err(&failed)?;
            let tables = content::of_all(&db, &look.schema).await.map_err(&failed)?;
            Ok::<_, SafeError>((look, damage, tables))
        };
        let outcome = outcome.await;
        let _ = db.close().await;
        let (look, damage, tables) = outcome?;
        let mut findings = look.findings.clone();
        findings.extend(damage.into_iter().map(damaged));
        let declared = self.declared(&look.applied(), &[], &mut findings).await?;
        let compared = declared.is_some();
        let differences = declared.map(|(declared, _)| look.schema.differences(&declared)).unwrap_or_default();
        let (accepted, differences): (Vec<String>, Vec<String>) =
            differences.into_iter().partition(|line| look.accepted_drift.contains(line));
        let entities = self.entity_schema().await?;
        let unusable = self.unusable(&look.schema, entities.as_ref()).await?;
        let entity_differences =
            entities.map(|entities| cut_down(&look.schema).differences(&entities)).unwrap_or_default();
        let blocks = findings.iter().any(|finding| finding.blocks);
        let verified =
            !blocks && compared && differences.is_empty() && entity_differences.is_empty() && unusable.is_empty();
        Ok(Verification {
            database: self.place(),
            backend: self.backend().to_owned(),
            verified,
            status: look.status,
            findings,
            differences,
            accepted,
            entity_differences: entity_differences.into_iter().collect(),
            unusable,
            tables,
        })
    }

    /// The schemas of migrations, database and entities.
    pub async fn sides(&self) -> Result<Sides, SafeError> {
        let db = self.place.read().await?;
        let look = self.look(&db).await;
        let _ = db.close().await;
        let look = look?;
        let mut findings = Vec::new();
        let declared = self.declared(&look.applied(), &[], &mut findings).await?;
        let (migrations, _) = declared.ok_or_else(|| {
            let (causes, remedies): (Vec<_>, Vec<_>) =
                findings.into_iter().map(|finding| (finding.cause, finding.remedy)).unzip();
            SafeError::NotDeclared { cause: causes.join("; "), remedy: remedies.join("; ") }
        })?;
        Ok(Sides { migrations, database: look.schema, entities: self.entity_schema().await? })
    }

    /// The declared schema that all migrations make, for a snapshot file of this backend.
    pub async fn declared_schema(&self) -> Result<SchemaDocument, SafeError> {
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        let all = self.migrations();
        let outcome = async {
            scratch.apply(&crate::migrate::named(&all, &self.names())).await?;
            SchemaDocument::read(&scratch.db, &self.stock).await.map_err(self.place.failed("reading the schema"))
        };
        let outcome = outcome.await;
        scratch.remove().await?;
        outcome
    }

    async fn entity_schema(&self) -> Result<Option<SchemaDocument>, SafeError> {
        let Some(entities) = self.entities else { return Ok(None) };
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        let outcome = async {
            for mut table in entities(self.place.backend()) {
                // Entities may refer to each other in a ring, and what they refer to is told by the migrations.
                table = without_foreign_keys(&table);
                scratch.db.execute(&table).await?;
            }
            SchemaDocument::read(&scratch.db, &self.stock).await
        };
        let outcome: Result<SchemaDocument, DbErr> = outcome.await;
        scratch.remove().await?;
        outcome.map(|schema| Some(cut_down(&schema))).map_err(self.place.failed("making the tables of the entities"))
    }

    async fn unusable(
        &self,
        schema: &SchemaDocument,
        entities: Option<&SchemaDocument>,
    ) -> Result<Vec<String>, SafeError> {
        let db = self.place.write().await?;
        let unusable = probe::unusable(&db, schema, entities, &self.options).await;
        let _ = db.close().await;
        unusable.map_err(self.place.failed("trying to write"))
    }
}

fn without_foreign_keys(table: &sea_orm::sea_query::TableCreateStatement) -> sea_orm::sea_query::TableCreateStatement {
    let mut plain = sea_orm::sea_query::Table::create();
    if let Some(name) = table.get_table_name() {
        plain.table(name.clone());
    }
    for column in table.get_columns() {
        plain.col(column.clone());
    }
    for index in table.get_indexes() {
        plain.index(&mut index.clone());
    }
    plain
}
