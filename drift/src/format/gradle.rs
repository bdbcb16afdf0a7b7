//! Gradle scripts, Groovy and Kotlin: plugins and dependencies with versions, and keys with values; the rest stays lines.

mod coordinate;

use crate::document::{Document, Line, Node, Position, Value};
use crate::format::branch::{Again, Branch};
use crate::format::groovy::{Event, Statement, events, literal, value};
use crate::format::tally::Tally;
use crate::format::{Unreadable, text};
use crate::limits::Limits;

/// Reads a build script; one whose quotes or brackets do not match is compared as text.
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
            Event::Open(head) => script.open(head)?,
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
    /// Keys below this path.
    Keys(Vec<String>),
    /// Plugins.
    Plugins,
    /// Dependencies below this path.
    Dependencies(Vec<String>),
    /// Lines; with or without a line for its end.
    Code(bool),
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
    fn here(&self) -> Block {
        self.blocks.last().cloned().unwrap_or(Block::Keys(Vec::new()))
    }

    fn open(&mut self, head: Statement) -> Result<(), Unreadable> {
        let block = match self.here() {
            Block::Keys(path) if is_path(&head.text) && !is_code(&head.text) => self.settings(&path, head),
            Block::Dependencies(path) => {
                let taken = self.dependency(&path, &head)?;
                if !taken {
                    self.line(head, " {");
                }
                Block::Code(!taken)
            }
            _ => {
                self.line(head, " {");
                Block::Code(true)
            }
        };
        self.is_empty = true;
        self.blocks.push(block);
        Ok(())
    }

    /// A block of settings. What nests deeper than its keys may stand is code, so that no path grows with each block.
    fn settings(&mut self, path: &[String], head: Statement) -> Block {
        let (block, below) = match head.text.as_str() {
            "plugins" => (Block::Plugins, 2),
            name if name == "dependencies" || name.ends_with(".dependencies") => {
                let path = join(path, name);
                let below = path.len() + 2;
                (Block::Dependencies(path), below)
            }
            name => {
                let path = join(path, name);
                let below = path.len() + 1;
                (Block::Keys(path), below)
            }
        };
        if below <= self.limits.nesting() {
            return block;
        }
        self.line(head, " {");
        Block::Code(true)
    }

    fn close(&mut self, at: Position) {
        let is_empty = std::mem::take(&mut self.is_empty);
        let text = match self.here() {
            Block::Code(told) => told.then(|| "}".to_owned()),
            _ => is_empty.then(|| format!("{} {{}}", self.place())),
        };
        self.lines.extend(text.map(|text| Line { number: at.line, text }));
        self.blocks.pop();
    }

    fn statement(&mut self, statement: Statement) -> Result<(), Unreadable> {
        self.is_empty = false;
        let taken = match self.here() {
            Block::Keys(path) => self.key(&path, &statement)?,
            Block::Plugins => self.plugin(&statement)?,
            Block::Dependencies(path) => self.dependency(&path, &statement)?,
            Block::Code(_) => false,
        };
        if !taken {
            self.line(statement, "");
        }
        Ok(())
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
        match self.here() {
            Block::Keys(path) | Block::Dependencies(path) => path.join("."),
            Block::Plugins => "plugins".to_owned(),
            Block::Code(_) => String::new(),
        }
    }

    fn put(&mut self, path: &[String], at: Position, value: Value, again: Again) -> Result<bool, Unreadable> {
        self.tree.put((path, at), Node::new(value, at), again, self.limits, &mut self.tally)?;
        Ok(true)
    }

    /// `key = value`, `key 'value'`, `ext['key'] = value`, `val key by extra(value)`, `apply plugin: 'id'`.
    fn key(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let (text, at) = (statement.text.as_str(), statement.at);
        if let Some(plugin) = text.strip_prefix("apply plugin:").and_then(literal) {
            return self.put(&["plugins".to_owned(), plugin], at, Value::Null, Again::Gathered);
        }
        if let Some((key, call)) = undeclared(text).split_once(" by extra(") {
            let expression = call.strip_suffix(')').unwrap_or(call);
            let path = ["ext".to_owned(), name(key).to_owned()];
            return self.put(&path, at, Value::String(value(expression)), Again::Gathered);
        }
        if let Some((key, expression)) = assignment(text) {
            return self.put(&[path, &key].concat(), at, Value::String(value(expression)), Again::Gathered);
        }
        let call = text.split_once(' ').filter(|(key, _)| is_path(key));
        match call.and_then(|(key, argument)| Some((key, literal(argument)?))) {
            Some((key, argument)) => self.put(&join(path, key), at, Value::String(argument), Again::Gathered),
            None => Ok(false),
        }
    }

    fn plugin(&mut self, statement: &Statement) -> Result<bool, Unreadable> {
        let Some((id, version)) = coordinate::plugin(&statement.text) else { return Ok(false) };
        let version = version.map_or(Value::Null, Value::String);
        self.put(&["plugins".to_owned(), id], statement.at, version, Again::Gathered)
    }

    fn dependency(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let Some((configuration, found)) = coordinate::dependencies(&statement.text) else { return Ok(false) };
        for (module, version) in found {
            let version = version.map_or(Value::Null, Value::String);
            let path = [path, &[configuration.clone(), module]].concat();
            self.put(&path, statement.at, version, Again::Gathered)?;
        }
        Ok(true)
    }
}

