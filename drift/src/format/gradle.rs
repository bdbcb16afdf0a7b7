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
    /// Plugins.
    Plugins,
    /// Dependencies below this path.
    Dependencies(Vec<String>),
    /// Lines; with or without a line for its end.
    Code(bool),
}

impl Block for Kind {
    fn open(script: &mut Script<'_>, head: Statement) -> Result<Self, Unreadable> {
        match script.here() {
            Self::Keys(path) if is_path(&head.text) && !is_code(&head.text) => Ok(script.settings(&path, head)),
            Self::Dependencies(path) => {
                let taken = script.dependency(&path, &head)?;
                if !taken {
                    script.line(head, " {");
                }
                Ok(Self::Code(!taken))
            }
            _ => {
                script.line(head, " {");
                Ok(Self::Code(true))
            }
        }
    }

    fn take(script: &mut Script<'_>, statement: &Statement) -> Result<bool, Unreadable> {
        match script.here() {
            Self::Keys(path) => script.key(&path, statement),
            Self::Plugins => script.plugin(statement),
            Self::Dependencies(path) => script.dependency(&path, statement),
            Self::Code(_) => Ok(false),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Keys(path) | Self::Dependencies(path) => path.join("."),
            Self::Plugins => "plugins".to_owned(),
            Self::Code(_) => String::new(),
        }
    }

    fn has_end(&self) -> bool {
        matches!(self, Self::Code(true))
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
            "plugins" => (Kind::Plugins, 2),
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
        Kind::Code(true)
    }

    fn set(&mut self, path: &[String], at: Position, value: Value) -> Result<bool, Unreadable> {
        self.put((path, at), Node::new(value, at), Again::Gathered)?;
        Ok(true)
    }

    /// `key = value`, `key 'value'`, `ext['key'] = value`, `val key by extra(value)`, `apply plugin: 'id'`.
    fn key(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let (text, at) = (statement.text.as_str(), statement.at);
        if let Some(plugin) = text.strip_prefix("apply plugin:").and_then(literal) {
            return self.set(&["plugins".to_owned(), plugin], at, Value::Null);
        }
        if let Some((key, call)) = undeclared(text).split_once(" by extra(") {
            let expression = call.strip_suffix(')').unwrap_or(call);
            let path = ["ext".to_owned(), name(key).to_owned()];
            return self.set(&path, at, Value::String(value(expression)));
        }
        if let Some((key, expression)) = assignment(text) {
            return self.set(&[path, &key].concat(), at, Value::String(value(expression)));
        }
        let call = text.split_once(' ').filter(|(key, _)| is_path(key));
        match call.and_then(|(key, argument)| Some((key, literal(argument)?))) {
            Some((key, argument)) => self.set(&join(path, key), at, Value::String(argument)),
            None => Ok(false),
        }
    }

    fn plugin(&mut self, statement: &Statement) -> Result<bool, Unreadable> {
        let Some((id, version)) = coordinate::plugin(&statement.text) else { return Ok(false) };
        let version = version.map_or(Value::Null, Value::String);
        self.set(&["plugins".to_owned(), id], statement.at, version)
    }

    fn dependency(&mut self, path: &[String], statement: &Statement) -> Result<bool, Unreadable> {
        let Some((configuration, found)) = coordinate::dependencies(&statement.text) else { return Ok(false) };
        for (module, version) in found {
            let version = version.map_or(Value::Null, Value::String);
            let path = [path, &[configuration.clone(), module]].concat();
            self.set(&path, statement.at, version)?;
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
