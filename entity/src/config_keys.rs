//! Keys that a run ever found changed, once each, for searching by prefix.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Select};

pub use crate::generated::config_keys::*;
use crate::page::tuple_after;

/// Which column a search looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchIn {
    /// The file.
    File,
    /// The key path.
    KeyPath,
}

/// The last row of the page before: both columns in the order of the search, and the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The searched column.
    pub first: String,
    /// The other one.
    pub second: String,
    /// The row.
    pub id: Uuid,
}

impl Entity {
    /// The keys of a service whose file or key path starts with a text, in the order of their bytes, after a row.
    pub fn starting_with(service: &str, column: SearchIn, prefix: &str, after: Option<&After>) -> Select<Self> {
        let (first, second) = match column {
            SearchIn::File => (Column::File, Column::KeyPath),
            SearchIn::KeyPath => (Column::KeyPath, Column::File),
        };
        let mut select = Self::find().filter(Column::ServiceName.eq(service)).filter(first.gte(prefix));
        if let Some(end) = end_of_prefix(prefix) {
            select = select.filter(first.lt(end));
        }
        if let Some(after) = after {
            select = select.filter(tuple_after(
                [first, second, Column::Id],
                [after.first.clone().into(), after.second.clone().into(), after.id.into()],
            ));
        }
        select.order_by_asc(first).order_by_asc(second).order_by_asc(Column::Id)
    }
}

/// The first text behind all that start with a prefix: its last character, one higher. None when there is no such text.
/// UTF-8 sorts by bytes as it does by code points.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // The code points of surrogates are no characters.
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

impl ActiveModelBehavior for ActiveModel {}

#[cfg(test)]
mod tests {
    use super::end_of_prefix;

    #[test]
    fn the_end_of_a_prefix_is_the_first_text_behind_it() {
        assert_eq!(end_of_prefix("app"), Some("apq".to_owned()));
        assert_eq!(end_of_prefix("a\u{d7ff}"), Some("a\u{e000}".to_owned()));
        assert_eq!(end_of_prefix("a\u{10ffff}"), Some("b".to_owned()));
        assert_eq!(end_of_prefix("\u{10ffff}"), None);
        assert_eq!(end_of_prefix(""), None);
    }
}
