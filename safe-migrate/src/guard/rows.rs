//! What a stock command does to rows, looked at before it is committed.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};

use super::spoken::Spoken;
use crate::content::{self, Content};
use crate::preflight::broken;
use crate::schema::SchemaDocument;

/// What there was before.
pub(super) struct Rows {
    stock: String,
    contents: BTreeMap<String, Content>,
    broken: BTreeSet<String>,
}

impl Rows {
    /// Reads every row; `stock` is the name of the table of migrations.
    pub(super) async fn read(db: &DatabaseTransaction, stock: &str) -> Result<Self, DbErr> {
        let schema = SchemaDocument::read(db, stock).await?;
        let contents = content::of_all(db, &schema).await?;
        Ok(Self { stock: stock.to_owned(), contents, broken: broken_keys(db, &schema).await? })
    }

    /// An error when a row lost its parent, or when rows are other than what the statements upwards say. What goes down
    /// takes rows with it.
    pub(super) async fn compare(&self, db: &DatabaseTransaction, up: Option<&Spoken>) -> Result<(), DbErr> {
        let now = SchemaDocument::read(db, &self.stock).await?;
        let broken: Vec<String> = broken_keys(db, &now).await?.difference(&self.broken).cloned().collect();
        refused("rows would lose what their foreign keys name", &broken, "mend the migration")?;
        let Some(spoken) = up else { return Ok(()) };
        let changes = content::conserved(db, &self.contents, &now, &BTreeSet::new()).await?;
        let unsaid = changes.into_iter().filter(|(table, _)| !spoken.excuses(table, now.tables.contains_key(table)));
        let unsaid: Vec<String> = unsaid.map(|(_, line)| line).collect();
        let remedy = "mend the migration, or register its tables with may_change of SafeMigrator and migrate with that";
        refused("rows would be lost or changed that no statement of the migrations names", &unsaid, remedy)
    }
}

async fn broken_keys(db: &DatabaseTransaction, schema: &SchemaDocument) -> Result<BTreeSet<String>, DbErr> {
    // A Postgres server looks after its keys.
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(BTreeSet::new());
    }
    Ok(broken(db, schema).await?.into_iter().map(|finding| finding.cause).collect())
}

fn refused(what: &str, lines: &[String], remedy: &str) -> Result<(), DbErr> {
    if lines.is_empty() {
        return Ok(());
    }
    Err(DbErr::Custom(format!("{what}, and everything was rolled back: {}; remedy: {remedy}", lines.join("; "))))
}
