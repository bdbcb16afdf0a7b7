//! XML: elements, attributes and text; no external entity is fetched and no declared entity is expanded.

mod element;
mod fault;
mod names;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::document::{Document, Entry, Map, Position};
use crate::format::Unreadable;
use crate::format::place::{Places, offset_in};
use crate::format::tally::Tally;
use crate::limits::Limits;
use element::Element;
use names::Names;

/// Reads one XML document; anything that is not well-formed makes the file unreadable.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut walk = Walk {
        places: Places::new(text),
        names: Names::default(),
        open: Vec::new(),
        root: None,
        tally: Tally::new(limits),
    };
    loop {
        let offset = byte_offset(reader.buffer_position());
        walk.places.at(offset);
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(event, offset)?,
            Err(error) => {
                let at = walk.places.at(byte_offset(reader.error_position()));
                return Err(Unreadable::new(at, fault::reason(&error)));
            }
        }
    }
    walk.finish()
}

const CDATA: &str = "<![CDATA[";

fn byte_offset(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// The open elements, innermost last: an explicit stack, so that depth costs no call stack.
struct Walk<'a> {
    places: Places<'a>,
    names: Names,
    open: Vec<Element>,
    root: Option<Entry>,
    tally: Tally<'a>,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, offset: usize) -> Result<(), Unreadable> {
        match event {
            Event::Start(start) => self.open(&start, offset),
            Event::Empty(start) => {
                self.open(&start, offset)?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text, &text.xml10_content(), offset),
            Event::CData(_) if self.open.is_empty() => {
                Err(Unreadable::new(self.places.at(offset), "a section outside the root element"))
            }
            Event::CData(text) => self.text(&text, &text.xml10_content(), offset + CDATA.len()),
            Event::GeneralRef(reference) => self.reference(&reference, offset),
            Event::DocType(declaration) if declaration.contains("<!ENTITY") => {
                Err(Unreadable::new(self.places.at(offset), "the document type declares entities"))
            }
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, offset: usize) -> Result<(), Unreadable> {
        let at = self.places.at(offset);
        let name_at = Position::new(at.line, at.column.saturating_add(1));
        if self.open.is_empty() && self.root.is_some() {
            return Err(Unreadable::new(at, "a second root element"));
        }
        self.tally.node(at)?;
        self.tally.depth(self.open.len() + 1, at)?;
        let parent = self.open.last().map(|parent| parent.namespace.as_deref());
        let (key, namespace) = self.names.open(start, parent, name_at)?;
        let mut element = Element::new(key, name_at, at, namespace);
        if parent.is_none() {
            element.declare_namespace(&mut self.tally)?;
        }
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Unreadable::new(at, fault::attribute_reason(&error)))?;
            let key_at = self.places.at(offset + 1 + offset_in(start, attribute.key.0));
            let Some(key) = self.names.attribute(attribute.key, key_at)? else {
                continue;
            };
            let value_at = match &attribute.value {
                std::borrow::Cow::Borrowed(value) => self.places.at(offset + 1 + offset_in(start, value)),
                std::borrow::Cow::Owned(_) => key_at,
            };
            if attribute.value.contains('<') {
                return Err(Unreadable::new(value_at, "`<` in the value of an attribute"));
            }
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|error| Unreadable::new(value_at, fault::reason(&error)))?;
            element.attribute(key, key_at, &value, value_at, &mut self.tally)?;
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        self.names.close();
        let Some(element) = self.open.pop() else {
            return Ok(());
        };
        let entry = element.into_entry();
        match self.open.last_mut() {
            Some(parent) => parent.child(entry),
            None => self.root = Some(entry),
        }
        Ok(())
    }

    /// Takes text that stands in the file as `source`, whose line ends are not yet normal.
    fn text(&mut self, source: &str, text: &str, offset: usize) -> Result<(), Unreadable> {
        let blank = source.len() - source.trim_start().len();
        if let Some(element) = self.open.last_mut() {
            let places = &mut self.places;
            element.text(text, || places.at(offset + blank));
        } else if blank < source.len() {
            return Err(Unreadable::new(self.places.at(offset + blank), "text outside the root element"));
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>, offset: usize) -> Result<(), Unreadable> {
        let at = self.places.at(offset);
        let character = reference.resolve_char_ref().map_err(|error| Unreadable::new(at, fault::reason(&error)))?;
        let mut buffer = [0; 4];
        let text = match character {
            Some(character) => Some(&*character.encode_utf8(&mut buffer)),
            None => quick_xml::escape::resolve_predefined_entity(reference),
        };
        match (text, self.open.last_mut()) {
            (Some(text), Some(element)) => {
                element.text(text, || at);
                Ok(())
            }
            (Some(_), None) => Err(Unreadable::new(at, "text outside the root element")),
            (None, _) => Err(Unreadable::new(at, fault::UNKNOWN_ENTITY)),
        }
    }

    fn finish(self) -> Result<Document, Unreadable> {
        if let Some(element) = self.open.last() {
            return Err(Unreadable::new(element.at, format!("element `{}` is not closed", element.key)));
        }
        let root = self.root.ok_or_else(|| Unreadable::new(Position::START, "no root element"))?;
        Ok(self.tally.into_document(Map::from_unique(vec![root])))
    }
}
