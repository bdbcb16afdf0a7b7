//! Services: listed, shown, made, changed and deactivated; those of golden.toml are read-only.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use drift::environment::{MOST_NAME_BYTES, valid_service_name};
use entity::services::Model;
use entity::stored::Stored;
use serde::{Deserialize, Serialize};
use service::error::ServiceError;
use service::registry::{self, Change, Definition};
use utoipa::ToSchema;

use super::answers::Problems;
use super::runs::time;
use crate::auth::{Admin, Reader};
use crate::extract::{Json, Path, Query};
use crate::page::{self, List, PageQuery};
use crate::problem::Problem;
use crate::state::Edge;

/// Most entries of each list of a service, and most bytes of each entry.
const MOST_ENTRIES: usize = 200;
const MOST_ENTRY_BYTES: usize = 500;

/// What a service is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DefinitionView {
    /// The repository, relative to golden.toml; null for the one of golden.toml.
    #[schema(max_length = 500)]
    repo: Option<String>,
    /// Folders or files of the service; without one the whole tree.
    #[schema(max_items = 200)]
    paths: Vec<String>,
    /// Globs that are configuration; without one the shipped list.
    #[schema(max_items = 200)]
    files: Vec<String>,
    /// Services that depend on this one.
    #[schema(max_items = 200)]
    dependents: Vec<String>,
    /// Globs of critical files.
    #[schema(max_items = 200)]
    critical_files: Vec<String>,
    /// Evidence that every run of it must state.
    #[schema(max_items = 200)]
    required_evidence: Vec<String>,
}

/// A service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ServiceView {
    /// Its name.
    pub(crate) name: String,
    /// `file` for golden.toml, which is read-only here; `api` for one that was made here.
    #[schema(schema_with = super::words::service_origin)]
    pub(crate) origin: &'static str,
    /// False when no run of it may be started.
    pub(crate) active: bool,
    /// What it is.
    pub(crate) definition: DefinitionView,
    /// When it was made.
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
    /// Who made it.
    pub(crate) created_by: String,
    /// When it was changed last.
    #[schema(format = DateTime)]
    pub(crate) changed_at: String,
    /// Who changed it last.
    pub(crate) changed_by: String,
}

/// A service to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewService {
    /// Made of a-z, 0-9, `.`, `_` and `-`, starting with a letter or digit.
    #[schema(max_length = 200, pattern = "^[a-z0-9][a-z0-9._-]*$")]
    name: String,
    /// What it is.
    #[serde(default)]
    definition: DefinitionView,
}

/// A change of a service; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceChange {
    /// What it is from now on.
    definition: Option<DefinitionView>,
    /// Whether runs of it may be started.
    active: Option<bool>,
}

impl ServiceView {
    /// A stored service, told.
    pub(crate) fn of(row: &Model) -> Result<Self, Problem> {
        let Definition { repo, paths, files, dependents, critical_files, required_evidence } = Definition::of(row)?;
        Ok(Self {
            name: row.service_name.clone(),
            origin: row.origin().map_err(|error| Problem::internal(&error))?.stored(),
            active: row.is_active,
            definition: DefinitionView { repo, paths, files, dependents, critical_files, required_evidence },
            created_at: time(row.created_at),
            created_by: row.created_by.clone(),
            changed_at: time(row.changed_at),
            changed_by: row.changed_by.clone(),
        })
    }

    /// The tag changes with every change, so that two who change at one moment do not undo each other unseen.
    fn tagged(&self, status: StatusCode) -> Response {
        let tag = format!("\"{}\"", self.changed_at);
        (status, [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())], axum::Json(self))
            .into_response()
    }
}

impl DefinitionView {
    /// The definition, checked: it fits its bounds, its patterns can be read, its repository may be read.
    fn checked(self, edge: &Edge, name: &str) -> Result<Definition, Problem> {
        let Self { repo, paths, files, dependents, critical_files, required_evidence } = self;
        let texts = [&paths, &files, &dependents, &critical_files, &required_evidence];
        let is_long = |texts: &&Vec<String>| {
            texts.len() > MOST_ENTRIES || texts.iter().any(|text| text.len() > MOST_ENTRY_BYTES || has_control(text))
        };
        if texts.iter().any(is_long)
            || repo.as_ref().is_some_and(|repo| repo.len() > MOST_ENTRY_BYTES || has_control(repo))
        {
            return Err(Problem::invalid(format!(
                "lists hold at most {MOST_ENTRIES} entries of {MOST_ENTRY_BYTES} bytes without control characters"
            )));
        }
        if let Some(path) = paths.iter().find(|path| path.starts_with('/') || path.split('/').any(|part| part == ".."))
        {
            return Err(Problem::invalid(format!("the path {path:?} leads out of the repository")));
        }
        let definition = Definition { repo, paths, files, dependents, critical_files, required_evidence };
        edge.catalog().check_repository(&edge.catalog().repository(&definition))?;
        edge.catalog().scope(name, &definition, None)?;
        Ok(definition)
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Services by name
#[utoipa::path(get, path = "/api/v1/services", operation_id = "list_services", tag = "services", security(("token" = ["read"])), params(PageQuery),
    responses((status = 200, description = "a page of services", body = List<ServiceView>), Problems))]
