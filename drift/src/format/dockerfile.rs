//! Dockerfiles: stages with base image, environment, arguments, labels and ports; other instructions stay lines.

mod instructions;
mod stage;
mod words;

use crate::document::{Document, Entry, Line, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::keys::{Keys, tree_entry};
use crate::format::tally::Tally;
use crate::limits::Limits;
use instructions::Instruction;
use stage::Stage;

/// Reads a Dockerfile; a file without `FROM` has lines only.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let source = instructions::read(text)?;
    let mut file =
        File { tally: Tally::new(limits), arguments: Keys::default(), stages: Vec::new(), lines: source.directives };
    let is_dockerfile = source.instructions.iter().any(|instruction| instruction.is("FROM"));
    for instruction in source.instructions {
        if is_dockerfile {
            file.instruction(instruction)?;
        } else {
            file.lines.extend(instruction.into_lines());
        }
    }
    Ok(file.into_document())
}

struct File<'a> {
    tally: Tally<'a>,
    arguments: Keys,
    stages: Vec<Stage>,
    lines: Vec<Line>,
}

impl File<'_> {
    fn instruction(&mut self, instruction: Instruction) -> Result<(), Unreadable> {
        if instruction.is("FROM") {
            let stage = Stage::open(&instruction, self.stages.len(), &mut self.tally)?;
            self.stages.push(stage);
            return Ok(());
        }
        if let Some(stage) = self.stages.last_mut() {
            self.lines.extend(stage.instruction(instruction, &mut self.tally)?);
        } else if instruction.is("ARG") {
            words::read_into(&mut self.arguments, &instruction, &mut self.tally)?;
        } else {
            self.lines.extend(instruction.into_lines());
        }
        Ok(())
    }

    fn into_document(mut self) -> Document {
        let Some(first) = self.stages.first().map(|stage| stage.at) else {
            return Document { lines: self.lines, ..Document::default() };
        };
        // A superseded instruction became a line only when the one that replaces it was met.
        let stages = self.stages.into_iter().map(Stage::into_node).collect();
        self.lines.sort_by_key(|line| line.number);
        let entries = vec![arguments(self.arguments), tree_entry("stages", first, Value::List(stages))];
        Document { lines: self.lines, ..self.tally.into_document(Map::from_unique(entries)) }
    }
}

fn arguments(keys: Keys) -> Entry {
    let map = keys.into_map();
    let at = map.entries().first().map_or(Position::START, |entry| entry.at);
    Entry { key: "arg".into(), at, node: Node::new(Value::Map(map), at) }
}
