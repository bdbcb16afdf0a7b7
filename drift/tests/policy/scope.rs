//! Where rules apply.

use drift::delta::Kind;
use drift::policy::Subject;
use drift::settings::Tier;

use crate::{changed, policy, text};

#[test]
fn every_part_of_where_must_match() {
    let (old, new) = (text("a"), text("b"));
    let here = changed(&old, &new);
    let aliases = ["prd".to_owned()];
    let cases = [
        ("{files: ['*.yml']}", here, true),
        ("{files: [app.yml]}", here, true),
        ("{files: [config/*]}", here, true),
        ("{files: ['*/app.yml', other]}", here, true),
        ("{files: ['conf*.yml']}", here, false),
        ("{files: [/app.yml]}", here, false),
        ("{files: ['*/*.yml']}", Subject { file: "a/b/c.yml", ..here }, false),
        ("{files: ['**/*.yml']}", Subject { file: "a/b/c.yml", ..here }, true),
        ("{files: ['*.{yml,yaml}']}", Subject { file: "c.yaml", ..here }, true),
        ("{keys: [/server/*]}", here, true),
        ("{keys: [/server]}", here, false),
        ("{keys: [/other, /**/port]}", here, true),
        ("{environments: [Production]}", here, true),
        ("{environments: [prd]}", here, false),
        ("{environments: [prd]}", Subject { aliases: &aliases, ..here }, true),
        ("{tiers: [staging]}", here, false),
        ("{tiers: [staging]}", Subject { tier: Tier::Staging, ..here }, true),
        ("{changes: [added, removed]}", here, false),
        ("{changes: [renamed]}", Subject { kind: Kind::Renamed, ..here }, true),
        ("{files: [app.yml], keys: [/other]}", here, false),
        ("{}", here, true),
    ];
    for (scope, subject, expected) in cases {
        let verdict = policy(&format!("  - {{id: r, severity: low, where: {scope}}}\n")).judge(&subject);
        assert_eq!(verdict.violations.len(), usize::from(expected), "{scope} on {subject:?}");
        assert_eq!(verdict.matched, if expected { vec![0] } else { vec![] }, "{scope}");
    }
}

#[test]
fn rules_whose_files_do_not_exist_are_named() {
    let rules = policy(
        "  - {id: one, severity: low, where: {files: [app.yml]}}\n  - {id: two, severity: low, where: {files: [x/*.yml]}}\n",
    );
    let unused: Vec<_> = rules
        .rules()
        .iter()
        .filter(|rule| !rule.covers_a_file(&["config/app.yml", "y/x.yml"]))
        .map(|rule| (rule.id.as_str(), rule.at.line))
        .collect();
    assert_eq!(unused, [("two", 4)]);
    assert_eq!(rules.rules().len(), 2);
}
