//! Deltas for benchmarks, each of its own.

use drift::delta::{Class, Delta, Kind};
use drift::risk::Risk;

/// One that no other number makes.
pub(crate) fn delta(number: usize) -> Delta {
    Delta {
        id: format!("{number:016x}"),
        fingerprint: format!("{number:032x}"),
        file: format!("services/service-{}/application.yml", number % 300),
        path: format!("/server/pools/{number}/size"),
        key_path: format!("/server/pools/name=pool-{number}/size"),
        document: 0,
        from_file: None,
        from_path: None,
        similarity: None,
        kind: Kind::Changed,
        class: Class::Value,
        category: "pool".to_owned(),
        old: serde_json::json!(number),
        new: serde_json::json!({ "size": number + 1 }),
        secret: false,
        risk: Risk::Medium,
        reason: "the size of a pool is concerned".to_owned(),
        rule: None,
        line: 12,
        column: 9,
        environments: None,
    }
}
