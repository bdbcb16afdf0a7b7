//! Kinds, classes, whole files and lines of text.

use drift::delta::{Class, Kind};
use drift::risk::Risk;
use drift::risk_table::{RiskSubject, RiskTable};
use drift::settings::Tier;

use crate::{BASE, rate, value};

#[test]
fn kinds_and_classes_count() {
    let (port, absent) = (value("8080"), None);
    let subject = RiskSubject { key_path: "/server/port", new: Some(&port), old: absent, ..BASE };
    let cases = [
        (RiskSubject { kind: Kind::Added, ..subject }, Risk::Low, "addition"),
        (RiskSubject { kind: Kind::Added, key_path: "/password", ..subject }, Risk::High, "credential"),
        (
            RiskSubject { kind: Kind::Removed, key_path: "/theme", old: Some(&port), new: None, ..subject },
            Risk::Medium,
            "removal",
        ),
        (RiskSubject { kind: Kind::Moved, key_path: "/theme", ..subject }, Risk::Medium, "moved"),
        (RiskSubject { class: Class::Type, key_path: "/theme", ..subject }, Risk::Medium, "type"),
        (RiskSubject { class: Class::Order, key_path: "/passwords", ..subject }, Risk::Low, "order"),
        (RiskSubject { class: Class::Equivalent, key_path: "/db/password", ..subject }, Risk::Low, "equivalent"),
        (RiskSubject { class: Class::Unreadable, ..subject }, Risk::High, "unreadable"),
        (RiskSubject { key_path: "/theme", secret: true, ..subject }, Risk::High, "credential"),
        (RiskSubject { secret: true, reference_to_clear: true, ..subject }, Risk::Critical, "reference_to_clear"),
    ];
    for (subject, risk, category) in cases {
        assert_eq!(rate(&subject), (risk, category), "{subject:?}");
    }
    let on = value("true");
    let gone = RiskSubject { kind: Kind::Removed, key_path: "/tls/enabled", old: Some(&on), new: None, ..BASE };
    assert_eq!(rate(&gone), (Risk::High, "security_off"));
}

#[test]
fn whole_files_are_high_in_production_when_removed_or_of_a_profile() {
    let file = RiskSubject { whole_file: true, class: Class::Text, ..BASE };
    let profile = RiskSubject { profile_file: true, ..file };
    let cases = [
        (RiskSubject { kind: Kind::Removed, ..file }, Risk::High, "file_removed"),
        (RiskSubject { kind: Kind::Removed, tier: Tier::Staging, ..file }, Risk::Medium, "file"),
        (RiskSubject { kind: Kind::Added, ..profile }, Risk::High, "profile_file"),
        (RiskSubject { kind: Kind::Renamed, ..profile }, Risk::High, "profile_file"),
        (RiskSubject { kind: Kind::Added, tier: Tier::Development, ..profile }, Risk::Medium, "file"),
        (RiskSubject { kind: Kind::Added, ..file }, Risk::Medium, "file"),
        (RiskSubject { kind: Kind::Renamed, ..file }, Risk::Medium, "file"),
    ];
    for (subject, risk, category) in cases {
        assert_eq!(rate(&subject), (risk, category), "{subject:?}");
    }
}

#[test]
fn lines_of_text_and_their_files_count() {
    let line = |file: &'static str, text: &'static str| {
        rate(&RiskSubject { file, class: Class::Text, text_line: Some(text), tier: Tier::Development, ..BASE })
    };
    assert_eq!(line("deploy.sh", "echo done"), (Risk::Medium, "text"));
    assert_eq!(line("deploy.sh", "export DB_PASSWORD=\"x\""), (Risk::High, "credential"));
    assert_eq!(line("deploy.sh", "VERIFY_TLS='false'"), (Risk::High, "security_off"));
    assert_eq!(line("deploy.sh", "LOG_LEVEL=debug"), (Risk::Medium, "text"));
    assert_eq!(line("Makefile", "docker push web:latest"), (Risk::High, "latest_image"));
    assert_eq!(line("Dockerfile", "FROM alpine:3.20"), (Risk::High, "base_image"));
    assert_eq!(line("Jenkinsfile", "withCredentials([x]) {"), (Risk::High, "ci_credential"));
    let (old, new) = (value("a"), value("b"));
    let keyed = |file: &'static str, key_path: &'static str| {
        rate(&RiskSubject { file, key_path, old: Some(&old), new: Some(&new), tier: Tier::Development, ..BASE })
    };
    assert_eq!(keyed("Dockerfile", "/stages/name=0/image"), (Risk::High, "base_image"));
    assert_eq!(keyed(".github/workflows/ci.yml", "/jobs/build/env/DEPLOY_TOKEN"), (Risk::High, "ci_credential"));
    assert_eq!(keyed("svc/requirements.txt", "/flask"), (Risk::Medium, "dependency"));
    assert_eq!(keyed("logback-spring.xml", "/configuration/root/@level"), (Risk::Low, "logging"));
}

#[test]
fn every_answer_has_a_reason() {
    let classified = RiskTable::shipped().classify(&RiskSubject { key_path: "/theme", ..BASE });
    assert_eq!(classified.reason, "no rule says that it is less");
    let (old, new) = (value("a"), value("b"));
    let subject = RiskSubject { key_path: "/db/password", old: Some(&old), new: Some(&new), ..BASE };
    assert_eq!(RiskTable::shipped().classify(&subject).reason, "a credential, token or key is concerned");
}
