//! Where the nodes of YAML documents stand, from the events of the parser; nesting is bounded by the reader's limits.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::piece::{Flow, Part, Piece, Shape};

/// The documents of a text: from where each starts, with its `---`, and its root.
pub(super) struct Documents {
    pub(super) roots: Vec<(usize, Piece)>,
}

/// The pieces of all documents; None where the text is written in a way that is not followed (explicit keys).
pub(super) fn documents(text: &str) -> Option<Documents> {
    let offsets = if text.is_ascii() { None } else { Some(text.char_indices().map(|(at, _)| at).collect::<Vec<_>>()) };
    let mut scan = Scan { text, offsets, events: Parser::new_from_str(text) };
    let mut roots = Vec::new();
    loop {
        let (event, at) = scan.next()?;
        match event {
            Event::DocumentStart(explicit) => {
                let from = if explicit { at.end } else { at.start };
                let start = if explicit { at.start } else { 0 };
                let next = scan.next()?;
                roots.push((start, scan.node(next, from)?));
            }
            Event::StreamEnd => return Some(Documents { roots }),
            _ => {}
        }
    }
}

struct Scan<'t> {
    text: &'t str,
    /// The byte of each character; None when each is one byte.
    offsets: Option<Vec<usize>>,
    events: Parser<'t, StrInput<'t>>,
}

type Next<'t> = (Event<'t>, Range<usize>);

