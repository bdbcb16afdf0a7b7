//! Strings of JSON and JSON5 with their escapes.

use super::super::Unreadable;
use super::cursor::Cursor;
use crate::document::Text;

impl Cursor<'_> {
    /// Takes a string whose quote comes next.
    pub(super) fn string(&mut self) -> Result<Text, Unreadable> {
        let quote = self.peek().unwrap_or(b'"');
        self.advance(1);
        let mut text = Text::from(self.plain(quote));
        loop {
            match self.peek() {
                Some(b'\\') => {
                    self.escape(&mut text)?;
                    text.push_str(self.plain(quote));
                }
                Some(b'\n' | b'\r') => return Err(self.error("not valid JSON: a line ends inside a string")),
                Some(_) => {
                    self.advance(1);
                    return Ok(text);
                }
                None => return Err(self.error("not valid JSON: the file ends inside a string")),
            }
        }
    }

    /// Takes what needs no second look.
    fn plain(&mut self, quote: u8) -> &str {
        let rest = self.rest();
        let special = |byte: &u8| *byte == quote || matches!(*byte, b'\\' | b'\n' | b'\r');
        let length = rest.as_bytes().iter().position(special).unwrap_or(rest.len());
        self.advance(length);
        rest.get(..length).unwrap_or_default()
    }

    fn escape(&mut self, text: &mut Text) -> Result<(), Unreadable> {
        let Some(escaped) = self.rest().chars().nth(1) else {
            return Err(self.error("not valid JSON: the file ends inside a string"));
        };
        let character = match escaped {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0' if !self.rest().as_bytes().get(2).is_some_and(u8::is_ascii_digit) => '\0',
            '0'..='9' => return Err(self.error("not valid JSON: an escape of a digit")),
            'u' => return self.unicode(text),
            'x' => {
                let code = self.hexadecimal(2, 2)?;
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.advance(4);
                return Ok(());
            }
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => {
                let is_pair = self.rest().starts_with("\\\r\n");
                self.advance(1 + escaped.len_utf8() + usize::from(is_pair));
                return Ok(());
            }
            other => other,
        };
        text.push(character);
        self.advance(1 + escaped.len_utf8());
        Ok(())
    }

    /// Takes `\uXXXX`, or two of them that are a surrogate pair. A surrogate alone is no text: two files that
    /// differ in it would compare as equal if it were replaced.
    fn unicode(&mut self, text: &mut Text) -> Result<(), Unreadable> {
        let high = self.hexadecimal(2, 4)?;
        if let Some(character) = char::from_u32(high) {
            text.push(character);
            self.advance(6);
            return Ok(());
        }
        let low = if self.rest().get(6..8) == Some("\\u") { self.hexadecimal(8, 4)? } else { 0 };
        if !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
            return Err(self.error("not valid JSON: an escape of half a surrogate pair"));
        }
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        self.advance(12);
        Ok(())
    }

    /// The hexadecimal number of so many digits at a distance from here.
    fn hexadecimal(&self, distance: usize, digits: usize) -> Result<u32, Unreadable> {
        self.rest()
            .get(distance..distance + digits)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|text| u32::from_str_radix(text, 16).ok())
            .ok_or_else(|| self.error("not valid JSON: an escape lacks hexadecimal digits"))
    }
}
