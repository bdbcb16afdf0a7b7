//! Declarative Jenkinsfiles: agents, environments, tools and parameters as keys; stages and steps stay lines.

use crate::document::{Document, Entry, Line, Map, Node, Position, Value};
use crate::format::branch::{Again, Branch};
use crate::format::groovy::{Event, Statement, arguments, events, literal, node, value};
use crate::format::tally::Tally;
use crate::format::{Unreadable, text};
use crate::limits::Limits;

/// Reads a pipeline; one whose quotes or brackets do not match is compared as text.
pub(super) fn read(source: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let Some(events) = events(source) else { return Ok(text::read(source)) };
    let mut script = Script {
        limits,
        tally: Tally::new(limits),
        tree: Branch::default(),
        lines: Vec::new(),
        blocks: Vec::new(),
        is_empty: false,
    };
    for event in events {
        match event {
            Event::Open(head) => script.open(head),
            Event::Close(at) => script.close(at),
            Event::Simple(statement) => script.statement(statement)?,
        }
    }
    let Script { tally, tree, lines, .. } = script;
    if tree.is_empty() {
        return Ok(Document { lines, ..Document::default() });
    }
    Ok(Document { lines, ..tally.into_document(tree.into_map()) })
}

/// What the statements of a block are.
#[derive(Clone)]
enum Block {
    /// The pipeline, its stages, or one of them.
    Scope(Vec<String>),
    /// Keys below this path.
    Keys(Vec<String>),
    /// Parameters below this path.
    Parameters(Vec<String>),
    /// Lines.
    Code,
}

struct Script<'l> {
    limits: &'l Limits,
    tally: Tally<'l>,
    tree: Branch,
    lines: Vec<Line>,
    blocks: Vec<Block>,
    /// True right behind the head of a block.
    is_empty: bool,
}

impl Script<'_> {
    fn open(&mut self, head: Statement) {
        let scope = self.blocks.last().cloned();
        let block = match (scope, head.text.as_str()) {
            (None, "pipeline") => Block::Scope(Vec::new()),
            (Some(Block::Scope(path)), "stages" | "parallel" | "matrix") => Block::Scope(path),
            (Some(Block::Scope(path)), "parameters") => Block::Parameters(with(&path, &["parameters"])),
            (Some(Block::Scope(path)), kind @ ("agent" | "environment" | "tools")) => Block::Keys(with(&path, &[kind])),
            (Some(Block::Keys(path)), kind) if path.iter().any(|key| key == "agent") && is_name(kind) => {
                Block::Keys(with(&path, &[kind]))
            }
            (Some(Block::Scope(path)), text) => match stage(text) {
                Some(name) => Block::Scope(with(&path, &["stages", &name])),
                None => Block::Code,
            },
            _ => Block::Code,
        };
        // What nests deeper than any key may stand has none, and no path that grows with each block.
        let most = self.limits.nesting();
        let block = match block {
            Block::Scope(path) | Block::Keys(path) if path.len() >= most => Block::Code,
            // Each parameter is a map in a list.
            Block::Parameters(path) if path.len() + 2 > most => Block::Code,
            block => block,
        };
        self.is_empty = true;
        if !matches!(block, Block::Keys(_) | Block::Parameters(_)) {
            self.line(head, " {");
        }
        self.blocks.push(block);
    }

    fn close(&mut self, at: Position) {
        let is_empty = std::mem::take(&mut self.is_empty);
        let text = match self.blocks.last() {
            Some(Block::Scope(_) | Block::Code) => Some("}".to_owned()),
            _ => is_empty.then(|| format!("{} {{}}", self.place())),
        };
        self.lines.extend(text.map(|text| Line { number: at.line, text }));
        self.blocks.pop();
    }

    /// Adds what has no key. The heads of blocks with keys are no lines, so that it says where it stands.
    fn line(&mut self, mut statement: Statement, end: &str) {
        let place = self.place();
        if !place.is_empty() {
            statement.text = format!("{place} {{ {}", statement.text);
        }
        self.lines.extend(statement.into_lines(end));
    }

    /// The names of the blocks around, where these are no lines.
    fn place(&self) -> String {
        match self.blocks.last() {
            Some(Block::Keys(path) | Block::Parameters(path)) => path.join("."),
            Some(Block::Scope(_) | Block::Code) | None => String::new(),
        }
    }

    fn statement(&mut self, statement: Statement) -> Result<(), Unreadable> {
        self.is_empty = false;
        let (text, at) = (statement.text.as_str(), statement.at);
        let taken = match self.blocks.last() {
            Some(Block::Scope(path)) => {
                let agent = text.strip_prefix("agent ").map(str::trim).filter(|agent| is_name(agent));
                agent.map(|agent| (with(path, &["agent"]), text_node(agent.to_owned(), at), Again::Gathered))
            }
            Some(Block::Keys(path)) => assignment(text)
                .map(|(key, expression)| (with(path, &[key]), text_node(value(expression), at), Again::Gathered)),
            Some(Block::Parameters(path)) => {
                parameter(text, at).map(|parameter| (path.clone(), parameter, Again::Listed))
            }
            Some(Block::Code) | None => None,
        };
        match taken {
            Some((path, node, again)) => self.tree.put((&path, at), node, again, self.limits, &mut self.tally),
            None => {
                self.line(statement, "");
                Ok(())
            }
        }
    }
}

fn with(path: &[String], keys: &[&str]) -> Vec<String> {
    path.iter().cloned().chain(keys.iter().map(|key| (*key).to_owned())).collect()
}

const fn text_node(text: String, at: Position) -> Node {
    Node::new(Value::String(text), at)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// The name of a stage from the head of its block.
fn stage(head: &str) -> Option<String> {
    literal(head.strip_prefix("stage")?.trim().strip_prefix('(')?.strip_suffix(')')?)
}

/// `KEY = expression` or `key 'literal'`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    if let Some((key, expression)) = text.split_once('=').filter(|(key, _)| is_name(key.trim())) {
        return Some((key.trim(), expression.trim())).filter(|(_, expression)| !expression.starts_with('='));
    }
    let (key, argument) = text.split_once(' ')?;
    (is_name(key) && literal(argument).is_some()).then_some((key, argument))
}

/// `string(name: 'X', defaultValue: 'y')` as a map of its arguments and its type. The default of a password is named as one.
fn parameter(text: &str, at: Position) -> Option<Node> {
    let length = text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))?;
    let (kind, rest) = text.split_at(length);
    let rest = rest.trim();
    let inner = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(rest);
    let mut entries = vec![Entry { key: "type".to_owned(), at, node: text_node(kind.to_owned(), at) }];
    for (key, expression) in arguments(inner) {
        let key = match key? {
            "defaultValue" if kind == "password" => "password",
            key => key,
        };
        if entries.iter().any(|entry| entry.key == key) {
            return None;
        }
        entries.push(Entry { key: key.to_owned(), at, node: node(expression, at) });
    }
    entries.iter().any(|entry| entry.key == "name").then(|| Node::new(Value::Map(Map::from_unique(entries)), at))
}
