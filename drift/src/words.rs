//! Closed sets of words: one enum gives the wire name, the database text, parsing and the list of all.

/// A word that is not in its set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {set}; expected one of {}", .expected.join(", "))]
pub struct UnknownWord {
    /// The name of the set.
    pub set: &'static str,
    /// What stood there.
    pub text: String,
    /// All words of the set.
    pub expected: &'static [&'static str],
}

/// Defines a closed set of words with `ALL`, `WORDS`, `as_str`, `Display`, `FromStr` and serde by word.
/// Variants are ordered as written.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::words::UnknownWord { set: stringify!($name), text: text.to_owned(), expected: Self::WORDS }),
                }
            }
        }
    };
}

pub(crate) use words;