impl<'t> Scan<'t> {
    fn next(&mut self) -> Option<Next<'t>> {
        let (event, span) = self.events.next()?.ok()?;
        let Span { start, end } = span;
        Some((event, self.byte(start.index())..self.byte(end.index())))
    }

    fn byte(&self, index: usize) -> usize {
        match &self.offsets {
            None => index.min(self.text.len()),
            Some(offsets) => offsets.get(index).copied().unwrap_or(self.text.len()),
        }
    }

    fn rest(&self, from: usize) -> &'t str {
        self.text.get(from..).unwrap_or_default()
    }

    /// Behind blanks, line ends and comments.
    fn skip(&self, mut at: usize) -> usize {
        loop {
            let rest = self.rest(at);
            at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if !self.rest(at).starts_with('#') {
                return at;
            }
            at += self.rest(at).find('\n').unwrap_or(self.rest(at).len());
        }
    }

    /// The node of an event; what announces it stands behind `from`.
    fn node(&mut self, (event, at): Next<'t>, from: usize) -> Option<Piece> {
        match event {
            Event::Alias(_) => Some(Piece::new(at, Shape::Opaque)),
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => Some(self.literal(from, &at)),
            Event::Scalar(_, style @ (ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted), ..) => {
                let quote = if style == ScalarStyle::SingleQuoted { '\'' } else { '"' };
                Some(Piece::inline(at.start..self.closing(&at, quote)?))
            }
            Event::Scalar(..) => Some(Piece::inline(if at.is_empty() { from..from } else { at })),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_map = matches!(event, Event::MappingStart(..));
                let props = self.text.get(at.clone())?.trim_end();
                let bracket = props.ends_with(['[', '{']) && !props.is_empty();
                if bracket {
                    return self.flow(at, is_map);
                }
                let head = if props.is_empty() { from..from } else { at.start..at.start + props.len() };
                let parts = if is_map { self.members(&head, at.end)? } else { self.elements(&head)? };
                Some(Piece::new(head, Shape::Block(parts)))
            }
            _ => None,
        }
    }

    /// Behind the quote that closes a scalar: the parser counts blanks and a comment behind it in.
    fn closing(&self, at: &Range<usize>, quote: char) -> Option<usize> {
        let opens = at.start + self.text.get(at.clone())?.find(quote)? + 1;
        let mut escaped = false;
        let mut rest = self.rest(opens).char_indices().peekable();
        while let Some((offset, character)) = rest.next() {
            match character {
                _ if escaped => escaped = false,
                '\\' if quote == '"' => escaped = true,
                '\'' if quote == '\'' && rest.peek().is_some_and(|(_, next)| *next == '\'') => escaped = true,
                _ if character == quote => return Some(opens + offset + 1),
                _ => {}
            }
        }
        None
    }

    /// A block scalar: its head is what stands in front of its lines.
    fn literal(&self, from: usize, lines: &Range<usize>) -> Piece {
        let start = self.skip(from);
        let line = self.rest(start).split('\n').next().unwrap_or_default();
        let head = line.split(" #").next().unwrap_or_default().trim_end();
        let line_end = start + line.len();
        let keeps = head.rsplit(['|', '>']).next().is_some_and(|indicators| indicators.contains('+'));
        let text = self.text.get(line_end..lines.end.max(line_end)).unwrap_or_default();
        let text = match keeps {
            true => text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)),
            false => text.trim_end(),
        };
        Piece::new(start..start + head.len(), Shape::Literal(line_end..line_end + text.len()))
    }

    fn members(&mut self, head: &Range<usize>, mut behind: usize) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        behind = behind.max(head.end);
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Some(parts);
            }
            let (part, end) = self.member(event, at, behind, false)?;
            behind = end;
            parts.push(part);
        }
    }

    /// A member whose key is the event at hand, and where it ends.
    fn member(&mut self, event: Event<'t>, at: Range<usize>, behind: usize, in_flow: bool) -> Option<(Part, usize)> {
        let Event::Scalar(text, ..) = event else { return None };
        let key = text.into_owned();
        let colon = at.end + (self.rest(at.end).len() - self.rest(at.end).trim_start_matches([' ', '\t']).len());
        let explicit = at.is_empty() || self.text.get(behind..at.start)?.trim_end().ends_with('?');
        let has_colon = self.rest(colon).starts_with(':');
        if explicit || (!has_colon && !in_flow) {
            return None;
        }
        let key_end = if has_colon { colon + 1 } else { at.end };
        let next = self.next()?;
        let piece = self.node(next, key_end)?;
        let part = Part::new(Some(key), at.start, key_end, piece);
        let end = part.end();
        Some((part, end))
    }

    fn elements(&mut self, head: &Range<usize>) -> Option<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::new();
        let mut behind = head.end;
        loop {
            let next = self.next()?;
            if matches!(next.0, Event::SequenceEnd) {
                return Some(parts);
            }
            let dash = self.skip(behind);
            if !self.rest(dash).starts_with('-') {
                return None;
            }
            let piece = self.node(next, dash + 1)?;
            let part = Part::new(None, dash, dash + 1, piece);
            behind = part.end();
            parts.push(part);
        }
    }

    fn flow(&mut self, at: Range<usize>, is_map: bool) -> Option<Piece> {
        let mut parts: Vec<Part> = Vec::new();
        loop {
            let (event, place) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::SequenceEnd) {
                let flow = Flow { open: at.end, close: place.start, parts };
                // The parser counts blanks and a comment behind the bracket in.
                return Some(Piece::new(at.start..place.start + 1, Shape::Flow(flow)));
            }
            let mut part = if is_map {
                self.member(event, place, parts.last().map_or(at.end, Part::end), true)?.0
            } else {
                let start = place.start;
                // A pair without braces is a map that no bracket announces.
                let bare = matches!(event, Event::MappingStart(..)) && place.is_empty();
                let piece = if bare { self.pair(start)? } else { self.node((event, place), start)? };
                Part::new(None, start, start, piece)
            };
            let behind = self.skip(part.end());
            part.comma = self.rest(behind).starts_with(',').then_some(behind);
            parts.push(part);
        }
    }

    fn pair(&mut self, start: usize) -> Option<Piece> {
        let parts = self.members(&(start..start), start)?;
        let end = parts.last().map_or(start, Part::end);
        Some(Piece::inline(start..end))
    }
}
