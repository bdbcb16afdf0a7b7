//! YAML: 1.2 core schema, several documents, anchors and merge keys resolved; templates fall back to text.

mod ambiguous;
mod build;
mod hazard;
mod key;
mod measure;
mod merge;
mod scalar;
mod tag;

use saphyr_parser::{Marker, Parser, ScanError};

use self::build::Builder;
use super::Unreadable;
use crate::document::{Document, Position};
use crate::finding::{FileFinding, FindingCode};
use crate::limits::Limits;

/// Why building stopped: only what is not YAML can be a template, a file beyond a limit never is.
enum Stop {
    Syntax(Unreadable),
    Limit(Unreadable),
}

impl Stop {
    fn syntax(at: Position, reason: &str) -> Self {
        Self::Syntax(Unreadable::new(at, format!("not valid YAML: {reason}")))
    }

    fn limit(at: Position, reason: String) -> Self {
        Self::Limit(Unreadable::new(at, reason))
    }
}

/// The nesting of flow collections at which the parser gives up by itself.
const PARSER_FLOW_LEVELS: usize = 255;

/// Reads all documents of a YAML file; an empty file has none.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Document, Unreadable> {
    match build(text, limits) {
        Ok(document) => Ok(document),
        Err(Stop::Syntax(unreadable)) if text.contains("{{") || text.contains("{%") => {
            Ok(as_template(text, &unreadable))
        }
        Err(Stop::Syntax(unreadable) | Stop::Limit(unreadable)) => Err(unreadable),
    }
}

fn build(text: &str, limits: &Limits) -> Result<Document, Stop> {
    let mut builder = Builder::new(limits);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| stop(&error, limits))?;
        builder.take(event, position(span.start))?;
    }
    Ok(builder.finish())
}

fn position(marker: Marker) -> Position {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position::new(number(marker.line()), number(marker.col()).saturating_add(1))
}

fn stop(error: &ScanError, limits: &Limits) -> Stop {
    let at = position(*error.marker());
    match error.info() {
        "recursion limit exceeded" if limits.nesting() <= PARSER_FLOW_LEVELS => Stop::limit(at, limits.too_deep()),
        "recursion limit exceeded" => {
            Stop::limit(at, format!("flow lists and maps are nested deeper than {PARSER_FLOW_LEVELS} levels"))
        }
        // The one message of the parser that quotes the source.
        info if info.starts_with("unexpected character") => {
            Stop::syntax(at, "a plain scalar cannot start with this character")
        }
        info => Stop::syntax(at, info),
    }
}

fn as_template(text: &str, unreadable: &Unreadable) -> Document {
    let message =
        format!("a template that is not YAML until it is rendered is compared as text: {}", unreadable.reason);
    let finding = FileFinding { code: FindingCode::Template, at: unreadable.at, message };
    let mut document = super::text::read(text);
    document.findings.push(finding);
    document
}
