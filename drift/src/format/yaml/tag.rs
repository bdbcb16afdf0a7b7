//! Tags: which belong to the core schema and how the others are spelled.

use std::borrow::Cow;

use saphyr_parser::Tag;

use crate::document::Text;

/// The name behind `!!` of a tag of the YAML repository.
pub(super) fn core(tag: &str) -> Option<&str> {
    tag.strip_prefix("tag:yaml.org,2002:")
}

/// The whole tag: `!vault`, `tag:yaml.org,2002:int`, or `!` alone.
pub(super) fn full(tag: Option<Cow<'_, Tag>>) -> Option<String> {
    tag.map(|tag| format!("{}{}", tag.handle, tag.suffix))
}

/// A tag as people write it.
pub(super) fn shown(tag: &str) -> Box<Text> {
    Box::new(core(tag).map_or_else(|| tag.into(), |name| format!("!!{name}").into()))
}
