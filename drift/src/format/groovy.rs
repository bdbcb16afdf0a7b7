//! Groovy and Kotlin scripts as statements and blocks: enough to find the keys of build files, no more.

mod literal;
mod script;

use crate::document::{Line, Position};
use crate::format::place::Places;

pub(super) use literal::{arguments, literal, node, value};
pub(super) use script::{Block, Script, read};

/// One statement, or the head of a block: its text without comments, a line end as one blank but where it ends a statement
/// of a block between brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) at: Position,
}

/// What a script is made of, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The head of a block; empty for a bare brace.
    Open(Statement),
    /// The end of the innermost block.
    Close(Position),
    /// A statement.
    Simple(Statement),
}

impl Statement {
    /// The lines that the statement is compared as where no key is found in it. Those of a text between quotes keep their
    /// indentation, which belongs to the text.
    pub(super) fn into_lines(self, end: &str) -> Vec<Line> {
        let whole = format!("{}{end}", self.text);
        let texts = whole.trim().split('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
        texts.zip(self.at.line..).map(|(text, number)| Line { number, text: text.to_owned() }).collect()
    }
}

/// The events of a script; None when its quotes or brackets do not match, so that nothing can be told of it.
pub(super) fn events(text: &str) -> Option<Vec<Event>> {
    let mut scanner = Scanner {
        text,
        offset: 0,
        places: Places::new(text),
        statement: String::new(),
        start: Position::START,
        brackets: Vec::new(),
        blocks: 0,
        events: Vec::new(),
    };
    if text.starts_with("#!") {
        scanner.offset = text.find('\n').unwrap_or(text.len());
    }
    while scanner.step()? {}
    (scanner.blocks == 0 && scanner.brackets.is_empty()).then_some(scanner.events)
}

struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    places: Places<'a>,
    statement: String,
    start: Position,
    /// Brackets that are open inside of the statement.
    brackets: Vec<char>,
    blocks: usize,
    events: Vec<Event>,
}

/// What a statement ends with when it goes on in the next line.
const GOES_ON: [char; 7] = [',', '=', '+', '?', ':', '&', '|'];

impl Scanner<'_> {
    /// Takes one character, comment or quoted text; false at the end, None when nothing can be told.
    fn step(&mut self) -> Option<bool> {
        let rest = self.text.get(self.offset..)?;
        let Some(letter) = rest.chars().next() else {
            self.finish();
            return Some(false);
        };
        let taken = match letter {
            _ if rest.starts_with("//") && !self.is_escaped() => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") && !self.is_escaped() => rest.get(2..)?.find("*/")? + 4,
            '\'' | '"' => self.copied(rest, literal::quoted_length(rest)?)?,
            '/' if self.wants_value() => self.copied(rest, slashy_length(rest)?)?,
            '$' if rest.starts_with("$/") && !self.is_in_name() => self.copied(rest, dollar_slashy_length(rest)?)?,
            '\n' => {
                self.line_end(rest);
                1
            }
            _ if letter.is_whitespace() => {
                self.blank();
                letter.len_utf8()
            }
            ';' if self.brackets.is_empty() => {
                self.finish();
                1
            }
            '{' if self.brackets.is_empty() => {
                let head = self.take().unwrap_or(Statement { text: String::new(), at: self.places.at(self.offset) });
                self.events.push(Event::Open(head));
                self.blocks += 1;
                1
            }
            '}' if self.brackets.is_empty() => {
                self.finish();
                self.blocks = self.blocks.checked_sub(1)?;
                self.events.push(Event::Close(self.places.at(self.offset)));
                1
            }
            _ => {
                match letter {
                    '(' | '[' | '{' => self.brackets.push(letter),
                    ')' if self.brackets.pop()? != '(' => return None,
                    ']' if self.brackets.pop()? != '[' => return None,
                    '}' if self.brackets.pop()? != '{' => return None,
                    _ => {}
                }
                self.push(rest.get(..letter.len_utf8())?);
                letter.len_utf8()
            }
        };
        self.offset += taken;
        Some(true)
    }

    fn push(&mut self, text: &str) {
        if self.statement.is_empty() {
            self.start = self.places.at(self.offset);
        }
        self.statement.push_str(text);
    }

    fn blank(&mut self) {
        if !self.statement.is_empty() && !self.statement.ends_with([' ', '\n']) {
            self.statement.push(' ');
        }
    }

    /// A line end ends a statement unless a bracket is open, the line is not whole, or the next one goes on with a call.
    fn line_end(&mut self, rest: &str) {
        if self.statement.is_empty() {
            return;
        }
        if self.brackets.last() == Some(&'{') {
            self.statement.truncate(self.statement.trim_end().len());
            return self.statement.push('\n');
        }
        if !self.brackets.is_empty() {
            return self.blank();
        }
        let goes_on = self.statement.trim_end().ends_with(GOES_ON) || rest.trim_start().starts_with(['.', '?']);
        if goes_on { self.blank() } else { self.finish() }
    }

    fn take(&mut self) -> Option<Statement> {
        let text = std::mem::take(&mut self.statement).trim_end().to_owned();
        (!text.is_empty()).then_some(Statement { text, at: self.start })
    }

    fn finish(&mut self) {
        let statement = self.take();
        self.events.extend(statement.map(Event::Simple));
    }

    /// Copies a text between quotes or slashes as it stands and gives its length.
    fn copied(&mut self, rest: &str, length: usize) -> Option<usize> {
        self.push(rest.get(..length)?);
        Some(length)
    }

    /// True behind a backslash, which stands outside of quotes only where a text between slashes was not seen to begin.
    fn is_escaped(&self) -> bool {
        self.statement.ends_with('\\')
    }

    /// True where a value is to come, so that a slash begins a text and does not divide.
    fn wants_value(&self) -> bool {
        let before = self.statement.trim_end();
        let is_step = before.ends_with("++") || before.ends_with("--");
        let is_word = VALUED.iter().any(|word| {
            before.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|letter: char| letter.is_alphanumeric()))
        });
        before.is_empty() || is_word || (before.ends_with(OPERATORS) && !is_step)
    }

    fn is_in_name(&self) -> bool {
        self.statement.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
    }
}

/// What stands in front of a value.
const OPERATORS: [char; 17] = ['(', ',', '=', ':', '[', '!', '&', '|', '?', '{', '~', '<', '>', '+', '-', '*', '%'];

/// Words in front of a value.
const VALUED: [&str; 4] = ["return", "case", "in", "assert"];

/// The length of a text between slashes; None when it is not closed.
fn slashy_length(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    loop {
        match letters.next()? {
            (at, '/') => return Some(at + 1),
            (_, '\\') if letters.clone().next().is_some_and(|(_, next)| next == '/') => drop(letters.next()),
            _ => {}
        }
    }
}

/// The length of a text between `$/` and `/$`, where `$` escapes a slash and itself; None when it is not closed.
fn dollar_slashy_length(text: &str) -> Option<usize> {
    let mut at = 2;
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '$' if rest.starts_with("$$") || rest.starts_with("$/") => at += 2,
            '/' if rest.starts_with("/$") => return Some(at + 2),
            letter => at += letter.len_utf8(),
        }
    }
}
