//! The risk table: what each sort of delta, key and value is, and which tables are refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helpers of tests assert fails the test"
)]

mod deltas;
mod keys;
mod loading;

use drift::delta::{Class, Kind};
use drift::document::Value;
use drift::number::Number;
use drift::risk::Risk;
use drift::risk_table::{RiskSubject, RiskTable};
use drift::settings::Tier;

const BASE: RiskSubject<'static> = RiskSubject {
    file: "config/app.yml",
    key_path: "",
    kind: Kind::Changed,
    class: Class::Value,
    tier: Tier::Production,
    whole_file: false,
    profile_file: false,
    secret: false,
    reference_to_clear: false,
    old: None,
    new: None,
    text_line: None,
};

/// The value that a person would write: `true`, `8080` and `null` are typed, everything else is text.
fn value(text: &str) -> Value {
    match text {
        "true" | "false" => Value::Bool(text == "true"),
        "null" => Value::Null,
        _ => Number::decimal(text).map_or_else(|| Value::String(text.into()), Value::Number),
    }
}

fn rate(subject: &RiskSubject<'_>) -> (Risk, &'static str) {
    let classified = RiskTable::shipped().classify(subject);
    (classified.risk, classified.category)
}
