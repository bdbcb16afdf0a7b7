//! The scalars that a value holds itself: those that rules on values judge.

use crate::document::Value;

/// What a rule on values finds at a node.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Scalars<'v> {
    /// The scalar, or those of a list in order, nested lists included.
    pub(crate) values: Vec<&'v Value>,
    /// True when it is a map or holds one: the leaves of maps have key paths of their own and are judged there.
    pub(crate) has_maps: bool,
}

/// The scalars of a value; an empty list has none of them.
pub(crate) fn scalars(value: &Value) -> Scalars<'_> {
    let mut found = Scalars::default();
    collect(value, &mut found);
    found
}

/// Depth is bounded by `limits.depth` of the reader that made the value.
fn collect<'v>(value: &'v Value, found: &mut Scalars<'v>) {
    match value {
        Value::Map(_) => found.has_maps = true,
        Value::List(items) => items.iter().for_each(|item| collect(&item.value, found)),
        scalar => found.values.push(scalar),
    }
}
