//! The decision: thresholds of each tier at their borders, buckets that block or need a review, findings, demands.

use drift::risk::Risk;
use drift::rules::{RuleFile, Rules};
use drift::settings::{Preset, Settings, Thresholds, Tier};

use crate::{LEVEL, PASSWORD, PORT, Run, edit};

/// A change of one delta without risk of its own whose score is set by what a violation costs.
fn at_score(tier: Tier, score: i32) -> Run {
    let run = Run::new(tier, vec![edit("app.yml", "t: 60s\n", "t: 1m\n")]);
    run.policy("version: 1\nrules:\n- {id: r, severity: medium}\n").settings(|settings| {
        // The violation raises the delta to medium, which nothing but the score shall judge here.
        settings.decision.reviews = Some(Vec::new());
        settings.score.medium_first = 0;
        settings.score.violation = [0, 0, 100 - 5 - score];
    })
}

#[test]
fn thresholds_of_each_tier() {
    let borders = [
        (Tier::Production, 85, "AUTO_MERGE"),
        (Tier::Production, 84, "HUMAN_REVIEW"),
        (Tier::Production, 60, "HUMAN_REVIEW"),
        (Tier::Production, 59, "BLOCK_MERGE"),
        (Tier::Staging, 75, "AUTO_MERGE"),
        (Tier::Staging, 74, "HUMAN_REVIEW"),
        (Tier::Staging, 50, "HUMAN_REVIEW"),
        (Tier::Staging, 49, "BLOCK_MERGE"),
        (Tier::Development, 65, "AUTO_MERGE"),
        (Tier::Development, 64, "HUMAN_REVIEW"),
        (Tier::Development, 50, "HUMAN_REVIEW"),
        (Tier::Development, 49, "BLOCK_MERGE"),
    ];
    for (tier, score, decision) in borders {
        assert_eq!(at_score(tier, score).verdict(), (score, decision), "{tier}");
    }
}

#[test]
fn thresholds_can_be_configured_by_tier() {
    let run = at_score(Tier::Production, 84).settings(|settings| {
        let thresholds = Thresholds { auto_merge: 84, human_review: 10 };
        settings.score.thresholds.insert(Tier::Production, thresholds);
    });
    assert_eq!(run.verdict(), (84, "AUTO_MERGE"));
}

#[test]
fn buckets_block_or_need_a_review_by_tier() {
    let verdict = |tier, [old, new]: [&str; 2]| Run::new(tier, vec![edit("app.yml", old, new)]).verdict().1;
    for (tier, medium) in
        [(Tier::Production, "HUMAN_REVIEW"), (Tier::Staging, "HUMAN_REVIEW"), (Tier::Development, "AUTO_MERGE")]
    {
        assert_eq!(verdict(tier, PASSWORD), "BLOCK_MERGE", "{tier}");
        assert_eq!(verdict(tier, PORT), medium, "{tier}");
        assert_eq!(verdict(tier, LEVEL), "AUTO_MERGE", "{tier}");
    }
}

#[test]
fn the_rigorous_preset_blocks_medium_in_every_tier() {
    for tier in Tier::ALL {
        let run = |pair: [&str; 2]| {
            Run::new(*tier, vec![edit("app.yml", pair[0], pair[1])])
                .settings(|settings| settings.decision.preset = Some(Preset::Rigorous))
        };
        assert_eq!(run(PORT).verdict(), (75, "BLOCK_MERGE"), "{tier}");
        assert_eq!(run(LEVEL).verdict().1, "AUTO_MERGE", "{tier}");
        let standard = Run::new(*tier, vec![edit("app.yml", PORT[0], PORT[1])])
            .settings(|settings| settings.decision.preset = Some(Preset::Standard));
        assert_ne!(standard.verdict().1, "BLOCK_MERGE", "{tier}");
    }
}

#[test]
fn blocks_and_reviews_are_configuration() {
    let run = |pair: [&str; 2]| Run::production(vec![edit("app.yml", pair[0], pair[1])]);
    let blocks = run(LEVEL).settings(|settings| settings.decision.blocks = Some(vec![Risk::Low]));
    assert_eq!(blocks.verdict(), (93, "BLOCK_MERGE"));
    let reviews = run(LEVEL).settings(|settings| settings.decision.reviews = Some(vec![Risk::Low]));
    assert_eq!(reviews.verdict(), (93, "HUMAN_REVIEW"));
    let neither = run(PORT).settings(|settings| {
        settings.decision.reviews = Some(Vec::new());
        settings.score.medium_first = 5;
    });
    assert_eq!(neither.verdict(), (90, "AUTO_MERGE"));
}

#[test]
fn a_finding_of_high_severity_needs_a_review_and_a_medium_one_does_not() {
    let unreadable = Run::new(Tier::Development, vec![edit("app.yml", "a: 1\n", "a: [\n")]).settings(|settings| {
        settings.decision.blocks = Some(Vec::new());
        settings.score.high = 0;
    });
    let outcome = unreadable.outcome();
    assert_eq!(unreadable.verdict(), (95, "HUMAN_REVIEW"));
    assert_eq!((outcome.deltas.len(), outcome.findings.len()), (1, 1));
    let duplicate = Run::production(vec![edit("app.yml", "t: 60s\n", "t: 60s\nt: 1m\n")]);
    assert_eq!(duplicate.outcome().findings.len(), 1);
    assert_eq!(duplicate.verdict(), (100, "AUTO_MERGE"));
}

