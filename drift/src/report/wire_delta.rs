//! Between a delta and its wire form, which leaves out the side that does not hold the node.

use serde_json::Value;

use super::wire::DeltaJson;
use crate::delta::Delta;

impl From<&Delta> for DeltaJson {
    fn from(delta: &Delta) -> Self {
        Self {
            id: delta.id.clone(),
            file: delta.file.clone(),
            path: delta.path.clone(),
            key_path: delta.key_path.clone(),
            document: delta.document,
            from_file: delta.from_file.clone(),
            from_path: delta.from_path.clone(),
            similarity: delta.similarity,
            kind: delta.kind,
            class: delta.class,
            old: delta.has_old().then(|| delta.old.clone()),
            new: delta.has_new().then(|| delta.new.clone()),
            secret: delta.secret,
            risk: delta.risk,
            reason: delta.reason.clone(),
            line: delta.line,
            column: delta.column,
            category: delta.category.clone(),
            fingerprint: delta.fingerprint.clone(),
            rule: delta.rule.clone(),
            environments: delta.environments.clone(),
        }
    }
}

impl From<DeltaJson> for Delta {
    fn from(wire: DeltaJson) -> Self {
        Self {
            id: wire.id,
            fingerprint: wire.fingerprint,
            file: wire.file,
            path: wire.path,
            key_path: wire.key_path,
            document: wire.document,
            from_file: wire.from_file,
            from_path: wire.from_path,
            similarity: wire.similarity,
            kind: wire.kind,
            class: wire.class,
            category: wire.category,
            old: wire.old.unwrap_or(Value::Null),
            new: wire.new.unwrap_or(Value::Null),
            secret: wire.secret,
            risk: wire.risk,
            reason: wire.reason,
            rule: wire.rule,
            line: wire.line,
            column: wire.column,
            environments: wire.environments,
        }
    }
}