pub(crate) async fn list(
    _: Reader,
    State(edge): State<Edge>,
    Query(query): Query<PageQuery>,
) -> Result<List<ServiceView>, Problem> {
    let limit = page::limit(query.limit)?;
    let (rows, next) = registry::list(edge.session().db.reader(), query.after_name()?, limit).await?;
    let items = rows.iter().map(ServiceView::of).collect::<Result<_, _>>()?;
    Ok(List { items, next })
}

/// One service
#[utoipa::path(get, path = "/api/v1/services/{service}", operation_id = "show_service", tag = "services", security(("token" = ["read"])),
    params(("service" = String, Path, description = "the service")),
    responses((status = 200, description = "the service", body = ServiceView), Problems))]
pub(crate) async fn show(_: Reader, State(edge): State<Edge>, Path(name): Path<String>) -> Result<Response, Problem> {
    let row = registry::get(edge.session().db.reader(), &name).await?;
    Ok(ServiceView::of(&row)?.tagged(StatusCode::OK))
}

/// Make a service
#[utoipa::path(post, path = "/api/v1/services", operation_id = "create_service", tag = "services", security(("token" = ["admin"])),
    request_body = NewService,
    responses((status = 201, description = "made; Location names it", body = ServiceView), Problems))]
pub(crate) async fn create(
    Admin(caller): Admin,
    State(edge): State<Edge>,
    Json(sent): Json<NewService>,
) -> Result<Response, Problem> {
    if !valid_service_name(&sent.name) {
        let detail = format!(
            "the name is no service name: a-z, 0-9, '.', '_' and '-', first a letter or digit, no '..', no '.lock' at the end, at most {MOST_NAME_BYTES} bytes"
        );
        return Err(Problem::invalid(detail));
    }
    let definition = sent.definition.checked(&edge, &sent.name)?;
    let (name, definition, actor, clock) = (&sent.name, &definition, &caller.actor(), &edge.session().clock);
    let made = edge.session().db.write(|transaction| async move {
        let row = registry::create(&transaction, name, definition, (clock, actor)).await?;
        Ok::<_, ServiceError>((transaction, row))
    });
    let mut response = ServiceView::of(&made.await?)?.tagged(StatusCode::CREATED);
    if let Ok(place) = format!("/api/v1/services/{name}").parse() {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Change a service, or take it out of use; with If-Match only as it was read
#[utoipa::path(patch, path = "/api/v1/services/{service}", operation_id = "change_service", tag = "services", security(("token" = ["admin"])),
    params(("service" = String, Path, description = "the service"),
        ("if-match" = Option<String>, Header, description = "the ETag of the service as it was read")),
    request_body = ServiceChange,
    responses((status = 200, description = "changed", body = ServiceView), Problems))]
pub(crate) async fn change(
    Admin(caller): Admin,
    State(edge): State<Edge>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(sent): Json<ServiceChange>,
) -> Result<Response, Problem> {
    let seen = headers.get(header::IF_MATCH).map(|tag| {
        let tag = tag.to_str().ok().map(|tag| tag.trim_matches('"'));
        let malformed = || Problem::new(StatusCode::BAD_REQUEST, "bad-header", "If-Match is no ETag of a service");
        let at = tag.and_then(|tag| DateTime::parse_from_rfc3339(tag).ok()).ok_or_else(malformed)?;
        Ok::<_, Problem>(at.to_utc())
    });
    let seen = seen.transpose()?;
    let definition = sent.definition.map(|definition| definition.checked(&edge, &name)).transpose()?;
    let change = Change { definition, is_active: sent.active };
    let (name, change, actor, now) = (&name, &change, &caller.actor(), edge.session().clock.now());
    let changed = edge.session().db.write(|transaction| async move {
        let row = registry::change(&transaction, name, change, seen, (actor, now)).await?;
        Ok::<_, ServiceError>((transaction, row))
    });
    Ok(ServiceView::of(&changed.await?)?.tagged(StatusCode::OK))
}