#[test]
fn one_input_altered_changes_the_decision_and_its_reason() {
    let explained = |pair: [&str; 2]| {
        let certification = Run::production(vec![edit("app.yml", pair[0], pair[1])]).outcome().certification;
        (certification.decision.as_str(), certification.explanation)
    };
    let says = |decision, text: &str| (decision, text.to_owned());
    assert_eq!(explained(LEVEL), says("AUTO_MERGE", "the score 93 is high enough and nothing needs a review"));
    assert_eq!(
        explained(PORT),
        says(
            "HUMAN_REVIEW",
            "1 delta is medium, which needs a review in production; the score 75 is below 85 for production"
        )
    );
    assert_eq!(
        explained(PASSWORD),
        says("BLOCK_MERGE", "1 delta is high, which blocks in production; the score 35 is below 60 for production")
    );
}

#[test]
fn what_a_rule_sets_for_one_leaf_says_nothing_of_the_others() {
    let subtree = "a: {level: info, port: 80, tls: {enabled: false}}\n";
    let sides = [("x: 1\n".to_owned(), format!("x: 1\n{subtree}")), (format!("x: 1\n{subtree}"), "x: 1\n".to_owned())];
    for (old, new) in &sides {
        let judged = |rules: &str| {
            let run = Run::production(vec![edit("app.yml", old, new)]).policy(&format!("version: 1\nrules:\n{rules}"));
            let deltas = run.outcome().deltas;
            assert_eq!(deltas.len(), 1);
            (deltas[0].risk, deltas[0].rule.clone())
        };
        let set = |id: &str, glob: &str, risk: &str| {
            format!("- {{id: {id}, where: {{keys: ['{glob}']}}, then: {{set_risk: {risk}}}}}\n")
        };
        let by_table = judged("- {id: unused, where: {keys: ['/nothing']}, then: allow}\n");
        assert!(by_table.0 <= Risk::Medium && by_table.1.is_none(), "{by_table:?}");
        assert_eq!(judged(&set("low", "/a/level", "low")), by_table, "the worse leaves are as bad as they were");
        assert_eq!(judged(&set("bad", "/a/level", "critical")), (Risk::Critical, Some("bad".to_owned())));
        let every =
            ["level", "port", "tls/enabled"].map(|key| set(&key.replace('/', "-"), &format!("/a/{key}"), "low"));
        assert_eq!(judged(&every.concat()).0, Risk::Low, "every leaf was set");
        // A rule on the subtree speaks of all of it, but for leaves with a rule of their own.
        assert_eq!(judged(&set("whole", "/a", "low")), (Risk::Low, Some("whole".to_owned())));
        let both = set("whole", "/a", "low") + &set("leaf", "/a/port", "high");
        assert_eq!(judged(&both), (Risk::High, Some("leaf".to_owned())));
    }
}

#[test]
fn allow_over_names_critical_categories_of_the_table_in_force() {
    let table = "version: 1\nrules:\n- {category: plain_db, risk: critical, reason: a database, when: [{words: [db]}]}\n- {category: rest, risk: low, reason: anything else}\n";
    let run = |over: &str| {
        let policy = format!("version: 1\nrules:\n- {{id: r, then: allow, allow_over: [{over}]}}\n");
        let mut run = Run::production(vec![edit("a.yml", "db: a\n", "db: b\n")]).policy(&policy);
        run.source.risk = Some(RuleFile { file: "risk.yml".to_owned(), text: table.to_owned() });
        run
    };
    assert_eq!(run("plain_db").outcome().deltas[0].risk.as_str(), "allowed");
    let error = Rules::compile(run("reference_to_clear").source).err().unwrap().to_string();
    assert!(error.ends_with("allow_over names \"reference_to_clear\", and no critical rule has this id"), "{error}");
}

#[test]
fn settings_that_nothing_reads_or_that_turn_the_score_around_are_refused() {
    let error = |alter: fn(&mut Settings)| {
        let run = Run::production(Vec::new()).settings(alter);
        Rules::compile(run.source).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(
        error(|settings| settings.decision.blocks = Some(vec![Risk::High, Risk::Allowed])),
        "golden.toml: decision.blocks: an allowed delta never blocks and needs no review; remove \"allowed\""
    );
    assert!(
        error(|settings| settings.decision.reviews = Some(vec![Risk::Allowed]))
            .contains("decision.reviews: an allowed")
    );
    assert_eq!(
        error(|settings| settings.score.low = -2),
        "golden.toml: score.low: a penalty is 0 or more, not -2, which would add points"
    );
    assert!(error(|settings| settings.score.violation = [30, 15, -5]).contains("score.violation: a penalty"));
    assert_eq!(
        error(|settings| {
            settings.score.thresholds.insert(Tier::Production, Thresholds { auto_merge: 50, human_review: 90 });
        }),
        "golden.toml: score.thresholds.production: human_review (90) is above auto_merge (50), so that what needs a review \
         would merge"
    );
    assert_eq!(
        error(|settings| {
            settings.score.low = 0;
            settings.decision.blocks = Some(Vec::new());
            settings.score.thresholds.insert(Tier::Staging, Thresholds { auto_merge: 90, human_review: 90 });
        }),
        ""
    );
}
