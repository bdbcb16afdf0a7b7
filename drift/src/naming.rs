//! What the keys on the way to a node say of it: whether it is a secret, or stands below a container of secrets.

use crate::document::{Map, Node, Value};
use crate::secret;

/// What the keys above a node say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Nothing.
    Plain,
    /// Its own key names a secret, or that of the list it is an element of.
    Secret,
    /// It stands below a container of secrets, under a key that is not known to be harmless.
    Below,
}

impl Naming {
    /// What is known of the node at the end of a pointer's tokens. List elements keep what is known of their list.
    pub(crate) fn at(root: &Node, tokens: &[String]) -> Self {
        let mut named = Self::Plain;
        let mut node = Some(root);
        for token in tokens {
            (named, node) = match node.map(|node| &node.value) {
                Some(Value::List(nodes)) => (named, token.parse().ok().and_then(|at: usize| nodes.get(at))),
                Some(Value::Map(map)) => (named.entry(map, token), map.get(token)),
                _ => (named.child(token), None),
            };
        }
        named
    }

    /// What is known of the value of `key` in this map. A Kubernetes Secret and `{name: DB_PASSWORD, value: …}`
    /// tell by a neighbouring key.
    pub(crate) fn entry(self, map: &Map, key: &str) -> Self {
        let text = |key: &str| match map.get(key).map(|node| &node.value) {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        };
        match key {
            "data" | "stringData" if text("kind") == Some("Secret") => Self::Below,
            "value" | "Value" | "default"
                if ["name", "Name", "key", "Key"].iter().any(|key| text(key).is_some_and(secret::names_secret)) =>
            {
                Self::Secret
            }
            key => self.child(key),
        }
    }

    fn child(self, key: &str) -> Self {
        if secret::names_secret(key) {
            return Self::Secret;
        }
        match self {
            Self::Plain if secret::names_container(key) => Self::Below,
            Self::Plain => Self::Plain,
            Self::Secret | Self::Below if secret::harmless_below(key) => Self::Plain,
            Self::Secret | Self::Below => Self::Below,
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

/// Booleans and nulls of formats that have only text.
fn is_plain_word(text: &str) -> bool {
    ["true", "false", "null", "none", "yes", "no"].iter().any(|word| text.eq_ignore_ascii_case(word))
}
