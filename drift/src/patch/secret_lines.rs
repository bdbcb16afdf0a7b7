//! Lines of a file that show a secret, so that a patch can say so before it is printed.

use std::collections::BTreeSet;

use crate::document::{Node, Value};
use crate::format;
use crate::json_patch::holds_secret;
use crate::limits::Limits;
use crate::naming::Naming;
use crate::secret;

/// 1-based numbers of the lines that show a secret: by their text, or because a value that the keys above name one
/// stands there. Of bytes that are no text there are none.
pub fn secret_lines(path: &str, bytes: &[u8], limits: &Limits) -> BTreeSet<u32> {
    let text = String::from_utf8_lossy(bytes);
    let redacted = secret::redact_lines(text.lines());
    let mut lines: BTreeSet<u32> =
        (1..).zip(redacted).filter(|(_, (_, secret))| *secret).map(|(line, _)| line).collect();
    if let Ok(document) = format::read(path, bytes, limits) {
        for root in &document.roots {
            mark(root, Naming::Plain, &mut lines);
        }
    }
    lines
}

fn mark(node: &Node, named: Naming, lines: &mut BTreeSet<u32>) {
    match &node.value {
        Value::Map(map) => {
            for entry in map.entries() {
                if secret::holds_secret(&entry.key) {
                    lines.insert(entry.at.line);
                }
                mark(&entry.node, named.entry(map, &entry.key), lines);
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|at| items.get(at));
                mark(item, named.element(before), lines);
            }
        }
        value if holds_secret(node, named) => {
            // A text of several lines may be written in more lines than it has: its first and one more for each.
            let more = value.scalar_text().map_or(0, |text| text.matches('\n').count() + text.len() / 40);
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            lines.extend(node.at.line..=node.at.line.saturating_add(more.saturating_add(1)));
        }
        _ => {}
    }
}
