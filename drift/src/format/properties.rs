//! Java properties, by the rules of `java.util.Properties.load`; keys stay flat.

use std::collections::HashSet;
use std::str::Chars;

use crate::document::{Document, Position};
use crate::format::Unreadable;
use crate::format::keys::{Keys, text_entry};
use crate::format::tally::Tally;
use crate::limits::Limits;

/// Reads properties. A malformed `\u` escape makes the file unreadable, as it does for Java. In files of Spring the comment
/// `#---` or `!---` parts documents (Spring Boot reference, "Working With Multi-Document Files").
pub(super) fn read(name: &str, text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut tally = Tally::new(limits);
    let (mut keys, mut maps) = (Keys::default(), Vec::new());
    let borders = if is_spring(name) { borders(text) } else { HashSet::new() };
    let mut scanner = Scanner { chars: text.chars(), at: Position::START, borders, is_behind_border: false };
    while scanner.skip_to_entry() {
        if std::mem::take(&mut scanner.is_behind_border) && !keys.is_empty() {
            maps.push(std::mem::take(&mut keys).into_map());
        }
        let at = scanner.at;
        let key = scanner.take(is_separator)?;
        scanner.skip_separator();
        let value_at = scanner.at;
        let value = scanner.take(|_| false)?;
        keys.put_last(text_entry(key, at, value, value_at), &mut tally)?;
    }
    if !keys.is_empty() || maps.is_empty() {
        maps.push(keys.into_map());
    }
    Ok(tally.into_documents(maps))
}

fn is_spring(name: &str) -> bool {
    ["application", "bootstrap"].iter().any(|stem| name.starts_with(stem))
}

/// The lines that part documents: no comment of the same sort stands right before or behind one.
fn borders(text: &str) -> HashSet<u32> {
    let normal = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = normal.split('\n').collect();
    let is_comment =
        |at: Option<usize>, sign: char| at.and_then(|at| lines.get(at)).is_some_and(|line| line.starts_with(sign));
    let is_border = |(at, line): &(usize, &&str)| {
        let sign = match line.trim_end() {
            "#---" => '#',
            "!---" => '!',
            _ => return false,
        };
        !is_comment(at.checked_sub(1), sign) && !is_comment(at.checked_add(1), sign)
    };
    let numbers = lines.iter().enumerate().filter(is_border).map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
    numbers.collect()
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\x0C')
}

const fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

const fn is_separator(character: char) -> bool {
    is_blank(character) || matches!(character, '=' | ':')
}

struct Scanner<'a> {
    chars: Chars<'a>,
    at: Position,
    /// Lines that part documents where they are comments.
    borders: HashSet<u32>,
    is_behind_border: bool,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.clone().next()
    }

    /// The next character; `\r\n` and a lone `\r` are one line end.
    fn bump(&mut self) -> Option<char> {
        let character = self.chars.next()?;
        if character == '\r' && self.peek() == Some('\n') {
            self.chars.next();
        }
        if is_line_end(character) {
            self.at = Position::new(self.at.line.saturating_add(1), 1);
            return Some('\n');
        }
        self.at.column = self.at.column.saturating_add(1);
        Some(character)
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
    }

    /// Stands at the next key; false at the end of the file.
    fn skip_to_entry(&mut self) -> bool {
        loop {
            self.skip_while(|character| is_blank(character) || is_line_end(character));
            match self.peek() {
                None => return false,
                Some('#' | '!') => {
                    self.is_behind_border |= self.borders.contains(&self.at.line);
                    self.skip_while(|character| !is_line_end(character));
                }
                Some(_) => {
                    // A line of nothing but a continuation is blank.
                    if !self.skip_blanks() {
                        return true;
                    }
                }
            }
        }
    }

    /// Skips blanks and continuations within a logical line; true when there was a continuation.
    fn skip_blanks(&mut self) -> bool {
        let mut continued = false;
        loop {
            self.skip_while(is_blank);
            let mut ahead = self.chars.clone();
            if ahead.next() != Some('\\') || !ahead.next().is_none_or(is_line_end) {
                return continued;
            }
            self.bump();
            self.bump();
            continued = true;
        }
    }

    fn skip_separator(&mut self) {
        self.skip_blanks();
        if matches!(self.peek(), Some('=' | ':')) {
            self.bump();
            self.skip_blanks();
        }
    }

    /// Takes text up to the end of the logical line or an unescaped character that `stops`.
    fn take(&mut self, stops: fn(char) -> bool) -> Result<String, Unreadable> {
        let mut text = String::new();
        while let Some(character) = self.peek().filter(|character| !is_line_end(*character) && !stops(*character)) {
            let at = self.at;
            self.bump();
            if character != '\\' {
                text.push(character);
            } else if self.peek().is_some_and(is_line_end) {
                self.bump();
                self.skip_while(is_blank);
            } else if let Some(escaped) = self.bump() {
                text.push(self.unescape(escaped, at)?);
            }
        }
        Ok(text)
    }

    fn unescape(&mut self, escaped: char, at: Position) -> Result<char, Unreadable> {
        Ok(match escaped {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\x0C',
            'u' => return self.unicode(at),
            other => other,
        })
    }

    fn unicode(&mut self, at: Position) -> Result<char, Unreadable> {
        let first = self.code_unit(at)?;
        let mut units = vec![first];
        let mut ahead = self.chars.clone();
        if (0xD800..0xDC00).contains(&first) && ahead.next() == Some('\\') && ahead.next() == Some('u') {
            self.bump();
            self.bump();
            units.push(self.code_unit(at)?);
        }
        match char::decode_utf16(units).collect::<Vec<_>>().as_slice() {
            [Ok(character)] => Ok(*character),
            _ => Err(Unreadable::new(at, "unpaired surrogate in a \\u escape")),
        }
    }

    fn code_unit(&mut self, at: Position) -> Result<u16, Unreadable> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|character| character.to_digit(16));
            let Some(digit) = digit.and_then(|digit| u16::try_from(digit).ok()) else {
                return Err(Unreadable::new(at, "\\u escape without four hexadecimal digits"));
            };
            unit = unit * 16 + digit;
            self.bump();
        }
        Ok(unit)
    }
}
