//! One file of all environments, from contents to rows.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::change::Content;
use crate::compare::document_label;
use crate::document::{Document, Position};
use crate::finding::{FileFinding, Finding, FindingCode};
use crate::format::{self, Format, Spelling};
use crate::limits::Limits;
use crate::mask::{Masker, hex};
use crate::naming::Naming;
use crate::path::Trail;
use crate::secret;

use super::cells::{Side, worst};
use super::names::differ_by_name;
use super::walk::Walk;
use super::{Cell, CellState, Columns, FileRows, OwnFile, Row, RowState};

/// What an environment has of a file.
enum Held<'a> {
    /// No such file.
    Nothing,
    /// A tree or text, with its path.
    Document(&'a str, Box<Document>),
    /// Something that is compared as a whole: what tells it apart, and how it is shown.
    Whole(&'a str, String, Json),
    /// What cannot be read.
    Unreadable(&'a str),
}

/// The rows of one file: `shape` is its path with the placeholder, `files` has one place for each column.
/// Total: what cannot be read is a row and a finding.
pub fn assess(columns: &Columns, shape: &str, files: &[Option<OwnFile>], limits: &Limits, masker: &Masker) -> FileRows {
    let mut told = FileRows::default();
    let held: Vec<Held<'_>> = files.iter().map(|file| hold(file.as_ref(), limits, &mut told.findings)).collect();
    let whole = whole_row(columns, shape, &held);
    if whole.state != RowState::Present || held.iter().any(|held| matches!(held, Held::Whole(..))) {
        told.rows.push(whole);
    }
    let documents: Vec<Option<(&str, &Document)>> = held.iter().map(Held::document).collect();
    if documents.iter().flatten().count() > 1 {
        told.rows.extend(trees(columns, shape, &documents, masker));
        told.rows.extend(text(columns, shape, &documents));
    }
    told
}

fn hold<'a>(file: Option<&'a OwnFile>, limits: &Limits, findings: &mut Vec<Finding>) -> Held<'a> {
    let Some(OwnFile { path, content }) = file else { return Held::Nothing };
    let mut unreadable = |code, at, message| {
        findings.push(Finding::new(path, FileFinding { code, at, message }));
        Held::Unreadable(path)
    };
    match content {
        Content::Bytes(bytes) => match format::read(path, bytes, limits) {
            Ok(document) if document.binary => {
                let digest = hex(&Sha256::digest(bytes));
                let shown = json!({ "bytes": bytes.len(), "sha256": digest });
                Held::Whole(path, digest, shown)
            }
            Ok(document) => {
                findings.extend(document.findings.iter().cloned().map(|finding| Finding::new(path, finding)));
                Held::Document(path, Box::new(document))
            }
            Err(error) => unreadable(error.code, error.at, error.reason),
        },
        Content::Symlink(target) => {
            let target = String::from_utf8_lossy(target);
            Held::Whole(path, target.to_string(), json!({ "symlink": secret::redacted(&target) }))
        }
        Content::Submodule(commit) => Held::Whole(path, commit.clone(), json!({ "submodule": commit })),
        Content::TooLarge(bytes) => {
            let reason =
                format!("{bytes} bytes are more than limits.file_bytes ({}) of golden.toml", limits.file_bytes);
            unreadable(FindingCode::TooLarge, Position::START, reason)
        }
        Content::Unreadable(reason) => unreadable(FindingCode::Unreadable, Position::START, reason.clone()),
    }
}

impl<'a> Held<'a> {
    const fn path(&self) -> Option<&'a str> {
        match self {
            Self::Nothing => None,
            Self::Document(path, _) | Self::Whole(path, ..) | Self::Unreadable(path) => Some(path),
        }
    }

    fn document(&self) -> Option<(&'a str, &Document)> {
        match self {
            Self::Document(path, document) => Some((path, document)),
            _ => None,
        }
    }
}

