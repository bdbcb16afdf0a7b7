//! What the keys on the way to a node say of it: whether it is a secret, or stands below a container of secrets.

use crate::document::{Map, Node, Value};
use crate::secret;

/// What the keys above a node say of it; a later one hides more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// Nothing.
    Plain,
    /// It stands below a container of secrets, under a key that is not known to be harmless.
    Below,
    /// Its own key names a secret, or that of the list it is an element of.
    Secret,
    /// The same, and the secret is a key: `key` below it is the secret itself and not the name of one.
    Key,
}

/// Keys that name what stands beside them, without letter case and without the `@` of XML attributes.
const LABELS: [&str; 6] = ["name", "key", "id", "variable", "parameterkey", "property"];

/// Keys that hold what a label beside them names.
const LABELLED: [&str; 9] =
    ["value", "val", "values", "default", "defaultvalue", "content", "parametervalue", "setting", "#text"];

impl Naming {
    /// What is known of the value of `key` in this map. A Kubernetes Secret and `{name: DB_PASSWORD, value: …}`
    /// tell by a neighbouring key.
    pub(crate) fn entry(self, map: &Map, key: &str) -> Self {
        Self::beside(map, key).unwrap_or_else(|| self.child(key))
    }

    /// What the keys beside it say of the value of `key`, which counts more than `key` and the keys above.
    pub(crate) fn beside(map: &Map, key: &str) -> Option<Self> {
        let is_text = |key: &str, text: &str| matches!(map.get(key).map(|node| &node.value), Some(Value::String(found)) if found == text);
        if matches!(key, "data" | "stringData") && is_text("kind", "Secret") {
            return Some(Self::Below);
        }
        let labelled = is_one_of(key, &LABELLED)
            && map.entries().iter().any(|entry| {
                entry.key != key
                    && is_one_of(&entry.key, &LABELS)
                    && matches!(&entry.node.value, Value::String(text) if secret::names_secret(text))
            });
        labelled.then_some(Self::Secret)
    }

    /// What is known of a list element: what is known of its list, and what the element in front says: the argument
    /// behind `--password` is one.
    pub(crate) fn element(self, before: Option<&Node>) -> Self {
        match before.map(|node| &node.value) {
            Some(Value::String(flag)) if secret::is_secret_flag(flag) => self.max(Self::Secret),
            _ => self,
        }
    }

    /// What `key` and the keys above say of its value.
    pub(crate) fn child(self, key: &str) -> Self {
        if secret::names_secret(key) {
            return if secret::names_key(key) { Self::Key } else { Self::Secret };
        }
        match self {
            Self::Plain if secret::names_container(key) => Self::Below,
            Self::Plain => Self::Plain,
            Self::Key if is_one_of(key, &["key"]) => Self::Secret,
            Self::Below | Self::Secret | Self::Key if secret::harmless_below(key) => Self::Plain,
            Self::Below | Self::Secret => Self::Below,
            Self::Key => Self::Key,
        }
    }

    /// True when a scalar is hidden: not null, not a boolean, not empty and not a reference to a secret kept elsewhere.
    pub(crate) fn hides(self, value: &Value) -> bool {
        match value {
            _ if self == Self::Plain => false,
            Value::String(text) => !text.is_empty() && !secret::is_reference(text) && !is_plain_word(text),
            Value::Number(_) | Value::DateTime(_) => true,
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => false,
        }
    }
}

fn is_one_of(key: &str, words: &[&str]) -> bool {
    let key = key.strip_prefix('@').unwrap_or(key);
    words.iter().any(|word| key.eq_ignore_ascii_case(word))
}

/// Booleans and nulls of formats that have only text, switches, and the word by which pipelines hand secrets on.
fn is_plain_word(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["true", "false", "null", "none", "yes", "no", "on", "off", "enabled", "disabled", "inherit"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
