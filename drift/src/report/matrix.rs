//! Environments side by side, told for a terminal, for a merge request and for a program.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::escape::visible;
use super::friendly::friendly;
use super::outline::{side, thousands};
use super::shown::one;
use super::{Layout, Side, json, markdown};
use crate::finding::Finding;
use crate::matrix::{Cell, CellState, MatrixSummary, Row, RowState};
use crate::words::words;

/// The schema of a matrix.
pub const MATRIX: &str = "golden.matrix/1";

words! {
    /// The formats of a matrix.
    pub enum MatrixFormat {
        /// For a terminal.
        Text = "text",
        /// For a merge request.
        Markdown = "markdown",
        /// For a program.
        Json = "json",
    }
}

/// `golden.matrix/1`: the environments of a service side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// `golden.matrix/1`.
    #[schemars(extend("const" = MATRIX))]
    pub schema: String,
    /// The service.
    pub service: String,
    /// The environments' resolved names, in the order of the cells.
    pub environments: Vec<String>,
    /// What was read.
    pub source: Side,
    /// Totals.
    pub summary: MatrixSummary,
    /// Every key of every file that an environment has of its own, by file, document and place.
    pub rows: Vec<Row>,
    /// Every finding, by file and place.
    pub findings: Vec<Finding>,
}

/// The matrix in one format; it ends with a line end. Text and Markdown leave out the rows that are the same everywhere, and
/// of the others what is beyond `layout.most_deltas`; both are counted.
pub fn render(matrix: &Matrix, format: MatrixFormat, layout: &Layout) -> String {
    match format {
        MatrixFormat::Text => text(matrix, layout),
        MatrixFormat::Markdown => markdown::matrix::render(matrix, layout),
        MatrixFormat::Json => json::pretty(matrix),
    }
}

fn text(matrix: &Matrix, layout: &Layout) -> String {
    let mut out = format!("{} in {}\n", visible(&matrix.service), visible(&matrix.environments.join(", ")));
    out.push_str(&format!("from {}\n{}\n", side(&matrix.source), totals(matrix)));
    let width = matrix.environments.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for (file, rows) in by_file(matrix, layout.most_deltas) {
        out.push_str(&format!("\n{}\n", visible(file)));
        for row in rows {
            out.push_str(&format!("  {:<10}  {}\n", row.state, subject(row)));
            for cell in &row.cells {
                out.push_str(&format!("    {:<width$}  {}\n", visible(&cell.environment), cell_text(row, cell)));
            }
        }
    }
    out.push_str(&left_out(matrix, layout.most_deltas).map_or_else(String::new, |rest| format!("\n{rest}\n")));
    if !matrix.findings.is_empty() {
        out.push_str("\nfindings\n");
    }
    for finding in matrix.findings.iter().take(layout.most_deltas) {
        let (file, message) = (visible(&finding.file), visible(&finding.message));
        let place = format!("{file}:{}:{}", finding.line, finding.column);
        out.push_str(&format!("  {:<8}  {}  {place}: {message}\n", finding.severity, finding.code));
    }
    out.push_str(&more_findings(matrix, layout.most_deltas).map_or_else(String::new, |rest| format!("  {rest}\n")));
    out
}

/// How many rows there are of each state, and how many files.
pub(super) fn totals(matrix: &Matrix) -> String {
    let summary = &matrix.summary;
    let number =
        |count: u64, one: &str, many: &str| format!("{} {}", thousands(count), if count == 1 { one } else { many });
    format!(
        "{} of an environment's own, {} shared by all: {}, {}, {}, {} by the environment's own name alone, {} the same",
        number(summary.files, "file", "files"),
        thousands(summary.shared_files),
        number(summary.differs, "key differs", "keys differ"),
        number(summary.missing, "is missing", "are missing"),
        number(summary.unreadable, "is unreadable", "are unreadable"),
        number(summary.own_name, "differs", "differ"),
        number(summary.present, "is", "are"),
    )
}

/// The rows that are told, by file, in order.
pub(super) fn by_file(matrix: &Matrix, most: usize) -> Vec<(&str, Vec<&Row>)> {
    let mut files: Vec<(&str, Vec<&Row>)> = Vec::new();
    for row in matrix.rows.iter().filter(|row| row.state != RowState::Present).take(most) {
        match files.last_mut() {
            Some((file, rows)) if *file == row.file => rows.push(row),
            _ => files.push((&row.file, vec![row])),
        }
    }
    files
}

/// How many rows are not told, if any.
pub(super) fn left_out(matrix: &Matrix, most: usize) -> Option<String> {
    let told = matrix.rows.iter().filter(|row| row.state != RowState::Present).count();
    let rest = told.checked_sub(most).filter(|rest| *rest > 0)?;
    Some(format!("… and {} more; --format json has every row", thousands(rest as u64)))
}

/// How many findings are not told, if any.
pub(super) fn more_findings(matrix: &Matrix, most: usize) -> Option<String> {
    let rest = matrix.findings.len().checked_sub(most).filter(|rest| *rest > 0)?;
    Some(format!("… and {} more; --format json has every finding", thousands(rest as u64)))
}

/// The key of a row as people read it.
pub(super) fn subject(row: &Row) -> String {
    let key = match friendly(&row.key_path) {
        key if key.is_empty() => "(the file)".to_owned(),
        key => key,
    };
    if row.document == 0 { key } else { format!("{key} (document {})", row.document) }
}

/// The value of a cell, or why it has none.
pub(super) fn cell_text(row: &Row, cell: &Cell) -> String {
    match (cell.state, &cell.value) {
        (CellState::Present, Some(value)) => one(value, row.secret),
        (CellState::Present, None) => "(there)".to_owned(),
        (CellState::Missing, _) => "(missing)".to_owned(),
        (CellState::NoFile, _) => "(no such file)".to_owned(),
        (CellState::Unreadable, _) => "(unreadable)".to_owned(),
    }
}
