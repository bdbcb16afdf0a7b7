//! Reads a risk table from its rules file.

use super::condition::{Condition, Fact};
use super::patterns::Lists;
use super::{RiskRule, RiskTable};
use crate::delta::{Class, Kind};
use crate::document::{Node, Position, Value};
use crate::file_glob::Star;
use crate::key_words::Phrase;
use crate::policy::PolicyErrors;
use crate::policy::current::{file_globs, key_globs};
use crate::risk::Risk;
use crate::settings::Tier;
use crate::strict::{Fields, Strict};

const CONDITION: [&str; 13] = [
    "facts",
    "words",
    "parent_words",
    "path_words",
    "except_words",
    "except_path_words",
    "keys",
    "files",
    "old_patterns",
    "new_patterns",
    "kinds",
    "classes",
    "tiers",
];

/// Policy rules and waivers allow; the table rates.
const RISKS: [&str; 4] = ["critical", "high", "medium", "low"];

/// Reads a table; the regular expressions of one that a test has `checked` are compiled when they are needed.
pub(super) fn read(file: &str, text: &str, checked: bool) -> Result<RiskTable, PolicyErrors> {
    let mut strict = Strict::new(file);
    let root = strict.root(text);
    let table = root.as_ref().and_then(|root| table(&mut strict, &mut Lists::new(checked), root));
    strict.finish(table)
}

fn table(strict: &mut Strict<'_>, lists: &mut Lists, root: &Node) -> Option<RiskTable> {
    let fields = strict.fields(root, "the risk table", &["version", "rules"])?;
    match fields.get("version").map(|node| &node.value) {
        Some(Value::Number(number)) if number.source() == "1" => {}
        _ => strict.fault(fields.key_at("version"), "version must be 1, the only version of this format"),
    }
    let Some(node) = fields.get("rules") else {
        strict.fault(fields.at, "the risk table has no `rules`");
        return None;
    };
    let items = strict.list(node, "rules")?;
    let rules: Vec<(RiskRule, Position)> =
        items.iter().filter_map(|item| Some((rule(strict, lists, item)?, item.at))).collect();
    let last = rules.len().saturating_sub(1);
    for (index, (rule, at)) in rules.iter().enumerate() {
        if rule.when.is_empty() && index != last {
            strict.fault(*at, "only the last rule has no `when`; the rules after this one can never match");
        }
        if !rule.when.is_empty() && index == last {
            strict.fault(*at, "the last rule must have no `when`, so that every difference has a risk");
        }
    }
    Some(RiskTable { rules: rules.into_iter().map(|(rule, _)| rule).collect() })
}

fn rule(strict: &mut Strict<'_>, lists: &mut Lists, node: &Node) -> Option<RiskRule> {
    let fields = strict.fields(node, "a risk rule", &["category", "risk", "reason", "when"])?;
    let category = required(strict, &fields, "category").and_then(|node| strict.text(node, "category"));
    let reason = required(strict, &fields, "reason").and_then(|node| strict.text(node, "reason"));
    let risk: Option<Risk> = required(strict, &fields, "risk").and_then(|node| strict.word(node, "risk", &RISKS));
    let when = fields.get("when").map_or_else(Vec::new, |node| {
        let items = strict.list(node, "when").unwrap_or_default();
        items.iter().filter_map(|item| condition(strict, lists, item)).collect()
    });
    Some(RiskRule { category: category?.to_owned(), risk: risk?, reason: reason?.to_owned(), when })
}

fn required<'n>(strict: &mut Strict<'_>, fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
    let node = fields.get(key);
    if node.is_none() {
        strict.fault(fields.at, format!("a risk rule has no `{key}`"));
    }
    node
}

fn condition(strict: &mut Strict<'_>, lists: &mut Lists, node: &Node) -> Option<Condition> {
    let fields = strict.fields(node, "a condition", &CONDITION)?;
    if fields.entries().is_empty() {
        strict.fault(node.at, "a condition is empty and would match everything");
    }
    let files = fields.get("files").and_then(|node| {
        let globs = strict.texts(node, "files");
        file_globs(strict, &globs, Star::WithinFolder)
    });
    let mut patterns = |key: &str| {
        let node = fields.get(key)?;
        let texts = strict.texts(node, key);
        lists.list(strict, &texts)
    };
    let (old, new) = (patterns("old_patterns"), patterns("new_patterns"));
    Some(Condition {
        facts: fields.get("facts").map(|node| strict.words(node, "facts", Fact::WORDS)).unwrap_or_default(),
        words: phrases(strict, &fields, "words"),
        parent_words: phrases(strict, &fields, "parent_words"),
        path_words: phrases(strict, &fields, "path_words"),
        except_words: phrases(strict, &fields, "except_words"),
        except_path_words: phrases(strict, &fields, "except_path_words"),
        keys: fields.get("keys").map(|node| key_globs(strict, node)).unwrap_or_default(),
        files,
        old,
        new,
        kinds: fields.get("kinds").map(|node| strict.words(node, "kinds", Kind::WORDS)).unwrap_or_default(),
        classes: fields.get("classes").map(|node| strict.words(node, "classes", Class::WORDS)).unwrap_or_default(),
        tiers: fields.get("tiers").map(|node| strict.words(node, "tiers", Tier::WORDS)).unwrap_or_default(),
    })
}

fn phrases(strict: &mut Strict<'_>, fields: &Fields<'_>, key: &str) -> Vec<Phrase> {
    let Some(node) = fields.get(key) else { return Vec::new() };
    let mut phrases = Vec::new();
    for (text, at) in strict.texts(node, key) {
        // Keys are split between letters and digits, so that a word of both would never be met.
        let mixed = text
            .split('+')
            .any(|word| word.bytes().any(|b| b.is_ascii_digit()) && !word.bytes().all(|b| b.is_ascii_digit()));
        match Phrase::parse(text).filter(|_| !mixed) {
            Some(phrase) => phrases.push(phrase),
            None => strict.fault(at, format!("an entry of {key} is a lower-case word, or words joined by \"+\"")),
        }
    }
    phrases
}
