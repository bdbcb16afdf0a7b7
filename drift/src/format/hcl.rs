//! HCL (Terraform, tfvars, Packer, Nomad): attributes as keys, labelled blocks as maps by label, others as lists.
//!
//! The tree is that of Terraform's JSON syntax: an expression that is no literal is the text `${…}` of it, spacing aside.

mod block;
mod expression;
mod scan;

use crate::document::{Document, Entry, Map, Node, Position, Value};
use crate::finding::FileFinding;
use crate::format::Unreadable;
use crate::limits::Limits;
use block::Block;
use scan::Scanner;

/// The deepest nesting that is read, whatever `limits.depth` says: blocks and expressions are read by recursion.
const DEEPEST: usize = 255;

/// Reads a body of attributes and blocks.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut reader = Reader { scanner: Scanner::new(text), limits, nodes: 0, findings: Vec::new() };
    let map = reader.body(0)?;
    let root = Node::new(Value::Map(map), Position::START);
    Ok(Document { roots: vec![root], findings: reader.findings, ..Document::default() })
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    limits: &'a Limits,
    nodes: u32,
    findings: Vec<FileFinding>,
}

impl Reader<'_> {
    /// The body of a block up to its closing brace, or of the file up to its end.
    fn body(&mut self, depth: usize) -> Result<Map, Unreadable> {
        let (mut attributes, mut blocks) = (Vec::new(), Vec::new());
        loop {
            self.scanner.skip_lines()?;
            match self.scanner.peek() {
                None if depth == 0 => break,
                Some('}') if depth > 0 => {
                    self.scanner.advance(1);
                    break;
                }
                None => return Err(self.scanner.fault("a block is not closed")),
                Some(_) => self.item(depth, &mut attributes, &mut blocks)?,
            }
        }
        attributes.extend(block::entries(blocks, &mut self.findings));
        Ok(Map::last_wins(attributes, &mut self.findings))
    }

    fn item(&mut self, depth: usize, attributes: &mut Vec<Entry>, blocks: &mut Vec<Block>) -> Result<(), Unreadable> {
        let at = self.scanner.here();
        let key = match self.scanner.peek() {
            Some('"') => self.scanner.quoted()?,
            _ => self.scanner.identifier().ok_or_else(|| self.scanner.fault("a name is expected"))?.to_owned(),
        };
        self.scanner.skip_blanks()?;
        if self.scanner.peek() == Some('=') && !self.scanner.rest().starts_with("==") {
            self.scanner.advance(1);
            self.scanner.skip_blanks()?;
            let node = self.value(depth + 1)?;
            attributes.push(Entry { key: key.into(), at, node });
            return self.end_of_item();
        }
        let mut labels = Vec::new();
        loop {
            match self.scanner.peek() {
                Some('{') => break,
                Some('"') => labels.push(self.scanner.quoted()?),
                _ => {
                    let label = self.scanner.identifier().map(str::to_owned);
                    labels.push(label.ok_or_else(|| self.scanner.fault("`=`, a label or `{` is expected"))?);
                }
            }
            self.scanner.skip_blanks()?;
        }
        self.scanner.advance(1);
        self.node(at)?;
        let below = depth + 1 + labels.len();
        self.deep(below, at)?;
        let body = self.body(below)?;
        blocks.push(Block { kind: key, at, labels, body });
        self.end_of_item()
    }

    /// An attribute or block ends with its line; a block of one line ends with its brace.
    fn end_of_item(&mut self) -> Result<(), Unreadable> {
        self.scanner.skip_blanks()?;
        match self.scanner.peek() {
            None | Some('\n' | '}') => Ok(()),
            Some('\r') if self.scanner.rest().starts_with("\r\n") => Ok(()),
            Some(_) => Err(self.scanner.fault("the end of the line is expected")),
        }
    }

    fn node(&mut self, at: Position) -> Result<(), Unreadable> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes {
            return Err(Unreadable::new(at, self.limits.too_many_nodes()));
        }
        Ok(())
    }

    fn deep(&self, depth: usize, at: Position) -> Result<(), Unreadable> {
        if depth > self.limits.nesting() {
            return Err(Unreadable::new(at, self.limits.too_deep()));
        }
        if depth > DEEPEST {
            return Err(Unreadable::new(
                at,
                format!("blocks, lists and objects are nested deeper than {DEEPEST} levels"),
            ));
        }
        Ok(())
    }
}
