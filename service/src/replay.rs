//! Replay: the same rules, facts and commits must give the same bytes.

use std::path::Path;

use drift::facts::Facts;
use drift::mask::Masker;
use drift::report::{Layout, Report, ReportFormat, SideKind, render};
use entity::validation_runs::Model;

use crate::comparison::Collected;
use crate::error::{Refusal, ServiceError, document};
use crate::session::Session;
use crate::source::Source;
use crate::target::Target;
use crate::validation::on_thread;
use crate::{report, rule_set};

/// What a replay gave.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The report of the replay.
    pub report: Report,
    /// True when its JSON is the stored run's, byte for byte.
    pub same: bool,
}

/// Computes a run again. Rules and facts are the stored ones; of the target only the repository and the scope count.
pub async fn replay(session: &Session, run: &Model, target: &Target, key: &[u8]) -> Result<Replayed, ServiceError> {
    let stored = report::rebuild(session.db.reader(), run).await?;
    let rules = rule_set::of_run(session.db.reader(), run).await?;
    let facts =
        run.facts.clone().ok_or_else(|| ServiceError::NotFound { what: "facts of run", id: run.id.to_string() })?;
    let facts: Facts = document(facts, "validation_runs", "facts", run.id)?;
    let masker = Masker::new(Some(key), &rules.settings().limits);
    let (sides, scope, repo) =
        ((stored.golden.clone(), stored.candidate.clone()), target.scope.clone(), target.repo.clone());
    let (name, head) = (run.id.to_string(), stored.run.clone());
    let report = on_thread("replaying", move || {
        let golden = open(&repo, &sides.0)?;
        let candidate = open(&repo, &sides.1)?;
        let collected = Collected::collect(golden, candidate, &scope)?;
        if collected.candidate_side().digest != sides.1.digest {
            let place = sides.1.path.unwrap_or_else(|| "the scope of golden.toml".to_owned());
            return Err(Refusal::CandidateChanged { run: name, place }.into());
        }
        let outcome = collected.assess(&rules, &masker, &facts, &|_| {})?.outcome;
        Ok(Report { run: head, environment: None, golden: sides.0, candidate: sides.1, outcome })
    })
    .await?;
    let layout = Layout { color: false, width: 100, most_deltas: 0 };
    let same = render(&report, ReportFormat::Json, &layout) == render(&stored, ReportFormat::Json, &layout);
    Ok(Replayed { report, same })
}

/// Opens a side as a run saw it: by commit where it has one.
pub(crate) fn open(repo: &Path, side: &drift::report::Side) -> Result<Source, ServiceError> {
    let opened = match (&side.commit, side.kind, &side.path) {
        (Some(commit), ..) => Source::open_git(repo, commit),
        (None, SideKind::Directory, Some(path)) => Source::open_directory(Path::new(path)),
        (None, ..) => Source::open_worktree(repo),
    };
    Ok(opened?)
}
