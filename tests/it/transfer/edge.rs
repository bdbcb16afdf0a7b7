//! One row of each table of the edge: services, tokens, sessions, request keys, events and keys.

use entity::{api_tokens, config_keys, idempotency_keys, run_events, services, validation_runs, web_sessions};
use serde_json::json;
use service::database::Database;
use uuid::Uuid;

use crate::store::rows::{at, store};

/// How many rows [`store_all`] stores.
pub(super) const ROWS: i64 = 6;

/// Stores one row of each.
pub(super) async fn store_all(db: &Database, run: &validation_runs::Model) {
    let (id, created_at) = (Uuid::now_v7(), at(7));
    let service = services::Model {
        id,
        created_at,
        service_name: "shop".to_owned(),
        origin: "api".to_owned(),
        is_active: true,
        repo: None,
        paths: json!(["deploy/**"]),
        files: json!([]),
        dependents: json!(["billing"]),
        critical_files: json!([]),
        required_evidence: json!({"load": [1.5, null]}),
        created_by: "ann".to_owned(),
        changed_at: at(8),
        changed_by: "bob".to_owned(),
    };
    store(db, service).await;
    let token = api_tokens::Model {
        id,
        created_at,
        name: "ci".to_owned(),
        digest: format!("sha256:{id}"),
        scopes: "runs:read".to_owned(),
        created_by: "ann".to_owned(),
        expires_at: at(9),
        revoked_at: Some(at(10)),
        revoked_by: Some("bob".to_owned()),
    };
    store(db, token).await;
    let session = web_sessions::Model {
        id,
        created_at,
        token_id: id,
        digest: format!("sha256:{id}"),
        expires_at: at(9),
        ended_at: None,
    };
    store(db, session).await;
    store_of_run(db, run).await;
}

/// What belongs to a run.
async fn store_of_run(db: &Database, run: &validation_runs::Model) {
    let (id, created_at) = (Uuid::now_v7(), at(7));
    let key = idempotency_keys::Model {
        id,
        created_at,
        actor: "ci".to_owned(),
        operation: "start_run".to_owned(),
        idempotency_key: "k 1".to_owned(),
        request_digest: "sha256:0".to_owned(),
        made_id: Some(run.id),
    };
    store(db, key).await;
    let event = run_events::Model {
        id,
        created_at,
        run_id: run.id,
        kind: "queued".to_owned(),
        position: 0,
        event_data: json!({"place": 1}),
    };
    store(db, event).await;
    let key = config_keys::Model {
        id,
        created_at,
        fingerprint: "f".to_owned(),
        service_name: "shop".to_owned(),
        environment: "production".to_owned(),
        file: "app.yml".to_owned(),
        key_path: "server.port".to_owned(),
        document: 0,
    };
    store(db, key).await;
}