fn join(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain(name.split('.').map(str::to_owned)).collect()
}

/// True for a name, or names with points between them.
fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
            && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
    };
    !text.is_empty() && text.split('.').all(is_name)
}

/// Blocks that are run and hold no settings, whatever stands in front of their name.
const CODE: [&str; 11] =
    ["do", "doFirst", "doLast", "eachDependency", "eachFile", "else", "finally", "init", "onlyIf", "static", "try"];
/// Methods that run a block with each thing of a collection, or with one thing.
const CLOSURES: [&str; 20] = [
    "also",
    "any",
    "collect",
    "collectEntries",
    "each",
    "eachWithIndex",
    "every",
    "filter",
    "find",
    "findAll",
    "flatMap",
    "forEach",
    "groupBy",
    "inject",
    "let",
    "map",
    "sort",
    "takeIf",
    "times",
    "with",
];

/// True for the head of a block that is code: `foo.each`, `doLast`.
fn is_code(head: &str) -> bool {
    let name = head.rsplit('.').next().unwrap_or(head);
    CODE.contains(&name) || (name.len() < head.len() && CLOSURES.contains(&name))
}

/// Without the words that declare a variable.
fn undeclared(text: &str) -> &str {
    let words = ["def ", "val ", "var ", "final ", "const ", "String ", "int ", "boolean "];
    words.iter().fold(text, |text, word| text.strip_prefix(word).unwrap_or(text))
}

/// Without the type behind a name.
fn name(key: &str) -> &str {
    key.split(':').next().unwrap_or(key).trim()
}

/// The path and the expression of an assignment.
fn assignment(text: &str) -> Option<(Vec<String>, &str)> {
    let (key, expression) = undeclared(text).split_once('=')?;
    let expression = expression.trim();
    if expression.is_empty() || expression.starts_with(['=', '~']) || key.ends_with(['!', '<', '>', '+', '-', '*', '/'])
    {
        return None;
    }
    let key = name(key);
    if let Some((owner, index)) = key.strip_suffix(']').and_then(|key| key.split_once('[')) {
        let owner = if owner == "extra" { "ext" } else { owner };
        return is_path(owner)
            .then_some(())
            .and_then(|()| Some(([join(&[], owner), vec![literal(index)?]].concat(), expression)));
    }
    let key = key.strip_prefix("project.").unwrap_or(key);
    is_path(key).then(|| (join(&[], key), expression))
}
