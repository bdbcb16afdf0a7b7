//! How values are shown: secrets as a mask and a keyed digest, everything else as JSON.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map as JsonMap, Value as Json};
use sha2::{Digest, Sha256};

use crate::document::{Map, Node, Value};
use crate::limits::Limits;
use crate::naming::Naming;
use crate::secret::{self, MASK};

/// Masks values. Without a key a mask carries no digest, so that it says only that something is there.
#[derive(Clone)]
pub struct Masker {
    key: Option<(String, Hmac<Sha256>)>,
    value_chars: usize,
    value_nodes: usize,
}

impl Masker {
    /// A masker with the fingerprint key (any bytes, at least 16 of them for real use) and the limits of what is shown.
    pub fn new(key: Option<&[u8]>, limits: &Limits) -> Self {
        let key = key.and_then(|key| Some((key_id(key), Hmac::<Sha256>::new_from_slice(key).ok()?)));
        Self { key, value_chars: limits.value_chars as usize, value_nodes: limits.value_nodes as usize }
    }

    /// The id of the key in use, safe to store: digests with different ids cannot be compared.
    pub fn key_id(&self) -> Option<&str> {
        self.key.as_ref().map(|(id, _)| id.as_str())
    }

    /// `hmac:<key id>:<32 hexadecimal digits>` of a secret; None without a key.
    pub fn digest(&self, secret: &str) -> Option<String> {
        let (id, mac) = self.key.as_ref()?;
        let mut mac = mac.clone();
        mac.update(secret.as_bytes());
        Some(format!("hmac:{id}:{}", hex(mac.finalize().into_bytes().get(..16).unwrap_or_default())))
    }

    /// `{"masked": shown, "digest": …}` for a value whose secret parts are already cut out of `shown`.
    pub fn masked(&self, shown: &str, secret: &str) -> Json {
        let mut masked = JsonMap::new();
        masked.insert("masked".to_owned(), Json::String(self.clip(shown)));
        if let Some(digest) = self.digest(secret) {
            masked.insert("digest".to_owned(), Json::String(digest));
        }
        Json::Object(masked)
    }

    /// A text as shown: as it is, or masked where it holds secrets. The flag says whether it does.
    pub fn text(&self, text: &str) -> (Json, bool) {
        match secret::redact(text) {
            Some(redacted) => (self.masked(&redacted, text), true),
            None => (Json::String(self.clip(text)), false),
        }
    }

    /// A node as shown, and whether it holds a secret. `named` says that its key names one.
    pub(crate) fn node(&self, node: &Node, named: Naming) -> (Json, bool) {
        let mut shown = Shown { masker: self, left: self.value_nodes, secret: false };
        let json = shown.node(node, named);
        (json, shown.secret)
    }

    /// Cuts a long text, telling how much is missing; NUL, which databases cannot store, becomes a visible sign.
    fn clip(&self, text: &str) -> String {
        let clean = text.replace('\0', "\u{2400}");
        match clean.char_indices().nth(self.value_chars) {
            None => clean,
            Some((at, _)) => {
                let rest = clean.get(at..).map_or(0, |rest| rest.chars().count());
                format!("{}… ({rest} more characters)", clean.get(..at).unwrap_or_default())
            }
        }
    }
}

struct Shown<'m> {
    masker: &'m Masker,
    left: usize,
    secret: bool,
}

impl Shown<'_> {
    fn node(&mut self, node: &Node, named: Naming) -> Json {
        self.left = self.left.saturating_sub(1);
        match &node.value {
            Value::List(nodes) => self.list(nodes, named),
            Value::Map(map) => self.map(map, named),
            scalar if named.hides(scalar) => {
                self.secret = true;
                self.masker.masked(MASK, &scalar.scalar_text().unwrap_or_default())
            }
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => number.to_json(),
            Value::String(text) | Value::DateTime(text) => {
                let (json, secret) = self.masker.text(text);
                self.secret |= secret;
                json
            }
        }
    }

    /// Everything is walked, so that a secret behind the cut still counts; only the first nodes are shown.
    fn list(&mut self, nodes: &[Node], named: Naming) -> Json {
        let mut shown = Vec::new();
        let mut before = None;
        for node in nodes {
            let room = self.left > 0;
            let json = self.node(node, named.element(before));
            before = Some(node);
            if room {
                shown.push(json);
            }
        }
        if shown.len() < nodes.len() {
            shown.push(Json::String(format!("… ({} more elements)", nodes.len() - shown.len())));
        }
        Json::Array(shown)
    }

    fn map(&mut self, map: &Map, named: Naming) -> Json {
        let mut shown = JsonMap::new();
        for entry in map.entries() {
            let room = self.left > 0;
            let json = self.node(&entry.node, named.entry(map, &entry.key));
            if room {
                let (key, _) = self.masker.text(&entry.key);
                let key = key.as_str().or_else(|| key.get("masked")?.as_str()).unwrap_or(MASK);
                shown.insert(key.to_owned(), json);
            }
        }
        if shown.len() < map.entries().len() {
            shown.insert("…".to_owned(), Json::String(format!("{} more keys", map.entries().len() - shown.len())));
        }
        Json::Object(shown)
    }
}

/// Eight hexadecimal digits that name a key without telling it.
fn key_id(key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"golden-config key id\0").chain_update(key).finalize();
    hex(digest.get(..4).unwrap_or_default())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
