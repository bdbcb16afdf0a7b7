//! Expressions: literals, lists and objects as values, everything else as the text `${…}`.

use crate::document::{Entry, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::number::Number;

use super::Reader;
use super::scan::LineEnd;

impl Reader<'_> {
    /// The expression at hand. A literal that an operator follows is part of a longer expression, which is text.
    pub(super) fn value(&mut self, depth: usize) -> Result<Node, Unreadable> {
        self.value_in(depth, LineEnd::Ends)
    }

    fn value_in(&mut self, depth: usize, line_end: LineEnd) -> Result<Node, Unreadable> {
        let (start, at) = (self.scanner.offset(), self.scanner.here());
        self.node(at)?;
        self.deep(depth, at)?;
        let (nodes, findings) = (self.nodes, self.findings.len());
        if let Some(value) = self.literal(depth)? {
            let end = self.scanner.offset();
            match line_end {
                LineEnd::Ends => self.scanner.skip_blanks()?,
                LineEnd::IsBlank => self.scanner.skip_lines()?,
            }
            if self.ends_here() {
                self.scanner.go_to(end);
                return Ok(Node::new(value, at));
            }
        }
        // What was read so far is part of the text and no node of its own.
        self.nodes = nodes;
        self.findings.truncate(findings);
        self.scanner.go_to(start);
        let text = self.scanner.expression(line_end)?;
        if text.is_empty() {
            return Err(self.scanner.fault("a value is expected"));
        }
        Ok(Node::new(Value::String(format!("${{{text}}}").into()), at))
    }

    fn ends_here(&self) -> bool {
        match self.scanner.peek() {
            None | Some('\n' | ',' | ']' | '}' | ')') => true,
            Some('\r') => self.scanner.rest().starts_with("\r\n"),
            Some(_) => false,
        }
    }

    /// A literal, list or object; None when something else begins here.
    fn literal(&mut self, depth: usize) -> Result<Option<Value>, Unreadable> {
        let rest = self.scanner.rest();
        let value = match self.scanner.peek() {
            Some('"') => Value::String(self.scanner.quoted()?.into()),
            Some('<') if rest.starts_with("<<") => Value::String(self.scanner.heredoc()?.into()),
            Some('[') => return self.list(depth),
            Some('{') => return self.object(depth),
            Some('-' | '0'..='9') => {
                let digits = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
                let tail = rest.strip_prefix('-').unwrap_or(rest);
                let mut length = tail.find(|letter| !digits(letter)).unwrap_or(tail.len());
                let signed = tail.get(..length).is_some_and(|text| text.ends_with(['e', 'E']));
                if let Some(exponent) = tail
                    .get(length + 1..)
                    .filter(|_| signed && tail.get(length..).is_some_and(|rest| rest.starts_with(['+', '-'])))
                {
                    length += 1 + exponent.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(exponent.len());
                }
                let length = rest.len() - tail.len() + length;
                let Some(number) = rest.get(..length).and_then(Number::decimal) else { return Ok(None) };
                self.scanner.advance(length);
                Value::Number(number)
            }
            _ => match self.scanner.identifier() {
                Some("true") => Value::Bool(true),
                Some("false") => Value::Bool(false),
                Some("null") => Value::Null,
                _ => return Ok(None),
            },
        };
        Ok(Some(value))
    }

    fn list(&mut self, depth: usize) -> Result<Option<Value>, Unreadable> {
        self.scanner.advance(1);
        let mut nodes = Vec::new();
        loop {
            self.scanner.skip_lines()?;
            match self.scanner.peek() {
                Some(']') => break,
                None => return Err(self.scanner.fault("a list is not closed")),
                Some(_) if nodes.is_empty() && self.scanner.is_for() => return Ok(None),
                Some(_) => nodes.push(self.value_in(depth + 1, LineEnd::IsBlank)?),
            }
            self.scanner.skip_lines()?;
            match self.scanner.peek() {
                Some(',') => self.scanner.advance(1),
                Some(']') => break,
                _ => return Err(self.scanner.fault("`,` or `]` is expected in a list")),
            }
        }
        self.scanner.advance(1);
        Ok(Some(Value::List(nodes)))
    }

    fn object(&mut self, depth: usize) -> Result<Option<Value>, Unreadable> {
        self.scanner.advance(1);
        let mut entries = Vec::new();
        loop {
            self.scanner.skip_lines()?;
            match self.scanner.peek() {
                Some('}') => break,
                None => return Err(self.scanner.fault("an object is not closed")),
                Some(_) if entries.is_empty() && self.scanner.is_for() => return Ok(None),
                Some(_) => entries.push(self.member(depth)?),
            }
            // A line end separates members as a comma does.
            self.scanner.skip_blanks()?;
            match self.scanner.peek() {
                Some(',') => self.scanner.advance(1),
                Some('}' | '\n' | '\r') => {}
                _ => return Err(self.scanner.fault("`,`, a new line or `}` is expected in an object")),
            }
        }
        self.scanner.advance(1);
        Ok(Some(Value::Map(Map::last_wins(entries, &mut self.findings))))
    }

    fn member(&mut self, depth: usize) -> Result<Entry, Unreadable> {
        let at = self.scanner.here();
        let key = self.key(at)?;
        self.scanner.skip_blanks()?;
        match self.scanner.peek() {
            Some('=' | ':') => self.scanner.advance(1),
            _ => return Err(self.scanner.fault("`=` or `:` is expected behind a key")),
        }
        self.scanner.skip_lines()?;
        let node = self.value(depth + 1)?;
        Ok(Entry { key: key.into(), at, node })
    }

    /// A key: a name, a text, a number, or an expression in parentheses, which keeps its parentheses.
    fn key(&mut self, at: Position) -> Result<String, Unreadable> {
        match self.scanner.peek() {
            Some('"') => self.scanner.quoted(),
            Some('(') => Ok(format!("${{{}}}", self.scanner.group()?)),
            _ => {
                let name = self.scanner.rest();
                let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
                let length = name.find(|letter| !is_part(letter)).unwrap_or(name.len());
                let name = name.get(..length).filter(|name| !name.is_empty()).map(str::to_owned);
                self.scanner.advance(length);
                name.ok_or_else(|| Unreadable::new(at, "not valid HCL: a key is expected"))
            }
        }
    }
}
