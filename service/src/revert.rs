//! Reverting: the patch that takes chosen deltas of a run back in the candidate.

mod unified;

use std::collections::{BTreeMap, BTreeSet};

use drift::delta::Delta;
use drift::patch::{Direction, Patched, secret_lines};
use drift::rules::Rules;
use entity::validation_runs::{Model, RunStatus};

use crate::certify::named;
use crate::context_bundle::{self, Bundle};
use crate::error::{Refusal, ServiceError};
use crate::partial::Sides;
use crate::session::Session;
use crate::target::Target;
use crate::validation::on_thread;
use crate::{delta, rule_set};

use self::unified::{FilePatch, Line, unified};

/// A patch that reverts. Not `Debug`: the text may hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Reverted {
    /// The deltas that it takes back, in their order.
    pub deltas: Vec<String>,
    /// The files that it changes, by their path in the candidate.
    pub files: Vec<String>,
    /// A unified diff with real values, as `git apply` takes it. The bytes of the files stand in it as they are.
    pub patch: Vec<u8>,
    /// True when it shows a secret in clear.
    pub secret: bool,
}

/// Makes the patch that takes these deltas (by id, or the beginning of one) of a run back. Of the target only the
/// repository and the scope count. Without `with_secrets` a patch that would show a secret is refused.
pub async fn revert(
    session: &Session,
    run: &Model,
    target: &Target,
    ids: &[String],
    with_secrets: bool,
) -> Result<Reverted, ServiceError> {
    let db = session.db.reader();
    let name = run.id.to_string();
    let status = run.status()?;
    if status != RunStatus::Succeeded {
        return Err(ServiceError::RunStatus { run: name, status, wanted: RunStatus::Succeeded });
    }
    let (_, bundle) = context_bundle::of_run(db, run.id).await?;
    let deltas = delta::of_run(db, run).await?;
    let mut chosen = ids.iter().map(|id| named(&deltas, id).cloned()).collect::<Result<Vec<Delta>, _>>()?;
    chosen.sort_by(|one, other| (&one.file, &one.key_path, &one.id).cmp(&(&other.file, &other.key_path, &other.id)));
    chosen.dedup_by(|one, other| one.id == other.id);
    if let Some(secret) = chosen.iter().find(|delta| delta.secret && !with_secrets) {
        let place = format!("delta {} at {}", secret.id, secret.key_path);
        return Err(Refusal::SecretInPatch { file: secret.file.clone(), place }.into());
    }
    let work = Work { run: name, bundle, chosen, rules: rule_set::of_run(db, run).await?, with_secrets };
    let (repo, scope) = (target.repo.clone(), target.scope.clone());
    on_thread("making a patch", move || {
        let sides = Sides::open(&repo, &work.run, &work.bundle, &scope)?;
        work.patch(&sides)
    })
    .await
}

struct Work {
    run: String,
    bundle: Bundle,
    chosen: Vec<Delta>,
    rules: Rules,
    with_secrets: bool,
}

impl Work {
    fn patch(&self, sides: &Sides) -> Result<Reverted, ServiceError> {
        let mut by_file: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for delta in &self.chosen {
            by_file.entry(&delta.file).or_default().insert(delta.id.clone());
        }
        let mut files = Vec::new();
        for change in &self.bundle.changes {
            let Some(chosen) = by_file.remove(change.path.as_str()) else { continue };
            let before = sides.change(change, &self.rules).new;
            let before = before.map(|side| Patched { path: change.path.clone(), side });
            let after = sides.patch(change, &chosen, &self.rules, Direction::Revert)?;
            files.push(FilePatch { before, after });
        }
        if let Some((file, _)) = by_file.first_key_value() {
            return Err(ServiceError::NotFound { what: "file", id: (*file).to_owned() });
        }
        let (patch, lines) = unified(&files)?;
        let shown = self.shown(&files, &lines);
        if let (Some((file, line)), false) = (&shown, self.with_secrets) {
            return Err(
                Refusal::SecretInPatch { file: file.clone(), place: format!("line {line} beside the delta") }.into()
            );
        }
        Ok(Reverted {
            deltas: self.chosen.iter().map(|delta| delta.id.clone()).collect(),
            files: files
                .iter()
                .filter_map(|file| Some(file.before.as_ref().or(file.after.as_ref())?.path.clone()))
                .collect(),
            patch,
            secret: shown.is_some() || self.chosen.iter().any(|delta| delta.secret),
        })
    }

    /// The first line of the patch that shows a secret.
    fn shown(&self, files: &[FilePatch], lines: &[Line]) -> Option<(String, u32)> {
        let limits = &self.rules.settings().limits;
        let mut known: BTreeMap<(&str, bool), BTreeSet<u32>> = BTreeMap::new();
        for file in files {
            for (side, is_new) in [(&file.before, false), (&file.after, true)] {
                if let Some(side) = side
                    && let drift::change::Content::Bytes(bytes) = &side.side.content
                {
                    known.insert((&side.path, is_new), secret_lines(&side.path, bytes, limits));
                }
            }
        }
        let is_secret = |path: &str, is_new: bool, line: Option<u32>| {
            line.filter(|line| known.get(&(path, is_new)).is_some_and(|lines| lines.contains(line)))
        };
        lines.iter().find_map(|line| {
            let found =
                is_secret(&line.old_path, false, line.old).or_else(|| is_secret(&line.new_path, true, line.new))?;
            Some((line.old_path.clone(), found))
        })
    }
}
