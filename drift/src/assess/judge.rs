//! From a draft to a delta: the risk table, then the policy, then the bucket with its reason.

use crate::decision::Decision;
use crate::delta::{Class, Delta, Kind};
use crate::finding::Severity;
use crate::format::Format;
use crate::outcome::Violation;
use crate::policy::{Applied, Subject, Verdict};
use crate::risk::Risk;
use crate::risk_table::RiskSubject;

use super::{Assessing, Assessment, Draft};

/// What the policy says of a difference.
struct Verdicts {
    /// On the difference itself, and on both ends of a move.
    whole: Vec<Verdict>,
    /// On each leaf that is part of it, with what happened to the leaf.
    parts: Vec<(Kind, Verdict)>,
}

impl Verdicts {
    /// The rule that allows a difference: as a whole, and with it what went inside of it, or each of its parts.
    fn allow(&self, draft: &Draft<'_>) -> Option<Applied> {
        let is_allowed = |verdict: &Verdict| verdict.allow.is_some();
        // A removal is seen as such only where the difference as a whole is none.
        let went = |kind: Kind| kind == Kind::Removed && draft.kind != Kind::Removed && draft.from.is_none();
        let whole = self.whole.iter().all(is_allowed)
            && self.parts.iter().all(|(kind, verdict)| !went(*kind) || is_allowed(verdict));
        let parts = !self.parts.is_empty() && self.parts.iter().all(|(_, verdict)| is_allowed(verdict));
        let verdicts = self.whole.iter().chain(self.parts.iter().map(|(_, verdict)| verdict));
        (whole || parts).then(|| verdicts.filter_map(|verdict| verdict.allow.clone()).next()).flatten()
    }
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

    /// The worst bucket of all that is below a difference. `set` holds what rules say of each leaf that is part of it and of
    /// the difference as a whole, if anything.
    fn classify(&self, draft: &Draft<'_>, (set, of_whole): (&[Set], &Set)) -> Bucket {
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
            let found = self.table().classify(subject);
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
                secret: leaf.secret(),
                reference_to_clear: leaf.reference_to_clear(),
                old: leaf.old,
                new: leaf.new,
                ..whole
            };
            // The difference itself is what the rules on the whole speak of.
            let set = if draft.is_part(leaf) { set.next().and_then(Option::as_ref) } else { None };
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

    /// The verdicts on the difference as a whole and on each leaf that is part of it.
    fn verdicts(&self, draft: &Draft<'_>, bucket: &Bucket) -> Verdicts {
        let critical = (bucket.risk == Risk::Critical).then_some(bucket.category.as_str());
        let subject = |kind, key_path: &str, old, new| {
            let source = &self.rules.source;
            self.policy.judge(&Subject {
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
        let (old, new) = draft.values;
        let mut whole = vec![subject(draft.kind, &draft.key_path, old, new)];
        if let Some(from) = &draft.from {
            // A rule that wants a key where it was, or none where it came, must see each end for itself.
            whole.push(subject(Kind::Removed, &from.key_path, old, None));
            whole.push(subject(Kind::Added, &draft.key_path, None, new));
        }
        let parts = draft.evidence.leaves.iter().filter(|leaf| draft.is_part(leaf)).map(|leaf| {
            let (kind, key_path) = draft.end(leaf);
            (kind, subject(kind, &key_path, leaf.old, leaf.new))
        });
        Verdicts { whole, parts: parts.collect() }
    }

    /// Applies verdicts to the bucket, in the order: set, minimum, allow, violation. Returns the violations, each rule once.
    fn apply(
        &self,
        draft: &Draft<'_>,
        verdicts: Verdicts,
        bucket: &mut Bucket,
        result: &mut Assessment,
    ) -> Vec<(Severity, String, String)> {
        let allowed = verdicts.allow(draft);
        let mut broken: Vec<(Severity, String, String)> = Vec::new();
        self.set(draft, &verdicts, bucket);
        let Verdicts { whole, parts } = verdicts;
        for verdict in whole.into_iter().chain(parts.into_iter().map(|(_, verdict)| verdict)) {
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
    fn set(&self, draft: &Draft<'_>, verdicts: &Verdicts, bucket: &mut Bucket) {
        let parts = || verdicts.parts.iter().map(|(_, verdict)| verdict);
        let ends = verdicts.whole.iter().filter_map(|verdict| verdict.set_risk.clone());
        let ends = ends.reduce(|worst, next| if next.0 < worst.0 { next } else { worst });
        if parts().any(|verdict| verdict.set_risk.is_some()) {
            let of_leaf = |verdict: &Verdict| verdict.set_risk.clone().or_else(|| ends.clone());
            *bucket = self.classify(draft, (&parts().map(of_leaf).collect::<Vec<_>>(), &ends));
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