/// The row of the file as a whole: whether every environment has it, and what is no tree.
fn whole_row(columns: &Columns, shape: &str, held: &[Held<'_>]) -> Row {
    let cells = columns.columns.iter().zip(held).map(|(column, held)| Cell {
        environment: column.environment.clone(),
        state: match held {
            Held::Nothing => CellState::NoFile,
            Held::Document(..) | Held::Whole(..) => CellState::Present,
            Held::Unreadable(_) => CellState::Unreadable,
        },
        file: held.path().map(str::to_owned),
        value: match held {
            Held::Whole(_, _, shown) => Some(shown.clone()),
            _ => None,
        },
        line: None,
    });
    let cells: Vec<Cell> = cells.collect();
    let any = |state| cells.iter().any(|cell| cell.state == state);
    let state = if any(CellState::Unreadable) {
        RowState::Unreadable
    } else if any(CellState::NoFile) {
        RowState::Missing
    } else {
        wholes(columns, held)
    };
    Row { file: shape.to_owned(), document: 0, key_path: String::new(), state, secret: false, cells }
}

fn wholes(columns: &Columns, held: &[Held<'_>]) -> RowState {
    let sides = columns.columns.iter().zip(held).map(|(column, held)| match held {
        Held::Whole(_, text, _) => (&column.names, Some(text.as_str())),
        _ => (&column.names, None),
    });
    worst(&sides.collect::<Vec<_>>(), |(names, one), (other_names, other)| match (one, other) {
        (one, other) if one == other => RowState::Present,
        (Some(one), Some(other)) if differ_by_name((one, names), (other, other_names)) => RowState::OwnName,
        _ => RowState::Differs,
    })
}

fn trees(columns: &Columns, shape: &str, documents: &[Option<(&str, &Document)>], masker: &Masker) -> Vec<Row> {
    let labels = documents.iter().map(|document| {
        let roots = document.map_or(&[][..], |(_, document)| &document.roots);
        let mut labels: Vec<String> =
            roots.iter().zip(0..).map(|(root, number)| document_label(Some(root), number)).collect();
        let unique: std::collections::HashSet<&String> = labels.iter().collect();
        if unique.len() < labels.len() {
            labels = (0..roots.len()).map(|number| number.to_string()).collect();
        }
        labels
    });
    let labels: Vec<Vec<String>> = labels.collect();
    let first = documents.iter().flatten().next();
    let spelling = first.map_or(Spelling::Typed, |(path, _)| Format::of(path).spelling());
    let mut rows = Vec::new();
    for aligned in columns.align(&labels) {
        let sides = documents.iter().zip(&aligned.at).map(|(document, at)| Side {
            path: document.map(|(path, _)| path),
            node: document.and_then(|(_, document)| document.roots.get((*at)?)),
        });
        let sides: Vec<Side<'_>> = sides.collect();
        let number = aligned.at.iter().copied().flatten().next().unwrap_or_default();
        let mut walk = Walk {
            columns,
            masker,
            file: shape,
            document: u32::try_from(number).unwrap_or(u32::MAX),
            spelling,
            trail: Trail::default(),
            rows: Vec::new(),
        };
        walk.nodes(&sides, Naming::Plain);
        rows.append(&mut walk.rows);
    }
    rows
}

/// The row of the lines that no tree holds; None when no environment has any.
fn text(columns: &Columns, shape: &str, documents: &[Option<(&str, &Document)>]) -> Option<Row> {
    let joined = documents.iter().map(|document| {
        let (_, document) = (*document)?;
        Some(document.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"))
    });
    let joined: Vec<Option<String>> = joined.collect();
    if joined.iter().flatten().all(String::is_empty) {
        return None;
    }
    let sides =
        columns.columns.iter().zip(&joined).filter_map(|(column, text)| Some((text.as_deref()?, &column.names)));
    let state = worst(&sides.collect::<Vec<_>>(), |one, other| match one.0 == other.0 {
        true => RowState::Present,
        false if differ_by_name(one, other) => RowState::OwnName,
        false => RowState::Differs,
    });
    let cells = columns.columns.iter().zip(documents).map(|(column, document)| Cell {
        environment: column.environment.clone(),
        state: if document.is_some() { CellState::Present } else { CellState::NoFile },
        file: document.map(|(path, _)| path.to_owned()),
        // A text is told by its length: its lines are for `golden diff`.
        value: document.map(|(_, document)| json!({ "lines": document.lines.len() })),
        line: document.and_then(|(_, document)| document.lines.first()).map(|line| line.number),
    });
    let cells = cells.collect();
    Some(Row { file: shape.to_owned(), document: 0, key_path: String::new(), state, secret: false, cells })
}
