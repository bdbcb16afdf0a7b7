//! A connection that writes down what is said.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{
    DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseTrait, MockExecResult, QueryResult, Statement, Transaction,
    Value, Values,
};

use super::made::Made;

/// Whoever says more than this is taken to go on until the database answers otherwise.
const MOST: usize = 100_000;

/// A statement as it was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    /// With its values in their places.
    pub(super) text: String,
    sql: String,
    values: Vec<Value>,
}

impl Said {
    fn new(statement: &Statement) -> Self {
        let values = statement.values.as_ref().map(|Values(values)| values.clone()).unwrap_or_default();
        Self { text: statement.to_string(), sql: statement.sql.clone(), values }
    }

    /// What is the same whenever it is said: without values that are other ones the next time, and without times, which
    /// may be those of now. None when the rest of it differs.
    pub(super) fn steady(&self, again: &Self, backend: DbBackend) -> Option<String> {
        if self.sql != again.sql || self.values.len() != again.values.len() {
            return None;
        }
        let passes = |(one, other): (&Value, &Value)| one != other || is_time(one);
        if !self.values.iter().zip(&again.values).any(passes) {
            return Some(self.text.clone());
        }
        let values = self.values.iter().zip(&again.values);
        let values = values.map(|pair| if passes(pair) { Value::String(None) } else { pair.0.clone() });
        Some(Statement::from_sql_and_values(backend, &self.sql, values).to_string())
    }
}

const fn is_time(value: &Value) -> bool {
    matches!(
        value,
        Value::ChronoDate(_)
            | Value::ChronoTime(_)
            | Value::ChronoDateTime(_)
            | Value::ChronoDateTimeUtc(_)
            | Value::ChronoDateTimeLocal(_)
            | Value::ChronoDateTimeWithTimeZone(_)
    )
}

#[derive(Debug, Default)]
pub(super) struct Pen(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    statements: Vec<Said>,
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
    pub(super) fn begin(&self) -> usize {
        let mut written = self.written();
        written.said.clear();
        written.calls = 0;
        written.statements.len()
    }

    pub(super) fn since(&self, start: usize) -> Vec<Said> {
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
    fn write(&mut self, statement: &Statement) -> u64 {
        let said = Said::new(statement);
        let is_new = self.said.insert(said.text.clone());
        self.statements.push(said);
        u64::from(is_new)
    }

    /// The answer to a question about the schema, each of which ends with the names that it is about.
    fn probe(&mut self, statement: &Statement) -> Option<BTreeMap<&'static str, Value>> {
        let column = ["has_table", "has_column", "has_index"].into_iter().find(|name| statement.sql.contains(name))?;
        for statement in self.statements.iter().skip(self.read) {
            self.made.read(&statement.text);
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

/// A connection that writes down.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) pen: Arc<Pen>,
    pub(super) backend: DbBackend,
}

impl MockDatabaseTrait for Recorder {
    fn execute(&mut self, _: usize, statement: Statement) -> Result<ExecResult, DbErr> {
        let rows_affected = {
            let mut written = self.pen.written();
            written.call()?;
            written.write(&statement)
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
                written.write(&statement);
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
