//! The tables of the edge: what each of them refuses.

use entity::{api_tokens, config_keys, idempotency_keys, run_events, services, web_sessions};

use super::edge_rows;
use super::refusal::{check, collision, dangling, keeps, negative, refuses};
use super::rows::{self, store};

both_backends!(every_constraint_of_services_holds, async |test| {
    store(&test.db, edge_rows::service()).await;
    let other = || services::Model { service_name: "cart".to_owned(), ..edge_rows::service() };
    let cases = vec![
        check([(services::Column::Origin, "guess".into())]),
        collision([(services::Column::ServiceName, "checkout".into())]),
    ];
    refuses(&test.db, other, cases).await;
    store(&test.db, other()).await;
});

both_backends!(every_constraint_of_api_tokens_holds, async |test| {
    let token = store(&test.db, edge_rows::api_token()).await;
    let cases = vec![
        check([(api_tokens::Column::Scopes, "".into())]),
        check([(api_tokens::Column::RevokedBy, sea_orm::Value::String(None))]),
        collision([(api_tokens::Column::Digest, token.digest.into())]),
    ];
    refuses(&test.db, edge_rows::api_token, cases).await;
});

both_backends!(every_constraint_of_web_sessions_holds, async |test| {
    let token = store(&test.db, edge_rows::api_token()).await;
    let session = store(&test.db, edge_rows::web_session(token.id)).await;
    let cases = vec![
        dangling(web_sessions::Column::TokenId),
        collision([(web_sessions::Column::Digest, session.digest.into())]),
    ];
    refuses(&test.db, || edge_rows::web_session(token.id), cases).await;
    keeps(&test.db, "api_tokens", token.id).await;
});

both_backends!(every_constraint_of_idempotency_keys_holds, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    store(&test.db, edge_rows::idempotency_key(run.id)).await;
    let other = || idempotency_keys::Model { actor: "bob".to_owned(), ..edge_rows::idempotency_key(run.id) };
    let cases = vec![
        check([(idempotency_keys::Column::Operation, "delete".into())]),
        collision([(idempotency_keys::Column::Actor, "ann".into())]),
    ];
    refuses(&test.db, other, cases).await;
    store(&test.db, other()).await;
});

both_backends!(every_constraint_of_run_events_holds, async |test| {
    let run = store(&test.db, rows::pending_run()).await;
    store(&test.db, edge_rows::run_event(run.id)).await;
    let other = || run_events::Model { position: 4, ..edge_rows::run_event(run.id) };
    let mut cases = negative(&[run_events::Column::Position]);
    cases.extend([
        check([(run_events::Column::Kind, "sleeping".into())]),
        dangling(run_events::Column::RunId),
        collision([(run_events::Column::Position, 3_i64.into())]),
    ]);
    refuses(&test.db, other, cases).await;
    keeps(&test.db, "validation_runs", run.id).await;
});

both_backends!(every_constraint_of_config_keys_holds, async |test| {
    let key = store(&test.db, edge_rows::config_key()).await;
    let mut cases = negative(&[config_keys::Column::Document]);
    cases.push(collision([(config_keys::Column::Fingerprint, key.fingerprint.into())]));
    refuses(&test.db, edge_rows::config_key, cases).await;
});
