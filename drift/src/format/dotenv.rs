//! dotenv files: assignments with shell quotes; references such as `${VAR}` are kept as text.

use crate::document::{Document, Position};
use crate::format::Unreadable;
use crate::format::keys::{Keys, text_entry};
use crate::format::place::Places;
use crate::format::tally::Tally;
use crate::limits::Limits;

/// Reads assignments; a line that is neither one nor a comment makes the file unreadable.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut tally = Tally::new(limits);
    let mut keys = Keys::default();
    let mut scanner = Scanner { text, offset: 0, places: Places::new(text) };
    while !scanner.rest().is_empty() {
        let line = scanner.line();
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            scanner.offset += line.len() + 1;
            continue;
        }
        scanner.offset += line.len() - content.len();
        let (key, at) = scanner.key()?;
        let (value, value_at) = scanner.value()?;
        keys.put_last(text_entry(key, at, value, value_at), &mut tally)?;
    }
    Ok(tally.into_document(keys.into_map()))
}

struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    places: Places<'a>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// The rest of the line, without its line end.
    fn line(&self) -> &'a str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    fn here(&mut self) -> Position {
        self.places.at(self.offset)
    }

    fn key(&mut self) -> Result<(&'a str, Position), Unreadable> {
        let line = self.line();
        let name =
            line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, str::trim_start);
        let start = self.here();
        self.offset += line.len() - name.len();
        let at = self.here();
        let Some((key, value)) = name.split_once('=') else {
            return Err(Unreadable::new(start, "a line is no assignment: no `=`"));
        };
        let key = key.trim_end();
        if key.is_empty() || key.contains(|character: char| character.is_whitespace() || "'\"`#".contains(character)) {
            return Err(Unreadable::new(start, "a line is no assignment: no plain name before `=`"));
        }
        self.offset += name.len() - value.len();
        Ok((key, at))
    }

    /// The value; stands at the next line afterwards.
    fn value(&mut self) -> Result<(String, Position), Unreadable> {
        let line = self.line();
        let value = line.trim_start_matches([' ', '\t']);
        self.offset += line.len() - value.len();
        let at = self.here();
        let quote = value.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let Some(quote) = quote else {
            let spaced = line.len() > value.len();
            self.offset += value.len() + 1;
            return Ok((unquoted(value, spaced).to_owned(), at));
        };
        self.offset += 1;
        let value =
            self.quoted(quote).ok_or_else(|| Unreadable::new(at, format!("the quote {quote} is not closed")))?;
        let after = self.line();
        if !unquoted(after, true).is_empty() && !after.starts_with('#') {
            return Err(Unreadable::new(self.here(), "text after the closing quote"));
        }
        self.offset += after.len() + 1;
        Ok((value, at))
    }

    /// The text up to the closing quote, which is consumed; escapes count in double quotes only.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut value = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                _ if character == quote => {
                    self.offset += offset + 1;
                    return Some(value);
                }
                '\\' if quote == '"' => match characters.next()?.1 {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    escaped @ ('"' | '\\') => value.push(escaped),
                    // `\$` stays apart from the `$` of a reference.
                    other => value.extend(['\\', other]),
                },
                // The line end of the file is no part of the value.
                '\r' if characters.as_str().starts_with('\n') => {}
                _ => value.push(character),
            }
        }
        None
    }
}

/// A value without quotes ends at a `#` that follows a blank.
fn unquoted(text: &str, spaced: bool) -> &str {
    let mut blank = spaced;
    for (offset, character) in text.char_indices() {
        if blank && character == '#' {
            return text.get(..offset).unwrap_or(text).trim();
        }
        blank = character.is_whitespace();
    }
    text.trim()
}
