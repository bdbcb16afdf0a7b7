//! What must hold of a value: the conditions of a rule's `must`.

use regex::RegexSet;

use super::Subject;
use super::version::{self, Step};
use crate::delta::Kind;
use crate::document::Value;
use crate::scalars::{Scalars, scalars};

/// Conditions that must all hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Demand {
    pub(super) conditions: Vec<Condition>,
}

/// One condition on the change of a value. An expression would be one more variant.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// The new value equals none of these.
    NotAmong(Vec<Value>),
    /// The new value equals one of these, and is there.
    Among(Vec<Value>),
    /// The text of the new value matches no forbidden pattern, unless an allowed one too; where nothing is
    /// forbidden it matches an allowed one.
    Text { forbid: RegexSet, allow: RegexSet },
    /// The version changes by no more than this.
    Version { max: Step },
}

/// What a condition says about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// It holds.
    Holds,
    /// It does not, and why: one clause that quotes no value.
    Broken(String),
    /// It has nothing to judge at this node.
    NotJudged,
}

impl Demand {
    /// Broken when any condition is (with all reasons), else not judged when any is not, else it holds.
    pub(super) fn check(&self, subject: &Subject<'_>) -> Check {
        let (mut broken, mut judged) = (Vec::new(), true);
        for condition in &self.conditions {
            match condition.check(subject) {
                Check::Holds => {}
                Check::Broken(found) => broken.push(found),
                Check::NotJudged => judged = false,
            }
        }
        match (broken.is_empty(), judged) {
            (false, _) => Check::Broken(broken.join("; ")),
            (true, false) => Check::NotJudged,
            (true, true) => Check::Holds,
        }
    }
}

impl Condition {
    fn check(&self, subject: &Subject<'_>) -> Check {
        if let Self::Version { max } = self {
            return check_version(subject, *max);
        }
        let Some(new) = subject.new else {
            // Texts and whole files have no value either, and did not go.
            return if subject.kind == Kind::Removed { self.check_absent() } else { Check::NotJudged };
        };
        let Scalars { values, has_maps } = scalars(new);
        if has_maps && values.is_empty() {
            return self.check_structure(subject.kind);
        }
        let check = self.check_values(&values, subject.only_text);
        if has_maps && check == Check::Holds { Check::NotJudged } else { check }
    }

    fn check_values(&self, values: &[&Value], only_text: bool) -> Check {
        match self {
            Self::NotAmong(forbidden) => {
                let hit = values.iter().any(|value| forbidden.iter().any(|rule| meets(rule, value, only_text)));
                broken_if(hit, "the new value is one of the forbidden ones")
            }
            Self::Among(required) => {
                let missed = values.iter().any(|value| !required.iter().any(|rule| meets(rule, value, only_text)));
                broken_if(missed || values.is_empty(), "the new value is none of the required ones")
            }
            Self::Text { forbid, allow } => check_text(values, forbid, allow),
            Self::Version { .. } => Check::NotJudged,
        }
    }

    /// A removal breaks only the demand for a value.
    fn check_absent(&self) -> Check {
        let required = matches!(self, Self::Among(_));
        broken_if(required, "the key is removed, and a value is required")
    }

    /// The leaves of a map are judged on their own; only a map in place of a required scalar breaks something.
    fn check_structure(&self, kind: Kind) -> Check {
        match self {
            Self::Among(_) if kind == Kind::Changed => {
                Check::Broken("a map or a list of maps stands where a value is required".to_owned())
            }
            _ => Check::NotJudged,
        }
    }
}

fn check_text(values: &[&Value], forbid: &RegexSet, allow: &RegexSet) -> Check {
    let texts: Vec<_> = values.iter().filter_map(|value| value.scalar_text()).collect();
    if forbid.is_empty() {
        return broken_if(!texts.iter().all(|text| allow.is_match(text)), "the new value matches no allowed pattern");
    }
    let hit = texts.iter().any(|text| forbid.is_match(text) && !allow.is_match(text));
    broken_if(hit, "the new value matches a forbidden pattern")
}

fn check_version(subject: &Subject<'_>, max: Step) -> Check {
    let (old, new) = version::sides(subject);
    match (old, new) {
        (None, _) => Check::NotJudged,
        (Some(_), _) if subject.new.is_none() => Check::NotJudged,
        (Some(old), Some(new)) if old.same_thing(&new) => match old.step_to(&new) {
            Some(step) if step > max => {
                Check::Broken(format!("it is a {step} version change, and at most {max} is permitted"))
            }
            _ => Check::Holds,
        },
        // A limit that cannot be measured any more is not kept.
        (Some(_), _) => Check::Broken(format!(
            "the new value is no version of the same thing, and at most {max} changes are permitted"
        )),
    }
}

fn broken_if(broken: bool, found: &str) -> Check {
    if broken { Check::Broken(found.to_owned()) } else { Check::Holds }
}

/// True when a value of a rule and a value of a file are equal. Booleans also equal their spelling as text,
/// numbers are equal by exact value, and where the file's format knows only text, spellings are compared.
pub(super) fn meets(rule: &Value, value: &Value, only_text: bool) -> bool {
    match (rule, value) {
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => is_spelled(*flag, text),
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left.same_value(right),
        (Value::Null, Value::Null) => true,
        (Value::String(left), Value::String(right)) => left == right,
        (Value::DateTime(left), Value::DateTime(right) | Value::String(right)) => left == right,
        (Value::String(left), Value::DateTime(right)) => left == right,
        (Value::Number(_) | Value::Null, Value::String(right)) => {
            only_text && rule.scalar_text().is_some_and(|left| left == right.as_str())
        }
        (Value::String(left), Value::Number(_) | Value::Null) => {
            only_text && value.scalar_text().is_some_and(|right| left.as_str() == right)
        }
        _ => false,
    }
}

fn is_spelled(flag: bool, text: &str) -> bool {
    text.trim().eq_ignore_ascii_case(if flag { "true" } else { "false" })
}
