//! Keys: searched by prefix within a service, and told with who changed and certified them.

use axum::extract::State;
use axum::http::StatusCode;
use drift::decision::Decision;
use serde::{Deserialize, Serialize};
use service::config_key::{self, After, KeyChange, SearchIn};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answers::Problems;
use super::deltas::DeltaView;
use super::golden_branches::GoldenBranchView;
use super::runs::time;
use super::words;
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::page::{self, List};
use crate::problem::Problem;
use crate::state::Edge;

/// Most characters of what a file or key path starts with.
const MOST_PREFIX: usize = 1_000;

/// Most characters of the name of a file.
const MOST_FILE: usize = 4_096;

/// Most characters of a key path.
const MOST_KEY_PATH: usize = 10_000;

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// What the file or key path starts with; upper and lower case differ.
    #[param(max_length = 1000)]
    prefix: String,
    /// Where to look: `file`, or `key_path`.
    #[serde(rename = "in")]
    #[param(schema_with = words::search_in, required = false)]
    place: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[param(max_length = 20000)]
    after: Option<String>,
}

/// A key that some run found changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// The environment.
    environment: String,
    /// The file.
    file: String,
    /// The key path; empty for a whole file or text hunk.
    key_path: String,
    /// 0-based number of the document in its file.
    #[schema(minimum = 0)]
    document: i64,
    /// 32 hexadecimal digits, as in its deltas.
    fingerprint: String,
}

/// Search the keys of a service by the beginning of their file or key path, in the order of their bytes
#[utoipa::path(get, path = "/api/v1/services/{service}/keys", operation_id = "search_keys", tag = "keys", security(("token" = ["read"])),
    params(("service" = String, Path, description = "the service"), Search),
    responses((status = 200, description = "a page of keys", body = List<KeyView>), Problems))]
pub(crate) async fn search(
    _: Reader,
    State(edge): State<Edge>,
    Path(service): Path<String>,
    Query(query): Query<Search>,
) -> Result<List<KeyView>, Problem> {
    let column = match query.place.as_deref() {
        None | Some("file") => SearchIn::File,
        Some("key_path") => SearchIn::KeyPath,
        Some(_) => return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", "in is none of its words")),
    };
    page::at_most("prefix", &query.prefix, MOST_PREFIX)?;
    let after = query.after.as_deref().map(read_cursor).transpose()?;
    let limit = page::limit(query.limit)?;
    let db = edge.session().db.reader();
    let (rows, next) = config_key::search(db, &service, (column, &query.prefix), after.as_ref(), limit).await?;
    let view = |row: config_key::Model| KeyView {
        environment: row.environment,
        file: row.file,
        key_path: row.key_path,
        document: row.document,
        fingerprint: row.fingerprint,
    };
    Ok(List { items: rows.into_iter().map(view).collect(), next: next.as_ref().map(write_cursor) })
}

/// A cursor holds texts of any kind, so that it is written as hexadecimal digits.
fn write_cursor(after: &After) -> String {
    let text = serde_json::json!([after.first, after.second, after.id]).to_string();
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn read_cursor(text: &str) -> Result<After, Problem> {
    let digits: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    let parts = digits.and_then(|bytes| serde_json::from_slice::<(String, String, Uuid)>(&bytes).ok());
    let (first, second, id) =
        parts.filter(|(first, second, _)| !first.contains('\0') && !second.contains('\0')).ok_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, "bad-cursor", "the cursor is not one that a list printed")
        })?;
    Ok(After { first, second, id })
}

/// Which key.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct KeyName {
    /// The file.
    #[param(max_length = 4096)]
    file: String,
    /// The key path as deltas name it, such as `/db/pool/max`; empty for a whole file.
    #[serde(default)]
    #[param(max_length = 10000)]
    key_path: String,
    /// 0-based number of the document in its file.
    #[serde(default)]
    document: u32,
    /// Most rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[param(max_length = 49, pattern = "^-?[0-9]{1,15}_[0-9a-f]{32}$")]
    after: Option<String>,
}

/// One change of a key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyChangeView {
    /// When the run saw it.
    #[schema(format = DateTime)]
    at: String,
    /// The run.
    run: Uuid,
    /// Who asked for the run.
    requested_by: Option<String>,
    /// The commit of the candidate.
    candidate_commit: Option<String>,
    /// What became of the candidate.
    #[schema(schema_with = words::decision_or_null, required = true)]
    decision: Option<Decision>,
    /// The change itself.
    delta: DeltaView,
    /// The golden branches that were certified from the run, oldest first.
    certified: Vec<GoldenBranchView>,
}

/// Who changed a key, when, and who certified it; newest first
#[utoipa::path(get, path = "/api/v1/services/{service}/environments/{environment}/key-history", operation_id = "show_key_history",
    tag = "keys", security(("token" = ["read"])),
    params(("service" = String, Path, description = "the service"), ("environment" = String, Path, description = "the environment, or an alias of it"), KeyName),
    responses((status = 200, description = "a page of changes", body = List<KeyChangeView>), Problems))]
pub(crate) async fn history(
    _: Reader,
    State(edge): State<Edge>,
    Path((service, environment)): Path<(String, String)>,
    Query(query): Query<KeyName>,
) -> Result<List<KeyChangeView>, Problem> {
    page::at_most("file", &query.file, MOST_FILE)?;
    page::at_most("key_path", &query.key_path, MOST_KEY_PATH)?;
    let environment = &edge.catalog().environment(&environment)?.name;
    let document = query.document.to_string();
    let fingerprint = drift::assess::fingerprint([&service, environment, &query.file, &document, &query.key_path]);
    let page = page::page(query.limit, query.after.as_deref())?;
    let rows = config_key::changes(edge.session().db.reader(), &fingerprint, page).await?;
    List::of(rows, view)
}

fn view(change: KeyChange) -> Result<KeyChangeView, Problem> {
    Ok(KeyChangeView {
        at: time(change.run.created_at),
        run: change.run.id,
        requested_by: change.run.requested_by.clone(),
        candidate_commit: change.run.candidate_commit.clone(),
        decision: change.run.decision().map_err(|error| Problem::internal(&error))?,
        delta: change.delta.into(),
        certified: change.certified.into_iter().map(GoldenBranchView::of).collect(),
    })
}
