//! Compose files: the forms that the format says are equal.

use crate::outline::{outline, tree};

/// The tree of one service.
fn service(text: &str) -> String {
    let tree = tree("docker-compose.yml", &format!("services:\n  web: {text}\n"));
    tree.strip_prefix("{services={web=").and_then(|rest| rest.strip_suffix("}}")).unwrap_or_default().to_owned()
}

#[test]
fn environments_are_maps_of_texts() {
    for (text, expected) in [
        ("{environment: [A=1, B, C=x=y, D=]}", "{environment={A=\"1\" B=null C=\"x=y\" D=\"\"}}"),
        ("{environment: {A: 1, B: , C: true, D: ''}}", "{environment={A=\"1\" B=null C=\"true\" D=\"\"}}"),
        ("{environment: [A=1, {B: 2}]}", "{environment=[\"A=1\" {B=2}]}"),
    ] {
        assert_eq!(service(text), expected, "{text}");
    }
}

#[test]
fn labels_arguments_and_the_like_are_maps_of_texts() {
    assert_eq!(
        service(
            "{labels: [a=1], annotations: {b: 2}, sysctls: [c=3], build: {args: [d=4], context: .}, deploy: {labels: {e: 5}}}"
        ),
        "{labels={a=\"1\"} annotations={b=\"2\"} sysctls={c=\"3\"} build={args={d=\"4\"} context=\".\"} deploy={labels={e=\"5\"}}}"
    );
}

#[test]
fn dependencies_are_conditions() {
    assert_eq!(
        service("{depends_on: [a, b]}"),
        "{depends_on={a={condition=\"service_started\"} b={condition=\"service_started\"}}}"
    );
    assert_eq!(
        service("{depends_on: {a: {condition: service_healthy}}}"),
        "{depends_on={a={condition=\"service_healthy\"}}}"
    );
    assert_eq!(service("{depends_on: [a, a]}"), "{depends_on=[\"a\" \"a\"]}");
}

#[test]
fn env_files_are_a_list() {
    assert_eq!(service("{env_file: .env}"), "{env_file=[\".env\"]}");
    assert_eq!(service("{env_file: [.env, b.env]}"), "{env_file=[\".env\" \"b.env\"]}");
}

#[test]
fn ports_have_their_long_form() {
    for (text, expected) in [
        ("80", "{target=\"80\" protocol=\"tcp\"}"),
        ("'8080:80'", "{target=\"80\" published=\"8080\" protocol=\"tcp\"}"),
        ("'127.0.0.1:53:53/udp'", "{target=\"53\" published=\"53\" host_ip=\"127.0.0.1\" protocol=\"udp\"}"),
        ("'[::1]:1:2'", "{target=\"2\" published=\"1\" host_ip=\"::1\" protocol=\"tcp\"}"),
        ("'127.0.0.1::80'", "{target=\"80\" host_ip=\"127.0.0.1\" protocol=\"tcp\"}"),
        ("'3000-3005:4000-4005'", "{target=\"4000-4005\" published=\"3000-3005\" protocol=\"tcp\"}"),
        ("'${P}:80'", "\"${P}:80\""),
        ("{target: 80, published: 8080}", "{target=\"80\" published=\"8080\" protocol=\"tcp\"}"),
        ("{target: 80, protocol: udp, mode: host}", "{target=\"80\" protocol=\"udp\" mode=\"host\"}"),
    ] {
        assert_eq!(service(&format!("{{ports: [{text}]}}")), format!("{{ports=[{expected}]}}"), "{text}");
    }
}

#[test]
fn what_is_outside_of_services_or_in_no_known_form_stays() {
    assert_eq!(
        tree("compose.prod.yaml", "x: {environment: [A=1]}\nservices: {a: {environment: text, ports: 80}}\n"),
        "{x={environment=[\"A=1\"]} services={a={environment=\"text\" ports=80}}}"
    );
    assert_eq!(tree("compose.yml", "services: [a]\n"), "{services=[\"a\"]}");
    assert_eq!(tree("app.yml", "services: {a: {environment: [A=1]}}\n"), "{services={a={environment=[\"A=1\"]}}}");
}

#[test]
fn tags_mean_something_else() {
    assert_eq!(service("{environment: !reset [A=1]}"), "{environment=!reset [\"A=1\"]}");
}

#[test]
fn a_variable_that_stands_twice_is_a_finding_and_places_stay() {
    assert_eq!(
        outline("docker-compose.prod.yml", "services:\n  a:\n    environment:\n      - A=1\n      - A=2\n"),
        [
            "/services 1:1 2:3 {}",
            "/services/a 2:3 3:5 {}",
            "/services/a/environment 3:5 4:7 {}",
            "/services/a/environment/A 5:9 5:9 \"2\"",
            "duplicate-key 5:9 the key \"A\" stands at line 4, column 9 and again at line 5, column 9; the last one counts",
        ]
    );
}

#[test]
fn every_beginning_of_a_file_is_read_or_refused() {
    let text = "services:\n  a:\n    environment: [A=1, b]\n    ports: ['1:2/x', {target: 1}]\n    depends_on: [b]\n";
    let read =
        (0..text.len()).filter(|end| outline("compose.yml", &text[..*end]).iter().all(|line| line.starts_with('/')));
    assert_eq!(read.count(), 50);
}
