//! The predecessor's policy files: every field of them, read into the same rules.

use super::demand::Demand;
use super::scope::{Place, Scope};
use super::version::Step;
use super::words::{SEVERITIES, STRICTNESS, VERDICTS};
use super::{Effect, EnvironmentRule, Policy, Rule, checks, current, patterns};
use crate::document::{Map, Node, Position, Value};
use crate::file_glob::Star;
use crate::finding::Severity;
use crate::risk::Risk;
use crate::strict::{Fields, Strict};

const TOP: [&str; 6] =
    ["env_allow_keys", "invariants", "semver_rules", "environment_rules", "monitored_patterns", "exclusions"];
const INVARIANT: [&str; 8] = [
    "name",
    "description",
    "locator_contains",
    "severity",
    "forbid_values",
    "require_values",
    "forbid_patterns",
    "allow_patterns",
];
const MONITORED: [(&str, Risk); 3] =
    [("critical", Risk::Critical), ("high_priority", Risk::High), ("medium_priority", Risk::Medium)];

/// True for a file that has no key of ours and at least one of the predecessor's.
pub(super) fn is_meant(root: &Map) -> bool {
    let ours = ["version", "rules"].iter().any(|key| root.get(key).is_some());
    !ours && TOP.iter().any(|key| root.get(key).is_some())
}

/// Reads the whole file; faults are noted in `strict`. Empty lists are common in these
/// files and mean nothing.
pub(super) fn read(strict: &mut Strict<'_>, root: &Node) -> Policy {
    strict.accept_empty_lists();
    let mut policy = Policy::empty();
    let Some(fields) = strict.fields(root, "the policy", &TOP) else {
        return policy;
    };
    for entry in fields.entries() {
        let (key, node) = (entry.key.as_str(), &entry.node);
        match key {
            "env_allow_keys" => policy.rules.extend(allow_keys(strict, node)),
            "invariants" => {
                let items = strict.any_list(node, key).unwrap_or_default();
                policy.rules.extend(items.iter().filter_map(|item| invariant(strict, item)));
            }
            "semver_rules" => policy.rules.extend(semver_rules(strict, node)),
            "environment_rules" => policy.environments.extend(environment_rules(strict, node)),
            "monitored_patterns" => policy.rules.extend(monitored(strict, node)),
            "exclusions" => policy.rules.extend(by_file(strict, node, key, allow)),
            _ => {}
        }
    }
    checks::unique(strict, &policy.rules);
    policy
}

fn allow() -> Effect {
    Effect::Allow { must: None, removals: false, over: std::collections::BTreeSet::new() }
}

fn placed(id: String, at: Position, place: Place, effect: Effect) -> Rule {
    Rule { id, description: String::new(), at, scope: Scope { place, ..Scope::default() }, effect }
}

fn allow_keys(strict: &mut Strict<'_>, node: &Node) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (index, (text, at)) in strict.texts(node, "env_allow_keys").into_iter().enumerate() {
        if let Some(file) = current::file_globs(strict, &[(text, at)], Star::AcrossFolders) {
            let place = Place::FileElseKeyText { file, text: text.to_owned() };
            rules.push(placed(format!("env_allow_keys[{index}]"), at, place, allow()));
        }
    }
    rules
}

fn by_file(strict: &mut Strict<'_>, node: &Node, what: &str, effect: impl Fn() -> Effect) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (index, (text, at)) in strict.texts(node, what).into_iter().enumerate() {
        let files = current::file_globs(strict, &[(text, at)], Star::AcrossFolders);
        if files.is_some() {
            rules.push(placed(format!("{what}[{index}]"), at, Place::Globs { files, keys: Vec::new() }, effect()));
        }
    }
    rules
}

fn monitored(strict: &mut Strict<'_>, node: &Node) -> Vec<Rule> {
    let known = MONITORED.map(|(key, _)| key);
    let Some(fields) = strict.fields(node, "monitored_patterns", &known) else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (key, risk) in MONITORED {
        if let Some(node) = fields.get(key) {
            rules.extend(by_file(strict, node, &format!("monitored_patterns.{key}"), || Effect::Minimum(risk)));
        }
    }
    rules
}

