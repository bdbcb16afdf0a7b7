//! TOML: typed values and date-times, tables by their place in the file; an inline table equals a table.

mod nesting;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue, Error};

use super::Unreadable;
use crate::document::{Document, Entry, Map, Node, Position, Value};
use crate::limits::Limits;
use crate::number::Number;
use crate::places::Places;

/// Reads a TOML file as one table.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let places = Places::new(text);
    let deepest = usize::try_from(Limits::DEEPEST).unwrap_or(usize::MAX);
    if let Some(offset) = nesting::beyond(text, deepest) {
        return Err(Unreadable::new(places.at(offset), limits.too_deep()));
    }
    // The parser would take a second mark for the first one, which is gone already.
    if text.starts_with('\u{feff}') {
        return Err(Unreadable::new(Position::START, "not valid TOML: two byte order marks"));
    }
    let table = DeTable::parse(text).map_err(|error| unreadable(&error, &places))?;
    let mut reader = Reader { text, places, limits, nodes: 0 };
    let value = reader.table(table.into_inner(), Position::START, 1)?;
    Ok(Document { roots: vec![Node::new(value, Position::START)], ..Document::default() })
}

/// The messages of the parser are fixed texts; only its display form quotes the source.
fn unreadable(error: &Error, places: &Places<'_>) -> Unreadable {
    let at = error.span().map_or(Position::START, |span| places.at(span.start));
    let reason = match error.message() {
        "recursion limit" => "a dotted key has more than 80 parts",
        "cannot recurse further; max recursion depth met" => {
            "arrays and inline tables are nested deeper than 80 levels"
        }
        message => message,
    };
    Unreadable::new(at, format!("not valid TOML: {reason}"))
}

struct Reader<'t, 'l> {
    text: &'t str,
    places: Places<'t>,
    limits: &'l Limits,
    nodes: u32,
}

impl<'t> Reader<'t, '_> {
    /// Recursion is bounded by the depth limit.
    fn node(&mut self, value: Spanned<DeValue<'t>>, depth: usize) -> Result<Node, Unreadable> {
        let span = value.span();
        let at = self.places.at(span.start);
        let value = match value.into_inner() {
            DeValue::String(text) => Value::String(text.into()),
            DeValue::Integer(integer) => Value::Number(self.integer(&integer, span, at)?),
            DeValue::Float(float) => Value::Number(float_of(float.as_str(), at)?),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Datetime(_) => Value::DateTime(self.source(span).into()),
            DeValue::Array(array) => {
                self.enter(at, depth)?;
                let items = array.into_iter().map(|item| self.node(item, depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => return Ok(Node::new(self.table(table, at, depth)?, at)),
        };
        self.count(at)?;
        Ok(Node::new(value, at))
    }

    fn table(&mut self, table: DeTable<'t>, at: Position, depth: usize) -> Result<Value, Unreadable> {
        self.enter(at, depth)?;
        self.count(at)?;
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let at = self.places.at(key.span().start);
            let node = self.node(value, depth + 1)?;
            entries.push(Entry { key: key.into_inner().into(), at, node });
        }
        // The parser sorts by key.
        entries.sort_by_key(|entry| entry.at);
        Ok(Value::Map(Map::from_unique(entries)))
    }

    fn enter(&self, at: Position, depth: usize) -> Result<(), Unreadable> {
        if depth > self.limits.nesting() {
            return Err(Unreadable::new(at, self.limits.too_deep()));
        }
        Ok(())
    }

    fn count(&mut self, at: Position) -> Result<(), Unreadable> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes {
            return Err(Unreadable::new(at, self.limits.too_many_nodes()));
        }
        Ok(())
    }

    fn source(&self, span: Range<usize>) -> &'t str {
        self.text.get(span).unwrap_or_default()
    }

    fn integer(&self, integer: &DeInteger<'_>, span: Range<usize>, at: Position) -> Result<Number, Unreadable> {
        let digits = integer.as_str();
        let number = match integer.radix() {
            10 => Number::decimal(digits),
            base => Number::radix(self.source(span), false, digits, base),
        };
        number.ok_or_else(|| Unreadable::new(at, "not valid TOML: an integer has more than 128 bits"))
    }
}

fn float_of(text: &str, at: Position) -> Result<Number, Unreadable> {
    match text.trim_start_matches(['+', '-']) {
        "inf" => Ok(Number::infinity(text, text.starts_with('-'))),
        "nan" => Ok(Number::nan(text)),
        _ => Number::decimal(text)
            .ok_or_else(|| Unreadable::new(at, "not valid TOML: a float has too large an exponent")),
    }
}
