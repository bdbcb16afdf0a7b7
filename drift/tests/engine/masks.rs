//! Secrets: hidden wherever their name or their neighbour tells, and nothing hidden without a reason.

use drift::outcome::Outcome;

use crate::{Run, edit};

const SECRET: &str = "hunter2";

fn outcome(path: &str, old: &str, new: &str) -> Outcome {
    Run::production(vec![edit(path, old, new)]).outcome()
}

/// Both directions, since a secret may stand on either side.
fn leaks(path: &str, old: &str, new: &str) -> Vec<String> {
    let both = [outcome(path, old, new), outcome(path, new, old)];
    assert!(both.iter().all(|outcome| !outcome.deltas.is_empty()), "{path} {old}");
    both.iter().map(|outcome| serde_json::to_string(outcome).unwrap()).filter(|json| json.contains(SECRET)).collect()
}

#[test]
fn names_and_neighbours_hide_on_either_side() {
    let cases = [
        ("a.yml", "password: hunter2\n", "password: other\n"),
        ("a.yml", "password: {nested: {deep: hunter2}}\n", "password: {nested: {deep: other}}\n"),
        ("a.yml", "passwords: [hunter2, b]\n", "passwords: [b]\n"),
        ("a.yml", "api_keys:\n- {key: hunter2, owner: me}\n", "api_keys:\n- {key: other, owner: me}\n"),
        ("a.yml", "api_keys:\n- {key: hunter2}\n- {key: b}\n", "api_keys:\n- {key: b}\n"),
        ("a.yml", "tokens:\n- {id: a, value: hunter2}\n", "tokens:\n- {id: a, value: x}\n"),
        ("a.yml", "env:\n- {name: DB_PASSWORD, value: hunter2}\n", "env:\n- {name: DB_PASSWORD, value: x}\n"),
        // The name that tells stands on one side only.
        ("a.yml", "e: {name: DB_PASSWORD, value: hunter2, a: 1}\n", "e: {name: DB_HOST, value: db, a: 1}\n"),
        (
            "a.yml",
            "env:\n- {name: DB_PASSWORD, value: hunter2, a: 1, b: 1}\n",
            "env:\n- {name: DB_HOST, value: db, a: 1, b: 1}\n",
        ),
        ("a.yml", "kind: Secret\nstringData: {x: hunter2}\n", "kind: ConfigMap\nstringData: {x: b}\n"),
        ("a.yml", "args: [--password, hunter2]\n", "args: [--password, other]\n"),
        ("a.yml", "args: [run, --db-password, hunter2]\n", "args: [run]\n"),
        ("a.yml", "args: [--db-password=hunter2]\n", "args: [--db-password=other]\n"),
        ("a.yml", "env: [DB_PASSWORD=hunter2]\n", "env: [DB_PASSWORD=b]\n"),
        (
            "a.yml",
            "https://u:s3cret@h/:\n- {name: DB_PASSWORD, value: hunter2}\n",
            "https://u:s3cret@h/:\n- {name: DB_PASSWORD, value: b}\n",
        ),
        ("a.yml", "url: amqp://a:hunter2@h\n", "url: amqp://b:hunter2@h\n"),
        ("a.yml", "amqp://a:hunter2@h: 1\n", "amqp://a:hunter2@h: 2\n"),
        ("a.yml", "x: 1\n", "x: 1\namqp://a:hunter2@h: 1\namqp://a:hunter2@h: 2\n"),
        ("a.yml", "l:\n- {url: 'amqp://a:hunter2@h', x: 1}\n", "l:\n- {url: 'amqp://a:hunter2@h', x: 2}\n"),
        ("a.yml", "password: !vault hunter2\n", "password: hunter2\n"),
        ("a.yml", "password: ${DB:-hunter2}\n", "password: x\n"),
        ("a.yml", "password: '<hunter2>'\n", "password: '%hunter2%'\n"),
        ("a.yml", "password: '{{ or .Values.p \"hunter2\" }}'\n", "password: \"{{ p or 'hunter2' }}\"\n"),
        ("run.sh", "db_password: {{ coalesce .Values.p \"hunter2\" }}\n", "db_password: {{ p or 'hunter2' }}\n"),
        (
            "a.json",
            r#"{"ParameterKey": "DbPassword", "ParameterValue": "hunter2"}"#,
            r#"{"ParameterKey": "DbPassword", "ParameterValue": "x"}"#,
        ),
        ("a.xml", r#"<a><p name="db.password" value="hunter2"/></a>"#, r#"<a><p name="db.password" value="x"/></a>"#),
        ("a.xml", r#"<a><p name="db.password">hunter2</p></a>"#, r#"<a><p name="db.password">x</p></a>"#),
        ("a.xml", r#"<a><password enc="no">hunter2</password></a>"#, r#"<a><password enc="no">x</password></a>"#),
        ("a.properties", "db.password=hunter2\n", "db.password=x\n"),
        ("a.properties", "users.password[0]=hunter2\n", "users.password[0]=x\n"),
        ("a.ini", "[db]\npassword=hunter2\n", "[db]\nuser=x\n"),
        ("a.toml", "[db]\npassword = 'hunter2'\n", "db = 1\n"),
        (".env", "API_KEY=hunter2\n", "API_KEY=\n"),
        ("Dockerfile", "FROM a:1\nENV DB_PASSWORD=hunter2\n", "FROM a:1\n"),
        ("run.sh", "export DB_PASSWORD=hunter2\n", "export DB_PASSWORD=${DB:-hunter2}\n"),
        ("run.sh", "db_password: {{ .Values.p | default \"hunter2\" }}\n", "db_password: x\n"),
        (
            "k.pem",
            "-----BEGIN PRIVATE KEY-----\nhunter2\nb-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nb\nhunter2-----END PRIVATE KEY-----\n",
        ),
    ];
    for (path, old, new) in cases {
        assert_eq!(leaks(path, old, new), [""; 0], "{path}\n{old}\n{new}");
    }
}

#[test]
fn files_that_come_or_go_hide_them_too() {
    let text = "db: {password: hunter2}\nargs: [--token, hunter2]\nu: amqp://a:hunter2@h\n";
    for (old, new) in [(None, Some(text)), (Some(text), None)] {
        let side = |text: Option<&str>| text.and_then(crate::file);
        let outcome = Run::production(vec![crate::change("a.yml", side(old), side(new))]).outcome();
        assert!(outcome.deltas[0].secret);
        assert!(!serde_json::to_string(&outcome).unwrap().contains(SECRET));
    }
}

#[test]
fn nothing_is_hidden_that_only_speaks_of_secrets() {
    let keys = [
        "token_ttl: 30",
        "password_policy: strict",
        "secretName: x",
        "tokens_per_minute: 5",
        "max_tokens: 100",
        "passwordFile: /etc/x",
        "password: true",
        "password: ''",
        "password: null",
        "password: ${DB_PASSWORD}",
        "password: vault:secret/db#password",
        "publicKey: abc",
        "key: abc",
        "primary_key: id",
        "secretKeyRef: {name: db, key: password}",
        "valueFrom: {secretKeyRef: {name: DB_PASSWORD, key: token}}",
        "credentials: {username: app}",
        "tokens: {access: {ttl: 30}}",
        "monkey: 1",
        "url: https://h.example/a?page=2",
        "args: [--user, app]",
        "env: [{name: DB_HOST, value: db}]",
        "schedule: 10:30",
        "image: registry.example/app@sha256:abc",
    ];
    for key in keys {
        let outcome = outcome("a.yml", "{}\n", &format!("{key}\n"));
        assert!(!outcome.deltas[0].secret, "{key}: {:?}", outcome.deltas[0].new);
        assert!(!outcome.deltas[0].new.to_string().contains('•'), "{key}");
    }
}

#[test]
fn a_secret_where_a_reference_stood_is_critical() {
    let cases = [
        ("password: ${DB_PASSWORD}\n", "password: hunter2\n"),
        ("password: !vault abc\n", "password: hunter2\n"),
        ("env:\n- {name: DB_PASSWORD, value: $DB_PASSWORD}\n", "env:\n- {name: DB_PASSWORD, value: hunter2}\n"),
        ("password: '{{ .Values.p }}'\n", "password: '{{ .Values.p | default \"hunter2\" }}'\n"),
        ("password: '{{ .Values.p }}'\n", "password: '{{ or .Values.p \"hunter2\" }}'\n"),
        ("password: {secretKeyRef: {name: db}}\n", "password: hunter2\n"),
        ("password: {valueFrom: {secretKeyRef: {name: db}}}\n", "password: hunter2\n"),
        ("password: {secretKeyRef: {name: db}}\n", "password: {value: hunter2}\n"),
        ("db: {passwordRef: vault-db}\n", "db: {password: hunter2}\n"),
        (
            "env:\n- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: p}}}\n- {name: A, value: b}\n",
            "env:\n- {name: DB_PASSWORD, value: hunter2}\n- {name: A, value: b}\n",
        ),
    ];
    for (old, new) in cases {
        let outcome = outcome("a.yml", old, new);
        let critical = |delta: &&drift::delta::Delta| delta.risk.as_str() == "critical";
        let delta = outcome.deltas.iter().find(critical).unwrap_or_else(|| panic!("{old}: {:?}", outcome.deltas));
        assert_eq!(delta.category.as_str(), "reference_to_clear", "{old}");
        assert_eq!(outcome.certification.decision.as_str(), "BLOCK_MERGE");
    }
    let back = outcome("a.yml", "password: hunter2\n", "password: ${DB_PASSWORD}\n");
    assert_eq!(back.deltas[0].risk.as_str(), "high");
    // The reference stays, or what came is no secret.
    for (old, new) in [
        ("db: {userRef: a}\n", "db: {userRef: a, password: hunter2}\n"),
        ("env: {name: HOST, valueFrom: {fieldRef: x}}\n", "env: {name: HOST, value: db}\n"),
        ("a: {valueFrom: {fieldRef: x}}\nb: {x: 1}\n", "a: {}\nb: {x: 1, password: hunter2}\n"),
    ] {
        let risks = outcome("a.yml", old, new).deltas.into_iter().map(|delta| delta.risk.as_str());
        assert!(!risks.collect::<Vec<_>>().contains(&"critical"), "{old}");
    }
}

#[test]
fn rules_find_leaves_of_added_subtrees_by_identity() {
    let rule = "version: 1\nrules:\n- {id: pinned, severity: critical, where: {keys: ['/c/name=web/image']}, must: {forbid_patterns: ['latest']}}\n";
    let old = "x: 1\n";
    let new = "x: 1\nc:\n- {name: log, image: 'a:1'}\n- {name: web, image: 'b:latest'}\n";
    let outcome = Run::production(vec![edit("a.yml", old, new)]).policy(rule).outcome();
    assert_eq!(outcome.violations.iter().map(|violation| violation.rule.as_str()).collect::<Vec<_>>(), ["pinned"]);
}

#[test]
fn a_line_inside_a_private_key_is_a_credential() {
    let key = |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let outcome = outcome("k.pem", &key("AAAA"), &key("BBBB"));
    assert_eq!((outcome.deltas[0].category.as_str(), outcome.deltas[0].risk.as_str()), ("credential", "high"));
}
