//! `golden history`: who certified and revoked what, or how one key changed.

use chrono::SecondsFormat;
use drift::decision::Decision;
use drift::delta::Delta;
use schemars::JsonSchema;
use serde::Serialize;
use service::page::write_cursor;
use service::{delta, golden_branch, run};

use crate::args::{self, Global};
use crate::command::branches::{self, BranchRow, BranchesAnswer};
use crate::command::runs::page;
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// One change of a key.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeyChange {
    run: String,
    at: String,
    /// The decision of the run; null when it has none.
    decision: Option<Decision>,
    delta: Delta,
}

/// `golden.key-history/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeyHistory {
    file: String,
    key_path: String,
    changes: Vec<KeyChange>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

/// Runs `golden history`.
pub(crate) async fn run(global: &Global, history: &args::History) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let service = context.config.service(&history.service)?;
    let environment = context.config.environment(&history.environment)?;
    let session = context.open().await?;
    let page = page(&history.page)?;
    if let (Some(key), Some(file)) = (&history.key, &history.file) {
        return key_history(&context, &session, [&service.name, &environment.name, file, key], history).await;
    }
    let rows = golden_branch::list(session.db.reader(), Some(&service.name), Some(&environment.name), page).await?;
    let answer =
        BranchesAnswer::new(rows.rows.iter().map(BranchRow::new).collect(), rows.next.as_ref().map(write_cursor));
    context
        .output
        .answer(history.format.format, "golden.branches/1", answer, |answer| branches::text(&context, answer))?;
    Ok(Verdict::Yes)
}

async fn key_history(
    context: &Context,
    session: &service::session::Session,
    [service, environment, file, key]: [&String; 4],
    history: &args::History,
) -> Result<Verdict, Failure> {
    let db = session.db.reader();
    let fingerprint = drift::assess::fingerprint([service, environment, file, &history.document, key]);
    let rows = delta::history(db, &fingerprint, page(&history.page)?).await?;
    let mut changes = Vec::new();
    for (id, at, delta) in rows.rows {
        let decision = run::get(db, id).await?.decision().map_err(service::error::ServiceError::from)?;
        changes.push(KeyChange {
            run: id.to_string(),
            at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            decision,
            delta,
        });
    }
    let answer =
        KeyHistory { file: file.clone(), key_path: key.clone(), changes, next: rows.next.as_ref().map(write_cursor) };
    context.output.answer(history.format.format, "golden.key-history/1", answer, |answer| {
        if answer.changes.is_empty() {
            return format!("no stored run changed {} in {}", answer.key_path, answer.file);
        }
        let rows = answer.changes.iter().map(|change| {
            let decision = change.decision.map_or_else(|| "-".to_owned(), |decision| decision.to_string());
            vec![
                change.at.clone(),
                change.delta.kind.to_string(),
                change.delta.old.to_string(),
                change.delta.new.to_string(),
                decision,
                change.run.clone(),
            ]
        });
        context.output.table(&["AT", "KIND", "OLD", "NEW", "DECISION", "RUN"], rows)
    })?;
    Ok(Verdict::Yes)
}
