//! Groovy and Kotlin scripts as statements and blocks: enough to find the keys of build files, no more.

mod literal;
mod script;

use crate::document::{Line, Position};
use crate::format::place::Places;

pub(super) use literal::{arguments, literal, node, value};
pub(super) use script::{Block, Script, read};

/// One statement, or the head of a block: its text without comments, a line end as one blank.
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
    /// The lines that the statement is compared as where no key is found in it.
    pub(super) fn into_lines(self, end: &str) -> Vec<Line> {
        let whole = format!("{}{end}", self.text);
        let texts = whole.trim().split('\n');
        texts.zip(self.at.line..).map(|(text, number)| Line { number, text: text.trim().to_owned() }).collect()
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
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/")? + 2,
            '\'' | '"' => self.quoted(rest)?,
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
        if !self.statement.is_empty() && !self.statement.ends_with(' ') {
            self.statement.push(' ');
        }
    }

    /// A line end ends a statement unless a bracket is open, the line is not whole, or the next one goes on with a call.
    fn line_end(&mut self, rest: &str) {
        if self.statement.is_empty() {
            return;
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

    /// Copies a quoted text as it stands and gives its length; None when it is not closed.
    fn quoted(&mut self, rest: &str) -> Option<usize> {
        let length = literal::quoted_length(rest)?;
        self.push(rest.get(..length)?);
        Some(length)
    }
}
