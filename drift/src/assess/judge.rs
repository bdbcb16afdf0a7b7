//! From a draft to a delta: the risk table, then the policy, then the bucket with its reason.

use crate::decision::Decision;
use crate::delta::{Class, Delta, Kind};
use crate::document::{Node, Value};
use crate::finding::Severity;
use crate::format::Format;
use crate::identity::Identity;
use crate::naming::Naming;
use crate::outcome::Violation;
use crate::path::Trail;
use crate::policy::{Applied, Subject, Verdict};
use crate::risk::Risk;
use crate::risk_table::RiskSubject;
use crate::secret;

use super::{Assessing, Assessment, Draft};

/// What rules look at: the leaves below both nodes, and lines of text.
#[derive(Default)]
pub(super) struct Evidence<'a> {
    /// Scalars below the node; at least one unless the difference is about text or a whole file.
    leaves: Vec<Leaf<'a>>,
    /// Lines of a hunk, each with whether it holds a secret.
    pub(super) lines: Vec<(&'a str, bool)>,
    /// Why the file could not be read.
    pub(super) unreadable: Option<String>,
}

/// One scalar, or an empty list or map, with its key path relative to the difference.
struct Leaf<'a> {
    below: String,
    old: Option<&'a Value>,
    new: Option<&'a Value>,
    secret: bool,
    reference_to_clear: bool,
}

impl<'a> Evidence<'a> {
    /// Adds the leaves of a node that is on both sides, or on one.
    pub(super) fn node(&mut self, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming) {
        let scalar =
            |node: Option<&Node>| node.is_none_or(|node| !matches!(node.value, Value::Map(_) | Value::List(_)));
        if scalar(old) && scalar(new) {
            self.leaves.push(leaf(String::new(), old, new, named));
            return;
        }
        self.ends(old, new, named);
    }

    /// Adds the leaves of a node that went in one place and of the one that came in another.
    pub(super) fn ends(&mut self, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming) {
        let mut trail = Trail::default();
        for (node, is_new) in [(old, false), (new, true)] {
            if let Some(node) = node {
                self.walk(node, is_new, named, &mut trail);
            }
        }
    }

    /// Adds the leaves of whole documents.
    pub(super) fn roots(&mut self, roots: &'a [Node], is_new: bool) {
        for root in roots {
            self.walk(root, is_new, Naming::Plain, &mut Trail::default());
        }
    }

    fn walk(&mut self, node: &'a Node, is_new: bool, named: Naming, trail: &mut Trail) {
        match &node.value {
            Value::Map(map) if !map.entries().is_empty() => {
                for entry in map.entries() {
                    let mark = trail.push_key(&secret::redacted(&entry.key));
                    self.walk(&entry.node, is_new, named.entry(map, &entry.key), trail);
                    trail.truncate(mark);
                }
            }
            Value::List(nodes) if !nodes.is_empty() => {
                // Named as the comparison names them, so that rules on key paths find them here too.
                let identity = Identity::find(nodes, &[], named);
                let mut before = None;
                for (at, node) in nodes.iter().enumerate() {
                    let label = identity.as_ref().and_then(|identity| identity.old.get(at));
                    let mark = trail.push_element(at, label.map(String::as_str));
                    self.walk(node, is_new, named.element(before), trail);
                    trail.truncate(mark);
                    before = Some(node);
                }
            }
            _ => {
                let (old, new) = if is_new { (None, Some(node)) } else { (Some(node), None) };
                self.leaves.push(leaf(trail.key_path().to_owned(), old, new, named));
            }
        }
    }
}

fn leaf<'a>(below: String, old: Option<&'a Node>, new: Option<&'a Node>, named: Naming) -> Leaf<'a> {
    let clear = |node: &Node| {
        named.hides(&node.value) || matches!(&node.value, Value::String(text) if secret::holds_secret(text))
    };
    // What a tag such as `!vault` marks is kept elsewhere, or encrypted, whatever it looks like.
    let reference = |node: &Node| {
        node.tag.is_some() || (matches!(&node.value, Value::String(text) if secret::is_reference(text)) && !clear(node))
    };
    let new_clear = new.is_some_and(clear);
    Leaf {
        below,
        old: old.map(|node| &node.value),
        new: new.map(|node| &node.value),
        secret: new_clear || old.is_some_and(clear),
        reference_to_clear: new.is_some_and(|new| new_clear && new.tag.is_none()) && old.is_some_and(reference),
    }
}

impl Draft<'_> {
    /// What happened to a leaf and its key path: each end of a move is judged where it stands.
    fn end(&self, leaf: &Leaf<'_>) -> (Kind, String) {
        let (kind, key_path) = match (&self.from, leaf.new) {
            (None, _) => (self.kind, &self.key_path),
            (Some(from), None) => (Kind::Removed, &from.key_path),
            (Some(_), Some(_)) => (Kind::Added, &self.key_path),
        };
        (kind, format!("{key_path}{}", leaf.below))
    }

    /// Both values of a difference between scalars.
    fn scalars(&self) -> (Option<&Value>, Option<&Value>) {
        match (self.evidence.leaves.as_slice(), &self.from) {
            ([leaf], _) if leaf.below.is_empty() => (leaf.old, leaf.new),
            ([from, to], Some(_)) if from.below.is_empty() && to.below.is_empty() => (from.old, to.new),
            _ => (None, None),
        }
    }
}

