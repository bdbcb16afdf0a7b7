//! What one rule does to a verdict.

use std::collections::BTreeSet;

use super::demand::{Check, Demand};
use super::{Applied, Effect, Rule, Subject, Verdict, version};
use crate::delta::Kind;
use crate::finding::Severity;
use crate::risk::Risk;

/// What a rule that applied means for allowing.
pub(super) enum Weight {
    /// It was applied as a critical rule, which an allow must name.
    Critical,
    /// It would allow the subject.
    Allows,
    /// Neither.
    Other,
}

impl Rule {
    /// Adds what the rule says; the caller has made sure that the subject is in its scope.
    pub(super) fn apply(&self, subject: &Subject<'_>, verdict: &mut Verdict) -> Weight {
        match &self.effect {
            Effect::Violation { severity, must } => self.violate(subject, *severity, must.as_ref(), verdict),
            Effect::Allow { must, .. } if holds(must.as_ref(), subject) => Weight::Allows,
            Effect::SetRisk { risk, must } if holds(must.as_ref(), subject) => {
                worsen(&mut verdict.set_risk, *risk, self.applied(&format!("the policy sets its risk to {risk}")));
                weight(*risk)
            }
            Effect::Allow { .. } | Effect::SetRisk { .. } => Weight::Other,
            Effect::Minimum(risk) => {
                worsen(
                    &mut verdict.minimum,
                    *risk,
                    self.applied(&format!("the policy asks for at least {risk} risk here")),
                );
                weight(*risk)
            }
            Effect::VersionStep { .. } => self.apply_step(subject, verdict),
        }
    }

    fn violate(
        &self,
        subject: &Subject<'_>,
        severity: Severity,
        must: Option<&Demand>,
        verdict: &mut Verdict,
    ) -> Weight {
        let check =
            must.map_or_else(|| Check::Broken("no change is permitted here".to_owned()), |must| must.check(subject));
        let Check::Broken(found) = check else {
            return Weight::Other;
        };
        verdict.violations.push((severity, self.applied(&found)));
        weight(severity.into())
    }

    fn apply_step(&self, subject: &Subject<'_>, verdict: &mut Verdict) -> Weight {
        let Effect::VersionStep { step, risk, review, decision } = &self.effect else {
            return Weight::Other;
        };
        if version::step_of(subject) != Some(*step) {
            return Weight::Other;
        }
        let found = format!("it is a {step} version change");
        if let Some(risk) = risk {
            worsen(&mut verdict.set_risk, *risk, self.applied(&found));
        }
        if let Some(demand) = review {
            verdict.review.push(self.applied(&format!("{found}, which needs {demand}")));
        }
        if let Some(decision) = decision
            && verdict.decision.as_ref().is_none_or(|(known, _)| decision > known)
        {
            verdict.decision = Some((*decision, self.applied(&format!("{found}, which means {decision} at best"))));
        }
        risk.map_or(Weight::Other, weight)
    }

    /// True when this allowing rule may allow a change of this kind beside these critical rules.
    pub(super) fn may_allow(&self, kind: Kind, critical: &BTreeSet<&str>) -> bool {
        let Effect::Allow { removals, over, .. } = &self.effect else {
            return false;
        };
        (kind != Kind::Removed || *removals) && critical.iter().all(|id| over.contains(*id))
    }

    /// The rule with its description and what was found.
    pub(super) fn applied(&self, found: &str) -> Applied {
        let message =
            if self.description.is_empty() { found.to_owned() } else { format!("{}: {found}", self.description) };
        Applied { rule: self.id.clone(), message }
    }
}

fn holds(must: Option<&Demand>, subject: &Subject<'_>) -> bool {
    must.is_none_or(|must| must.check(subject) == Check::Holds)
}

const fn weight(risk: Risk) -> Weight {
    match risk {
        Risk::Critical => Weight::Critical,
        Risk::High | Risk::Medium | Risk::Low | Risk::Allowed => Weight::Other,
    }
}

/// Keeps the worse of two risks, and of two equal ones the first rule in the file.
fn worsen(slot: &mut Option<(Risk, Applied)>, risk: Risk, applied: Applied) {
    if slot.as_ref().is_none_or(|(known, _)| risk < *known) {
        *slot = Some((risk, applied));
    }
}
