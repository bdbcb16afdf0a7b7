//! Golden branches: listed, shown, certified and revoked.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::golden_branches::Model;
use entity::idempotency_keys::Operation;
use serde::{Deserialize, Serialize};
use service::certify::{Acceptance, Signature};
use service::golden_branch;
use service::revoke::Revoke;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answers::Problems;
use super::certifying::Certification;
use super::runs::{place_of, time};
use super::start::{request_key, target};
use crate::auth::{Certifier, Reader};
use crate::extract::{Json, Path, Query};
use crate::page::{self, List};
use crate::problem::Problem;
use crate::state::Edge;

/// Most bytes of a reason, most deltas that are accepted by name.
const MOST_REASON_BYTES: usize = 10_000;
const MOST_ACCEPTED: usize = 10_000;

/// A certified snapshot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct GoldenBranchView {
    /// Its id.
    pub(crate) id: Uuid,
    /// The service.
    pub(crate) service: String,
    /// The environment.
    pub(crate) environment: String,
    /// The ref without `refs/heads/`.
    pub(crate) branch: String,
    /// The commit that it points to.
    pub(crate) commit: String,
    /// Digest of its files.
    pub(crate) tree_digest: String,
    /// The commit that it was made from.
    pub(crate) source_commit: Option<String>,
    /// True for the one that runs are compared with.
    pub(crate) active: bool,
    /// The run that it was certified from; null for an initial one.
    pub(crate) run: Option<Uuid>,
    /// The run's score.
    #[schema(minimum = 0, maximum = 100)]
    pub(crate) score: Option<i16>,
    /// Who certified it.
    pub(crate) certified_by: String,
    /// Why.
    pub(crate) reason: String,
    /// Why what blocks was accepted all the same.
    pub(crate) override_reason: Option<String>,
    /// When it was certified.
    #[schema(format = DateTime)]
    pub(crate) certified_at: String,
    /// The branch that was active before.
    pub(crate) replaces: Option<Uuid>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    pub(crate) revoked_at: Option<String>,
    /// Who revoked it.
    pub(crate) revoked_by: Option<String>,
    /// Why.
    pub(crate) revoke_reason: Option<String>,
}

impl GoldenBranchView {
    /// A stored branch, told.
    pub(crate) fn of(branch: Model) -> Self {
        Self {
            id: branch.id,
            service: branch.service_name,
            environment: branch.environment,
            branch: branch.branch_name,
            commit: branch.commit_id,
            tree_digest: branch.tree_digest,
            source_commit: branch.source_commit,
            active: branch.is_active,
            run: branch.run_id,
            score: branch.score,
            certified_by: branch.certified_by,
            reason: branch.reason,
            override_reason: branch.override_reason,
            certified_at: time(branch.created_at),
            replaces: branch.replaces_id,
            revoked_at: branch.revoked_at.map(time),
            revoked_by: branch.revoked_by,
            revoke_reason: branch.revoke_reason,
        }
    }
}

/// Which golden branches to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BranchFilter {
    /// Of this service.
    service: Option<String>,
    /// Of this environment or an alias of it, with a service.
    environment: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[param(max_length = 49, pattern = "^-?[0-9]{1,15}_[0-9a-f]{32}$")]
    after: Option<String>,
}

/// Golden branches, newest first: who certified and revoked what
#[utoipa::path(get, path = "/api/v1/golden-branches", operation_id = "list_golden_branches", tag = "golden branches", security(("token" = ["read"])), params(BranchFilter),
    responses((status = 200, description = "a page of golden branches", body = List<GoldenBranchView>), Problems))]
pub(crate) async fn list(
    _: Reader,
    State(edge): State<Edge>,
    Query(filter): Query<BranchFilter>,
) -> Result<List<GoldenBranchView>, Problem> {
    let page = page::page(filter.limit, filter.after.as_deref())?;
    let (service, environment) = place_of(&edge, (filter.service.as_deref(), filter.environment.as_deref()))?;
    let rows = golden_branch::list(edge.session().db.reader(), service, environment, page).await?;
    List::of(rows, |branch| Ok(GoldenBranchView::of(branch)))
}

/// One golden branch
#[utoipa::path(get, path = "/api/v1/golden-branches/{branch}", operation_id = "show_golden_branch", tag = "golden branches", security(("token" = ["read"])),
    params(("branch" = Uuid, Path, description = "the branch's id")),
    responses((status = 200, description = "the branch", body = GoldenBranchView), Problems))]
pub(crate) async fn show(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<GoldenBranchView>, Problem> {
    Ok(axum::Json(GoldenBranchView::of(golden_branch::get(edge.session().db.reader(), id).await?)))
}

/// The golden branch that runs of a service and environment are compared with
#[utoipa::path(get, path = "/api/v1/services/{service}/environments/{environment}/golden-branch", operation_id = "show_active_golden_branch",
    tag = "golden branches", security(("token" = ["read"])),
    params(("service" = String, Path, description = "the service"), ("environment" = String, Path, description = "the environment, or an alias of it")),
    responses((status = 200, description = "the active branch", body = GoldenBranchView), Problems))]
pub(crate) async fn active(
    _: Reader,
    State(edge): State<Edge>,
    Path((service, environment)): Path<(String, String)>,
) -> Result<axum::Json<GoldenBranchView>, Problem> {
    let environment = &edge.catalog().environment(&environment)?.name;
    let found = golden_branch::find_active(edge.session().db.reader(), &service, environment).await?;
    let found =
        found.ok_or_else(|| Problem::missing("an active golden branch of", format!("{service} in {environment}")))?;
    Ok(axum::Json(GoldenBranchView::of(found)))
}

