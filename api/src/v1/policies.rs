//! Policies: checked without being stored.

use axum::extract::State;
use drift::rules::RuleFile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::Problems;
use super::deltas::RuleView;
use crate::auth::Reader;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::Edge;

/// A policy to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyText {
    /// The text of a policy file: YAML.
    text: String,
}

/// What is wrong with a policy, and where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyFault {
    /// 1-based line.
    line: u32,
    /// 1-based column.
    column: u32,
    /// What is wrong.
    message: String,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyCheck {
    /// True when the policy can be used.
    valid: bool,
    /// Its rules; none when it is not valid.
    rules: Vec<RuleView>,
    /// Every fault.
    faults: Vec<PolicyFault>,
}

/// Check a policy and list its rules; nothing is stored
#[utoipa::path(post, path = "/api/v1/policies/check", operation_id = "check_policy", tag = "policies", security(("token" = ["read"])),
    request_body = PolicyText,
    responses((status = 200, description = "what was found", body = PolicyCheck), Problems))]
pub(crate) async fn check(
    _: Reader,
    State(edge): State<Edge>,
    Json(sent): Json<PolicyText>,
) -> Result<axum::Json<PolicyCheck>, Problem> {
    let policy = RuleFile { file: "policy".to_owned(), text: sent.text };
    // Parsing a policy compiles patterns: that is work for a thread that may block.
    let checked = tokio::task::spawn_blocking(move || match edge.catalog().check_policy(&policy) {
        Ok(policy) => {
            PolicyCheck { valid: true, rules: policy.rules().iter().map(RuleView::of).collect(), faults: Vec::new() }
        }
        Err(errors) => {
            let fault = |error: &drift::policy::PolicyError| PolicyFault {
                line: error.line,
                column: error.column,
                message: drift::secret::redacted(&error.message).into_owned(),
            };
            PolicyCheck { valid: false, rules: Vec::new(), faults: errors.0.iter().map(fault).collect() }
        }
    });
    Ok(axum::Json(checked.await.map_err(|error| Problem::internal(&error))?))
}
