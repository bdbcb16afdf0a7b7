//! Our policy format, version 1 (`schemas/policy.1.json`).

use std::collections::BTreeSet;

use super::demand::{Condition, Demand};
use super::scope::{Place, Scope};
use super::{Effect, Policy, Rule, checks, patterns};
use crate::delta::Kind;
use crate::document::{Node, Position, Value};
use crate::file_glob::{FileGlobs, Star};
use crate::finding::Severity;
use crate::key_glob::KeyGlob;
use crate::risk::Risk;
use crate::risk_table::RiskTable;
use crate::settings::Tier;
use crate::strict::{Fields, Strict};

const TOP: [&str; 2] = ["version", "rules"];
const RULE: [&str; 8] = ["id", "description", "severity", "where", "must", "then", "allow_removals", "allow_over"];
const WHERE: [&str; 5] = ["files", "keys", "environments", "tiers", "changes"];
/// What `set_risk` may say; allowing is for `then: allow`, which guards removals and critical rules.
const SETTABLE: [&str; 4] = ["critical", "high", "medium", "low"];

/// What `then` says.
enum Then {
    Violation,
    Allow,
    SetRisk(Risk),
}

/// Reads the whole file beside the risk table in force; faults are noted in `strict`.
pub(super) fn read(strict: &mut Strict<'_>, root: &Node, table: &RiskTable) -> Policy {
    let Some(fields) = strict.fields(root, "the policy", &TOP) else {
        return Policy::empty();
    };
    match fields.get("version").map(|node| (&node.value, node.at)) {
        None => strict.fault(fields.at, "the policy has no `version`; this format is version 1"),
        Some((Value::Number(number), _)) if number.source() == "1" => {}
        Some((_, at)) => strict.fault(at, "version must be 1, the only version of this format"),
    }
    let mut rules = Vec::new();
    match fields.get("rules") {
        None => strict.fault(fields.at, "the policy has no `rules`"),
        Some(node) => {
            let items = strict.any_list(node, "rules").unwrap_or_default();
            rules.extend(items.iter().filter_map(|item| rule(strict, item)));
            checks::ids(strict, &rules, table);
        }
    }
    Policy { rules, environments: Vec::new() }
}

fn rule(strict: &mut Strict<'_>, node: &Node) -> Option<Rule> {
    let fields = strict.fields(node, "a rule", &RULE)?;
    let id = match fields.get("id") {
        None => {
            strict.fault(node.at, "a rule has no `id`");
            String::new()
        }
        Some(id) => checks::id(strict, id),
    };
    let description = fields.get("description").and_then(|node| strict.text(node, "description")).unwrap_or_default();
    let scope = fields.get("where").map_or_else(Scope::default, |node| scope(strict, node));
    let must = fields.get("must").map(|node| demand(strict, node));
    let then = fields.get("then").map_or(Some(Then::Violation), |node| then(strict, node));
    let severity = fields.get("severity").and_then(|node| strict.word::<Severity>(node, "severity", Severity::WORDS));
    let effect = effect(strict, &fields, then?, must, severity)?;
    let rule = Rule { id, description: description.to_owned(), at: node.at, scope, effect };
    checks::can_match(strict, &rule);
    Some(rule)
}

fn effect(
    strict: &mut Strict<'_>,
    fields: &Fields<'_>,
    then: Then,
    must: Option<Demand>,
    severity: Option<Severity>,
) -> Option<Effect> {
    only_with_allow(strict, fields, &then);
    if fields.get("severity").is_some() && !matches!(then, Then::Violation) {
        strict.fault(fields.key_at("severity"), "severity belongs to a rule whose `then` is violation; remove it");
    }
    match then {
        Then::Violation if fields.get("severity").is_none() => {
            strict.fault(fields.at, "a rule that can be violated needs a `severity`");
            None
        }
        Then::Violation => Some(Effect::Violation { severity: severity?, must }),
        Then::SetRisk(risk) => Some(Effect::SetRisk { risk, must }),
        Then::Allow => {
            let removals = fields.get("allow_removals").and_then(|node| strict.flag(node, "allow_removals"));
            let over: BTreeSet<String> = fields
                .get("allow_over")
                .map(|node| strict.texts(node, "allow_over"))
                .unwrap_or_default()
                .into_iter()
                .map(|(id, _)| id.to_owned())
                .collect();
            Some(Effect::Allow { must, removals: removals.unwrap_or(false), over })
        }
    }
}

