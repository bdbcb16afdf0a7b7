//! The deltas of a run: by risk, class and file, a page at a time, and which rule put one where it is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use drift::delta::{Class, Delta, Kind};
use drift::outcome::Violation;
use drift::risk::Risk;
use drift::rules::Rules;
use entity::rule_sets;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::error::ServiceError;
use service::{delta, policy_validation, rule_set, run};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answers::Problems;
use super::words;
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::page::{self, Lasting, List};
use crate::problem::Problem;
use crate::state::Edge;

/// Which deltas to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeltaFilter {
    /// In this bucket.
    #[param(schema_with = words::risk)]
    risk: Option<String>,
    /// Of this class.
    #[param(schema_with = words::class)]
    class: Option<String>,
    /// Of this file.
    file: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u64>,
    /// Go on behind this cursor, which is `next` of the page before.
    #[param(max_length = 18, pattern = "^(critical|high|medium|low|allowed)_[0-9]{1,9}$")]
    after: Option<String>,
}

/// A difference. Values of secrets are masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeltaView {
    /// 16 hexadecimal digits, unique in its run.
    pub(crate) id: String,
    /// 32 hexadecimal digits, the same across runs for one service, environment, file and key path.
    pub(crate) fingerprint: String,
    /// The file.
    pub(crate) file: String,
    /// JSON Pointer (RFC 6901) of the node; empty for a whole file or text hunk.
    pub(crate) path: String,
    /// The pointer with list elements named by identity.
    pub(crate) key_path: String,
    /// 0-based number of the document in its file.
    pub(crate) document: u32,
    /// Where a moved or renamed thing was.
    pub(crate) from_file: Option<String>,
    /// The pointer where a moved or renamed thing was.
    pub(crate) from_path: Option<String>,
    /// How alike both sides of a move or rename are, in percent.
    pub(crate) similarity: Option<u8>,
    /// What happened.
    #[schema(schema_with = words::kind)]
    pub(crate) kind: Kind,
    /// What sort of difference.
    #[schema(schema_with = words::class)]
    pub(crate) class: Class,
    /// The word of the risk rule that named it.
    pub(crate) category: String,
    /// The golden value; null when absent. A secret is `{"masked","digest"}`.
    #[schema(value_type = Value)]
    pub(crate) old: Value,
    /// The candidate's value; null when absent.
    #[schema(value_type = Value)]
    pub(crate) new: Value,
    /// True when either side holds a secret.
    pub(crate) secret: bool,
    /// The bucket.
    #[schema(schema_with = words::risk)]
    pub(crate) risk: Risk,
    /// Why it is in that bucket.
    pub(crate) reason: String,
    /// The policy rule that decided the bucket, if one did.
    pub(crate) rule: Option<String>,
    /// 1-based line in the side where it stands.
    pub(crate) line: u32,
    /// 1-based column in the side where it stands.
    pub(crate) column: u32,
    /// The environments whose effective value changes; null when the file is no base of a cascade.
    pub(crate) environments: Option<Vec<String>>,
}

impl From<Delta> for DeltaView {
    fn from(delta: Delta) -> Self {
        Self {
            id: delta.id,
            fingerprint: delta.fingerprint,
            file: delta.file,
            path: delta.path,
            key_path: delta.key_path,
            document: delta.document,
            from_file: delta.from_file,
            from_path: delta.from_path,
            similarity: delta.similarity,
            kind: delta.kind,
            class: delta.class,
            category: delta.category,
            old: delta.old,
            new: delta.new,
            secret: delta.secret,
            risk: delta.risk,
            reason: delta.reason,
            rule: delta.rule,
            line: delta.line,
            column: delta.column,
            environments: delta.environments,
        }
    }
}

/// The member of a closed set that a parameter names; 400 for another word.
pub(crate) fn word<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let unknown = |_| Problem::new(StatusCode::BAD_REQUEST, "bad-query", format!("{name} is none of its words"));
    text.map(|text| text.parse().map_err(unknown)).transpose()
}

/// The deltas of a run in their order: worst bucket first, then by place
#[utoipa::path(get, path = "/api/v1/runs/{run}/deltas", operation_id = "list_deltas", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id"), DeltaFilter),
    responses((status = 200, description = "a page of deltas", body = List<DeltaView>), (status = 304, description = "known already"), Problems))]
