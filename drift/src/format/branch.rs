//! A tree that grows by path, for formats whose keys are found one by one.

use std::collections::HashMap;

use crate::document::{Entry, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::tally::Tally;
use crate::limits::Limits;

/// What a key holds. Whether a key may stand again is for the script to say, so that no value is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Its value; a list of them when it stands again.
    Gathered,
    /// The key holds a list, however often it stands.
    Listed,
}

/// Keys of one map.
#[derive(Default)]
pub(super) struct Branch {
    items: HashMap<String, Item>,
}

/// What stands at a key: values, keys below it, or both.
struct Item {
    /// How many keys stand in front of it.
    number: usize,
    at: Position,
    values: Vec<Node>,
    again: Again,
    below: Branch,
}

/// The key of a value that stands where there are keys below it too.
const SELF: &str = "";

impl Branch {
    /// Adds a value at a path of at least one key.
    pub(super) fn put(
        &mut self,
        (path, at): (&[String], Position),
        node: Node,
        again: Again,
        limits: &Limits,
        tally: &mut Tally<'_>,
    ) -> Result<(), Unreadable> {
        if path.len() > limits.nesting() {
            return Err(Unreadable::new(at, limits.too_deep()));
        }
        tally.node(at)?;
        let (last, above) = path.split_last().map_or((SELF, path), |(last, above)| (last.as_str(), above));
        let mut branch = self;
        for key in above {
            branch = &mut branch.item(key, at).below;
        }
        let item = branch.item(last, at);
        item.again = again;
        item.values.push(node);
        Ok(())
    }

    fn item(&mut self, key: &str, at: Position) -> &mut Item {
        let number = self.items.len();
        let new = || Item { number, at, values: Vec::new(), again: Again::Gathered, below: Self::default() };
        self.items.entry(key.to_owned()).or_insert_with(new)
    }

    /// True when nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The map, in source order. Depth is bounded by [`Self::put`].
    pub(super) fn into_map(self) -> Map {
        let mut items: Vec<(String, Item)> = self.items.into_iter().collect();
        items.sort_by_key(|(_, item)| item.number);
        let entries = items.into_iter().map(|(key, item)| {
            let Item { at, values, again, below, .. } = item;
            if below.is_empty() {
                return Entry { key: key.into(), at, node: held(values, again, at) };
            }
            let own = (!values.is_empty()).then(|| Entry { key: SELF.into(), at, node: held(values, again, at) });
            let entries = own.into_iter().chain(below.into_map().into_entries()).collect();
            Entry { key: key.into(), at, node: Node::new(Value::Map(Map::from_unique(entries)), at) }
        });
        Map::from_unique(entries.collect())
    }
}

/// One value as it stands, several as a list.
fn held(mut values: Vec<Node>, again: Again, at: Position) -> Node {
    match values.pop() {
        Some(only) if values.is_empty() && again != Again::Listed => only,
        last => Node::new(Value::List(values.into_iter().chain(last).collect()), at),
    }
}
