//! Reports to render: a blocked run with everything in it, an empty comparison, a hostile one, a large one.

use drift::decision::Decision;
use drift::delta::{Class, Delta, Kind};
use drift::finding::{Finding, FindingCode, Severity};
use drift::outcome::{Certification, Component, ComponentName, Outcome, Summary, Triage, Violation};
use drift::report::{Layout, Report, RunHead, Side, SideKind};
use drift::risk::Risk;
use drift::settings::Tier;
use serde_json::{Value, json};

/// A terminal of 80 columns without colour, with the default of most deltas.
pub(crate) const PLAIN: Layout = Layout { color: false, width: 80, most_deltas: 50 };

/// Text that tries to break out of each format.
pub(crate) const HOSTILE: &str = "\u{1b}[31mred\u{9b}2J \u{202e}rtl\u{2066} \u{200b}\u{feff}zero\u{2028}line\n# head | pipe\n\
    <script>alert(1)</script> \"q' & `code` ```fence **bold** _em_ [click](https://svc.example/x) {0} \
    @everyone #4567 !12 www.svc.example deadbeef12 \u{0}\u{b}\u{fffe}\u{e0041} ]]> --> $(rm) 'q'\\|";

pub(crate) fn delta(number: u64, file: &str, key_path: &str, risk: Risk) -> Delta {
    Delta {
        id: format!("{number:016x}"),
        fingerprint: format!("{number:032x}"),
        file: file.to_owned(),
        path: key_path.to_owned(),
        key_path: key_path.to_owned(),
        document: 0,
        from_file: None,
        from_path: None,
        similarity: None,
        kind: Kind::Changed,
        class: Class::Value,
        category: "port".to_owned(),
        old: json!(8080),
        new: json!(8090),
        secret: false,
        risk,
        reason: "a port decides who can connect".to_owned(),
        rule: None,
        line: 12,
        column: 9,
        environments: None,
    }
}

fn mask(digest: &str) -> Value {
    json!({"masked": "••••", "digest": format!("hmac:k1:{digest}")})
}

fn side(kind: SideKind, name: &str, digest: char) -> Side {
    let digest = format!("sha256:{}", digest.to_string().repeat(64));
    match kind {
        SideKind::Git => {
            let commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567".to_owned();
            Side { kind, rev: Some(name.to_owned()), commit: Some(commit), path: None, digest }
        }
        _ => Side { kind, rev: None, commit: None, path: Some(name.to_owned()), digest },
    }
}

pub(crate) fn run(service: &str) -> RunHead {
    RunHead {
        id: "0193493c-7d00-7000-8000-000000000001".to_owned(),
        service: service.to_owned(),
        environment: "production".to_owned(),
        tier: Tier::Production,
        created_at: "2026-11-21T10:00:00.000Z".to_owned(),
        engine_version: "0.1.0".to_owned(),
        rules: "5".repeat(64),
        certifiable: true,
        golden_branch: Some(format!("golden/{service}/production/20261101T080000Z-0193")),
    }
}

