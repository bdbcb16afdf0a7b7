//! What a batch is compared with before it is committed: schema, rows and keys.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};
use sea_orm_migration::MigrationTrait;

use super::{Direction, Done, Job};
use crate::content::{self, Content};
use crate::error::SafeError;
use crate::options::Phase;
use crate::preflight::{broken, violations};
use crate::schema::SchemaDocument;

impl Job<'_> {
    /// The schema as it is, whose fingerprint is kept the first time.
    pub(super) async fn schema(&self, db: &impl ConnectionTrait, done: &mut Done) -> Result<SchemaDocument, SafeError> {
        let schema = SchemaDocument::read(db, &self.migrator.stock).await;
        let schema = schema.map_err(self.migrator.place.failed("reading what is there before"))?;
        if done.before.is_empty() {
            done.before = schema.fingerprint();
        }
        Ok(schema)
    }

    /// Differences from what is declared that are there before the batch; none when nothing is compared.
    pub(super) fn known(&self, schema: &SchemaDocument) -> Option<BTreeSet<String>> {
        let (declared, _) = self.declared.as_ref().filter(|_| self.verify)?;
        Some(schema.differences(declared))
    }

    pub(super) async fn before(
        &self,
        db: &DatabaseTransaction,
        done: &mut Done,
    ) -> Result<(SchemaDocument, BTreeMap<String, Content>), SafeError> {
        let start = Instant::now();
        let failed = self.migrator.place.failed("reading what is there before");
        let schema = self.schema(db, done).await?;
        let watched = self.verify || self.direction == Direction::Down;
        let contents = if watched { content::of_all(db, &schema).await.map_err(&failed)? } else { BTreeMap::new() };
        self.migrator.done(&mut done.steps, Phase::Verify, "rows before", start);
        Ok((schema, contents))
    }

    pub(super) async fn verify(
        &self,
        db: &DatabaseTransaction,
        contents: BTreeMap<String, Content>,
        known: Option<&BTreeSet<String>>,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let start = Instant::now();
        let failed = self.migrator.place.failed("verifying");
        self.migrator.options.reach("before_verify")?;
        let now = SchemaDocument::read(db, &self.migrator.stock).await.map_err(&failed)?;
        done.after = now.fingerprint();
        if self.migrator.place.backend() == DbBackend::Sqlite {
            let broken = violations(db).await.map_err(&failed)?;
            unverified("rows lost what their foreign keys name", broken)?;
        }
        let may_change = self.may_change();
        let changes = content::conserved(db, &contents, &now, &may_change).await.map_err(&failed)?;
        match self.direction {
            Direction::Down if !self.may_lose && !changes.is_empty() => {
                return Err(SafeError::Lossy { details: changes });
            }
            Direction::Down => done.changes.extend(changes),
            Direction::Up if self.verify => unverified("rows were lost or changed", changes)?,
            Direction::Up => {}
        }
        unverified("the schema is not the declared one", self.undeclared(&now, known))?;
        self.migrator.done(&mut done.steps, Phase::Verify, "schema, rows and keys", start);
        Ok(())
    }

    /// Differences from what is declared after the batch that were not there before.
    fn undeclared(&self, now: &SchemaDocument, known: Option<&BTreeSet<String>>) -> Vec<String> {
        let (Some(known), Some((_, declared))) = (known, self.declared.as_ref()) else { return Vec::new() };
        now.differences(declared).difference(known).cloned().collect()
    }

    /// Looks at what a migration left that refused a transaction; its rows belong to whoever writes meanwhile.
    pub(super) async fn compare_alone(
        &self,
        db: &DatabaseTransaction,
        segment: &[&dyn MigrationTrait],
        known: Option<&BTreeSet<String>>,
        done: &mut Done,
    ) -> Result<(), SafeError> {
        let failed = self.migrator.place.failed("verifying");
        let now = SchemaDocument::read(db, &self.migrator.stock).await.map_err(&failed)?;
        done.after = now.fingerprint();
        let mut details = self.undeclared(&now, known);
        if self.verify {
            let broken = broken(db, &now).await.map_err(&failed)?;
            details.extend(broken.into_iter().map(|finding| finding.cause));
        }
        if details.is_empty() {
            return Ok(());
        }
        let migration = segment.iter().map(|migration| migration.name()).collect::<Vec<_>>().join(", ");
        Err(SafeError::Stays { migration, backup: self.backup.clone(), details })
    }

    fn may_change(&self) -> BTreeSet<String> {
        if self.direction == Direction::Down {
            return BTreeSet::new();
        }
        let registered = self.migrations.iter().filter_map(|migration| self.migrator.may_change.get(migration.name()));
        registered.flatten().cloned().collect()
    }
}

fn unverified(what: &'static str, details: Vec<String>) -> Result<(), SafeError> {
    if details.is_empty() { Ok(()) } else { Err(SafeError::Unverified { what, details }) }
}
