//! The scalars that a value holds itself: those that rules on values judge.

use crate::document::Value;

/// What a rule on values finds at a node.
#[derive(Debug, PartialEq)]
pub(crate) enum Scalars<'v> {
    /// The scalar, or those of a list in order, nested lists included.
    Some(Vec<&'v Value>),
    /// A map, a list of maps: its leaves have key paths of their own and are judged there.
    Structure,
}

/// The scalars of a value; an empty list has none of them.
pub(crate) fn scalars(value: &Value) -> Scalars<'_> {
    let mut found = Vec::new();
    let structure = !collect(value, &mut found);
    if structure && found.is_empty() { Scalars::Structure } else { Scalars::Some(found) }
}

/// Depth is bounded by `limits.depth` of the reader that made the value. False when a map was met.
fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Value>) -> bool {
    match value {
        Value::Map(_) => false,
        Value::List(items) => {
            let mut plain = true;
            for item in items {
                plain &= collect(&item.value, found);
            }
            plain
        }
        scalar => {
            found.push(scalar);
            true
        }
    }
}
