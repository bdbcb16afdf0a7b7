//! One valid row of each table, with everything set that a finished run has.

use entity::{
    aggregated_results, certifications, config_deltas, context_bundles, golden_branches, llm_outputs,
    policy_validations, reports, rule_sets, validation_runs,
};
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use service::database::Database;
use uuid::Uuid;

/// A whole millisecond of a fixed day.
pub(crate) fn at(milliseconds: i64) -> DateTimeWithTimeZone {
    chrono::DateTime::from_timestamp_millis(1_790_000_000_000 + milliseconds).unwrap().into()
}

/// Inserts a row as it is.
pub(crate) async fn store<M, A>(db: &Database, row: M) -> M
where
    M: Clone + IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    row.clone().into_active_model().reset_all().insert(db.writer()).await.unwrap();
    row
}

pub(crate) fn rule_set() -> rule_sets::Model {
    let id = Uuid::now_v7();
    rule_sets::Model { id, created_at: at(0), digest: format!("sha256:{id}"), content: "version: 1\n".to_owned() }
}

/// A run that waits, the least that can be stored.
pub(crate) fn pending_run() -> validation_runs::Model {
    validation_runs::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        service_name: "checkout".to_owned(),
        environment: "production".to_owned(),
        tier: "production".to_owned(),
        status: "pending".to_owned(),
        decision: None,
        score: None,
        origin: "cli".to_owned(),
        requested_by: None,
        external_ref: None,
        change_context: json!({}),
        repo_url: None,
        golden_branch_id: None,
        golden_ref: None,
        golden_commit: None,
        candidate_ref: None,
        candidate_commit: None,
        candidate_digest: None,
        certifiable: false,
        rule_set_id: None,
        facts: None,
        engine_version: "0.1.0".to_owned(),
        files_compared: 0,
        files_changed: 0,
        critical_count: 0,
        high_count: 0,
        medium_count: 0,
        low_count: 0,
        allowed_count: 0,
        value_count: 0,
        type_count: 0,
        order_count: 0,
        equivalent_count: 0,
        text_count: 0,
        unreadable_count: 0,
        finding_critical_count: 0,
        finding_high_count: 0,
        finding_medium_count: 0,
        finding_low_count: 0,
        error: None,
        worker: None,
        heartbeat_at: Some(at(0)),
        started_at: None,
        completed_at: None,
        execution_time_ms: None,
    }
}

pub(crate) fn succeeded_run(rule_set: &rule_sets::Model) -> validation_runs::Model {
    validation_runs::Model {
        status: "succeeded".to_owned(),
        decision: Some("human_review".to_owned()),
        score: Some(75),
        requested_by: Some("ann".to_owned()),
        change_context: json!({"ticket": "CHG-1"}),
        golden_ref: Some("golden/checkout/production/1".to_owned()),
        golden_commit: Some("a".repeat(40)),
        candidate_ref: Some("main".to_owned()),
        candidate_commit: Some("b".repeat(40)),
        candidate_digest: Some("sha256:b".to_owned()),
        certifiable: true,
        rule_set_id: Some(rule_set.id),
        facts: Some(json!({"runs": []})),
        files_compared: 12,
        files_changed: 1,
        medium_count: 1,
        value_count: 1,
        worker: Some("host.example:1".to_owned()),
        started_at: Some(at(1)),
        completed_at: Some(at(43)),
        execution_time_ms: Some(42),
        ..pending_run()
    }
}

pub(crate) fn bundle(run: Uuid) -> context_bundles::Model {
    context_bundles::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        golden_digest: "sha256:a".to_owned(),
        candidate_digest: "sha256:b".to_owned(),
        total_files: 12,
        files_with_drift: 1,
        total_deltas: 1,
        bundle_data: json!({"golden": {}, "candidate": {}}),
    }
}

pub(crate) fn delta(run: Uuid, bundle: Uuid) -> config_deltas::Model {
    config_deltas::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        bundle_id: bundle,
        delta_id: "0123456789abcdef".to_owned(),
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
        file: "app.yml".to_owned(),
        path: "/server/port".to_owned(),
        key_path: "/server/port".to_owned(),
        from_file: None,
        from_path: None,
        similarity: None,
        kind: "changed".to_owned(),
        class: "value".to_owned(),
        category: "port".to_owned(),
        old_value: Some(json!(8080)),
        new_value: Some(json!({"nested": [1, null, "text"]})),
        is_secret: false,
        risk: "medium".to_owned(),
        risk_reason: "a port changed".to_owned(),
        policy_tag: None,
        policy_rule: None,
        document: 0,
        line_number: 12,
        column_number: 9,
        position: 0,
    }
}

pub(crate) fn llm_output(run: Uuid) -> llm_outputs::Model {
    llm_outputs::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        provider: "rules".to_owned(),
        model: None,
        prompt_digest: None,
        input_tokens: 0,
        output_tokens: 0,
        cost_micros: 0,
        latency_ms: 3,
        critical_count: 0,
        high_count: 0,
        medium_count: 1,
        low_count: 0,
        allowed_count: 0,
        llm_data: json!({}),
    }
}

pub(crate) fn policy_validation(run: Uuid) -> policy_validations::Model {
    policy_validations::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        secret_findings_count: 1,
        intent_findings_count: 2,
        critical_violations_count: 3,
        high_violations_count: 4,
        medium_violations_count: 5,
        low_violations_count: 6,
        validation_data: json!({"violations": []}),
    }
}

pub(crate) fn certification(run: Uuid) -> certifications::Model {
    certifications::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        environment: "production".to_owned(),
        score: 75,
        decision: "human_review".to_owned(),
        explanation: "one medium delta".to_owned(),
        components: json!([{"name": "risk", "points": -20}]),
        violations_count: 0,
        high_risk_count: 0,
        certification_data: json!({}),
    }
}

pub(crate) fn golden_branch() -> golden_branches::Model {
    let id = Uuid::now_v7();
    golden_branches::Model {
        id,
        created_at: at(0),
        service_name: "checkout".to_owned(),
        environment: "production".to_owned(),
        repo_url: Some("https://git.example/checkout".to_owned()),
        branch_name: format!("golden/checkout/production/{id}"),
        branch_type: "golden".to_owned(),
        commit_id: "a".repeat(40),
        tree_digest: "sha256:a".to_owned(),
        source_commit: Some("b".repeat(40)),
        is_active: true,
        run_id: None,
        score: None,
        metadata: json!({}),
        certified_by: "ann".to_owned(),
        reason: "the first one".to_owned(),
        override_reason: None,
        revoked_at: None,
        revoked_by: None,
        revoke_reason: None,
        replaces_id: None,
    }
}

pub(crate) fn aggregated_result(run: Uuid) -> aggregated_results::Model {
    aggregated_results::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        service_name: "checkout".to_owned(),
        environment: "production".to_owned(),
        files_analyzed: 12,
        total_deltas: 1,
        policy_violations: 0,
        score: 75,
        decision: "human_review".to_owned(),
        aggregated_data: json!({}),
    }
}

pub(crate) fn report(run: Uuid) -> reports::Model {
    reports::Model {
        id: Uuid::now_v7(),
        created_at: at(0),
        run_id: run,
        report_type: "run".to_owned(),
        format: "json".to_owned(),
        content: "{}\n".to_owned(),
        digest: "sha256:c".to_owned(),
    }
}
