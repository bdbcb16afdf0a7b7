//! What follows from a decision: test cases that fail, commands to run next, levels of results.

use drift::decision::Decision;
use drift::delta::{Class, Delta};
use drift::report::{Report, ReportFormat, render};
use drift::risk::Risk;
use serde_json::Value;

use crate::sample::{self, PLAIN};

fn decided(decision: Decision, risks: &[Risk]) -> Report {
    let deltas =
        risks.iter().zip(1..).map(|(risk, number)| sample::delta(number, "a.yml", &format!("/k{number}"), *risk));
    let mut report = Report { run: Some(sample::run("payments")), ..sample::empty() };
    report.outcome.deltas = deltas.collect();
    report.outcome.certification.decision = decision;
    report
}

fn certify(report: &Report) -> Option<String> {
    let text = render(report, ReportFormat::Text, &PLAIN);
    let line = text.lines().find_map(|line| line.strip_prefix("  golden certify "))?;
    let head = "--service payments --environment production --run 0193493c-7d00-7000-8000-000000000001 ";
    Some(line.strip_prefix(head).unwrap().strip_suffix(" --by NAME --reason TEXT").unwrap().to_owned())
}

#[test]
fn junit_fails_where_the_decision_does() {
    let risks = [Risk::High, Risk::Medium, Risk::Low, Risk::Allowed];
    for (decision, failures) in [(Decision::AutoMerge, 1), (Decision::HumanReview, 3), (Decision::BlockMerge, 3)] {
        let xml = render(&decided(decision, &risks), ReportFormat::Junit, &PLAIN);
        let head = format!(
            "<testsuites name=\"golden config\" tests=\"5\" failures=\"{failures}\" errors=\"0\" skipped=\"1\">"
        );
        assert_eq!(xml.lines().nth(1), Some(head.as_str()), "{decision}");
    }
}

#[test]
fn the_certify_command_is_one_that_the_rules_accept() {
    let all = |decision, risks: &[Risk]| certify(&decided(decision, risks));
    assert_eq!(all(Decision::AutoMerge, &[Risk::Low]).as_deref(), Some("--all"));
    assert_eq!(all(Decision::HumanReview, &[Risk::Medium]).as_deref(), Some("--all"));
    assert_eq!(
        all(Decision::BlockMerge, &[Risk::Low, Risk::High]).as_deref(),
        Some("--accept 0000000000000002"),
        "only what blocks is named"
    );
    assert_eq!(all(Decision::BlockMerge, &[Risk::Critical]).as_deref(), Some("--accept 0000000000000001 --override"));
    assert_eq!(all(Decision::BlockMerge, &[Risk::High; 6]).as_deref(), Some("--accept DELTA…"));
    assert_eq!(all(Decision::AutoMerge, &[]), None, "nothing differs, nothing is certified");

    let mut unreadable = decided(Decision::BlockMerge, &[Risk::High]);
    unreadable.outcome.deltas[0] = Delta { class: Class::Unreadable, ..unreadable.outcome.deltas[0].clone() };
    assert_eq!(certify(&unreadable).as_deref(), Some("--accept 0000000000000001 --override"));

    let mut comparison = decided(Decision::AutoMerge, &[Risk::Low]);
    comparison.run.as_mut().unwrap().certifiable = false;
    assert_eq!(certify(&comparison), None);
}

#[test]
fn sarif_levels_follow_the_risk_and_allowed_is_suppressed() {
    let report = decided(Decision::BlockMerge, Risk::ALL);
    let sarif: Value = serde_json::from_str(&render(&report, ReportFormat::Sarif, &PLAIN)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "error", "warning", "note", "none"]);
    let suppressed: Vec<&Value> = results.iter().filter_map(|result| result.get("suppressions")).collect();
    let expected = serde_json::json!([
        {"kind": "external", "status": "accepted", "justification": "a port decides who can connect"}
    ]);
    assert_eq!(suppressed, [&expected]);
    assert_eq!(sarif["runs"][0]["properties"]["decision"], "BLOCK_MERGE");
    assert_eq!(sarif["runs"][0]["properties"]["score"], 100);
}

#[test]
fn a_value_that_dresses_up_as_a_mask_is_shown_as_it_is() {
    let mut report = decided(Decision::AutoMerge, &[Risk::Low]);
    report.outcome.deltas[0].new = serde_json::json!({"masked": "fine", "digest": "hmac:k1:00"});
    let page = render(&report, ReportFormat::Junit, &PLAIN);
    assert!(
        page.contains("8080 -&gt; {&quot;digest&quot;:&quot;hmac:k1:00&quot;,&quot;masked&quot;:&quot;fine&quot;}"),
        "{page}"
    );
}
