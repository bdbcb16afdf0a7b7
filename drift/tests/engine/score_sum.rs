//! Components add up, and buckets do, whatever the change.

use drift::decision::Decision;
use drift::outcome::ComponentName;
use drift::risk::Risk;
use drift::settings::Tier;

use crate::seeded::Seeded;
use crate::{LEVEL, PASSWORD, PORT, Run, edit};

const SEEDS: u64 = 300;

fn generated(seed: u64) -> Run {
    let mut seeded = Seeded::new(seed);
    let pairs = [
        LEVEL,
        PORT,
        PASSWORD,
        ["t: 60s\n", "t: 1m\n"],
        ["token: ${TOKEN}\n", "token: hunter2\n"],
        ["l: [a, b, c]\n", "l: [c, b, x]\n"],
        ["a: [\n", "a: 1\n"],
        ["x: {a: 1}\n", "x: {a: 1, b: 2, c: 3}\n"],
    ];
    let count = seeded.below(8);
    let places = ["app", "auth", "db/pool", "gateway/route"];
    let changes = (0..count)
        .map(|number| {
            let [old, new] = *seeded.pick(&pairs);
            edit(&format!("{}{number}.yml", seeded.pick(&places)), old, new)
        })
        .collect();
    let mut run = Run::new(*seeded.pick(Tier::ALL), changes);
    if seeded.once_in(3) {
        run =
            run.policy("env_allow_keys: [port]\ninvariants:\n- {name: i, locator_contains: level, severity: medium}\n");
    }
    run.facts.history.clean_certifications = u32::try_from(seeded.below(9)).unwrap();
    run.facts.context.rollback_plan = seeded.once_in(2).then(|| "revert".to_owned());
    run.facts.context.description = Some("d".repeat(seeded.below(300)));
    run.source.settings.required_evidence = if seeded.once_in(4) { vec!["load".to_owned()] } else { Vec::new() };
    if seeded.once_in(5) {
        run.source.settings.score.violation = [i32::MAX, i32::MAX, i32::MAX];
    }
    run
}

#[test]
fn a_hundred_and_all_points_give_the_score() {
    let (mut clamped, mut decisions) = (0, std::collections::BTreeSet::new());
    for seed in 0..SEEDS {
        let outcome = generated(seed).outcome();
        let certification = outcome.certification;
        let sum: i32 = certification.components.iter().map(|component| component.points).sum();
        assert_eq!(100 + sum, certification.score, "seed {seed}");
        assert!((0..=100).contains(&certification.score), "seed {seed}");
        let names: Vec<ComponentName> = certification.components.iter().map(|component| component.name).collect();
        assert_eq!(names, ComponentName::ALL, "seed {seed}");
        clamped += usize::from(certification.components.last().unwrap().points != 0);
        decisions.insert(certification.decision);
    }
    assert!(clamped > 10, "{clamped} of {SEEDS} were clamped");
    assert_eq!(decisions.len(), Decision::ALL.len());
}

#[test]
fn every_delta_is_in_exactly_one_bucket() {
    for seed in 0..SEEDS {
        let outcome = generated(seed).outcome();
        let deltas = outcome.deltas.len() as u64;
        assert_eq!(outcome.triage.total(), deltas, "seed {seed}");
        assert_eq!(outcome.summary.deltas, deltas, "seed {seed}");
        assert_eq!(outcome.summary.by_kind.values().sum::<u64>(), deltas, "seed {seed}");
        assert_eq!(outcome.summary.by_class.values().sum::<u64>(), deltas, "seed {seed}");
        for risk in Risk::ALL {
            let found = outcome.deltas.iter().filter(|delta| delta.risk == *risk).count() as u64;
            assert_eq!(outcome.triage.bucket(*risk), found, "seed {seed} {risk}");
        }
        let ids: std::collections::HashSet<&str> = outcome.deltas.iter().map(|delta| delta.id.as_str()).collect();
        assert_eq!(ids.len() as u64, deltas, "seed {seed}");
        assert!(outcome.violations.iter().all(|violation| ids.contains(violation.delta.as_str())), "seed {seed}");
    }
}
