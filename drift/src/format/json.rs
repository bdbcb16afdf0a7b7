//! JSON, JSON with comments and JSON5, with an explicit stack: nesting never becomes recursion.

mod cursor;
mod number;
mod string;

use self::cursor::Cursor;
use super::Unreadable;
use crate::document::{Document, Entry, Map, Node, Position, Text, Value};
use crate::finding::FileFinding;
use crate::limits::Limits;

/// Reads the one value of a JSON file.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    Reader {
        cursor: Cursor::new(text),
        limits,
        frames: Vec::new(),
        elements: Vec::new(),
        entries: Vec::new(),
        findings: Vec::new(),
        nodes: 0,
    }
    .document()
}

struct Reader<'t, 'l> {
    cursor: Cursor<'t>,
    limits: &'l Limits,
    frames: Vec<Frame>,
    /// Elements of all lists that are open, the innermost last; each list takes its own when it is closed, and no more
    /// room than they need.
    elements: Vec<Node>,
    /// The same for entries of maps.
    entries: Vec<Entry>,
    findings: Vec<FileFinding>,
    nodes: u32,
}

/// A list or map that is still open.
struct Frame {
    at: Position,
    /// Where its elements or entries begin.
    start: usize,
    content: Content,
}

enum Content {
    List,
    Map(Option<(Text, Position)>),
}

/// What comes next.
enum Step {
    Value,
    ElementOrEnd,
    KeyOrEnd,
    Done(Node),
}

impl Reader<'_, '_> {
    fn document(mut self) -> Result<Document, Unreadable> {
        self.cursor.skip_blank()?;
        if self.cursor.peek().is_none() {
            return Err(self.cursor.error("empty file is not JSON"));
        }
        let mut step = Step::Value;
        loop {
            step = match step {
                Step::Value => self.value()?,
                Step::ElementOrEnd => self.element_or_end()?,
                Step::KeyOrEnd => self.key_or_end()?,
                Step::Done(node) if self.frames.is_empty() => return self.end(node),
                Step::Done(node) => self.put(node)?,
            }
        }
    }

    fn end(mut self, root: Node) -> Result<Document, Unreadable> {
        self.cursor.skip_blank()?;
        if self.cursor.peek().is_some() {
            return Err(self.cursor.error("not valid JSON: more text after the value"));
        }
        self.findings.sort_by_key(|finding| finding.at);
        Ok(Document { roots: vec![root], findings: self.findings, ..Document::default() })
    }

    fn value(&mut self) -> Result<Step, Unreadable> {
        self.cursor.skip_blank()?;
        let at = self.cursor.place();
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes {
            return Err(Unreadable::new(at, self.limits.too_many_nodes()));
        }
        let value = match self.cursor.peek() {
            Some(b'{') => return self.open(at, Content::Map(None)),
            Some(b'[') => return self.open(at, Content::List),
            Some(b'"' | b'\'') => Value::String(self.cursor.string()?),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => Value::Number(self.cursor.number()?),
            Some(_) => match self.cursor.word() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                word => match number::special(word) {
                    Some(number) => Value::Number(number),
                    None => return Err(Unreadable::new(at, "not valid JSON: a value is expected")),
                },
            },
            None => {
                return Err(self.cursor.error("not valid JSON: the file ends where a value is expected"));
            }
        };
        Ok(Step::Done(Node::new(value, at)))
    }

    fn open(&mut self, at: Position, content: Content) -> Result<Step, Unreadable> {
        if self.frames.len() >= self.limits.nesting() {
            return Err(Unreadable::new(at, self.limits.too_deep()));
        }
        self.cursor.advance(1);
        let (step, start) = match content {
            Content::List => (Step::ElementOrEnd, self.elements.len()),
            Content::Map(_) => (Step::KeyOrEnd, self.entries.len()),
        };
        self.frames.push(Frame { at, start, content });
        Ok(step)
    }

    fn element_or_end(&mut self) -> Result<Step, Unreadable> {
        self.cursor.skip_blank()?;
        if self.cursor.eat(b']') { Ok(self.close()) } else { Ok(Step::Value) }
    }

    fn key_or_end(&mut self) -> Result<Step, Unreadable> {
        self.cursor.skip_blank()?;
        if self.cursor.eat(b'}') {
            return Ok(self.close());
        }
        let at = self.cursor.place();
        let name = match self.cursor.peek() {
            Some(b'"' | b'\'') => self.cursor.string()?,
            _ => match self.cursor.word() {
                "" => return Err(Unreadable::new(at, "not valid JSON: a key or `}` is expected")),
                word => word.into(),
            },
        };
        self.cursor.skip_blank()?;
        if !self.cursor.eat(b':') {
            return Err(self.cursor.error("not valid JSON: `:` is expected after a key"));
        }
        if let Some(Frame { content: Content::Map(key), .. }) = self.frames.last_mut() {
            *key = Some((name, at));
        }
        Ok(Step::Value)
    }

    /// Puts a value into the innermost list or map and reads what follows it.
    fn put(&mut self, node: Node) -> Result<Step, Unreadable> {
        self.cursor.skip_blank()?;
        let is_list = match self.frames.last_mut().map(|frame| &mut frame.content) {
            Some(Content::List) => {
                self.elements.push(node);
                true
            }
            Some(Content::Map(key)) => {
                self.entries.extend(key.take().map(|(key, at)| Entry { key, at, node }));
                false
            }
            None => return Ok(Step::Done(node)),
        };
        match (is_list, self.cursor.eat(b',')) {
            (true, true) => Ok(Step::ElementOrEnd),
            (false, true) => Ok(Step::KeyOrEnd),
            (true, false) if self.cursor.eat(b']') => Ok(self.close()),
            (false, false) if self.cursor.eat(b'}') => Ok(self.close()),
            (true, false) => Err(self.cursor.error("not valid JSON: `,` or `]` is expected")),
            (false, false) => Err(self.cursor.error("not valid JSON: `,` or `}` is expected")),
        }
    }

    fn close(&mut self) -> Step {
        let Some(frame) = self.frames.pop() else {
            return Step::Value;
        };
        let value = match frame.content {
            Content::List => Value::List(taken(&mut self.elements, frame.start)),
            Content::Map(_) => Value::Map(Map::last_wins(taken(&mut self.entries, frame.start), &mut self.findings)),
        };
        Step::Done(Node::new(value, frame.at))
    }
}

/// What is on the stack from a place on, with no more room than it needs. All of it is not copied: a list may be as long as
/// the file.
fn taken<T>(stack: &mut Vec<T>, start: usize) -> Vec<T> {
    if start > 0 {
        return stack.split_off(start);
    }
    let mut all = std::mem::take(stack);
    all.shrink_to_fit();
    all
}
