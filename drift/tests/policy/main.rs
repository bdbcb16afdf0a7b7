//! Policy files: what is accepted, what is refused where, and what rules say about differences.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helpers of tests assert fails the test"
)]

mod allowing;
mod conditions;
mod faults;
mod predecessor;
mod schema;
mod scope;

use drift::delta::{Class, Kind};
use drift::document::Value;
use drift::number::Number;
use drift::policy::{Policy, Subject};
use drift::settings::Tier;

/// A policy of our format with these rules, in flow style.
fn policy(rules: &str) -> Policy {
    Policy::parse("policy.yml", &format!("version: 1\nrules:\n{rules}")).unwrap()
}

fn text(value: &str) -> Value {
    Value::String(value.into())
}

fn number(value: &str) -> Value {
    Value::Number(Number::decimal(value).unwrap())
}

/// A changed value of `/server/port` in `app.yml` in production.
fn changed<'a>(old: &'a Value, new: &'a Value) -> Subject<'a> {
    Subject {
        file: "config/app.yml",
        key_path: "/server/port",
        kind: Kind::Changed,
        class: Class::Value,
        environment: "production",
        aliases: &[],
        tier: Tier::Production,
        old: Some(old),
        new: Some(new),
        only_text: false,
        critical: None,
    }
}

fn removed(old: &Value) -> Subject<'_> {
    Subject { kind: Kind::Removed, new: None, ..changed(old, old) }
}

fn added(new: &Value) -> Subject<'_> {
    Subject { kind: Kind::Added, old: None, ..changed(new, new) }
}
