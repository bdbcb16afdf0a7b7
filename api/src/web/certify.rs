//! The dialog of a certification: what becomes golden, what stays, who signs and why.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use drift::delta::Delta;
use drift::patch::PatchRefusal;
use entity::validation_runs::Model;
use service::certify::{Acceptance, Certify, Preview, Share, Signature, preview, seen};
use service::error::Refusal;
use service::target::Target;
use uuid::Uuid;

use super::badge::{Badge, Standing};
use super::form::Fields;
use super::run::Row;
use super::when::counted;
use super::{Layout, address, html};
use crate::auth::{Caller, Certifier};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1;

/// Files that each list of the dialog shows; the rest is counted.
const FILES_SHOWN: usize = 100;
/// Most bytes of a reason.
const MOST_REASON_BYTES: usize = 10_000;

/// A file on one side of the dialog, or the part of it that is there.
struct ShownFile {
    path: String,
    rows: Vec<Row>,
    in_part: bool,
}

/// The files of one side of the dialog.
struct Side {
    title: &'static str,
    tone: &'static str,
    files: Vec<ShownFile>,
    more: usize,
    total: usize,
}

impl Side {
    fn of((title, tone): (&'static str, &'static str), files: &[Share]) -> Self {
        let shown = |share: &Share| ShownFile {
            path: share.path.clone(),
            rows: share.deltas.iter().map(Row::of).collect(),
            in_part: share.in_part,
        };
        let more = files.len().saturating_sub(FILES_SHOWN);
        Self { title, tone, files: files.iter().take(FILES_SHOWN).map(shown).collect(), more, total: files.len() }
    }
}

#[derive(Template)]
#[template(path = "certify.html")]
struct Dialog {
    layout: Layout,
    run: Model,
    badge: Badge,
    service: String,
    address: String,
    sides: [Side; 2],
    takes: usize,
    all: bool,
    accept: Vec<String>,
    needs_override: Option<String>,
    /// Why it would be refused, whoever signs.
    stops: Vec<String>,
    /// Files that must be taken as a whole.
    whole_files: Vec<String>,
    alert: Option<String>,
    reason: String,
}

/// What a caller chose, read from the address or from the form.
struct Wanted {
    run: Model,
    target: Target,
    acceptance: Acceptance,
    preview: Preview,
}

async fn wanted(edge: &Edge, id: Uuid, fields: &Fields) -> Result<Wanted, Problem> {
    let db = edge.session().db.reader();
    let seen = seen(db, id).await?;
    v1::check_folders(edge, &seen.bundle)?;
    let acceptance = acceptance(fields, &seen.deltas);
    let target = v1::target(edge, &seen.run.service_name, &seen.run.environment).await?;
    let preview = preview(db, &target, &seen, &acceptance).await?;
    Ok(Wanted { run: seen.run, target, acceptance, preview })
}

fn acceptance(fields: &Fields, deltas: &[Delta]) -> Acceptance {
    if fields.one("all") == "1" {
        return Acceptance::All;
    }
    let files: BTreeSet<&str> = fields.all("file").collect();
    let in_files = deltas.iter().filter(|delta| files.contains(delta.file.as_str())).map(|delta| delta.id.clone());
    let names: BTreeSet<String> = fields.all("accept").map(str::to_owned).chain(in_files).collect();
    Acceptance::Named(names.into_iter().collect())
}

/// The dialog.
pub(crate) async fn page(
    Certifier(caller): Certifier,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let fields = Fields::of_query(pairs, &["accept", "file", "all"])?;
    let wanted = wanted(&edge, id, &fields).await?;
    dialog(StatusCode::OK, &caller, wanted, None, "")
}

fn dialog(
    status: StatusCode,
    caller: &Caller,
    wanted: Wanted,
    alert: Option<String>,
    reason: &str,
) -> Result<Response, Problem> {
    let Wanted { run, acceptance, preview, .. } = wanted;
    let accept = match &acceptance {
        Acceptance::All => Vec::new(),
        Acceptance::Named(names) => names.clone(),
    };
    let in_part = preview.whole_only.iter().map(why_whole);
    html(
        status,
        &Dialog {
            layout: Layout::new(format!("Certify {} in {}", run.service_name, run.environment), "/runs", caller),
            badge: Standing::badge_of(&run)?,
            service: address::service(&run.service_name).to_string(),
            address: address::run(run.id).to_string(),
            takes: preview.taken.len(),
            sides: [
                Side::of(("Becomes golden", "good"), &preview.taken),
                Side::of(("Stays as certified", "idle"), &preview.left),
            ],
            all: acceptance == Acceptance::All,
            accept,
            needs_override: preview.needs_override.as_ref().map(why_override),
            stops: preview.refusal.iter().map(why_not).chain(in_part).collect(),
            whole_files: preview.whole_only.iter().map(|refusal| refusal.file.clone()).collect(),
            alert,
            reason: reason.to_owned(),
            run,
        },
    )
}

fn why_override(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NeedsOverride { deltas } => {
            format!("{} critical or unreadable. Only an override accepts that.", of(deltas.len()))
        }
        Refusal::NameBlocking { deltas } => {
            format!("The run is blocked by {}. Tick each of them, or override.", counted(deltas.len(), "difference"))
        }
        other => other.to_string(),
    }
}

fn of(count: usize) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} among these {verb}", counted(count, "difference"))
}

fn why_not(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NothingAccepted => "Nothing is ticked, so the golden version would stay as it is.".to_owned(),
        Refusal::GoldenMoved { .. } => {
            "The golden branch that this run compared with is no longer the active one. Validate again to certify."
                .to_owned()
        }
        other => other.to_string(),
    }
}

fn why_whole(refusal: &PatchRefusal) -> String {
    format!("{} becomes golden as a whole, or stays: {}.", refusal.file, refusal.reason)
}

/// Certifies and shows the new golden branch; a refusal shows the dialog again, with the reason kept.
pub(crate) async fn submit(
    Certifier(caller): Certifier,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    sent: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Problem> {
    let fields = Fields::of_body(&caller, sent)?;
    let wanted = wanted(&edge, id, &fields).await?;
    match certify(&edge, &caller, &wanted, &fields).await {
        Ok(branch) => Ok(Redirect::to(&address::branch(branch).to_string()).into_response()),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let (status, reason) = (problem.status(), fields.one("reason").to_owned());
            dialog(status, &caller, wanted, Some(problem.detail().to_owned()), &reason)
        }
    }
}

async fn certify(edge: &Edge, caller: &Caller, wanted: &Wanted, fields: &Fields) -> Result<Uuid, Problem> {
    let reason = fields.one("reason");
    if reason.len() > MOST_REASON_BYTES {
        return Err(Problem::invalid(format!("the reason has more than {MOST_REASON_BYTES} bytes")));
    }
    let signature = Signature::new(&caller.actor(), reason, fields.one("override") == "1")?;
    let (held, target, run) = (edge.clone(), wanted.target.clone(), wanted.run.id.to_string());
    let acceptance = wanted.acceptance.clone();
    let work = async move {
        let work = Certify { session: held.session(), target: &target, signature, push: None };
        Ok(work.from_run(&run, &acceptance).await?.id)
    };
    edge.under_way().to_the_end(work).await
}