/// What the policy says of a difference.
struct Verdicts {
    /// On the difference itself, and on both ends of a move.
    whole: Vec<Verdict>,
    /// On each leaf below it.
    below: Vec<Verdict>,
}

/// The risk that a rule sets.
type Set = Option<(Risk, Applied)>;

/// A bucket under construction.
struct Bucket {
    risk: Risk,
    category: String,
    reason: String,
    rule: Option<String>,
}

impl Bucket {
    fn set(&mut self, risk: Risk, rule: String, reason: String) {
        *self = Self { risk, category: std::mem::take(&mut self.category), reason, rule: Some(rule) };
    }
}

impl Assessing<'_> {
    /// Classifies and judges a draft and adds the delta with its violations.
    pub(super) fn conclude(&self, draft: Draft<'_>, result: &mut Assessment) {
        let mut bucket = self.classify(&draft, (&[], &None));
        let verdicts = self.verdicts(&draft, &bucket);
        let position = result.deltas.len().to_string();
        let broken = self.apply(&draft, verdicts, &mut bucket, result);
        for (severity, rule, message) in broken {
            result.violations.push(Violation {
                rule,
                severity,
                // Replaced by the delta's id once the file's deltas are numbered.
                delta: position.clone(),
                file: self.change.path.clone(),
                key_path: draft.key_path.clone(),
                message,
            });
        }
        result.deltas.push(self.delta(draft, bucket));
    }

    /// The worst bucket of all that is below a difference. `set` holds what rules say of each leaf below it and of the
    /// difference as a whole, if anything.
    fn classify(&self, draft: &Draft<'_>, (set, of_whole): (&[Set], &Set)) -> Bucket {
        let table = self.rules.risk_table();
        let whole = RiskSubject {
            file: &self.change.path,
            key_path: &draft.key_path,
            kind: draft.kind,
            class: draft.class,
            tier: self.rules.settings().tier,
            whole_file: draft.whole_file,
            profile_file: self.change.profile,
            secret: false,
            reference_to_clear: false,
            old: None,
            new: None,
            text_line: None,
        };
        let mut worst: Option<Bucket> = None;
        let mut consider = |subject: &RiskSubject<'_>, below: &str, set: Option<&(Risk, Applied)>| {
            let found = table.classify(subject);
            let risk = set.map_or(found.risk, |(risk, _)| *risk);
            if worst.as_ref().is_none_or(|worst| risk < worst.risk) {
                let place = if below.is_empty() { String::new() } else { format!(" (at {below})") };
                let reason = format!("{}{place}", set.map_or(found.reason, |(_, applied)| &applied.message));
                let rule = set.map(|(_, applied)| applied.rule.clone());
                worst = Some(Bucket { risk, category: found.category.to_owned(), reason, rule });
            }
        };
        let mut set = set.iter();
        for leaf in &draft.evidence.leaves {
            let (kind, key_path) = draft.end(leaf);
            let subject = RiskSubject {
                key_path: &key_path,
                kind,
                secret: leaf.secret,
                reference_to_clear: leaf.reference_to_clear,
                old: leaf.old,
                new: leaf.new,
                ..whole
            };
            // The difference itself is what the rules on the whole speak of.
            let set = if leaf.below.is_empty() { None } else { set.next().and_then(Option::as_ref) };
            consider(&subject, &leaf.below, set);
        }
        for (line, secret) in &draft.evidence.lines {
            consider(&RiskSubject { text_line: Some(line), secret: *secret, ..whole }, "", None);
        }
        // The difference as a whole counts too: a file that went, a masked block across lines.
        let unnamed = draft.evidence.leaves.is_empty() && (draft.secret || draft.evidence.lines.is_empty());
        if draft.whole_file || unnamed {
            consider(&RiskSubject { secret: draft.secret, ..whole }, "", of_whole.as_ref());
        }
        let mut bucket = worst.unwrap_or_else(|| Bucket {
            risk: Risk::High,
            category: "unclassified".to_owned(),
            reason: "no rule of the risk table applies".to_owned(),
            rule: None,
        });
        if draft.from.is_some() {
            bucket.reason = format!("it went elsewhere, judged as a removal and an addition: {}", bucket.reason);
        }
        if let Some(reason) = &draft.evidence.unreadable {
            bucket.reason = format!("{}: {reason}", bucket.reason);
        }
        bucket
    }

    /// The verdicts on the difference as a whole and on each leaf below it.
    fn verdicts(&self, draft: &Draft<'_>, bucket: &Bucket) -> Verdicts {
        let critical = (bucket.risk == Risk::Critical).then_some(bucket.category.as_str());
        let subject = |kind, key_path: &str, old, new| {
            let source = &self.rules.source;
            self.rules.policy.judge(&Subject {
                file: &self.change.path,
                key_path,
                kind,
                class: draft.class,
                environment: &source.environment,
                aliases: &source.aliases,
                tier: source.settings.tier,
                old,
                new,
                only_text: Format::of(&self.change.path).has_only_text(),
                critical,
            })
        };
        let (old, new) = draft.scalars();
        let mut whole = vec![subject(draft.kind, &draft.key_path, old, new)];
        if let Some(from) = &draft.from {
            // A rule that wants a key where it was, or none where it came, must see each end for itself.
            whole.push(subject(Kind::Removed, &from.key_path, old, None));
            whole.push(subject(Kind::Added, &draft.key_path, None, new));
        }
        let below = draft.evidence.leaves.iter().filter(|leaf| !leaf.below.is_empty()).map(|leaf| {
            let (kind, key_path) = draft.end(leaf);
            subject(kind, &key_path, leaf.old, leaf.new)
        });
        Verdicts { whole, below: below.collect() }
    }

    /// Applies verdicts to the bucket, in the order: set, minimum, allow, violation. Returns the violations, each rule once.
    fn apply(
        &self,
        draft: &Draft<'_>,
        verdicts: Verdicts,
        bucket: &mut Bucket,
        result: &mut Assessment,
    ) -> Vec<(Severity, String, String)> {
        // A subtree is allowed when a rule allows it as a whole, or every leaf below it.
        let Verdicts { whole, below } = verdicts;
        let every =
            |verdicts: &[Verdict]| !verdicts.is_empty() && verdicts.iter().all(|verdict| verdict.allow.is_some());
        let is_allowed = every(&whole) || every(&below);
        let verdicts = || whole.iter().chain(&below);
        let allowed = is_allowed.then(|| verdicts().find_map(|verdict| verdict.allow.clone())).flatten();
        let mut broken: Vec<(Severity, String, String)> = Vec::new();
        self.set(draft, &whole, &below, bucket);
        for verdict in whole.into_iter().chain(below) {
            if let Some((risk, applied)) = verdict.minimum.filter(|(risk, _)| *risk < bucket.risk) {
                bucket.set(risk, applied.rule, applied.message);
            }
            if let Some((decision, applied)) = verdict.decision {
                result.demands.push((decision, format!("rule {}: {}", applied.rule, applied.message)));
            }
            for applied in verdict.review {
                result.demands.push((Decision::HumanReview, format!("rule {}: {}", applied.rule, applied.message)));
            }
            for (severity, applied) in verdict.violations {
                if !broken.iter().any(|(_, rule, _)| *rule == applied.rule) {
                    broken.push((severity, applied.rule, applied.message));
                }
            }
        }
        // What could not be read is never a pass, so nothing allows it.
        if let Some(allowed) = allowed.filter(|_| draft.class != Class::Unreadable) {
            bucket.set(Risk::Allowed, allowed.rule, allowed.message);
        }
        for (severity, rule, message) in &broken {
            if Risk::from(*severity) < bucket.risk {
                bucket.set(Risk::from(*severity), rule.clone(), message.clone());
            }
        }
        broken
    }

    /// Puts a difference where rules say. Of the ends of a move the worse one counts, and of the leaves of a subtree the
    /// worst: what a rule says of one of them says nothing of the others.
    fn set(&self, draft: &Draft<'_>, whole: &[Verdict], below: &[Verdict], bucket: &mut Bucket) {
        let ends = whole.iter().filter_map(|verdict| verdict.set_risk.clone());
        let ends = ends.reduce(|worst, next| if next.0 < worst.0 { next } else { worst });
        if below.iter().any(|verdict| verdict.set_risk.is_some()) {
            let of_leaf = |verdict: &Verdict| verdict.set_risk.clone().or_else(|| ends.clone());
            *bucket = self.classify(draft, (&below.iter().map(of_leaf).collect::<Vec<_>>(), &ends));
        } else if let Some((risk, applied)) = ends {
            bucket.set(risk, applied.rule, applied.message);
        }
    }

    fn delta(&self, draft: Draft<'_>, bucket: Bucket) -> Delta {
        let source = &self.rules.source;
        let place = [&source.service, &source.environment, &self.change.path, &draft.document_label, &draft.key_path];
        Delta {
            id: String::new(),
            fingerprint: super::fingerprint(place.map(String::as_str)),
            file: self.change.path.clone(),
            path: draft.path,
            key_path: draft.key_path,
            document: draft.document,
            from_file: draft.from_file,
            from_path: draft.from.map(|from| from.path),
            similarity: draft.similarity,
            kind: draft.kind,
            class: draft.class,
            category: bucket.category,
            old: if draft.kind == Kind::Added { serde_json::Value::Null } else { draft.old },
            new: if draft.kind == Kind::Removed { serde_json::Value::Null } else { draft.new },
            secret: draft.secret,
            risk: bucket.risk,
            reason: bucket.reason,
            rule: bucket.rule,
            line: draft.at.line,
            column: draft.at.column,
            environments: None,
        }
    }
}
