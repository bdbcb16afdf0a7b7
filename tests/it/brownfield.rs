//! Databases as they are found in the field: each is adopted, or refused with the right finding and left byte-identical.

mod found;
mod migrators;
mod refused;
mod server;

use std::path::PathBuf;

use risk_state::state::{Settings, migrator};
use safe_migrate::{FindingCode, Inspection, Options, SafeError, SafeMigrator};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

/// A SQLite file of the field.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// With the statements that made it.
    async fn new(statements: &str) -> Self {
        let fixture = Self { folder: TempDir::new().unwrap() };
        let db = fixture.connect().await;
        db.execute_unprepared(statements).await.unwrap();
        db.close().await.unwrap();
        fixture
    }

    /// With bytes that may be anything.
    fn of(bytes: &[u8]) -> Self {
        let fixture = Self { folder: TempDir::new().unwrap() };
        std::fs::write(fixture.file(), bytes).unwrap();
        fixture
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("found.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.file().display())
    }

    async fn connect(&self) -> DatabaseConnection {
        Database::connect(self.url()).await.unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).unwrap()
    }

    fn under<M: MigratorTrait>(&self) -> SafeMigrator {
        SafeMigrator::new::<M>(&self.url(), options()).unwrap()
    }

    /// Under the migrations of the state database.
    fn state(&self) -> SafeMigrator {
        migrator(&self.url(), Settings::default(), options()).unwrap()
    }

    async fn number(&self, query: &str) -> i64 {
        let db = self.connect().await;
        let statement = Statement::from_string(db.get_database_backend(), query);
        let number = db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        db.close().await.unwrap();
        number
    }
}

fn options() -> Options {
    Options::new(chrono::Utc::now, "tester", "brownfield tests")
}

fn codes(inspection: &Inspection) -> Vec<FindingCode> {
    let mut codes: Vec<FindingCode> = inspection.findings.iter().map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Looks at a file, sees that looking left it as it was, and gives what was found.
async fn inspected(fixture: &Fixture, migrator: &SafeMigrator) -> Inspection {
    let before = fixture.bytes();
    let inspection = migrator.inspect().await.unwrap();
    assert!(fixture.bytes() == before, "inspect wrote to the file");
    inspection
}

/// Sees that adoption is refused for this reason among others, and that the file is as it was.
async fn refused(fixture: &Fixture, migrator: &SafeMigrator, code: FindingCode) {
    let inspection = inspected(fixture, migrator).await;
    assert!(!inspection.adoptable, "{inspection:?}");
    let before = fixture.bytes();
    match migrator.adopt("a test").await {
        Err(SafeError::Refused { findings, .. }) => {
            assert!(findings.iter().any(|finding| finding.code == code && finding.blocks), "{findings:?}");
        }
        other => panic!("not refused: {other:?}"),
    }
    assert!(fixture.bytes() == before, "a refusal wrote to the file");
}
