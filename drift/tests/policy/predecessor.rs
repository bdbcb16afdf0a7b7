//! The predecessor's policy files: every field works.

use drift::decision::Decision;
use drift::document::Value;
use drift::finding::Severity;
use drift::policy::{EnvironmentDemands, Policy, Subject, Verdict};
use drift::risk::Risk;
use drift::settings::Tier;

use crate::{changed, removed, text};

fn old_policy(yaml: &str) -> Policy {
    Policy::parse("policies.yaml", yaml).unwrap()
}

fn at<'a>(file: &'a str, key_path: &'a str, old: &'a Value, new: &'a Value) -> Subject<'a> {
    Subject { file, key_path, ..changed(old, new) }
}

fn judge(yaml: &str, file: &str, key_path: &str) -> Verdict {
    old_policy(yaml).judge(&at(file, key_path, &text("a"), &text("b")))
}

#[test]
fn env_allow_keys_are_file_globs_or_parts_of_key_paths() {
    let yaml = "env_allow_keys: ['*-dev.yml', spring.profiles, /feature/]\n";
    let allowed = |file: &str, key: &str| judge(yaml, file, key).allow.map(|applied| applied.rule);
    assert_eq!(allowed("config/app-dev.yml", "/x").as_deref(), Some("env_allow_keys[0]"));
    assert_eq!(allowed("app.yml", "/spring/profiles/active").as_deref(), Some("env_allow_keys[1]"));
    assert_eq!(allowed("app.properties", "/spring.profiles.active").as_deref(), Some("env_allow_keys[1]"));
    assert_eq!(allowed("app.yml", "/a/feature/b").as_deref(), Some("env_allow_keys[2]"));
    assert_eq!(allowed("app.yml", "/Spring/Profiles"), None);
    let old = text("a");
    assert_eq!(old_policy(yaml).judge(&Subject { key_path: "/feature/x", ..removed(&old) }).allow, None);
}

#[test]
fn invariants_hold_for_key_paths_that_contain_the_text() {
    let yaml = "
invariants:
  - name: tls-on
    description: transport is encrypted
    locator_contains: TLS.enabled
    severity: critical
    forbid_values: [false]
  - {name: level, locator_contains: log, severity: Warning, require_values: [INFO, WARN]}
  - {name: url, locator_contains: url, severity: low, forbid_patterns: ['^http:'], allow_patterns: [localhost]}
  - {name: frozen, locator_contains: frozen, forbid_values: []}
";
    let policy = old_policy(yaml);
    let broken = |key: &str, new: &Value| -> Vec<(Severity, String)> {
        let old = text("a");
        policy
            .judge(&at("a.yml", key, &old, new))
            .violations
            .into_iter()
            .map(|(severity, applied)| (severity, applied.rule))
            .collect()
    };
    let one = |severity, rule: &str| vec![(severity, rule.to_owned())];
    assert_eq!(broken("/server/tls/enabled", &Value::Bool(false)), one(Severity::Critical, "tls-on"));
    assert_eq!(broken("/server.Tls.Enabled", &text("false")), one(Severity::Critical, "tls-on"));
    assert_eq!(broken("/server/tls/enabled", &Value::Bool(true)), vec![]);
    assert_eq!(broken("/Log/level", &text("DEBUG")), one(Severity::Medium, "level"));
    assert_eq!(broken("/Log/level", &text("INFO")), vec![]);
    assert_eq!(broken("/api/url", &text("http://svc.example")), one(Severity::Low, "url"));
    assert_eq!(broken("/api/url", &text("http://localhost")), vec![]);
    assert_eq!(broken("/frozen", &text("x")), one(Severity::High, "frozen"));
    let old = text("INFO");
    let gone = policy.judge(&Subject { key_path: "/log/level", ..removed(&old) });
    assert_eq!(gone.violations.len(), 1);
}

#[test]
fn semver_rules_speak_of_changes_of_their_size() {
    let yaml = "
semver_rules:
  patch: {severity: low}
  minor: {severity: medium, require_review: true, verdict: WARN}
  major: {severity: critical, require_review: true, require_approval: true, verdict: BLOCK_MERGE}
";
    let policy = old_policy(yaml);
    let judge = |old: &str, new: &str| policy.judge(&changed(&text(old), &text(new)));
    let patch = judge("1.2.3", "1.2.4");
    assert_eq!(
        patch.set_risk.map(|(risk, applied)| (risk, applied.rule)),
        Some((Risk::Low, "semver_rules.patch".to_owned()))
    );
    assert_eq!((patch.review, patch.decision), (vec![], None));
    let minor = judge("web:1.2.3", "web:1.3.0");
    assert_eq!(
        minor.review.first().map(|applied| applied.message.as_str()),
        Some("it is a minor version change, which needs a review")
    );
    assert_eq!(minor.decision.map(|(decision, _)| decision), Some(Decision::HumanReview));
    let major = judge("^1.2", "^2.0");
    assert_eq!(major.set_risk.map(|(risk, _)| risk), Some(Risk::Critical));
    assert_eq!(
        major.review.first().map(|applied| applied.message.as_str()),
        Some("it is a major version change, which needs an approval")
    );
    assert_eq!(
        major.decision.map(|(decision, applied)| (decision, applied.message)),
        Some((Decision::BlockMerge, "it is a major version change, which means BLOCK_MERGE at best".to_owned()))
    );
    let none = judge("30s", "60s");
    assert_eq!((none.set_risk, none.review, none.decision), (None, vec![], None));
}

#[test]
fn environment_rules_pick_thresholds_and_ask_for_approvals() {
    let yaml = "
environment_rules:
  prod: {strictness: High, require_approvals: 2}
  staging: {strictness: moderate, require_approvals: false}
  dev: {strictness: relaxed, require_approvals: 0}
";
    let policy = old_policy(yaml);
    let aliases = ["prod".to_owned(), "prd".to_owned()];
    let demands = |strictness, require_approvals| EnvironmentDemands { strictness, require_approvals };
    assert_eq!(policy.for_environment("production", &aliases), demands(Some(Tier::Production), true));
    assert_eq!(policy.for_environment("STAGING", &[]), demands(Some(Tier::Staging), false));
    assert_eq!(policy.for_environment("dev", &[]), demands(Some(Tier::Development), false));
    assert_eq!(policy.for_environment("production", &[]), demands(None, false));
}

#[test]
fn monitored_patterns_ask_for_a_minimum_and_exclusions_allow() {
    let yaml = "
monitored_patterns:
  critical: ['secrets/*']
  high_priority: ['*.tf']
  medium_priority: [Makefile]
exclusions: ['*.md', 'secrets/*.example']
";
    let minimum = |file: &str| judge(yaml, file, "/x").minimum.map(|(risk, applied)| (risk, applied.rule));
    assert_eq!(minimum("secrets/deep/db.yml"), Some((Risk::Critical, "monitored_patterns.critical[0]".to_owned())));
    assert_eq!(minimum("infra/main.tf"), Some((Risk::High, "monitored_patterns.high_priority[0]".to_owned())));
    assert_eq!(minimum("sub/Makefile"), Some((Risk::Medium, "monitored_patterns.medium_priority[0]".to_owned())));
    assert_eq!(minimum("app.yml"), None);
    assert_eq!(judge(yaml, "docs/a.md", "").allow.map(|applied| applied.rule).as_deref(), Some("exclusions[0]"));
    assert_eq!(judge(yaml, "secrets/a.example", "").allow, None, "a critical pattern is not silenced");
}
