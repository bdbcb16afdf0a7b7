//! What a migration would say to a database, without one: a connection that writes down and answers with nothing.
//!
//! Questions about the schema (`has_table` and so on) are answered from what was written down before, so that the same
//! list of migrations always gives the same SQL. Other questions have no row for an answer.

mod made;
mod pen;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseConnectionType, DbBackend, MockDatabaseConnection};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use sha2::{Digest, Sha256};

use crate::error::brief;
use crate::{call, sql};
pub(crate) use made::Made;
use pen::{Pen, Recorder, Said};

/// Without a database a migration takes no time, unless it waits for one.
const PATIENCE: Duration = Duration::from_secs(2);

/// The SQL of one migration for one backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// The migration.
    pub(crate) name: String,
    /// Its statements upwards, or why they cannot be told.
    pub(crate) up: Result<Vec<String>, String>,
    /// SHA-256 of what is the same of them whenever they are said, comments and line ends ignored; or why there is none.
    pub(crate) checksum: Result<String, String>,
}

/// Writes down what each migration says, in order, twice: what is made up each time, such as a time or a UUID, is no part
/// of a checksum.
pub(crate) async fn record(migrations: &[Box<dyn MigrationTrait>], backend: DbBackend) -> Vec<Recorded> {
    let (once, again) = (pass(migrations, backend).await, pass(migrations, backend).await);
    let mut recorded = Vec::with_capacity(migrations.len());
    for (migration, (once, again)) in migrations.iter().zip(once.into_iter().zip(again)) {
        let checksum = match (&once, &again) {
            (Ok(once), Ok(again)) => {
                checksum(once, again, backend).ok_or_else(|| "it says other things each time".to_owned())
            }
            (Err(cause), _) | (_, Err(cause)) => Err(cause.clone()),
        };
        let up = once.map(|said| said.into_iter().map(|said| said.text).collect());
        recorded.push(Recorded { name: migration.name().to_owned(), up, checksum });
    }
    recorded
}

/// What a migration said, or why that cannot be told.
type Heard = Result<Vec<Said>, String>;

async fn pass(migrations: &[Box<dyn MigrationTrait>], backend: DbBackend) -> Vec<Heard> {
    let pen = Arc::new(Pen::default());
    let mut heard = Vec::with_capacity(migrations.len());
    for migration in migrations {
        // A connection is lost to the others when its migration panics in it.
        let recorder = MockDatabaseConnection::new(Recorder { pen: Arc::clone(&pen), backend });
        let db = DatabaseConnection::from(DatabaseConnectionType::MockDatabaseConnection(Arc::new(recorder)));
        let start = pen.begin();
        let outcome = tokio::time::timeout(PATIENCE, call::up(&**migration, &SchemaManager::new(&db))).await;
        heard.push(match outcome {
            Ok(Ok(())) => Ok(pen.since(start)),
            Ok(Err(error)) => Err(brief(&error)),
            Err(_) => Err(format!("it waits for longer than {} s", PATIENCE.as_secs())),
        });
    }
    heard
}

fn checksum(once: &[Said], again: &[Said], backend: DbBackend) -> Option<String> {
    if once.len() != again.len() {
        return None;
    }
    let mut hash = Sha256::new();
    for (once, again) in once.iter().zip(again) {
        hash.update(sql::normal(&once.steady(again, backend)?));
        hash.update([0]);
    }
    Some(hex(&hash.finalize()))
}

/// Lower case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or_default());
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
        text
    })
}
