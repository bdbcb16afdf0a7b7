//! go.mod: module, versions, requirements, replacements, exclusions and retractions.

use crate::document::{Document, Line, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::keys::{Keys, text_entry, tree_entry};
use crate::format::place::{Places, SourceLine, lines, offset_in};
use crate::format::tally::Tally;
use crate::limits::Limits;

/// Reads a module file; directives without a tree of their own (`tool`, `godebug`) stay lines.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut file = Module::new(limits);
    let mut block: Option<(String, Position)> = None;
    let mut places = Places::new(text);
    for line in lines(text) {
        let words = words(line.text, |rest| places.at(offset_in(text, rest)))?;
        match (&block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [(")", _)]) => block = None,
            (Some((directive, _)), words) => file.directive(directive, line, words)?,
            (None, [(directive, at), ("(", _)]) => block = Some(((*directive).to_owned(), *at)),
            (None, [(directive, _), words @ ..]) => file.directive(directive, line, words)?,
        }
    }
    if let Some((directive, at)) = block {
        return Err(Unreadable::new(at, format!("the block of `{directive}` is not closed")));
    }
    Ok(file.into_document())
}

type Word<'a> = (&'a str, Position);

/// The words of a line without its comment; quotes are taken off.
fn words(line: &str, mut place: impl FnMut(&str) -> Position) -> Result<Vec<Word<'_>>, Unreadable> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() && !rest.starts_with("//") {
        let at = place(rest);
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '`'));
        let (word, after) = match quote {
            Some(quote) => {
                let inner = rest.get(1..).unwrap_or_default();
                inner
                    .split_once(quote)
                    .ok_or_else(|| Unreadable::new(at, format!("the quote {quote} is not closed")))?
            }
            None => rest.split_at(plain_end(rest)),
        };
        words.push((word, at));
        rest = after.trim_start();
    }
    Ok(words)
}

/// A plain word ends at a blank, a comment or before a parenthesis; one of those alone is a word.
fn plain_end(text: &str) -> usize {
    let ends = |(offset, character): (usize, char)| {
        character.is_whitespace()
            || (offset > 0 && matches!(character, '(' | ')' | '"' | '`'))
            || (offset == 1 && text.starts_with(['(', ')']))
            || text.get(offset..).is_some_and(|rest| rest.starts_with("//"))
    };
    text.char_indices().find(|pair| ends(*pair)).map_or(text.len(), |(offset, _)| offset)
}

struct Module<'a> {
    tally: Tally<'a>,
    single: Keys,
    require: Keys,
    replace: Keys,
    exclude: Vec<Node>,
    retract: Vec<Node>,
    rest: Vec<Line>,
}

impl<'a> Module<'a> {
    fn new(limits: &'a Limits) -> Self {
        let (exclude, retract, rest) = (Vec::new(), Vec::new(), Vec::new());
        let (single, require, replace) = (Keys::default(), Keys::default(), Keys::default());
        Self { tally: Tally::new(limits), single, require, replace, exclude, retract, rest }
    }

    fn directive(&mut self, directive: &str, line: SourceLine<'_>, words: &[Word<'_>]) -> Result<(), Unreadable> {
        let arrow = words.iter().position(|(word, _)| *word == "=>").map(|index| words.split_at(index));
        match (directive, words, arrow) {
            ("module" | "go" | "toolchain", [(value, at)], _) => {
                let start = line.place(line.text.trim_start());
                self.single.put_last(text_entry(directive, start, *value, *at), &mut self.tally)
            }
            ("require", [(path, at), (version, version_at)], _) => {
                self.require.put_each(text_entry(*path, *at, *version, *version_at), &mut self.tally)
            }
            ("exclude", [(_, at), _], _) => {
                self.tally.node(*at)?;
                self.exclude.push(Node::new(Value::String(joined(words).into()), *at));
                Ok(())
            }
            ("replace", _, Some((old @ ([(_, at)] | [(_, at), _]), [_, new @ ..]))) if matches!(new.len(), 1 | 2) => {
                let new_at = new.first().map_or(*at, |(_, at)| *at);
                self.replace.put_each(text_entry(joined(old), *at, joined(new), new_at), &mut self.tally)
            }
            ("retract", [(_, at), ..], _) => {
                self.tally.node(*at)?;
                self.retract.push(Node::new(Value::String(joined(words).into()), *at));
                Ok(())
            }
            ("module" | "go" | "toolchain" | "require" | "exclude" | "replace" | "retract", ..) => {
                let at = line.place(line.text.trim_start());
                Err(Unreadable::new(at, format!("`{directive}` does not have the words that it needs")))
            }
            _ => {
                let text = format!("{directive} {}", joined(words));
                self.rest.push(Line { number: line.number, text: text.trim_end().to_owned() });
                Ok(())
            }
        }
    }

    fn into_document(self) -> Document {
        let mut entries: Vec<_> = self.single.into_entries().collect();
        let list = |nodes: Vec<Node>| (nodes.first().map_or(Position::START, |node| node.at), Value::List(nodes));
        let map = |keys: Keys| {
            let map: Map = keys.into_map();
            (map.entries().first().map_or(Position::START, |entry| entry.at), Value::Map(map))
        };
        let trees = [
            ("require", map(self.require)),
            ("replace", map(self.replace)),
            ("exclude", list(self.exclude)),
            ("retract", list(self.retract)),
        ];
        entries.extend(trees.into_iter().map(|(key, (at, value))| tree_entry(key, at, value)));
        Document { lines: self.rest, ..self.tally.into_document(Map::from_unique(entries)) }
    }
}

fn joined(words: &[Word<'_>]) -> String {
    words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
}
