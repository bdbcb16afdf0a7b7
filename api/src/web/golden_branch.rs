//! The page of a golden branch: what was certified, by whom and why, what came before and after, and its revocation.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::api_tokens::Scope;
use entity::golden_branches::Model;
use service::certify::Signature;
use service::page::Page;
use service::{chronicle, golden_branch};
use uuid::Uuid;

use super::badge::Badge;
use super::form::Fields;
use super::when::When;
use super::{Layout, address, html};
use crate::auth::{Caller, Certifier, Reader};
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1;

/// Branches of the history.
const HISTORY_ROWS: u64 = 20;
/// Branches that are offered to go back to; the command line names any.
const OFFERED: usize = 200;
/// Most bytes of a reason.
const MOST_REASON_BYTES: usize = 10_000;

/// A branch as a line of a history.
pub(crate) struct BranchRow {
    pub(crate) branch: Model,
    pub(crate) badge: Badge,
    pub(crate) when: When,
    pub(crate) revoked: Option<When>,
    pub(crate) address: String,
    pub(crate) is_this: bool,
    /// The end of its name, which tells it from others of the same service and environment.
    pub(crate) short: String,
}

impl BranchRow {
    /// A branch; `this` is the one whose page it is.
    pub(crate) fn of(branch: Model, this: Option<Uuid>) -> Self {
        Self {
            badge: Badge::of_branch(&branch),
            when: When::at(branch.created_at),
            revoked: branch.revoked_at.map(When::at),
            address: address::branch(branch.id).to_string(),
            is_this: Some(branch.id) == this,
            short: branch.branch_name.rsplit('/').next().unwrap_or_default().to_owned(),
            branch,
        }
    }
}

#[derive(Template)]
#[template(path = "golden_branch.html")]
struct BranchPage {
    layout: Layout,
    row: BranchRow,
    badge: Badge,
    service: String,
    run: Option<String>,
    may_revoke: bool,
    standing: Vec<String>,
    more_stand: bool,
    history: Vec<BranchRow>,
    alert: Option<String>,
    reason: String,
}

/// The page.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    shown(&edge, &caller, id, (StatusCode::OK, None, "")).await
}

async fn shown(
    edge: &Edge,
    caller: &Caller,
    id: Uuid,
    (status, alert, reason): (StatusCode, Option<String>, &str),
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let branch = golden_branch::get(db, id).await?;
    let place = [(branch.service_name.clone(), branch.environment.clone())];
    let history = chronicle::branches(db, &place, Page { after: None, limit: HISTORY_ROWS }).await?.rows;
    let may_revoke = branch.is_active && caller.may(Scope::Certify);
    let (service, environment) = (&branch.service_name, &branch.environment);
    let mut standing = match may_revoke {
        true => golden_branch::standing(db, service, environment, OFFERED as u64 + 2).await?,
        false => Vec::new(),
    };
    standing.retain(|other| other.id != id);
    let more_stand = standing.len() > OFFERED;
    standing.truncate(OFFERED);
    let page = BranchPage {
        layout: Layout::new(format!("Golden {} in {}", branch.service_name, branch.environment), "/runs", caller),
        badge: Badge::of_branch(&branch).large(),
        service: address::service(&branch.service_name).to_string(),
        run: branch.run_id.map(|run| address::run(run).to_string()),
        may_revoke,
        standing: standing.into_iter().map(|other| other.branch_name).collect(),
        more_stand,
        history: history.into_iter().map(|other| BranchRow::of(other, Some(id))).collect(),
        row: BranchRow::of(branch, None),
        alert,
        reason: reason.to_owned(),
    };
    html(status, &page)
}

/// Revokes and shows the branch again; a refusal shows it with the reason kept.
pub(crate) async fn revoke(
    Certifier(caller): Certifier,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    sent: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Problem> {
    let fields = Fields::of_body(&caller, sent)?;
    match revoke_now(&edge, &caller, id, &fields).await {
        Ok(()) => Ok(Redirect::to(&address::branch(id).to_string()).into_response()),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let alert = Some(problem.detail().to_owned());
            shown(&edge, &caller, id, (problem.status(), alert, fields.one("reason"))).await
        }
    }
}

async fn revoke_now(edge: &Edge, caller: &Caller, id: Uuid, fields: &Fields) -> Result<(), Problem> {
    let reason = fields.one("reason");
    if reason.len() > MOST_REASON_BYTES {
        return Err(Problem::invalid(format!("the reason has more than {MOST_REASON_BYTES} bytes")));
    }
    let signature = Signature::new(&caller.actor(), reason, false)?;
    let to = Some(fields.one("to")).filter(|to| !to.is_empty()).map(str::to_owned);
    v1::revoke_branch(edge, id, signature, to).await?;
    Ok(())
}
