//! What a certification would do, before anybody signs it.

use std::collections::BTreeSet;

use drift::delta::Delta;
use drift::patch::PatchRefusal;
use drift::rules::{RuleSource, Rules};
use entity::validation_runs::{self, Model, RunStatus};
use entity::{context_bundles, rule_sets};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::Acceptance;
use super::acceptance::{Accepted, accepted};
use super::files::Plan;
use crate::context_bundle::{self, Bundle};
use crate::delta;
use crate::error::{Refusal, ServiceError};
use crate::target::Target;
use crate::validation::on_thread;

/// A run with all that its certification looks at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The run, which succeeded.
    pub run: Model,
    /// What it looked at.
    pub bundle: Bundle,
    /// Its deltas in their order.
    pub deltas: Vec<Delta>,
    /// The rules that it was made with.
    pub rules: RuleSource,
}

/// A run to look at, in two queries; an error for one that has no decision.
pub async fn seen(db: &impl ConnectionTrait, run: Uuid) -> Result<Seen, ServiceError> {
    let not_found = |what| ServiceError::NotFound { what, id: run.to_string() };
    let found = validation_runs::Entity::find_by_id(run)
        .find_also_related(context_bundles::Entity)
        .find_also(validation_runs::Entity, rule_sets::Entity)
        .one(db)
        .await?;
    let (model, bundle, rules) = found.ok_or_else(|| not_found("run"))?;
    let status = model.status()?;
    if status != RunStatus::Succeeded {
        return Err(ServiceError::RunStatus { run: run.to_string(), status, wanted: RunStatus::Succeeded });
    }
    let deltas = delta::of_run(db, &model).await?;
    Ok(Seen {
        run: model,
        bundle: context_bundle::read(&bundle.ok_or_else(|| not_found("context bundle of run"))?)?,
        deltas,
        rules: RuleSource::from_content(&rules.ok_or_else(|| not_found("rule set of run"))?.content)?,
    })
}

/// A file that differs, or the part of it that one side of a certification holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The file.
    pub path: String,
    /// The deltas of this side; none where bytes differ and nothing that means something.
    pub deltas: Vec<Delta>,
    /// True when the other side holds the rest of them.
    pub in_part: bool,
}

/// What a certification would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// What becomes golden, sorted by file.
    pub taken: Vec<Share>,
    /// What differs and stays as it was certified, sorted by file.
    pub left: Vec<Share>,
    /// Why it would be refused without an override.
    pub needs_override: Option<Refusal>,
    /// Files of which some deltas cannot be taken without the others.
    pub whole_only: Vec<PatchRefusal>,
    /// Why it would be refused in any case.
    pub refusal: Option<Refusal>,
}

/// Looks at an acceptance by the same rules by which it is certified, and makes the patches that it would make; writes
/// nothing. Names of no delta are an error.
pub async fn preview(
    db: &impl ConnectionTrait,
    target: &Target,
    seen: &Seen,
    acceptance: &Acceptance,
) -> Result<Preview, ServiceError> {
    let Seen { run, bundle, deltas, rules } = seen;
    let mut refusal = refused(super::compared_with(db, target, run).await)?.err();
    let with = |overrides| refused(accepted((run, bundle, deltas), &rules.settings, acceptance, overrides));
    let chosen = with(true)?.unwrap_or_else(|why| {
        refusal.get_or_insert(why);
        Accepted::default()
    });
    let mut preview = shares(seen, &chosen);
    if refusal.is_none() {
        preview.needs_override = with(false)?.err();
        match refused(patches(target, seen, chosen).await)? {
            Ok(whole_only) => preview.whole_only = whole_only,
            Err(why) => refusal = Some(why),
        }
    }
    Ok(Preview { refusal, ..preview })
}

/// A refusal as an answer, any other error as one.
fn refused<T>(result: Result<T, ServiceError>) -> Result<Result<T, Refusal>, ServiceError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(ServiceError::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error),
    }
}

async fn patches(target: &Target, seen: &Seen, accepted: Accepted) -> Result<Vec<PatchRefusal>, ServiceError> {
    let plan = Plan {
        run: seen.run.id.to_string(),
        bundle: seen.bundle.clone(),
        accepted,
        rules: Rules::compile(seen.rules.clone())?,
        repo: target.repo.clone(),
        scope: target.scope.clone(),
    };
    on_thread("trying patches", move || plan.unpatchable()).await
}

fn shares(seen: &Seen, accepted: &Accepted) -> Preview {
    let mut preview = Preview::default();
    let changed: BTreeSet<&str> = seen.bundle.changes.iter().map(|change| change.path.as_str()).collect();
    for path in changed {
        let of_file = || seen.deltas.iter().filter(|delta| delta.file == path);
        let share = |deltas, in_part| Share { path: path.to_owned(), deltas, in_part };
        match accepted.partial.get(path) {
            Some(chosen) => {
                let (taken, left) = of_file().cloned().partition(|delta| chosen.contains(&delta.id));
                preview.taken.push(share(taken, true));
                preview.left.push(share(left, true));
            }
            None if accepted.whole.contains(path) => preview.taken.push(share(of_file().cloned().collect(), false)),
            None => preview.left.push(share(of_file().cloned().collect(), false)),
        }
    }
    preview
}
