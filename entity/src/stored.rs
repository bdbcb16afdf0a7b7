//! Closed sets of words as the database stores them: snake_case text, read back without a panic and without a default.

use drift::decision::Decision;
use drift::delta::{Class, Kind};
use drift::report::ReportFormat;
use drift::risk::Risk;
use drift::settings::Tier;
use sea_orm::prelude::Uuid;

/// A row holds a word that this build does not know. The word itself is not told: it could be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of row {id} in table {table} holds an unknown word")]
pub struct UnknownText {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row.
    pub id: Uuid,
}

/// A closed set of words that is stored as text.
pub trait Stored: Copy + 'static {
    /// Every member.
    const MEMBERS: &'static [Self];

    /// The text in the database.
    fn stored(self) -> &'static str;

    /// The member that a text stands for, or an error that names the place.
    fn decode(text: &str, table: &'static str, column: &'static str, id: Uuid) -> Result<Self, UnknownText> {
        let found = Self::MEMBERS.iter().copied().find(|member| member.stored() == text);
        found.ok_or(UnknownText { table, column, id })
    }
}

/// Words of the engine that are stored as they are written on the wire.
macro_rules! stored_as_written {
    ($($name:ty),+) => {
        $(impl Stored for $name {
            const MEMBERS: &'static [Self] = Self::ALL;

            fn stored(self) -> &'static str {
                self.as_str()
            }
        })+
    };
}

stored_as_written!(Class, Kind, ReportFormat, Risk, Tier);

impl Stored for Decision {
    const MEMBERS: &'static [Self] = Self::ALL;

    // Upper case on the wire, lower case in the database.
    fn stored(self) -> &'static str {
        match self {
            Self::AutoMerge => "auto_merge",
            Self::HumanReview => "human_review",
            Self::BlockMerge => "block_merge",
        }
    }
}

/// Defines a closed set of words whose home is the database.
macro_rules! stored_words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $crate::stored::Stored for $name {
            const MEMBERS: &'static [Self] = &[$(Self::$variant,)+];

            fn stored(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::stored::Stored::stored(*self))
            }
        }
    };
}

pub(crate) use stored_words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_text_names_its_place_and_not_itself() {
        let id = Uuid::from_u128(7);
        assert_eq!(Decision::decode("human_review", "certifications", "decision", id), Ok(Decision::HumanReview));
        let wire = Decision::decode("HUMAN_REVIEW", "certifications", "decision", id).unwrap_err();
        assert_eq!(
            wire.to_string(),
            "column decision of row 00000000-0000-0000-0000-000000000007 in table certifications holds an unknown word"
        );
    }
}
