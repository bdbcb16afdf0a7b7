//! Databases that were never under migrations: what is there already, what is missing, what contradicts.

mod adopt;
mod class;
mod oddity;

use schemars::JsonSchema;
use sea_orm::{DatabaseConnection, DbBackend};
use serde::Serialize;

pub use adopt::Adopted;
pub use class::{Class, Classed};

use crate::error::{Finding, FindingCode, SafeError};
use crate::migrator::SafeMigrator;
use crate::preflight::{damage, damaged};
use crate::schema::{SchemaDocument, SchemaReader};
use crate::scratch::Scratch;
use crate::status::{self, State, TableSize};

/// Ledgers of other tools by the names of their tables.
const LEDGERS: [&str; 9] = [
    "schema_version",
    "schema_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "django_migrations",
    "flyway_schema_history",
    "databasechangelog",
    "refinery_schema_history",
    "__diesel_schema_migrations",
];

/// The answer of `inspect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Inspection {
    /// Where the database is, without credentials.
    pub database: String,
    /// sqlite or postgres.
    pub backend: String,
    /// How it stands against the migrations.
    pub state: State,
    /// Fingerprint of the schema.
    pub fingerprint: String,
    /// Rows and room of each table.
    pub tables: Vec<TableSize>,
    /// Every migration with how much of it is there.
    pub migrations: Vec<Classed>,
    /// Migrations that can be recorded as applied, in order.
    pub baseline: Vec<String>,
    /// Ways in which what is there differs from what the baseline makes; `adopt` accepts them as they are.
    pub differences: Vec<String>,
    /// What was found; what blocks comes first.
    pub findings: Vec<Finding>,
    /// True when `adopt` would record the baseline.
    pub adoptable: bool,
}

impl SafeMigrator {
    /// Compares what is there with what each migration makes. Writes nothing to the database.
    pub async fn inspect(&self) -> Result<Inspection, SafeError> {
        let db = self.place.read().await?;
        let outcome = self.inspect_on(&db).await;
        let _ = db.close().await;
        outcome
    }

    pub(crate) async fn inspect_on(&self, db: &DatabaseConnection) -> Result<Inspection, SafeError> {
        let failed = self.place.failed("inspecting");
        let look = self.look(db).await?;
        let tables = status::sizes(db, &self.stock).await.map_err(&failed)?;
        let damage = damage(db).await.map_err(&failed)?;
        let mut findings: Vec<Finding> =
            look.findings.iter().filter(|finding| !about_adoption(finding.code)).cloned().collect();
        findings.extend(damage.into_iter().map(damaged));
        findings.extend(foreign_ledgers(&look.schema));
        findings.extend(oddity::find(db, &look.schema).await.map_err(&failed)?);
        findings.extend(self.empty_file());
        let ladder = self.ladder().await?;
        let applied = look.applied();
        let server = self.place.backend() == DbBackend::Postgres;
        let classes = class::classify(&self.names(), &self.off, &applied, &ladder, &look.schema, server);
        findings.extend(classes.unseen.iter().map(|(name, like)| self.unseen(name, like)));
        let migrations = classes.all;
        let clash = |classed: &&Classed| classed.class == Class::Conflict;
        findings.extend(migrations.iter().filter(clash).map(|classed| {
            let cause = format!("{} is partly there, or otherwise: {}", classed.name, classed.details.join("; "));
            Finding::new(
                FindingCode::HalfApplied,
                cause,
                "make the schema what the migration makes, or take its part away",
            )
        }));
        let there = |classed: &&Classed| classed.class == Class::AlreadyThere && !applied.contains(&classed.name);
        let baseline: Vec<String> = migrations.iter().filter(there).map(|classed| classed.name.clone()).collect();
        let differences = match self.baseline_schema(&applied, &baseline).await? {
            Some(declared) => look.schema.differences(&declared).into_iter().collect(),
            None => Vec::new(),
        };
        findings.sort_by_key(|finding| !finding.blocks);
        let adoptable = !baseline.is_empty() && !findings.iter().any(|finding| finding.blocks);
        Ok(Inspection {
            database: self.place(),
            backend: self.backend().to_owned(),
            state: look.status.state,
            fingerprint: look.schema.fingerprint(),
            tables,
            migrations,
            baseline,
            differences,
            findings,
            adoptable,
        })
    }

    /// What the migrations make step by step: the empty schema, and the one after each of them.
    pub(crate) async fn ladder(&self) -> Result<Vec<SchemaDocument>, SafeError> {
        let scratch = Scratch::make(&self.place, self.options.now_ms()).await?;
        let outcome = async {
            let failed = self.place.failed("reading the scratch database");
            let mut reader = SchemaReader::new(&self.stock);
            let mut ladder = vec![SchemaDocument::default()];
            for migration in &self.migrations() {
                scratch.apply(&[&**migration]).await?;
                ladder.push(reader.read(&scratch.db).await.map_err(&failed)?);
            }
            Ok(ladder)
        };
        let outcome = outcome.await;
        scratch.remove().await?;
        outcome
    }

    async fn baseline_schema(
        &self,
        applied: &[String],
        baseline: &[String],
    ) -> Result<Option<SchemaDocument>, SafeError> {
        let all = self.names();
        let both: Vec<String> =
            all.into_iter().filter(|name| applied.contains(name) || baseline.contains(name)).collect();
        Ok(self.declared(&both, &[], &mut Vec::new()).await?.map(|(declared, _)| declared))
    }

    fn unseen(&self, name: &str, like: &str) -> Finding {
        let names = self.names();
        let place = |name: &str| names.iter().position(|other| other == name);
        let side = if place(like) < place(name) { "before" } else { "after" };
        let cause = format!(
            "{name} leaves nothing in the schema, so that it cannot be seen whether it ran: it counts as applied, like \
             {like} {side} it"
        );
        let remedy = "see whether the rows are as it makes them; if not, run its statements by hand after the adoption";
        Finding::new(FindingCode::Unseen, cause, remedy)
    }

    fn empty_file(&self) -> Option<Finding> {
        let file = self.place.file()?;
        (std::fs::metadata(file).ok()?.len() == 0).then(|| {
            let cause = format!("{} is empty", file.display());
            Finding::new(FindingCode::EmptyFile, cause, "there is nothing to adopt: migrate makes every table")
        })
    }
}

/// What a database without a ledger always has, or what is told better by class.
const fn about_adoption(code: FindingCode) -> bool {
    matches!(code, FindingCode::NoLedger | FindingCode::HalfApplied)
}

fn foreign_ledgers(schema: &SchemaDocument) -> Vec<Finding> {
    let found = LEDGERS.iter().filter_map(|name| Some((name, schema.tables.get(*name)?)));
    found
        .map(|(name, table)| {
            let cause = format!("{name} with {} columns is the ledger of another tool", table.columns.len());
            Finding::new(
                FindingCode::ForeignLedger,
                cause,
                "nothing to do: it stays as it is, and ours stand beside it under names of their own",
            )
        })
        .collect()
}