pub(crate) async fn list(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(filter): Query<DeltaFilter>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let chosen = delta::Chosen {
        risk: word::<Risk>("risk", filter.risk.as_deref())?,
        class: word::<Class>("class", filter.class.as_deref())?,
        file: filter.file,
    };
    let after = filter.after.as_deref().map(delta::read_place).transpose()?;
    let run = run::get(db, id).await?;
    let status = run.status().map_err(|error| Problem::internal(&error))?;
    let (rows, next) = delta::list(db, &run, &chosen, after, page::limit(filter.limit)?).await?;
    let list = List {
        items: rows.into_iter().map(DeltaView::from).collect(),
        next: next.map(|place| delta::write_place(&place)),
    };
    page::json(&headers, &list, if status.has_ended() { Lasting::Forever } else { Lasting::Passing })
}

/// Which rule put a delta where it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// The delta.
    delta: DeltaView,
    /// The policy rule that decided the bucket; null when the risk table did.
    rule: Option<RuleView>,
    /// What the delta violates.
    violations: Vec<ViolationView>,
    /// SHA-256 of the rules that the run saw.
    rules_digest: Option<String>,
}

/// A rule of a policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// Its id.
    pub(crate) id: String,
    /// What it is for.
    pub(crate) description: String,
    /// How bad breaking it is; null for a rule that only allows.
    #[schema(schema_with = words::severity_or_null, required = true)]
    pub(crate) severity: Option<String>,
    /// 1-based line in the policy file.
    pub(crate) line: u32,
}

impl RuleView {
    /// A rule, told.
    pub(crate) fn of(rule: &drift::policy::Rule) -> Self {
        Self {
            id: rule.id.clone(),
            description: rule.description.clone(),
            severity: rule.severity().map(|severity| severity.to_string()),
            line: rule.at.line,
        }
    }
}

/// A rule that a delta breaks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ViolationView {
    /// The rule.
    rule: String,
    /// How bad that is.
    #[schema(schema_with = words::severity)]
    severity: String,
    /// What was found.
    message: String,
}

impl From<Violation> for ViolationView {
    fn from(violation: Violation) -> Self {
        Self { rule: violation.rule, severity: violation.severity.to_string(), message: violation.message }
    }
}

/// Which rule put a delta where it is, and what it violates
#[utoipa::path(get, path = "/api/v1/runs/{run}/deltas/{delta}/explanation", operation_id = "explain_delta", tag = "policies", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id"), ("delta" = String, Path, description = "the delta's id, or the beginning of it")),
    responses((status = 200, description = "the explanation", body = Explanation), (status = 304, description = "known already"), Problems))]
pub(crate) async fn explain(
    _: Reader,
    State(edge): State<Edge>,
    Path((id, name)): Path<(Uuid, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let run = run::get(db, id).await?;
    let delta = delta::get(db, run.id, &name).await?;
    let mut violations = policy_validation::of_run(db, run.id).await?;
    violations.retain(|violation| violation.delta == delta.id);
    let (rule, rules_digest) = match run.rule_set_id {
        Some(id) => rule_of(rule_set::get(db, id).await?, delta.rule.clone()).await?,
        None => (None, None),
    };
    let violations = violations.into_iter().map(ViolationView::from).collect();
    let explanation = Explanation { delta: delta.into(), rule, violations, rules_digest };
    page::json(&headers, &explanation, Lasting::Forever)
}

/// The rule of a name among those of a stored rule set, and the digest of the set. Compiling patterns is work for a thread
/// that may block.
async fn rule_of(
    stored: rule_sets::Model,
    name: Option<String>,
) -> Result<(Option<RuleView>, Option<String>), Problem> {
    let compiled = tokio::task::spawn_blocking(move || {
        let rules = Rules::compile(rule_set::read(&stored)?)?;
        let found = rules.policy.rules().iter().find(|rule| Some(&rule.id) == name.as_ref());
        Ok::<_, ServiceError>((found.map(RuleView::of), Some(stored.digest)))
    });
    compiled.await.map_err(|error| Problem::internal(&error))?.map_err(|error| Problem::internal(&error))
}