fn only_with_allow(strict: &mut Strict<'_>, fields: &Fields<'_>, then: &Then) {
    for key in ["allow_removals", "allow_over"] {
        if fields.get(key).is_some() && !matches!(then, Then::Allow) {
            strict.fault(fields.key_at(key), format!("{key} belongs to a rule whose `then` is allow; remove it"));
        }
    }
}

fn then(strict: &mut Strict<'_>, node: &Node) -> Option<Then> {
    match &node.value {
        Value::String(text) if text == "violation" => Some(Then::Violation),
        Value::String(text) if text == "allow" => Some(Then::Allow),
        Value::Map(_) => {
            let fields = strict.fields(node, "then", &["set_risk"])?;
            let Some(risk) = fields.get("set_risk") else {
                strict.fault(node.at, "then must be violation, allow or a map with `set_risk`");
                return None;
            };
            strict.word(risk, "set_risk", &SETTABLE).map(Then::SetRisk)
        }
        _ => {
            strict.fault(node.at, "then must be violation, allow or a map with `set_risk`");
            None
        }
    }
}

fn scope(strict: &mut Strict<'_>, node: &Node) -> Scope {
    let Some(fields) = strict.fields(node, "where", &WHERE) else {
        return Scope::default();
    };
    let files = fields.get("files").and_then(|node| {
        let globs = strict.texts(node, "files");
        file_globs(strict, &globs, Star::WithinFolder)
    });
    let keys = fields.get("keys").map(|node| key_globs(strict, node)).unwrap_or_default();
    let environments = fields.get("environments").map(|node| strict.texts(node, "environments")).unwrap_or_default();
    Scope {
        place: Place::Globs { files, keys },
        environments: environments.into_iter().map(|(name, at)| (name.to_owned(), at)).collect(),
        tiers: fields.get("tiers").map(|node| strict.words(node, "tiers", Tier::WORDS)).unwrap_or_default(),
        changes: fields.get("changes").map(|node| strict.words(node, "changes", Kind::WORDS)).unwrap_or_default(),
    }
}

/// Compiles file globs; a bad one is a fault at its place.
pub(crate) fn file_globs(strict: &mut Strict<'_>, globs: &[(&str, Position)], star: Star) -> Option<FileGlobs> {
    let texts: Vec<&str> = globs.iter().map(|(text, _)| *text).collect();
    match FileGlobs::new(&texts, star) {
        Ok(set) => Some(set),
        Err((index, reason)) => {
            let at = globs.get(index).map_or(Position::START, |(_, at)| *at);
            strict.fault(at, format!("bad file glob: {reason}"));
            None
        }
    }
}

/// Compiles key-path globs; each bad one is a fault at its place.
pub(crate) fn key_globs(strict: &mut Strict<'_>, node: &Node) -> Vec<KeyGlob> {
    let mut globs = Vec::new();
    for (text, at) in strict.texts(node, "keys") {
        match KeyGlob::parse(text) {
            Ok(glob) => globs.push(glob),
            Err(reason) => strict.fault(at, reason),
        }
    }
    globs
}

fn demand(strict: &mut Strict<'_>, node: &Node) -> Demand {
    let mut demand = Demand::default();
    let known = ["forbid_values", "require_values", "forbid_patterns", "allow_patterns", "semver"];
    let Some(fields) = strict.fields(node, "must", &known) else {
        return demand;
    };
    if fields.entries().is_empty() {
        strict.fault(node.at, "must is empty; remove it or name a condition");
    }
    demand.conditions = patterns::value_conditions(strict, &fields);
    if let Some(node) = fields.get("semver") {
        demand.conditions.extend(version_limit(strict, node));
    }
    demand
}

fn version_limit(strict: &mut Strict<'_>, node: &Node) -> Option<Condition> {
    let fields = strict.fields(node, "semver", &["max"])?;
    let Some(max) = fields.get("max") else {
        strict.fault(node.at, "semver has no `max`");
        return None;
    };
    // No change is larger than a major one, so that word would never be broken.
    strict.word(max, "semver.max", &["patch", "minor"]).map(|max| Condition::Version { max })
}
