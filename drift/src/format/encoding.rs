//! From bytes to text: UTF-8, marked UTF-16, and Latin-1 where a format is written in it by tradition.

use std::borrow::Cow;

use crate::document::Position;
use crate::finding::{FileFinding, FindingCode};
use crate::format::place::after;
use crate::format::{Format, Unreadable};

/// What the bytes of a file are.
pub(super) enum Decoded<'a> {
    /// Not text.
    Binary,
    /// Text.
    Text(DecodedText<'a>),
}

/// The text of a file, without its byte order mark, and what was noticed about its encoding.
pub(super) struct DecodedText<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) findings: Vec<FileFinding>,
}

/// Decodes a file. Bytes that are not text are `Binary` in a file of no known format and an error in any other.
pub(super) fn decode(bytes: &[u8], format: Format) -> Result<Decoded<'_>, Unreadable> {
    let (text, note) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let (text, note) = utf8(rest, format)?;
            (text, Some(note.unwrap_or((Position::START, "the file starts with a utf-8 byte order mark"))))
        }
        [0xFF, 0xFE, rest @ ..] => match utf16(rest, u16::from_le_bytes) {
            Ok(text) => (text.into(), Some((Position::START, "the file is utf-16 (little endian)"))),
            Err(_) if format == Format::Text && bytes.contains(&0) => return Ok(Decoded::Binary),
            Err(unreadable) => return Err(unreadable),
        },
        [0xFE, 0xFF, rest @ ..] => match utf16(rest, u16::from_be_bytes) {
            Ok(text) => (text.into(), Some((Position::START, "the file is utf-16 (big endian)"))),
            Err(_) if format == Format::Text && bytes.contains(&0) => return Ok(Decoded::Binary),
            Err(unreadable) => return Err(unreadable),
        },
        _ if format == Format::Text && bytes.contains(&0) => return Ok(Decoded::Binary),
        _ => utf8(bytes, format)?,
    };
    if let Some((before, _)) = text.split_once('\0') {
        if format == Format::Text {
            return Ok(Decoded::Binary);
        }
        return Err(binary(before, format));
    }
    let findings =
        note.map(|(at, message)| FileFinding { code: FindingCode::Encoding, at, message: message.to_owned() });
    Ok(Decoded::Text(DecodedText { text, findings: findings.into_iter().collect() }))
}

fn binary(before: &str, format: Format) -> Unreadable {
    Unreadable::new(after(Position::START, before), format!("binary content in a {format} file"))
}

type Noted<'a> = (Cow<'a, str>, Option<(Position, &'static str)>);

fn utf8(bytes: &[u8], format: Format) -> Result<Noted<'_>, Unreadable> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((text.into(), None)),
        Err(error) => error,
    };
    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let before = String::from_utf8_lossy(valid);
    if let Some((before, _)) = before.split_once('\0') {
        return Err(binary(before, format));
    }
    let at = after(Position::START, &before);
    if bytes.contains(&0) {
        return Err(Unreadable::new(at, format!("binary content in a {format} file")));
    }
    if format == Format::Properties {
        let text: String = bytes.iter().copied().map(char::from).collect();
        return Ok((text.into(), Some((at, "not valid utf-8, read as iso-8859-1"))));
    }
    Err(Unreadable::new(at, "not valid utf-8"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(character) => text.push(character),
            Err(_) => return Err(Unreadable::new(after(Position::START, &text), "not valid utf-16")),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(Unreadable::new(after(Position::START, &text), "utf-16 text ends within a character"))
    }
}
