//! The main job: compare a candidate with its golden version, decide, and store the run.

mod storing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use drift::environment::Environments;
use drift::facts::{Context, Facts};
use drift::mask::Masker;
use drift::report::{Report, ReportFormat, render};
use drift::rules::{RuleSource, Rules};
use drift::secret;
use entity::validation_runs::{Model, Origin};
use storing::{Stored, store};
use uuid::Uuid;

use crate::comparison::{Collected, Done, Progress};
use crate::error::ServiceError;
use crate::run::{self, NewRun, RunError};
use crate::session::Session;
use crate::source::{Source, SourceError, repo_url};
use crate::target::Target;
use crate::{golden_branch, history, report, rule_set};

/// What is compared with the golden version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// The work tree of the target's repository.
    Worktree,
    /// A revision, or a directory when it is written as one (`./dir`, `/dir`) or no revision has the name.
    Named(String),
    /// A revision and nothing else, for callers who may not have folders of this machine read.
    Revision(String),
}

/// Whether a run has a row already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// It has none.
    New,
    /// It waited.
    Pending,
}

/// One validation to make.
#[derive(Clone, Debug)]
pub struct Request {
    /// The run's id.
    pub id: Uuid,
    /// What to validate.
    pub target: Target,
    /// The candidate.
    pub candidate: Candidate,
    /// Relative directories start here.
    pub folder: PathBuf,
    /// A revision to compare with instead of the golden branch.
    pub golden: Option<String>,
    /// What the caller stated, in clear; it is masked before anything else happens.
    pub stated: Context,
    /// What started the run.
    pub origin: Origin,
    /// Who asked.
    pub requested_by: Option<String>,
    /// The caller's project or merge request.
    pub external_ref: Option<String>,
    /// The format in which the report is stored.
    pub format: ReportFormat,
    /// The key of secret digests.
    pub key: Vec<u8>,
}

/// A finished validation.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The run, told.
    pub report: Report,
}

/// What a run works on: both sides are listed, and nothing is stored yet.
struct Prepared {
    row: Row,
    run: NewRun,
    source: RuleSource,
    rules: Rules,
    collected: Collected,
    golden_branch: Option<String>,
    environments: Environments,
}

