//! One valid row of each table of the edge: services, tokens, sessions, request keys, events and searchable keys.

use entity::{api_tokens, config_keys, idempotency_keys, run_events, services, web_sessions};
use serde_json::json;
use uuid::Uuid;

use super::rows::at;

pub(crate) fn service() -> services::Model {
    services::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        service_name: "checkout".to_owned(),
        origin: "api".to_owned(),
        is_active: true,
        repo: Some("git@git.svc.example:shop/checkout.git".to_owned()),
        paths: json!(["config"]),
        files: json!(["**/*.yml"]),
        dependents: json!(["cart"]),
        critical_files: json!([]),
        required_evidence: json!(["load-test"]),
        created_by: "ann".to_owned(),
        changed_at: at(1),
        changed_by: "bob".to_owned(),
    }
}

pub(crate) fn api_token() -> api_tokens::Model {
    let id = Uuid::now_v7();
    api_tokens::Model {
        id,
        created_at: at(0),
        name: "ci".to_owned(),
        digest: format!("sha256:{id}"),
        scopes: "read run".to_owned(),
        created_by: "ann".to_owned(),
        expires_at: at(9),
        revoked_at: Some(at(5)),
        revoked_by: Some("bob".to_owned()),
    }
}

pub(crate) fn web_session(token: Uuid) -> web_sessions::Model {
    let id = Uuid::now_v7();
    web_sessions::Model {
        id,
        created_at: at(0),
        token_id: token,
        digest: format!("sha256:{id}"),
        expires_at: at(9),
        ended_at: Some(at(3)),
    }
}

pub(crate) fn idempotency_key(made: Uuid) -> idempotency_keys::Model {
    idempotency_keys::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        actor: "ann".to_owned(),
        operation: "start_run".to_owned(),
        idempotency_key: "deploy-17".to_owned(),
        request_digest: "sha256:d".to_owned(),
        made_id: Some(made),
    }
}

pub(crate) fn run_event(run: Uuid) -> run_events::Model {
    run_events::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        kind: "comparing".to_owned(),
        position: 3,
        event_data: json!({"files": 2}),
    }
}

pub(crate) fn config_key() -> config_keys::Model {
    let id = Uuid::now_v7();
    config_keys::Model {
        id,
        created_at: at(0),
        fingerprint: format!("sha256:{id}"),
        service_name: "checkout".to_owned(),
        environment: "production".to_owned(),
        file: "config/app-prod.yml".to_owned(),
        key_path: "/db/pool/max".to_owned(),
        document: 0,
    }
}
