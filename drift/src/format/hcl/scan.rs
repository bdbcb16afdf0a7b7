//! The text of an HCL file: blanks, comments, names, quoted texts, heredocs, and expressions without their spacing.

use crate::document::Position;
use crate::format::Unreadable;
use crate::format::place::Places;

/// What a line end is to an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// Its end.
    Ends,
    /// A blank, between the brackets of a list.
    IsBlank,
}

/// A place in the text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    places: Places<'a>,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, offset: 0, places: Places::new(text) }
    }

    pub(super) const fn offset(&self) -> usize {
        self.offset
    }

    pub(super) const fn go_to(&mut self, offset: usize) {
        self.offset = offset;
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on by bytes that the caller has looked at.
    pub(super) const fn advance(&mut self, bytes: usize) {
        self.offset += bytes;
    }

    /// The position of the place at hand; places must be asked for in order.
    pub(super) fn here(&mut self) -> Position {
        self.places.at(self.offset)
    }

    pub(super) fn fault(&mut self, reason: &str) -> Unreadable {
        Unreadable::new(self.here(), format!("not valid HCL: {reason}"))
    }

    /// Skips blanks and comments, line ends too.
    pub(super) fn skip_lines(&mut self) -> Result<(), Unreadable> {
        loop {
            self.skip_blanks()?;
            match self.peek() {
                Some('\n' | '\r') => self.advance(1),
                _ => return Ok(()),
            }
        }
    }

    /// Skips blanks and comments up to a line end.
    pub(super) fn skip_blanks(&mut self) -> Result<(), Unreadable> {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\u{feff}']).len();
            self.advance(blanks);
            match self.comment()? {
                0 => return Ok(()),
                length => self.advance(length),
            }
        }
    }

    /// The length of the comment at hand without its line end; 0 when there is none.
    fn comment(&mut self) -> Result<usize, Unreadable> {
        let rest = self.rest();
        if rest.starts_with('#') || rest.starts_with("//") {
            return Ok(rest.find(['\n', '\r']).unwrap_or(rest.len()));
        }
        match rest.strip_prefix("/*") {
            Some(inner) => match inner.find("*/") {
                Some(end) => Ok(end + 4),
                None => Err(self.fault("a comment is not closed")),
            },
            None => Ok(0),
        }
    }

    /// A name, which may hold dashes; None when there is none.
    pub(super) fn identifier(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        let starts = rest.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        let length = if starts { rest.find(|letter| !is_part(letter)).unwrap_or(rest.len()) } else { 0 };
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        self.advance(length);
        Some(name)
    }

    /// True in front of `for`, which makes a list or an object an expression.
    pub(super) fn is_for(&self) -> bool {
        self.rest().strip_prefix("for").is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r']))
    }

    /// The text in quotes: escapes resolved, `${…}` and `%{…}` kept, spacing inside of them aside.
    pub(super) fn quoted(&mut self) -> Result<String, Unreadable> {
        self.advance(1);
        let mut text = String::new();
        loop {
            let rest = self.rest();
            match self.peek() {
                Some('"') => break,
                None | Some('\n' | '\r') => return Err(self.fault("a quote is not closed")),
                Some('\\') => self.escape(&mut text)?,
                Some(sign @ ('$' | '%')) if rest.get(1..).is_some_and(|rest| rest.starts_with('{')) => {
                    self.advance(1);
                    text.push(sign);
                    text.push_str(&self.group()?);
                }
                // `$${` is a dollar and a brace in clear; it stays apart from `${`.
                Some(sign @ ('$' | '%')) if rest.get(1..).is_some_and(|rest| rest.starts_with(sign)) => {
                    let taken = if rest.get(2..).is_some_and(|rest| rest.starts_with('{')) { 3 } else { 1 };
                    text.push_str(rest.get(..taken).unwrap_or_default());
                    self.advance(taken);
                }
                Some(letter) => {
                    text.push(letter);
                    self.advance(letter.len_utf8());
                }
            }
        }
        self.advance(1);
        Ok(text)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Unreadable> {
        let rest = self.rest();
        let digits = |length: usize| rest.get(2..2 + length).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (letter, taken) = match rest.chars().nth(1) {
            Some('n') => (Some('\n'), 2),
            Some('r') => (Some('\r'), 2),
            Some('t') => (Some('\t'), 2),
            Some(letter @ ('"' | '\\')) => (Some(letter), 2),
            Some('u') => (digits(4).and_then(char::from_u32), 6),
            Some('U') => (digits(8).and_then(char::from_u32), 10),
            _ => (None, 0),
        };
        text.push(letter.ok_or_else(|| self.fault("an escape is not known"))?);
        self.advance(taken);
        Ok(())
    }

    /// A heredoc without its markers; with `<<-` without the indentation that all its lines share.
    pub(super) fn heredoc(&mut self) -> Result<String, Unreadable> {
        let rest = self.rest();
        let mark = rest.strip_prefix("<<").unwrap_or(rest);
        let (indented, mark) = mark.strip_prefix('-').map_or((false, mark), |mark| (true, mark));
        let (name, body) = mark.split_once('\n').unwrap_or((mark, ""));
        let name = name.trim();
        let named = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
        if name.is_empty() || !named {
            return Err(self.fault("a heredoc has no name"));
        }
        let mut lines = Vec::new();
        let mut taken = rest.len() - body.len();
        for line in body.split_inclusive('\n') {
            if line.trim() == name {
                self.advance(taken + line.trim_end_matches(['\n', '\r']).len());
                return Ok(unindented(&lines, indented));
            }
            taken += line.len();
            lines.push(line.trim_end_matches(['\n', '\r']));
        }
        Err(self.fault("a heredoc is not closed"))
    }

    /// An expression up to the `,` or bracket behind it, or to the end of its line where that ends it, without its spacing and comments.
    pub(super) fn expression(&mut self, line_end: LineEnd) -> Result<String, Unreadable> {
        let mut text = String::new();
        self.scan(&mut text, false, line_end)?;
        Ok(text)
    }

    /// What stands between brackets, with them, from the opening one at hand, without its spacing and comments.
    pub(super) fn group(&mut self) -> Result<String, Unreadable> {
        let mut text = String::new();
        self.scan(&mut text, true, LineEnd::Ends)?;
        Ok(text)
    }

    /// Copies tokens; with `group` up to the bracket that closes the first one. Nested quotes are copied as they stand, with
    /// the brackets of their interpolations on one stack, so that nothing here recurses.
    fn scan(&mut self, text: &mut String, group: bool, line_end: LineEnd) -> Result<(), Unreadable> {
        let mut open: Vec<char> = Vec::new();
        let mut blank = false;
        loop {
            let in_quotes = open.last() == Some(&'"');
            if !in_quotes {
                let before = self.offset;
                if open.is_empty() && line_end == LineEnd::Ends {
                    self.skip_blanks()?;
                } else {
                    self.skip_lines()?;
                }
                blank |= self.offset > before;
            }
            let rest = self.rest();
            let Some(letter) = self.peek() else {
                if open.is_empty() && !group {
                    return Ok(());
                }
                return Err(self.fault("an expression is not closed"));
            };
            if open.is_empty() && matches!(letter, '\n' | '\r' | ',' | ']' | '}' | ')') {
                return Ok(());
            }
            if in_quotes {
                self.inside_quotes(letter, rest, text, &mut open);
                continue;
            }
            if rest.starts_with("<<")
                && rest.get(2..).is_some_and(|rest| rest.starts_with(|next: char| next.is_alphabetic() || next == '-'))
            {
                text.push_str(&format!("{:?}", self.heredoc()?));
                continue;
            }
            if std::mem::take(&mut blank) && text.ends_with(is_word) && is_word(letter) {
                text.push(' ');
            }
            text.push(letter);
            self.advance(letter.len_utf8());
            match letter {
                '(' | '[' | '{' | '"' => open.push(letter),
                ')' | ']' | '}' => {
                    let opened = open.pop();
                    if opened != Some(opening(letter)) {
                        return Err(self.fault("brackets do not match"));
                    }
                }
                _ => {}
            }
            if group && open.is_empty() {
                return Ok(());
            }
        }
    }

    fn inside_quotes(&mut self, letter: char, rest: &str, text: &mut String, open: &mut Vec<char>) {
        let taken = match letter {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '$' | '%' if rest.get(1..).is_some_and(|rest| rest.starts_with('{')) => {
                open.push('{');
                2
            }
            '$' | '%' if rest.get(1..).is_some_and(|rest| rest.starts_with(letter)) => {
                if rest.get(2..).is_some_and(|rest| rest.starts_with('{')) { 3 } else { 1 }
            }
            '"' => {
                open.pop();
                1
            }
            _ => letter.len_utf8(),
        };
        text.push_str(rest.get(..taken).unwrap_or_default());
        self.advance(taken);
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '"')
}

const fn opening(closing: char) -> char {
    match closing {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

fn unindented(lines: &[&str], indented: bool) -> String {
    let blanks = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let told = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = if indented { told.map(blanks).min().unwrap_or(0) } else { 0 };
    lines.iter().map(|line| format!("{}\n", line.get(shared.min(blanks(line))..).unwrap_or_default())).collect()
}
