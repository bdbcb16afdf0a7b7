//! What a migration would say to a database, without one: a connection that writes down and answers with nothing.
//!
//! Questions about the schema (`has_table` and so on) are answered from what was written down before, so that the same
//! list of migrations always gives the same SQL. Other questions have no row for an answer.

mod made;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseConnection,
    MockDatabaseTrait, MockExecResult, QueryResult, Statement, Transaction, Value, Values,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use sha2::{Digest, Sha256};

use crate::{call, sql};
use made::Made;

/// The SQL of one migration for one backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// The migration.
    pub(crate) name: String,
    /// Its statements upwards, or why they cannot be told.
    pub(crate) up: Result<Vec<String>, String>,
}

impl Recorded {
    /// SHA-256 of the statements, comments and line ends ignored; none when they cannot be told.
    pub(crate) fn checksum(&self) -> Option<String> {
        let statements = self.up.as_ref().ok()?;
        let mut hash = Sha256::new();
        for statement in statements {
            hash.update(sql::normal(statement));
            hash.update([0]);
        }
        Some(hex(&hash.finalize()))
    }
}

/// Lower case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or_default());
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
        text
    })
}

/// Whoever says more than this is taken to go on until the database answers otherwise.
const MOST: usize = 100_000;

#[derive(Debug, Default)]
struct Pen(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    statements: Vec<String>,
    /// What the first so many statements have made.
    made: Made,
    read: usize,
    /// What the migration has said so far, and how often it has said or asked something.
    said: HashSet<String>,
    calls: usize,
}

impl Pen {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes down what the next migration says, behind so many statements.
    fn begin(&self) -> usize {
        let mut written = self.written();
        written.said.clear();
        written.calls = 0;
        written.statements.len()
    }

    fn since(&self, start: usize) -> Vec<String> {
        self.written().statements.iter().skip(start).cloned().collect()
    }
}

impl Written {
    fn call(&mut self) -> Result<(), DbErr> {
        self.calls += 1;
        if self.calls > MOST {
            return Err(DbErr::Custom(format!("it says or asks more than {MOST} things, without an end in sight")));
        }
        Ok(())
    }

    /// Writes it down and gives how many rows it changes: one, and none when it is said again, so that whoever goes on
    /// until nothing is left comes to an end.
    fn write(&mut self, statement: String) -> u64 {
        let is_new = self.said.insert(statement.clone());
        self.statements.push(statement);
        u64::from(is_new)
    }

    /// The answer to a question about the schema, each of which ends with the names that it is about.
    fn probe(&mut self, statement: &Statement) -> Option<BTreeMap<&'static str, Value>> {
        let column = ["has_table", "has_column", "has_index"].into_iter().find(|name| statement.sql.contains(name))?;
        for statement in self.statements.iter().skip(self.read) {
            self.made.read(statement);
        }
        self.read = self.statements.len();
        let names: Vec<&str> =
            statement.values.iter().flat_map(|Values(values)| values.iter().rev()).filter_map(text).collect();
        let is_there = match (column, names.as_slice()) {
            ("has_table", [table, ..]) => self.made.has_table(table),
            ("has_column", [column, table, ..]) => self.made.has_column(table, column),
            ("has_index", [index, table, ..]) => self.made.has_index(table, index),
            _ => false,
        };
        Some(BTreeMap::from([(column, Value::Bool(Some(is_there)))]))
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(Some(text)) => Some(text),
        _ => None,
    }
}

#[derive(Debug)]
struct Recorder {
    pen: Arc<Pen>,
    backend: DbBackend,
}

impl MockDatabaseTrait for Recorder {
    fn execute(&mut self, _: usize, statement: Statement) -> Result<ExecResult, DbErr> {
        let rows_affected = {
            let mut written = self.pen.written();
            written.call()?;
            written.write(statement.to_string())
        };
        let done = MockExecResult { last_insert_id: 0, rows_affected };
        MockDatabase::new(self.backend).append_exec_results([done]).execute(0, statement)
    }

    fn query(&mut self, _: usize, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let answer = {
            let mut written = self.pen.written();
            written.call()?;
            let answer = written.probe(&statement);
            if answer.is_none() {
                written.write(statement.to_string());
            }
            answer
        };
        MockDatabase::new(self.backend).append_query_results([answer]).query(0, statement)
    }

    fn begin(&mut self) {}

    fn commit(&mut self) {}

    fn rollback(&mut self) {}

    fn drain_transaction_log(&mut self) -> Vec<Transaction> {
        Vec::new()
    }

    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    fn ping(&self) -> Result<(), DbErr> {
        Ok(())
    }
}

/// Writes down what each migration says, in order.
pub(crate) async fn record(migrations: &[Box<dyn MigrationTrait>], backend: DbBackend) -> Vec<Recorded> {
    let pen = Arc::new(Pen::default());
    let recorder = MockDatabaseConnection::new(Recorder { pen: Arc::clone(&pen), backend });
    let db = DatabaseConnection::from(DatabaseConnectionType::MockDatabaseConnection(Arc::new(recorder)));
    let mut recorded = Vec::with_capacity(migrations.len());
    for migration in migrations {
        let start = pen.begin();
        let outcome = call::up(&**migration, &SchemaManager::new(&db)).await;
        let up = outcome.map(|()| pen.since(start)).map_err(|error| crate::error::brief(&error));
        recorded.push(Recorded { name: migration.name().to_owned(), up });
    }
    recorded
}
