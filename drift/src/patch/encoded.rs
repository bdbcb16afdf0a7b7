//! The text of a file with the encoding that its bytes go back to.

use std::borrow::Cow;

use crate::format::Format;

/// How a text stands in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Little,
    Utf16Big,
    Latin1,
}

/// The text of bytes that a reader took, without a byte order mark; None when they are no text.
pub(super) fn decode(bytes: &[u8], format: Format) -> Option<(Cow<'_, str>, Encoding)> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).ok()
    };
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (std::str::from_utf8(rest).ok()?.into(), Encoding::Utf8Marked),
        [0xFF, 0xFE, rest @ ..] => (wide(rest, u16::from_le_bytes)?.into(), Encoding::Utf16Little),
        [0xFE, 0xFF, rest @ ..] => (wide(rest, u16::from_be_bytes)?.into(), Encoding::Utf16Big),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), Encoding::Utf8),
            Err(_) if format == Format::Properties => {
                (bytes.iter().copied().map(char::from).collect::<String>().into(), Encoding::Latin1)
            }
            Err(_) => return None,
        },
    };
    Some((text, encoding))
}

/// The bytes of a text; None when the encoding lacks a character.
pub(super) fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    };
    Some(match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Marked => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        Encoding::Utf16Little => wide([0xFF, 0xFE], u16::to_le_bytes),
        Encoding::Utf16Big => wide([0xFE, 0xFF], u16::to_be_bytes),
        Encoding::Latin1 => return text.chars().map(|character| u8::try_from(character).ok()).collect(),
    })
}