/// Validates and stores. A run that was started always ends: with its outcome, or failed with the reason.
pub async fn validate(
    session: &Session,
    request: Request,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Validation, ServiceError> {
    to_the_end(session, request, Row::New, progress).await
}

/// As [`validate`], for a run that waited: it ends even when it cannot be started.
pub async fn validate_queued(
    session: &Session,
    request: Request,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Validation, ServiceError> {
    to_the_end(session, request, Row::Pending, progress).await
}

async fn to_the_end(
    session: &Session,
    request: Request,
    row: Row,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Validation, ServiceError> {
    progress(Progress::Collecting);
    let (id, format, key) = (request.id, request.format, request.key.clone());
    let (service, environment) = (&request.target.service, &request.target.environment);
    let span = tracing::info_span!("run", run = %id, %service, %environment);
    let finished = async {
        let prepared = prepare(session, request, row).await?;
        make(session, prepared, format, key, progress).await
    };
    let finished = tracing::Instrument::instrument(finished, span);
    let finished = tokio::select! {
        finished = finished => finished,
        never = keep_alive(session, id) => match never {},
    };
    if let Err(error) = &finished {
        fail(session, id, "failed", &error.to_string()).await;
    }
    finished
}

/// Ends a run that could not be made. Nothing happens when it has not started or has ended; its lease ends one that
/// cannot be written now.
pub(crate) async fn fail(session: &Session, id: Uuid, code: &str, message: &str) {
    let reason = RunError { code: code.to_owned(), message: secret::redacted(message).into_owned() };
    let (now, reason) = (session.clock.now(), &reason);
    let failed = session.db.write(|transaction| async move {
        let row = run::get(&transaction, id).await?;
        run::fail(&transaction, &row, reason, now).await?;
        Ok::<_, ServiceError>((transaction, ()))
    });
    match failed.await {
        Ok(()) | Err(ServiceError::NotFound { .. } | ServiceError::RunStatus { .. }) => {}
        Err(second) => tracing::warn!(run = %id, %second, "the run could not be marked as failed; its lease will"),
    }
}

/// Ends a run that is under way because its caller stopped it. Nothing happens when it has not started or has ended.
pub async fn cancel(session: &Session, id: Uuid) -> Result<(), ServiceError> {
    let reason = RunError { code: "interrupted".to_owned(), message: "interrupted by the caller".to_owned() };
    let (now, reason) = (session.clock.now(), &reason);
    let cancelled = session.db.write(|transaction| async move {
        let row = run::get(&transaction, id).await?;
        run::cancel(&transaction, &row, reason, now).await?;
        Ok::<_, ServiceError>((transaction, ()))
    });
    match cancelled.await {
        Ok(()) | Err(ServiceError::NotFound { .. } | ServiceError::RunStatus { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Sign of life at a quarter of the lease, for as long as the run is under way. One that fails is made up for by the next.
async fn keep_alive(session: &Session, id: Uuid) -> std::convert::Infallible {
    let mut beats = tokio::time::interval((session.lease / 4).max(Duration::from_millis(250)));
    beats.tick().await;
    loop {
        beats.tick().await;
        let now = session.clock.now();
        let beat = session.db.write(|transaction| async move {
            run::beat(&transaction, id, now).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        if let Err(error) = beat.await {
            tracing::warn!(run = %id, %error, "a sign of life could not be stored");
        }
    }
}

/// Opens both sides and lists them. Nothing is stored, so that nothing stays when a side cannot be opened.
async fn prepare(session: &Session, request: Request, row: Row) -> Result<Prepared, ServiceError> {
    let target = &request.target;
    let rules = target.compiled()?;
    let active = match &request.golden {
        Some(_) => None,
        None => Some(golden_branch::get_active(session.db.reader(), &target.service, &target.environment).await?),
    };
    let golden_rev = match (&active, &request.golden) {
        (Some(active), _) => active.commit_id.clone(),
        (None, Some(rev)) => rev.clone(),
        (None, None) => String::new(),
    };
    let opened = open(&request, golden_rev, active.as_ref().map(|branch| branch.branch_name.clone())).await?;
    let candidate = opened.collected.candidate_side();
    let run = NewRun {
        id: request.id,
        service: target.service.clone(),
        environment: target.environment.clone(),
        tier: target.rules.settings.tier,
        origin: request.origin,
        requested_by: request.requested_by.as_deref().map(mask_text),
        external_ref: request.external_ref.as_deref().map(mask_text),
        context: masked(&request.stated),
        repo_url: opened.repo_url,
        golden_branch_id: active.as_ref().map(|active| active.id),
        golden_ref: active
            .as_ref()
            .map(|active| active.branch_name.clone())
            .or_else(|| request.golden.as_deref().map(mask_text)),
        golden_commit: opened.golden_commit,
        candidate_ref: candidate.rev.clone().or_else(|| candidate.path.clone()).as_deref().map(mask_text),
        candidate_commit: candidate.commit.clone(),
        rule_set_id: session.clock.id(),
        worker: session.worker.clone(),
    };
    Ok(Prepared {
        row,
        run,
        source: request.target.rules,
        rules,
        collected: opened.collected,
        golden_branch: active.map(|active| active.branch_name),
        environments: request.target.environments,
    })
}

/// Makes the run visible as running.
async fn start(session: &Session, row: Row, run: &NewRun, rules: &RuleSource) -> Result<Model, ServiceError> {
    let now = session.clock.now();
    let started = session.db.write(|transaction| async move {
        let rule_set_id = rule_set::keep(&transaction, rules, run.rule_set_id, now).await?;
        let new_run = NewRun { rule_set_id, ..run.clone() };
        match row {
            Row::New => run::start(&transaction, new_run, now).await?,
            Row::Pending => run::start_pending(&transaction, new_run, now).await?,
        }
        let started = run::get(&transaction, run.id).await?;
        Ok::<_, ServiceError>((transaction, started))
    });
    started.await
}

/// Both sides, listed.
struct Opened {
    collected: Collected,
    golden_commit: Option<String>,
    repo_url: Option<String>,
}

async fn open(request: &Request, golden_rev: String, golden_branch: Option<String>) -> Result<Opened, ServiceError> {
    let (target, candidate, folder) = (request.target.clone(), request.candidate.clone(), request.folder.clone());
    on_thread("listing files", move || {
        let golden = match golden_branch {
            Some(branch) => {
                Source::open_git(&target.repo, &golden_rev).map_err(|error| error.of_golden_branch(&branch))?
            }
            None => Source::open_git(&target.repo, &golden_rev)?,
        };
        let golden_commit = golden.commit();
        let repo_url = golden.repository().and_then(repo_url);
        let candidate = open_candidate(&target.repo, &candidate, &folder)?;
        let collected = Collected::collect(golden, candidate, &target.scope)?;
        Ok(Opened { collected, golden_commit, repo_url })
    })
    .await
}

/// Opens a candidate: the work tree, a directory, or a revision.
pub fn open_candidate(repo: &Path, candidate: &Candidate, folder: &Path) -> Result<Source, SourceError> {
    let name = match candidate {
        Candidate::Worktree => return Source::open_worktree(repo),
        Candidate::Revision(rev) => return Source::open_git(repo, rev),
        Candidate::Named(name) => name,
    };
    let directory = folder.join(name);
    if name.starts_with(['.', '/']) && directory.is_dir() {
        return Source::open_directory(&directory);
    }
    match Source::open_git(repo, name) {
        Err(SourceError::NoSuchRevision { .. }) if directory.is_dir() => Source::open_directory(&directory),
        opened => opened,
    }
}

/// Starts blocking work on a thread of its own, at once, and gives its outcome to whoever waits for it.
pub(crate) fn on_thread<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
) -> impl Future<Output = Result<T, ServiceError>> + Send {
    let span = tracing::info_span!("step", otel.name = what);
    let working = tokio::task::spawn_blocking(move || span.in_scope(work));
    async move { working.await.map_err(|_| ServiceError::Worker(what.to_owned()))? }
}

/// Starts the run, compares, and stores the outcome. What is compared does not wait for the database, nor the other way
/// round; when one fails the other still ends, so that every run has a row that says why it failed.
async fn make(
    session: &Session,
    prepared: Prepared,
    format: ReportFormat,
    key: Vec<u8>,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Validation, ServiceError> {
    let Prepared { row, run, source, rules, collected, golden_branch, environments } = prepared;
    let rules = Arc::new(rules);
    let (digest, changed) = (collected.candidate_side().digest.clone(), collected.changed_files());
    let judging = {
        let rules = Arc::clone(&rules);
        on_thread("comparing files", move || {
            let masker = Masker::new(Some(&key), &rules.settings().limits);
            let judged = collected.judge((&rules, &masker, &environments), true, &progress)?;
            Ok((collected, judged, progress))
        })
    };
    let starting = async {
        let started = start(session, row, &run, &source).await?;
        let target = (run.service.as_str(), run.environment.as_str());
        let history = history::gather(session.db.reader(), target, &digest, &changed).await?;
        Ok::<_, ServiceError>((started, history))
    };
    let (started, judged) = tokio::join!(starting, judging);
    let ((started, history), (collected, judged, progress)) = (started?, judged?);
    let facts = Facts { history, context: run.context, ..Facts::default() };
    let (collected, (done, facts)) = {
        let rules = Arc::clone(&rules);
        on_thread("drawing the conclusion", move || {
            let concluded = collected.conclude(judged, &rules, facts);
            Ok((collected, concluded))
        })
        .await?
    };
    // A tree of many files takes a while to forget.
    tokio::task::spawn_blocking(move || drop(collected));
    let (run, Done { mut golden, candidate, changes, outcome }) = (started, done);
    // The caller never named the golden commit; its branch is the name that means something.
    golden.rev = golden_branch.clone().or(golden.rev);
    progress(Progress::Storing);
    let digest = rules.source.digest()?;
    let run_head = report::head(&run, digest, golden_branch.clone())?;
    let report = Report { run: Some(run_head), environment: None, golden, candidate, outcome };
    let told = render(&report, format, &report::stored_layout(rules.settings().limits.report_deltas));
    let stored = Stored { run, report, changes, rules, facts, golden_branch, told, format };
    store(session, &stored, session.clock.now()).await?;
    Ok(Validation { report: stored.report })
}

/// What the caller stated with every secret masked; tags sorted, each once.
pub(crate) fn masked(stated: &Context) -> Context {
    let text = |text: &Option<String>| text.as_deref().map(mask_text);
    let mut tags: Vec<String> = stated.tags.iter().map(|tag| mask_text(tag)).collect();
    tags.sort();
    tags.dedup();
    let evidence = stated.evidence.iter().map(|(key, value)| (mask_text(key), secret::mask_named(key, value)));
    Context {
        ticket: text(&stated.ticket),
        tags,
        rollback_plan: text(&stated.rollback_plan),
        evidence: evidence.collect(),
        description: text(&stated.description),
    }
}

/// A text of the caller with every secret masked.
pub(crate) fn mask_text(text: &str) -> String {
    secret::redact_text(text)
}
