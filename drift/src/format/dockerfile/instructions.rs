//! From the lines of a Dockerfile to its instructions: directives, comments, continuations, here-documents.

use crate::document::{Line, Position};
use crate::format::Unreadable;
use crate::format::logical::Logical;
use crate::format::place::{SourceLine, lines};

/// One instruction, joined over its continuations, with the lines of its here-documents.
pub(super) struct Instruction {
    pub(super) line: Logical,
    pub(super) body: Vec<Line>,
    /// The escape character of the file.
    pub(super) escape: char,
}

/// What a Dockerfile is made of.
pub(super) struct Source {
    /// The directives of the head (`# syntax=…`), which are comments with a meaning.
    pub(super) directives: Vec<Line>,
    pub(super) instructions: Vec<Instruction>,
}

impl Instruction {
    /// The word that names the instruction, as written.
    pub(super) fn name(&self) -> &str {
        self.line.text().split_whitespace().next().unwrap_or_default()
    }

    /// True for the instruction of that name, in any letter case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// What follows the name.
    pub(super) fn arguments(&self) -> &str {
        self.line.text().get(self.name().len()..).unwrap_or_default().trim()
    }

    /// Where `part`, a slice of the instruction, starts.
    pub(super) fn place(&self, part: &str) -> Position {
        self.line.place(crate::format::place::offset_in(self.line.text(), part))
    }

    /// The instruction as text.
    pub(super) fn into_lines(self) -> impl Iterator<Item = Line> {
        let first = Line { number: self.line.number(), text: self.line.text().trim_end().to_owned() };
        std::iter::once(first).chain(self.body)
    }
}

/// Splits a Dockerfile; a here-document without its end makes it unreadable.
pub(super) fn read(text: &str) -> Result<Source, Unreadable> {
    let mut source = Source { directives: Vec::new(), instructions: Vec::new() };
    let mut escape = '\\';
    let mut head = true;
    let mut rest = lines(text);
    while let Some(line) = rest.next() {
        let directive = directive(line.text).filter(|_| head);
        head = directive.is_some();
        if let Some((name, value)) = directive {
            if name.eq_ignore_ascii_case("escape") && value == "`" {
                escape = '`';
            }
            source.directives.push(Line { number: line.number, text: line.text.trim().to_owned() });
        } else if !is_blank(line.text) {
            let line = joined(line, &mut rest, escape);
            let mut instruction = Instruction { line, body: Vec::new(), escape };
            read_bodies(&mut instruction, &mut rest)?;
            source.instructions.push(instruction);
        }
    }
    Ok(source)
}

/// `# name=value`, the form of a directive; it counts at the head of the file only.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim().strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let known = ["syntax", "escape", "check"].iter().any(|known| name.eq_ignore_ascii_case(known));
    (known && !value.is_empty()).then_some((name, value))
}

fn is_blank(line: &str) -> bool {
    let content = line.trim_start();
    content.is_empty() || content.starts_with('#')
}

/// Joins a line with those that continue it; comments and blank lines between them are left out.
fn joined<'a>(first: SourceLine<'a>, rest: &mut impl Iterator<Item = SourceLine<'a>>, escape: char) -> Logical {
    let mut logical = Logical::default();
    let mut next = Some(first);
    while let Some(line) = next {
        if logical.text().is_empty() || !is_blank(line.text) {
            let part = line.text.trim_start();
            let (part, more) = match continued(part, escape) {
                Some(part) => (part, true),
                None => (part.trim_end(), false),
            };
            // Spacing at a joint is no difference: one blank stands for any.
            if line.text.starts_with([' ', '\t']) && !logical.text().is_empty() && !logical.text().ends_with(' ') {
                logical.push(" ", line.place(line.text));
            }
            logical.push(part.trim_end(), line.place(part));
            if !more {
                break;
            }
            if part.ends_with([' ', '\t']) {
                logical.push(" ", line.place(part.trim_end()));
            }
        }
        next = rest.next();
    }
    logical
}

/// The line without the one escape character at its end; two of them are none.
fn continued(line: &str, escape: char) -> Option<&str> {
    let part = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!part.ends_with(escape)).then_some(part)
}

fn read_bodies<'a>(
    instruction: &mut Instruction,
    rest: &mut impl Iterator<Item = SourceLine<'a>>,
) -> Result<(), Unreadable> {
    if !["RUN", "COPY", "ADD"].iter().any(|name| instruction.is(name)) {
        return Ok(());
    }
    let ends: Vec<(bool, String)> = instruction.arguments().split_whitespace().filter_map(here_document).collect();
    for (tabs, end) in ends {
        let mut closed = false;
        for line in rest.by_ref() {
            instruction.body.push(Line { number: line.number, text: line.text.to_owned() });
            let content = if tabs { line.text.trim_start_matches('\t') } else { line.text };
            if content == end {
                closed = true;
                break;
            }
        }
        if !closed {
            return Err(Unreadable::new(instruction.line.place(0), "a here-document is not closed"));
        }
    }
    Ok(())
}

/// `<<EOF`, `<<-EOF`, `3<<"EOF"`: whether leading tabs are dropped, and the line that ends it.
fn here_document(word: &str) -> Option<(bool, String)> {
    let word = word.trim_start_matches(|character: char| character.is_ascii_digit()).strip_prefix("<<")?;
    let (tabs, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
    let bare = |quote: char| name.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
    let name = bare('"').or_else(|| bare('\'')).unwrap_or(name);
    let plain = name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-'));
    (plain && !name.is_empty()).then(|| (tabs, name.to_owned()))
}
