//! Environments side by side: one row for each key of the files that environments have of their own.
//!
//! Files are counterparts when their paths differ by the name of the environment alone. Values that differ by that name
//! alone (`svc-dev.example` and `svc-prod.example`) are told apart from values that differ.

mod cells;
mod columns;
mod file;
mod names;
mod walk;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::change::Content;
use crate::environment::{Environment, Environments};
use crate::finding::Finding;
use crate::words::words;
use names::Names;

pub use file::assess;

words! {
    /// What the environments of a row have to do with each other, worst first.
    pub enum RowState {
        /// A file could not be read, so nobody knows.
        Unreadable = "unreadable",
        /// At least one environment lacks the key or file.
        Missing = "missing",
        /// Values differ.
        Differs = "differs",
        /// Values differ by the environment's own name and by nothing else.
        OwnName = "own-name",
        /// The same value, or one that means the same, everywhere.
        Present = "present",
    }
}

words! {
    /// What one environment has in a row.
    pub enum CellState {
        /// The key, with a value.
        Present = "present",
        /// The file, without the key.
        Missing = "missing",
        /// Not even the file.
        NoFile = "no-file",
        /// A file that cannot be read.
        Unreadable = "unreadable",
    }
}

/// One environment in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The environment's resolved name.
    pub environment: String,
    /// What it has.
    pub state: CellState,
    /// Its file; absent when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub file: Option<String>,
    /// The value as shown; secrets are `{"masked","digest"}`. Absent unless the key is present; null is an explicit null.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schemars(with = "serde_json::Value")]
    pub value: Option<serde_json::Value>,
    /// 1-based line of the value; absent unless the key is present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub line: Option<u32>,
}

/// Keeps an explicit null apart from an absent value.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(value).map(Some)
}

/// One key, or one whole file, in every environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The path with `{environment}` in place of the environment's own name.
    pub file: String,
    /// 0-based number of the document, in the first environment that has it.
    pub document: u32,
    /// The key path, list elements named by identity; empty for a whole file or its text.
    pub key_path: String,
    /// What the environments have to do with each other.
    pub state: RowState,
    /// True when a value holds a secret.
    pub secret: bool,
    /// One for each environment, in the order of the columns.
    pub cells: Vec<Cell>,
}

/// Rows and findings of one file of all environments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileRows {
    /// Rows in the order of the first environment's file.
    pub rows: Vec<Row>,
    /// Findings of all its files.
    pub findings: Vec<Finding>,
}

/// Rows by state; they add up to the number of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixSummary {
    /// Files that an environment has of its own, counterparts counted once.
    pub files: u64,
    /// Files that belong to all the environments and are the same for each of them.
    pub shared_files: u64,
    /// Rows of files that could not be read.
    pub unreadable: u64,
    /// Rows that an environment lacks.
    pub missing: u64,
    /// Rows whose values differ.
    pub differs: u64,
    /// Rows whose values differ by the environment's own name alone.
    pub own_name: u64,
    /// Rows that are the same everywhere.
    pub present: u64,
}

impl MatrixSummary {
    /// Counts rows by state.
    pub fn count(files: u64, shared_files: u64, rows: &[Row]) -> Self {
        let of = |state| rows.iter().filter(|row| row.state == state).count() as u64;
        Self {
            files,
            shared_files,
            unreadable: of(RowState::Unreadable),
            missing: of(RowState::Missing),
            differs: of(RowState::Differs),
            own_name: of(RowState::OwnName),
            present: of(RowState::Present),
        }
    }

    /// True when nothing differs but the environments' own names, and everything could be read.
    pub const fn is_same(&self) -> bool {
        self.unreadable + self.missing + self.differs == 0
    }
}

/// The environments that are compared, in order, each with every word for it.
#[derive(Clone, Debug)]
pub struct Columns {
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
struct Column {
    environment: String,
    names: Names,
}

impl Columns {
    /// Columns for these of the configured environments.
    pub fn new(all: &Environments, chosen: &[Environment]) -> Self {
        let column = |environment: &Environment| Column {
            environment: environment.name.clone(),
            names: Names::new(all.all_words(environment)),
        };
        Self { columns: chosen.iter().map(column).collect() }
    }
}

/// One environment's file of a row of counterparts.
#[derive(Clone, Debug)]
pub struct OwnFile {
    /// Its path.
    pub path: String,
    /// What stands there.
    pub content: Content,
}
