//! `golden branches`: list golden branches, or adopt those that a repository holds.

use chrono::SecondsFormat;
use schemars::JsonSchema;
use serde::Serialize;
use service::golden_branch;
use service::page::write_cursor;

use crate::args::{self, BranchList, BranchesCommand, Format, Global};
use crate::command::runs::page;
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// A golden branch.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BranchRow {
    /// The git ref without `refs/heads/`.
    branch: String,
    service: String,
    environment: String,
    /// golden, or candidate for imported ones.
    branch_type: String,
    active: bool,
    commit: String,
    /// `sha256:` and hexadecimal digits over its files.
    tree_digest: String,
    /// The commit that it was made from; null when that was no commit.
    source_commit: Option<String>,
    /// The run that it was certified from; null for an initial one.
    run: Option<String>,
    score: Option<i16>,
    created_at: String,
    certified_by: String,
    reason: String,
    override_reason: Option<String>,
    revoked_at: Option<String>,
    revoked_by: Option<String>,
    revoke_reason: Option<String>,
}

impl BranchRow {
    /// A golden branch as told.
    pub(crate) fn new(row: &entity::golden_branches::Model) -> Self {
        let time =
            |time: chrono::DateTime<chrono::FixedOffset>| time.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true);
        Self {
            branch: row.branch_name.clone(),
            service: row.service_name.clone(),
            environment: row.environment.clone(),
            branch_type: row.branch_type.clone(),
            active: row.is_active,
            commit: row.commit_id.clone(),
            tree_digest: row.tree_digest.clone(),
            source_commit: row.source_commit.clone(),
            run: row.run_id.map(|run| run.to_string()),
            score: row.score,
            created_at: time(row.created_at),
            certified_by: row.certified_by.clone(),
            reason: row.reason.clone(),
            override_reason: row.override_reason.clone(),
            revoked_at: row.revoked_at.map(time),
            revoked_by: row.revoked_by.clone(),
            revoke_reason: row.revoke_reason.clone(),
        }
    }

    /// What happened to it, in a word.
    fn state(&self) -> &'static str {
        match (self.active, &self.revoked_at) {
            (true, _) => "active",
            (false, Some(_)) => "revoked",
            (false, None) => "replaced",
        }
    }
}

/// Where a golden ref went, or how it gets there.
pub(crate) fn pushed(remote: Option<&str>, branch: &str) -> String {
    match remote {
        Some(remote) => format!("pushed to {remote}"),
        None => format!("not pushed; `git push origin {branch}` does, or --push"),
    }
}

/// `golden.branches/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BranchesAnswer {
    branches: Vec<BranchRow>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

impl BranchesAnswer {
    /// A page of golden branches.
    pub(crate) const fn new(branches: Vec<BranchRow>, next: Option<String>) -> Self {
        Self { branches, next }
    }
}

/// Runs `golden branches`.
pub(crate) async fn run(global: &Global, branches: args::Branches) -> Result<Verdict, Failure> {
    match branches.command.unwrap_or(BranchesCommand::List(branches.list)) {
        BranchesCommand::List(list) => list_branches(&Context::new(global, None)?, &list).await,
        BranchesCommand::Adopt { repo, format } => {
            adopt(&Context::new(global, Some(&repo))?, &repo, format.format).await
        }
    }
}

async fn list_branches(context: &Context, list: &BranchList) -> Result<Verdict, Failure> {
    let environment = list.environment.as_deref().map(|word| context.config.environment(word)).transpose()?;
    let session = context.open().await?;
    let environment = environment.as_ref().map(|environment| environment.name.as_str());
    let rows =
        golden_branch::list(session.db.reader(), list.service.as_deref(), environment, page(&list.page)?).await?;
    let answer =
        BranchesAnswer::new(rows.rows.iter().map(BranchRow::new).collect(), rows.next.as_ref().map(write_cursor));
    context.output.answer(list.format.format, "golden.branches/1", answer, |answer| text(context, answer))?;
    Ok(Verdict::Yes)
}

/// Golden branches as a table.
pub(crate) fn text(context: &Context, answer: &BranchesAnswer) -> String {
    if answer.branches.is_empty() {
        return "no golden branch is stored yet; `golden certify --initial` makes one".to_owned();
    }
    // Its name tells when a branch was made.
    let rows = answer.branches.iter().map(|row| {
        let score = row.score.map_or_else(|| "-".to_owned(), |score| score.to_string());
        vec![
            row.branch.clone(),
            row.state().to_owned(),
            score,
            row.certified_by.clone(),
            row.override_reason.as_ref().map_or_else(|| row.reason.clone(), |reason| format!("override: {reason}")),
        ]
    });
    let table = context.output.table(&["BRANCH", "STATE", "SCORE", "CERTIFIED BY", "REASON"], rows);
    match &answer.next {
        Some(next) => format!("{table}\n… more: --after {next}"),
        None => table,
    }
}

/// `golden.adopt/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdoptAnswer {
    /// Golden refs that the repository holds.
    found: usize,
    /// Branches that were not in the database before.
    adopted: Vec<String>,
    /// Branches whose revocation was not in the database before.
    revoked: Vec<String>,
    /// Branches that are active now and were not before.
    activated: Vec<String>,
    /// Refs in the place of golden branches that say too little to be one.
    refused: Vec<RefusedRef>,
}

/// A ref that is no golden branch.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RefusedRef {
    /// The full ref.
    reference: String,
    /// Why.
    reason: String,
}

async fn adopt(context: &Context, repo: &std::path::Path, format: Format) -> Result<Verdict, Failure> {
    let repo = context.path(repo);
    service::source::open_repository(&repo).map_err(service::error::ServiceError::from)?;
    let session = context.open().await?;
    let adopted = service::adopt::adopt(&session, &repo).await?;
    let answer = AdoptAnswer {
        found: adopted.found,
        adopted: adopted.adopted,
        revoked: adopted.revoked,
        activated: adopted.activated,
        refused: adopted
            .refused
            .into_iter()
            .map(|refused| RefusedRef { reference: refused.reference, reason: refused.reason })
            .collect(),
    };
    context.output.answer(format, "golden.adopt/1", answer, |answer| {
        let mut lines = vec![format!("{} golden refs found, {} adopted", answer.found, answer.adopted.len())];
        lines.extend(answer.activated.iter().map(|branch| format!("active   {branch}")));
        lines.extend(answer.revoked.iter().map(|branch| format!("revoked  {branch}")));
        lines
            .extend(answer.refused.iter().map(|refused| format!("refused  {}: {}", refused.reference, refused.reason)));
        if answer.found == 0 {
            lines.push("fetch them first: git fetch origin 'refs/heads/golden/*:refs/heads/golden/*'".to_owned());
        }
        lines.join("\n")
    })?;
    Ok(Verdict::Yes)
}
