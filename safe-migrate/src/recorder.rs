//! What a migration would say to a database, without one: a connection that writes down and answers with nothing.
//!
//! Questions about the schema (`has_table` and so on) are answered from what was written down before, so that the same
//! list of migrations always gives the same SQL.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseConnection,
    MockDatabaseTrait, MockExecResult, QueryResult, Statement, Transaction, Value, Values,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use sha2::{Digest, Sha256};

use crate::row::quoted;
use crate::sql;

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

#[derive(Debug, Default)]
struct Pen {
    written: Mutex<Vec<String>>,
}

impl Pen {
    fn write(&self, statement: String) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
    }

    fn any(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|statement| holds(statement))
    }

    fn len(&self) -> usize {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn since(&self, start: usize) -> Vec<String> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().skip(start).cloned().collect()
    }

    /// The answer to a question about the schema.
    fn probe(&self, statement: &Statement) -> Option<BTreeMap<&'static str, Value>> {
        let column = ["has_table", "has_column", "has_index"].into_iter().find(|name| statement.sql.contains(name))?;
        let names: Vec<String> = statement.values.iter().flat_map(|Values(values)| values).filter_map(text).collect();
        let names: Vec<&String> = names.iter().filter(|name| !["table", "index"].contains(&name.as_str())).collect();
        let named = |statement: &str, name: &str| {
            statement.contains(&quoted(name)) || { sql::tokens(statement).contains(&name) }
        };
        let is_there = self.any(|statement| names.iter().all(|name| named(statement, name)));
        Some(BTreeMap::from([(column, Value::Bool(Some(is_there)))]))
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(Some(text)) => Some(text.clone()),
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
        self.pen.write(statement.to_string());
        let done = MockExecResult { last_insert_id: 0, rows_affected: 1 };
        MockDatabase::new(self.backend).append_exec_results([done]).execute(0, statement)
    }

    fn query(&mut self, _: usize, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let answer = self.pen.probe(&statement);
        if answer.is_none() {
            self.pen.write(statement.to_string());
        }
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
        let start = pen.len();
        let outcome = migration.up(&SchemaManager::new(&db)).await;
        let up = outcome.map(|()| pen.since(start)).map_err(|error| crate::error::brief(&error));
        recorded.push(Recorded { name: migration.name().to_owned(), up });
    }
    recorded
}
