//! Deltas as the world sees them: classified, masked and addressed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::risk::Risk;
use crate::words::words;

words! {
    /// What happened to the node.
    pub enum Kind {
        /// It stands in the candidate only.
        Added = "added",
        /// It stands in the golden version only.
        Removed = "removed",
        /// It stands in both with different content.
        Changed = "changed",
        /// The same content went elsewhere in the tree.
        Moved = "moved",
        /// The same content has another name.
        Renamed = "renamed",
    }
}

words! {
    /// What sort of difference it is.
    pub enum Class {
        /// Another value.
        Value = "value",
        /// Another type (`'8080'` and `8080`).
        Type = "type",
        /// The same elements in another order.
        Order = "order",
        /// Written otherwise, same meaning (`60s` and `1m`).
        Equivalent = "equivalent",
        /// Lines of text.
        Text = "text",
        /// A side could not be read.
        Unreadable = "unreadable",
    }
}

/// One difference. Values of secrets are masked before a delta exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delta {
    /// 16 hexadecimal digits, unique in its run, the same whenever the same two contents are compared.
    pub id: String,
    /// 32 hexadecimal digits, the same across runs for one service, environment, file and key path.
    pub fingerprint: String,
    /// The file, relative to the root of the tree; for a removal the golden file.
    pub file: String,
    /// JSON Pointer (RFC 6901) of the node in the side where it stands; empty for a whole file or text hunk.
    pub path: String,
    /// The pointer with list elements named by identity (`/containers/name=web/image`).
    pub key_path: String,
    /// 0-based number of the document in its file.
    pub document: u32,
    /// Where a moved or renamed thing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_file: Option<String>,
    /// The pointer where a moved or renamed thing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_path: Option<String>,
    /// How alike both sides of a move or rename are, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity: Option<u8>,
    /// What happened.
    pub kind: Kind,
    /// What sort of difference.
    pub class: Class,
    /// The word of the risk rule that named it (`credential`, `port`, `logging`, …).
    pub category: String,
    /// The golden value as shown; null when absent. Maps are sorted by key; secrets are `{"masked","digest"}`.
    pub old: serde_json::Value,
    /// The candidate's value as shown; null when absent.
    pub new: serde_json::Value,
    /// True when either side holds a secret.
    pub secret: bool,
    /// The bucket.
    pub risk: Risk,
    /// Why it is in that bucket, in a sentence.
    pub reason: String,
    /// The policy rule that decided the bucket, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// 1-based line in the side where it stands.
    pub line: u32,
    /// 1-based column in the side where it stands.
    pub column: u32,
    /// Where a delta of a base file takes effect: the environments that no other file or document overrides it for. None
    /// when the file is no base of a cascade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<String>>,
}

impl Delta {
    /// The absent side of an added or removed delta, as opposed to an explicit null.
    pub const fn has_old(&self) -> bool {
        !matches!(self.kind, Kind::Added)
    }

    /// True when the candidate holds the node.
    pub const fn has_new(&self) -> bool {
        !matches!(self.kind, Kind::Removed)
    }
}
