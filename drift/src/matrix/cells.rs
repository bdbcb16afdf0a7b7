//! One row: what each environment has, what the row comes to, and how it is shown.

use crate::document::{Node, Value};
use crate::equal;
use crate::equivalent::equivalent;
use crate::format::Spelling;
use crate::mask::Masker;
use crate::naming::Naming;

use super::names::{Names, differ_by_name};
use super::{Cell, CellState, Columns, Row, RowState};

/// What an environment has of a file.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    /// Its path; None when it has no such file.
    pub(super) path: Option<&'a str>,
    /// The node; None when the file does not hold it.
    pub(super) node: Option<&'a Node>,
}

/// Where a row stands.
pub(super) struct RowPlace<'a> {
    pub(super) file: &'a str,
    pub(super) document: u32,
    pub(super) key_path: &'a str,
    /// What the keys above say, in the environment that says most.
    pub(super) named: Naming,
    /// How the format writes scalars.
    pub(super) spelling: Spelling,
}

/// What may make two spellings of one value equal; None for a secret, which is equal only to itself.
type Alike<'a> = Option<(Spelling, &'a str)>;

impl Columns {
    /// The row of one leaf.
    pub(super) fn row(&self, place: &RowPlace<'_>, sides: &[Side<'_>], masker: &Masker) -> Row {
        let mut secret = false;
        let cells = self.columns.iter().zip(sides).map(|(column, side)| {
            let shown = side.node.map(|node| masker.node(node, place.named));
            secret |= shown.as_ref().is_some_and(|(_, secret)| *secret);
            Cell {
                environment: column.environment.clone(),
                state: cell_state(side),
                file: side.path.map(str::to_owned),
                value: shown.map(|(json, _)| json),
                line: side.node.map(|node| node.at.line),
            }
        });
        let cells = cells.collect();
        let alike = (!secret).then_some((place.spelling, place.key_path));
        Row {
            file: place.file.to_owned(),
            document: place.document,
            key_path: place.key_path.to_owned(),
            state: self.state(sides, alike),
            secret,
            cells,
        }
    }

    /// Environments without the file have no say: a row of its own tells that it is missing.
    fn state(&self, sides: &[Side<'_>], alike: Alike<'_>) -> RowState {
        let told = || self.columns.iter().zip(sides).filter(|(_, side)| side.path.is_some());
        if told().any(|(_, side)| side.node.is_none()) {
            return RowState::Missing;
        }
        let nodes: Vec<_> = told().filter_map(|(column, side)| Some((&column.names, side.node?))).collect();
        worst(&nodes, |one, other| pair(one, other, alike))
    }
}

const fn cell_state(side: &Side<'_>) -> CellState {
    match (side.path, side.node) {
        (None, _) => CellState::NoFile,
        (Some(_), None) => CellState::Missing,
        (Some(_), Some(_)) => CellState::Present,
    }
}

/// What environments have to do with each other: each is compared with each, since two that are alike may both be right or
/// one of them the other's.
pub(super) fn worst<T: Copy>(sides: &[T], pair: impl Fn(T, T) -> RowState) -> RowState {
    let mut rest = sides.iter();
    let mut worst = RowState::Present;
    while let Some(one) = rest.next() {
        worst = rest.clone().map(|other| pair(*one, *other)).fold(worst, RowState::min);
        if worst == RowState::Differs {
            break;
        }
    }
    worst
}

/// What two nodes have to do with each other.
fn pair((names, node): (&Names, &Node), (other_names, other): (&Names, &Node), alike: Alike<'_>) -> RowState {
    let is_equivalent = |(spelling, key_path)| equivalent(&node.value, &other.value, spelling, key_path);
    if equal::same(node, other) || (node.tag == other.tag && alike.is_some_and(is_equivalent)) {
        return RowState::Present;
    }
    if node.tag != other.tag {
        return RowState::Differs;
    }
    match (&node.value, &other.value) {
        (Value::String(text), Value::String(there)) if differ_by_name((text, names), (there, other_names)) => {
            RowState::OwnName
        }
        (Value::List(nodes), Value::List(there)) if nodes.len() == there.len() => {
            let pairs = nodes.iter().zip(there);
            pairs.map(|(one, other)| pair((names, one), (other_names, other), alike)).min().unwrap_or(RowState::Present)
        }
        _ => RowState::Differs,
    }
}
