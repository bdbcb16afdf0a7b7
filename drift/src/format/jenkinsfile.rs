//! Declarative Jenkinsfiles: agents, environments, tools and parameters as keys; stages and steps stay lines.

use crate::document::{Document, Entry, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::branch::Again;
use crate::format::groovy::{self, Block, Script, Statement, arguments, literal, node, value};
use crate::limits::Limits;

/// Reads a pipeline; one whose quotes or brackets do not match is compared as text.
pub(super) fn read(source: &str, limits: &Limits) -> Result<Document, Unreadable> {
    groovy::read::<Kind>(source, limits)
}

/// What the statements of a block are.
#[derive(Clone)]
enum Kind {
    /// The pipeline, its stages, or one of them.
    Scope(Vec<String>),
    /// Keys below this path.
    Keys(Vec<String>),
    /// Parameters below this path.
    Parameters(Vec<String>),
    /// Lines.
    Code,
}

impl Block for Kind {
    fn open(script: &mut Script<'_, Self>, head: Statement) -> Result<Self, Unreadable> {
        let block = match (script.block().cloned(), head.text.as_str()) {
            (None, "pipeline") => Self::Scope(Vec::new()),
            (Some(Self::Scope(path)), "stages" | "parallel" | "matrix") => Self::Scope(path),
            (Some(Self::Scope(path)), "parameters") => Self::Parameters(with(&path, &["parameters"])),
            (Some(Self::Scope(path)), kind @ ("agent" | "environment" | "tools")) => Self::Keys(with(&path, &[kind])),
            (Some(Self::Keys(path)), kind) if path.iter().any(|key| key == "agent") && is_name(kind) => {
                Self::Keys(with(&path, &[kind]))
            }
            (Some(Self::Scope(path)), text) => match stage(text) {
                Some(name) => Self::Scope(with(&path, &["stages", &name])),
                None => Self::Code,
            },
            _ => Self::Code,
        };
        // What nests deeper than any key may stand has none, and no path that grows with each block.
        let most = script.limits.nesting();
        let block = match block {
            Self::Scope(path) | Self::Keys(path) if path.len() >= most => Self::Code,
            // Each parameter is a map in a list.
            Self::Parameters(path) if path.len() + 2 > most => Self::Code,
            block => block,
        };
        if block.has_end() {
            script.line(head, " {");
        }
        Ok(block)
    }

    fn take(script: &mut Script<'_, Self>, statement: &Statement) -> Result<bool, Unreadable> {
        let (text, at) = (statement.text.as_str(), statement.at);
        let taken = match script.block() {
            Some(Self::Scope(path)) => {
                let agent = text.strip_prefix("agent ").map(str::trim).filter(|agent| is_name(agent));
                agent.map(|agent| (with(path, &["agent"]), text_node(agent.to_owned(), at), Again::Gathered))
            }
            Some(Self::Keys(path)) => assignment(text)
                .map(|(key, expression)| (with(path, &[key]), Node::new(value(expression), at), Again::Gathered)),
            Some(Self::Parameters(path)) => {
                parameter(text, at).map(|parameter| (path.clone(), parameter, Again::Listed))
            }
            Some(Self::Code) | None => None,
        };
        match taken {
            Some((path, node, again)) => script.put((&path, at), node, again).map(|()| true),
            None => Ok(false),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Keys(path) | Self::Parameters(path) => path.join("."),
            Self::Scope(_) | Self::Code => String::new(),
        }
    }

    fn has_end(&self) -> bool {
        matches!(self, Self::Scope(_) | Self::Code)
    }
}

fn with(path: &[String], keys: &[&str]) -> Vec<String> {
    path.iter().cloned().chain(keys.iter().map(|key| (*key).to_owned())).collect()
}

fn text_node(text: String, at: Position) -> Node {
    Node::new(Value::String(text.into()), at)
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
    let mut entries = vec![Entry { key: "type".into(), at, node: text_node(kind.to_owned(), at) }];
    for (key, expression) in arguments(inner) {
        let key = match key? {
            "defaultValue" if kind == "password" => "password",
            "password" if kind == "password" => return None,
            key => key,
        };
        if entries.iter().any(|entry| entry.key == key) {
            return None;
        }
        entries.push(Entry { key: key.into(), at, node: node(expression, at) });
    }
    entries.iter().any(|entry| entry.key == "name").then(|| Node::new(Value::Map(Map::from_unique(entries)), at))
}
