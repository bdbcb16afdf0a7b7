//! The words of ENV, ARG and LABEL: `KEY=value` pairs with quotes, and the old form `KEY value`.

use crate::document::{Entry, Node, Value};
use crate::format::Unreadable;
use crate::format::dockerfile::instructions::Instruction;
use crate::format::keys::{Keys, text_entry};
use crate::format::tally::Tally;

/// Reads the pairs of an instruction; a value that is set twice keeps both, in order.
pub(super) fn read_into(keys: &mut Keys, instruction: &Instruction, tally: &mut Tally<'_>) -> Result<(), Unreadable> {
    let arguments = instruction.arguments();
    let at = instruction.place(arguments);
    let first = arguments.split_whitespace().next();
    let Some(first) = first else {
        return Err(Unreadable::new(at, format!("{} names nothing", instruction.name())));
    };
    if !instruction.is("ARG") && !first.contains('=') {
        let value = arguments.get(first.len()..).unwrap_or_default().trim_start();
        if value.is_empty() {
            return Err(Unreadable::new(at, format!("{} has a key without a value", instruction.name())));
        }
        return keys.put_each(text_entry(first, at, value, instruction.place(value)), tally);
    }
    for word in split(arguments, instruction.escape) {
        let at = instruction.place(word);
        let entry = match word.split_once('=') {
            Some((key, value)) => {
                let key = unquoted(key, instruction.escape);
                text_entry(key, at, unquoted(value, instruction.escape), instruction.place(value))
            }
            None if instruction.is("ARG") => Entry { key: word.into(), at, node: Node::new(Value::Null, at) },
            None => {
                return Err(Unreadable::new(at, format!("{} has a word without `=`", instruction.name())));
            }
        };
        keys.put_each(entry, tally)?;
    }
    Ok(())
}

/// Words with their quotes, as slices of the text.
fn split(text: &str, escape: char) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (offset, character) in text.char_indices() {
        let blank = character.is_whitespace() && quote.is_none() && !escaped;
        if blank {
            words.extend(start.take().and_then(|start| text.get(start..offset)));
            continue;
        }
        start.get_or_insert(offset);
        if escaped {
            escaped = false;
        } else if character == escape && quote != Some('\'') {
            escaped = true;
        } else if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '"' | '\'') {
            quote = Some(character);
        }
    }
    words.extend(start.and_then(|start| text.get(start..)));
    words
}

/// The word without quotes and escapes; an escaped `$` keeps its escape, because it is no reference.
fn unquoted(word: &str, escape: char) -> String {
    let mut text = String::with_capacity(word.len());
    let mut quote = None;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        if character == escape && quote != Some('\'') {
            match characters.next() {
                Some('$') => text.extend([escape, '$']),
                Some(other) if quote.is_none() || other == '"' || other == escape => text.push(other),
                other => text.extend(std::iter::once(escape).chain(other)),
            }
        } else if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '"' | '\'') {
            quote = Some(character);
        } else {
            text.push(character);
        }
    }
    text
}