/// What becomes the next golden version. Either a run or, where nothing is active, an initial revision.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGoldenBranch {
    /// The service.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) service: String,
    /// The environment, or an alias of it.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) environment: String,
    /// The run to certify.
    pub(super) run: Option<Uuid>,
    /// The revision of the first golden version.
    #[schema(min_length = 1, max_length = 250)]
    pub(super) initial: Option<String>,
    /// The deltas to accept, by id; the others stay as they were.
    #[serde(default)]
    #[schema(max_items = 10000)]
    accept: Vec<String>,
    /// Accept every delta.
    #[serde(default)]
    all: bool,
    /// Accept what blocks as well; the reason is kept as the reason of that.
    #[serde(default, rename = "override")]
    overrides: bool,
    /// Why.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

impl NewGoldenBranch {
    fn acceptance(&self) -> Result<Acceptance, Problem> {
        if self.accept.len() > MOST_ACCEPTED || self.reason.len() > MOST_REASON_BYTES {
            return Err(Problem::invalid(format!(
                "at most {MOST_ACCEPTED} deltas are accepted by name, for a reason of at most {MOST_REASON_BYTES} bytes"
            )));
        }
        match (self.run.is_some(), self.initial.is_some(), self.all, self.accept.is_empty()) {
            (true, false, true, true) => Ok(Acceptance::All),
            (true, false, false, false) | (false, true, false, true) => Ok(Acceptance::Named(self.accept.clone())),
            _ => Err(Problem::invalid(
                "say either run with all or accept, or initial alone: one of them names what becomes golden",
            )),
        }
    }
}

/// Certify: make the next golden branch from exactly what a run saw
#[utoipa::path(post, path = "/api/v1/golden-branches", operation_id = "certify", tag = "golden branches", security(("token" = ["certify"])),
    params(("idempotency-key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]+$", description = "the same key with the same request certifies once")),
    request_body = NewGoldenBranch,
    responses((status = 201, description = "certified; Location names the branch", body = GoldenBranchView), Problems))]
pub(crate) async fn certify(
    Certifier(caller): Certifier,
    State(edge): State<Edge>,
    headers: HeaderMap,
    Json(sent): Json<NewGoldenBranch>,
) -> Result<Response, Problem> {
    let acceptance = sent.acceptance()?;
    let signature = Signature::new(&caller.actor(), &sent.reason, sent.overrides)?;
    let key = request_key(&edge, &headers, (&caller, Operation::Certify), &sent)?;
    if let Some(key) = &key
        && let Some(id) = key.find(edge.session().db.reader()).await?
        && let Some(branch) = golden_branch::find(edge.session().db.reader(), id).await?
    {
        return certified(branch);
    }
    let work = Certification { edge: edge.clone(), sent, acceptance, signature, key };
    certified(edge.under_way().to_the_end(work.run()).await?)
}

fn certified(branch: Model) -> Result<Response, Problem> {
    let place = format!("/api/v1/golden-branches/{}", branch.id);
    let place = HeaderValue::from_str(&place).map_err(|error| Problem::internal(&error))?;
    let view = axum::Json(GoldenBranchView::of(branch));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], view).into_response())
}

/// Why a golden branch no longer holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revocation {
    /// Why.
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
    /// The branch to go back to, by its ref; without one the nearest one before that was not revoked.
    #[schema(max_length = 1000)]
    to: Option<String>,
}

/// What a revocation left.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevocationView {
    /// The branch that no longer holds.
    revoked: GoldenBranchView,
    /// The branch that is active now, if any.
    active: Option<GoldenBranchView>,
}

/// Revoke the active golden branch and go back to an earlier one
#[utoipa::path(post, path = "/api/v1/golden-branches/{branch}/revoke", operation_id = "revoke", tag = "golden branches", security(("token" = ["certify"])),
    params(("branch" = Uuid, Path, description = "the branch's id")), request_body = Revocation,
    responses((status = 200, description = "revoked", body = RevocationView), Problems))]
pub(crate) async fn revoke(
    Certifier(caller): Certifier,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Json(sent): Json<Revocation>,
) -> Result<axum::Json<RevocationView>, Problem> {
    if sent.reason.len() > MOST_REASON_BYTES {
        return Err(Problem::invalid(format!("the reason has more than {MOST_REASON_BYTES} bytes")));
    }
    let signature = Signature::new(&caller.actor(), &sent.reason, false)?;
    let (revoked, active) = revoke_branch(&edge, id, signature, sent.to).await?;
    let active = active.map(GoldenBranchView::of);
    Ok(axum::Json(RevocationView { revoked: GoldenBranchView::of(revoked), active }))
}

/// Revokes the active golden branch, to the end even when the caller leaves. Gives it and the one that is active now.
pub(crate) async fn revoke_branch(
    edge: &Edge,
    id: Uuid,
    signature: Signature,
    to: Option<String>,
) -> Result<(Model, Option<Model>), Problem> {
    let held = edge.clone();
    let work = async move {
        let branch = golden_branch::get(held.session().db.reader(), id).await?;
        let target = target(&held, &branch.service_name, &branch.environment).await?;
        let work = Revoke { session: held.session(), target: &target, branch: Some(branch), signature, push: None };
        let made = work.run(to.as_deref()).await?;
        Ok((made.revoked, made.active))
    };
    edge.under_way().to_the_end(work).await
}
