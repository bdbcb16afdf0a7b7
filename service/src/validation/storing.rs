//! What a finished run leaves behind, in every table, at once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use drift::facts::Facts;
use drift::report::{Report, ReportFormat};
use drift::rules::Rules;
use entity::validation_runs::Model;

use crate::certification::CertificationData;
use crate::context_bundle::{Bundle, FileChange};
use crate::error::{ServiceError, to_document};
use crate::run::{self, Finish};
use crate::session::Session;
use crate::{
    aggregated_result, certification, config_key, context_bundle, delta, llm_output, policy_validation, report,
};

/// Everything that a finished run leaves behind.
pub(super) struct Stored {
    pub(super) run: Model,
    pub(super) report: Report,
    pub(super) changes: Vec<FileChange>,
    pub(super) rules: Arc<Rules>,
    pub(super) facts: Facts,
    pub(super) golden_branch: Option<String>,
    pub(super) told: String,
    pub(super) format: ReportFormat,
}

/// Stores an outcome as a whole: a run is never seen with half of it.
pub(super) async fn store(session: &Session, stored: &Stored, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let clock = &session.clock;
    let (run, outcome, settings) = (&stored.run, &stored.report.outcome, stored.rules.settings());
    let facts = to_document(&stored.facts, "validation_runs", "facts", run.id)?;
    let bundle = Bundle {
        golden: stored.report.golden.clone(),
        candidate: stored.report.candidate.clone(),
        changes: stored.changes.clone(),
        findings: outcome.findings.clone(),
        summary: outcome.summary.clone(),
        golden_branch: stored.golden_branch.clone(),
    };
    let thresholds = CertificationData { tier: settings.tier, thresholds: settings.score.thresholds(settings.tier) };
    let target = (run.service_name.as_str(), run.environment.as_str());
    let (facts, bundle, thresholds) = (&facts, &bundle, &thresholds);
    let stored = session.db.write_bulk(|transaction| async move {
        let db = &transaction;
        // The run first: if somebody failed it meanwhile, nothing else is written.
        let finish = Finish { outcome, candidate_digest: &stored.report.candidate.digest, facts: facts.clone() };
        run::succeed(db, run, finish, now).await?;
        let bundle_id = clock.id();
        context_bundle::store(db, bundle_id, run.id, bundle, now).await?;
        delta::store(db, run.id, bundle_id, &outcome.deltas, clock, now).await?;
        config_key::keep(db, target, &outcome.deltas, clock, now).await?;
        llm_output::store(db, clock.id(), run.id, outcome, now).await?;
        policy_validation::store(db, clock.id(), run.id, outcome, now).await?;
        certification::store(db, (clock.id(), run.id), &run.environment, outcome, thresholds, now).await?;
        aggregated_result::store(db, (clock.id(), run.id), target, outcome, now).await?;
        report::store(db, (clock.id(), run.id), stored.format, stored.told.clone(), now).await?;
        Ok::<_, ServiceError>((transaction, ()))
    });
    stored.await
}
