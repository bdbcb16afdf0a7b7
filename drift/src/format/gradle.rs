//! Gradle scripts, Groovy and Kotlin: plugins and dependencies with versions, and keys with values; the rest stays lines.

mod coordinate;

use crate::document::{Document, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::branch::Again;
use crate::format::groovy::{self, Block, Statement, literal, value};
use crate::limits::Limits;

/// Reads a build script; one whose quotes or brackets do not match is compared as text.
pub(super) fn read(source: &str, limits: &Limits) -> Result<Document, Unreadable> {
    groovy::read::<Kind>(source, limits)
}

/// What the statements of a block are.
#[derive(Clone)]
enum Kind {
    /// Keys below this path.
    Keys(Vec<String>),
    /// Plugins below this path.
    Plugins(Vec<String>),
    /// Dependencies below this path.
    Dependencies(Vec<String>),
    /// Lines; with what they stand below when the head was told as a key, and else with a line for the end.
    Code(Option<String>),
}

impl Block for Kind {
    fn open(script: &mut Script<'_>, head: Statement) -> Result<Self, Unreadable> {
        match script.here() {
            Self::Keys(path) if is_path(&head.text) && !is_code(&head.text) => Ok(script.settings(&path, head)),
            Self::Dependencies(path) => {
                let taken = script.dependency(&path, &head)?;
                if taken.is_none() {
                    script.line(head, " {");
                }
                Ok(Self::Code(taken))
            }
            _ => {
                script.line(head, " {");
                Ok(Self::Code(None))
            }
        }
    }

    fn take(script: &mut Script<'_>, statement: &Statement) -> Result<bool, Unreadable> {
        match script.here() {
            Self::Keys(path) => script.key(&path, statement),
            Self::Plugins(path) => script.plugin(&path, statement),
            Self::Dependencies(path) => Ok(script.dependency(&path, statement)?.is_some()),
            Self::Code(_) => Ok(false),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Keys(path) | Self::Dependencies(path) | Self::Plugins(path) => path.join("."),
            Self::Code(place) => place.clone().unwrap_or_default(),
        }
    }

    fn has_end(&self) -> bool {
        matches!(self, Self::Code(None))
    }
}

type Script<'l> = groovy::Script<'l, Kind>;

impl Script<'_> {
    fn here(&self) -> Kind {
        self.block().cloned().unwrap_or(Kind::Keys(Vec::new()))
    }

    /// A block of settings. What nests deeper than its keys may stand is code, so that no path grows with each block.
    fn settings(&mut self, path: &[String], head: Statement) -> Kind {
        let (block, below) = match head.text.as_str() {
            "plugins" => {
                let path = join(path, "plugins");
                let below = path.len() + 1;
                (Kind::Plugins(path), below)
            }
            name if name == "dependencies" || name.ends_with(".dependencies") => {
                let path = join(path, name);
                let below = path.len() + 2;
                (Kind::Dependencies(path), below)
            }
            name => {
                let path = join(path, name);
                let below = path.len() + 1;
                (Kind::Keys(path), below)
            }
        };
        if below <= self.limits.nesting() {
            return block;
        }
        self.line(head, " {");
        Kind::Code(None)
    }

    fn set(&mut self, path: &[String], at: Position, value: Value) -> Result<bool, Unreadable> {
        self.put((path, at), Node::new(value, at), Again::Gathered)?;
        Ok(true)
    }

    /// `key = value`, `key 'value'`, `ext['key'] = value`, `val key by extra(value)`, `apply plugin: 'id'`.
    fn key(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let (text, at) = (statement.text.as_str(), statement.at);
        if let Some(plugin) = text.strip_prefix("apply plugin:").and_then(literal) {
            return self.set(&[join(path, "plugins"), vec![plugin]].concat(), at, Value::Null);
        }
        if let Some((head, call)) = text.split_once(" by extra(") {
            let expression = call.strip_suffix(')').unwrap_or(call);
            let key = name(undeclared(head)).to_owned();
            self.declared(&format!("{head} by extra"), at);
            return self.set(&[join(path, "ext"), vec![key]].concat(), at, value(expression));
        }
        if let Some((key, expression)) = assignment(text, path.is_empty()) {
            let head = text.split_once('=').map_or(text, |(head, _)| head).trim_end();
            if name(undeclared(head)).len() < head.len() {
                self.declared(head, at);
            }
            return self.set(&[path, &key].concat(), at, value(expression));
        }
        let call = text.split_once(' ').filter(|(key, argument)| is_path(key) && literal(argument).is_some());
        match call {
            Some((key, argument)) => self.set(&join(path, key), at, value(argument)),
            None => Ok(false),
        }
    }

    /// The words that declare a variable: with another type, or none, it is another variable under the same key.
    fn declared(&mut self, head: &str, at: Position) {
        self.line(Statement { text: head.to_owned(), at }, "");
    }

    fn plugin(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let Some(plugin) = coordinate::plugin(&statement.text) else { return Ok(false) };
        if let Some(unapplied) = plugin.unapplied {
            self.line(Statement { text: unapplied, at: statement.at }, "");
        }
        self.set(&[path, &[plugin.id]].concat(), statement.at, plugin.version)
    }

    /// Adds the modules of a statement and gives what stands for it in the lines of its block; None when it has no modules.
    fn dependency(&mut self, path: &[String], statement: &Statement) -> Result<Option<String>, Unreadable> {
        let Some((configuration, found)) = coordinate::dependencies(&statement.text) else { return Ok(None) };
        let modules: Vec<&str> = found.iter().map(|(module, _)| module.as_str()).collect();
        let place = format!("{}.{configuration} {}", path.join("."), modules.join(", "));
        for (module, version) in found {
            let path = [path, &[configuration.clone(), module]].concat();
            self.set(&path, statement.at, version)?;
        }
        Ok(Some(place))
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

/// The path and the expression of an assignment. Outside of all blocks `project` is what keys belong to anyway.
fn assignment(text: &str, is_outermost: bool) -> Option<(Vec<String>, &str)> {
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
    let key = key.strip_prefix("project.").filter(|_| is_outermost).unwrap_or(key);
    is_path(key).then(|| (join(&[], key), expression))
}