fn invariant(strict: &mut Strict<'_>, node: &Node) -> Option<Rule> {
    let fields = strict.fields(node, "an invariant", &INVARIANT)?;
    let name = required_text(strict, &fields, "name");
    let locator = required_text(strict, &fields, "locator_contains");
    let description = fields.get("description").and_then(|node| strict.text(node, "description")).unwrap_or_default();
    // A file that does not say how bad it is gets a person to look.
    let severity = match fields.get("severity") {
        Some(node) => word(strict, node, "severity", &SEVERITIES)?,
        None => Severity::High,
    };
    let conditions = patterns::value_conditions(strict, &fields);
    let must = (!conditions.is_empty()).then_some(Demand { conditions });
    let place = Place::KeyText(locator?.to_lowercase());
    let rule = placed(name?.to_owned(), node.at, place, Effect::Violation { severity, must });
    Some(Rule { description: description.to_owned(), ..rule })
}

fn required_text<'n>(strict: &mut Strict<'_>, fields: &Fields<'n>, key: &str) -> Option<&'n str> {
    let Some(node) = fields.get(key) else {
        strict.fault(fields.at, format!("an invariant has no `{key}`"));
        return None;
    };
    strict.text(node, key)
}

fn semver_rules(strict: &mut Strict<'_>, node: &Node) -> Vec<Rule> {
    let Some(fields) = strict.fields(node, "semver_rules", Step::WORDS) else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for step in Step::ALL {
        if let Some(node) = fields.get(step.as_str()) {
            rules.extend(semver_rule(strict, node, *step));
        }
    }
    rules
}

fn semver_rule(strict: &mut Strict<'_>, node: &Node, step: Step) -> Option<Rule> {
    let fields =
        strict.fields(node, "a semver rule", &["severity", "require_review", "require_approval", "verdict"])?;
    let severity = fields.get("severity").and_then(|node| word(strict, node, "severity", &SEVERITIES));
    let decision = fields.get("verdict").and_then(|node| word(strict, node, "verdict", &VERDICTS));
    let mut asked = |key: &str| fields.get(key).and_then(|node| strict.flag(node, key)).unwrap_or(false);
    let review = match (asked("require_review"), asked("require_approval")) {
        (_, true) => Some("an approval"),
        (true, false) => Some("a review"),
        (false, false) => None,
    };
    let effect = Effect::VersionStep { step, risk: severity.map(Risk::from), review, decision };
    Some(placed(format!("semver_rules.{step}"), node.at, Place::default(), effect))
}

fn environment_rules(strict: &mut Strict<'_>, node: &Node) -> Vec<EnvironmentRule> {
    let Some(fields) = strict.map(node, "environment_rules") else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for entry in fields.entries() {
        let known = ["strictness", "require_approvals"];
        let Some(fields) = strict.fields(&entry.node, "an environment rule", &known) else {
            continue;
        };
        rules.push(EnvironmentRule {
            environment: (entry.key.as_str().to_owned(), entry.at),
            strictness: fields.get("strictness").and_then(|node| word(strict, node, "strictness", &STRICTNESS)),
            require_approvals: fields
                .get("require_approvals")
                .and_then(|node| approvals(strict, node))
                .unwrap_or(false),
        });
    }
    rules
}

/// `true`, `false`, or how many approvals: any number but 0 asks for a person.
fn approvals(strict: &mut Strict<'_>, node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) if number.source().bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(number.source().bytes().any(|byte| byte != b'0'))
        }
        _ => {
            strict.fault(node.at, "require_approvals must be true, false or a count of approvals");
            None
        }
    }
}

fn word<T: Copy>(strict: &mut Strict<'_>, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
    let text = strict.text(node, what)?;
    let meaning = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, meaning)| *meaning);
    if meaning.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        strict.unknown_word(node.at, text, what, &known);
    }
    meaning
}