fn outcome(files: u64, deltas: Vec<Delta>) -> Outcome {
    let mut summary = Summary { files, deltas: deltas.len() as u64, ..Summary::default() };
    for delta in &deltas {
        *summary.by_kind.entry(delta.kind).or_default() += 1;
        *summary.by_class.entry(delta.class).or_default() += 1;
    }
    let mut names: Vec<&str> = deltas.iter().map(|delta| delta.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    summary.files_changed = names.len() as u64;
    Outcome {
        summary,
        triage: Triage::count(&deltas),
        deltas,
        findings: Vec::new(),
        violations: Vec::new(),
        certification: Certification {
            score: 100,
            components: Vec::new(),
            decision: Decision::AutoMerge,
            explanation: "nothing differs".to_owned(),
        },
    }
}

const APP: &str = "config/application.yml";

/// One delta of each sort.
fn mixed_deltas() -> Vec<Delta> {
    let password = Delta {
        old: mask("11aa22bb33cc44dd"),
        new: mask("55ee66ff77008899"),
        secret: true,
        category: "credential".to_owned(),
        reason: "a credential changed".to_owned(),
        rule: Some("no-inline-secrets".to_owned()),
        ..delta(1, APP, "/spring/datasource/password", Risk::Critical)
    };
    let null = Delta {
        old: Value::Null,
        new: json!(""),
        environments: Some(vec!["production".to_owned(), "staging".to_owned()]),
        ..delta(2, APP, "/server/banner", Risk::Medium)
    };
    let added = Delta {
        kind: Kind::Added,
        old: Value::Null,
        new: json!({"image": "web:1.2", "ports": [80, 443]}),
        category: "addition".to_owned(),
        reason: "an added key that no rule names".to_owned(),
        ..delta(3, "deploy/web.yml", "/spec/containers/name=web,zone=a\\,b", Risk::Low)
    };
    let removed = Delta {
        kind: Kind::Removed,
        new: Value::Null,
        old: Value::Null,
        document: 1,
        ..delta(4, "deploy/web.yml", "/a.b/3/c~1d", Risk::High)
    };
    let renamed = Delta {
        kind: Kind::Renamed,
        from_file: Some("config/old name.yml".to_owned()),
        from_path: Some(String::new()),
        similarity: Some(92),
        old: Value::Null,
        new: Value::Null,
        reason: "allowed by rule renames-are-fine".to_owned(),
        ..delta(5, "config/new name.yml", "", Risk::Allowed)
    };
    let text = Delta {
        class: Class::Text,
        old: json!("set -e\n"),
        new: json!("set -eu\n"),
        category: "script".to_owned(),
        reason: "a script changed".to_owned(),
        ..delta(6, "run.sh", "", Risk::Medium)
    };
    let unreadable = Delta {
        class: Class::Unreadable,
        old: Value::Null,
        new: Value::Null,
        category: "unreadable".to_owned(),
        reason: "the candidate's file cannot be read".to_owned(),
        ..delta(7, "bad.yml", "", Risk::High)
    };
    vec![unreadable, renamed, null, password, added, removed, text]
}

/// Every delta of the mix, a violation, a finding, each component.
pub(crate) fn blocked() -> Report {
    let mut outcome = outcome(1_200, mixed_deltas());
    outcome.findings = vec![Finding {
        file: "bad.yml".to_owned(),
        line: 3,
        column: 5,
        code: FindingCode::Unreadable,
        severity: Severity::High,
        message: "mapping values are not allowed here".to_owned(),
    }];
    outcome.violations = vec![Violation {
        rule: "no-inline-secrets".to_owned(),
        severity: Severity::Critical,
        delta: format!("{:016x}", 1),
        file: APP.to_owned(),
        key_path: "/spring/datasource/password".to_owned(),
        message: "secrets come from the vault: a value stands in clear".to_owned(),
    }];
    outcome.certification = certification();
    let (golden, candidate) = (side(SideKind::Git, "main", 'a'), side(SideKind::Directory, "build/config", 'b'));
    Report { run: Some(run("payments")), environment: None, golden, candidate, outcome }
}

fn certification() -> Certification {
    let part = |name, points, reason: &str| Component { name, points, reason: reason.to_owned() };
    Certification {
        score: 0,
        components: vec![
            part(ComponentName::Policy, -30, "1 critical violation"),
            part(ComponentName::Risk, -80, "a critical difference"),
            part(ComponentName::BlastRadius, -35, "scope critical, 5 files"),
            part(ComponentName::History, 2, "1 clean certification"),
            part(ComponentName::Anomaly, 0, "no value looks out of place"),
            part(ComponentName::Context, 5, "a ticket"),
            part(ComponentName::Evidence, 0, "none is required"),
            part(ComponentName::Limit, 38, "a score is never below 0"),
        ],
        decision: Decision::BlockMerge,
        explanation: "1 critical and 2 high differences block a merge; the score of 0 is below 60".to_owned(),
    }
}

/// The differences of the blocked run, compared without a run: no policy, no score, no decision.
pub(crate) fn compared() -> Report {
    Report { run: None, environment: Some("staging".to_owned()), ..blocked() }
}

/// A comparison without a run and without a difference.
pub(crate) fn empty() -> Report {
    let (golden, candidate) = (side(SideKind::Directory, "a", 'c'), side(SideKind::Directory, "b c", 'c'));
    Report { run: None, environment: None, golden, candidate, outcome: outcome(3, Vec::new()) }
}

/// Hostile text wherever the outside has a say.
pub(crate) fn hostile() -> Report {
    let file = format!("dir/{HOSTILE}.yml");
    let key_path = format!("/plain/{}", HOSTILE.replace('~', "~0").replace('/', "~1"));
    let bad = Delta {
        old: json!(HOSTILE),
        new: json!({HOSTILE: [HOSTILE, null], "masked": HOSTILE}),
        reason: format!("hostile {HOSTILE}"),
        category: HOSTILE.to_owned(),
        rule: Some(HOSTILE.to_owned()),
        ..delta(1, &file, &key_path, Risk::High)
    };
    let moved = Delta {
        kind: Kind::Moved,
        from_file: Some(HOSTILE.to_owned()),
        from_path: Some(key_path.clone()),
        reason: HOSTILE.to_owned(),
        ..delta(2, &file, &key_path, Risk::Allowed)
    };
    let mut outcome = outcome(2, vec![bad, moved]);
    outcome.findings = vec![Finding {
        file: file.clone(),
        line: 1,
        column: 1,
        code: FindingCode::DuplicateKey,
        severity: Severity::Medium,
        message: HOSTILE.to_owned(),
    }];
    outcome.violations = vec![Violation {
        rule: HOSTILE.to_owned(),
        severity: Severity::High,
        delta: format!("{:016x}", 1),
        file,
        key_path,
        message: HOSTILE.to_owned(),
    }];
    outcome.certification = Certification { explanation: HOSTILE.to_owned(), ..certification() };
    let (golden, candidate) = (side(SideKind::Git, HOSTILE, 'd'), side(SideKind::Directory, HOSTILE, 'e'));
    let run = RunHead { golden_branch: Some(HOSTILE.to_owned()), ..run(HOSTILE) };
    Report { run: Some(run), environment: None, golden, candidate, outcome }
}

/// 5,000 deltas in 300 files; one of them is high, in the last file.
pub(crate) fn large() -> Report {
    let risk = |number| if number == 4_999 { Risk::High } else { Risk::Low };
    let deltas = (0..5_000).map(|number| {
        delta(number, &format!("f{:03}.yml", number * 300 / 5_000), &format!("/k{number}"), risk(number))
    });
    Report { run: Some(run("payments")), outcome: outcome(300, deltas.collect()), ..empty() }
}
