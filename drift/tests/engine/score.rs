//! Each penalty of the score at its borders.

use drift::change::FileChange;
use drift::outcome::ComponentName::{BlastRadius, History, Policy, Risk};
use drift::rules::Rules;

use crate::{LEVEL, PASSWORD, PORT, Run, edit};

fn files(count: usize, [old, new]: [&str; 2]) -> Vec<FileChange> {
    (0..count).map(|number| edit(&format!("app{number}.yml"), old, new)).collect()
}

/// A file with this many keys of which each has another value: medium deltas, or low ones below `logging.level`.
fn keys(count: usize, head: &str) -> Vec<FileChange> {
    let text = |value: &str| {
        let lines = (0..count).map(|number| format!("   k{number}: {value}\n"));
        format!("{head}\n{}", lines.collect::<String>())
    };
    vec![edit("app.yml", &text("info"), &text("debug"))]
}

const MEDIUM: &str = "x:";
const LOW: &str = "logging:\n  level:";

#[test]
fn violations_cost_by_severity_and_each_counts() {
    let rule =
        |id: &str, severity: &str| format!("- {{id: {id}, severity: {severity}, where: {{keys: [/server/port]}}}}\n");
    let points = |rules: &[(&str, &str)]| {
        let rules: String = rules.iter().map(|(id, severity)| rule(id, severity)).collect();
        Run::production(vec![edit("app.yml", PORT[0], PORT[1])])
            .policy(&format!("version: 1\nrules:\n{rules}"))
            .points(Policy)
    };
    assert_eq!(points(&[("a", "critical")]), -30);
    assert_eq!(points(&[("a", "high")]), -15);
    assert_eq!(points(&[("a", "medium")]), -5);
    assert_eq!(points(&[("a", "low")]), 0);
    assert_eq!(points(&[("a", "critical"), ("b", "high"), ("c", "medium"), ("d", "high")]), -65);
}

#[test]
fn the_worst_bucket_costs_once_and_lows_cost_on_top() {
    let critical = ["db: {password: '${DB_PASSWORD}'}\n", "db: {password: hunter2}\n"];
    assert_eq!(Run::production(files(1, critical)).points(Risk), -80);
    assert_eq!(Run::production(files(3, critical)).points(Risk), -80);
    assert_eq!(Run::production(files(1, PASSWORD)).points(Risk), -60);
    assert_eq!(Run::production(files(3, PASSWORD)).points(Risk), -60);
    let both = ["logging: {level: info}\nport: 1\npassword: a\n", "logging: {level: warn}\nport: 2\npassword: b\n"];
    assert_eq!(Run::production(files(1, both)).points(Risk), -62, "medium is not added to high, low is");
}

#[test]
fn mediums_cost_at_most_55() {
    let points = |count| Run::production(keys(count, MEDIUM)).points(Risk);
    assert_eq!([points(1), points(2), points(7), points(8), points(9)], [-20, -25, -50, -55, -55]);
}

#[test]
fn lows_cost_at_most_40() {
    let points = |count| Run::production(keys(count, LOW)).points(Risk);
    assert_eq!([points(1), points(19), points(20), points(21)], [-2, -38, -40, -40]);
}

#[test]
fn order_equivalence_and_allowance_cost_nothing() {
    let free = ["l: [a, b]\nt: 60s\nport: 1\n", "l: [b, a]\nt: 1m\nport: 2\n"];
    let run = Run::production(files(6, free)).policy("env_allow_keys: [port]\n");
    assert_eq!(run.outcome().triage.total(), 18);
    assert_eq!((run.points(Risk), run.points(BlastRadius)), (0, 0));
}

#[test]
fn blast_radius_by_number_of_files() {
    let points = |count| Run::production(files(count, LEVEL)).points(BlastRadius);
    // 1: low; 2 and 3: medium; 4: more than 3; 5: high; 6: more than 5.
    let found: Vec<i32> = (1..=7).map(points).collect();
    assert_eq!(found, [-5, -15, -15, -20, -30, -35, -35]);
}

#[test]
fn blast_radius_by_critical_files() {
    let points = |paths: &[&str]| {
        let changes = paths.iter().map(|path| edit(path, LEVEL[0], LEVEL[1])).collect();
        Run::production(changes).points(BlastRadius)
    };
    assert_eq!(points(&["config/auth.yml"]), -20, "one critical file: medium scope and 5 for the file");
    assert_eq!(points(&["DB/app.yml", "api-gateway.yml"]), -35, "two: high scope and 10");
    assert_eq!(points(&["author.yml"]), -5, "a token and not a substring");
    let own =
        Run::production(files(1, LEVEL)).settings(|settings| settings.critical_files = vec!["app*.yml".to_owned()]);
    assert_eq!(own.points(BlastRadius), -20);
    let named =
        Run::production(files(1, LEVEL)).settings(|settings| settings.score.critical_files = vec!["app0".to_owned()]);
    assert_eq!(named.points(BlastRadius), -20);
}

#[test]
fn a_bad_glob_of_critical_files_is_an_error() {
    let run = Run::production(Vec::new()).settings(|settings| settings.critical_files = vec!["app[".to_owned()]);
    let error = Rules::compile(run.source).err().unwrap().to_string();
    assert_eq!(
        error,
        "golden.toml: critical file \"app[\" is not a usable pattern: unclosed character class; missing ']'"
    );
}

#[test]
fn blast_radius_by_criticality_and_dependents() {
    let critical = ["token: '${TOKEN}'\n", "token: hunter2\n"];
    assert_eq!(Run::production(files(1, critical)).points(BlastRadius), -30);
    let points = |count: usize| {
        let dependents = (0..count).map(|number| format!("s{number}")).collect();
        Run::production(files(1, LEVEL)).settings(|settings| settings.dependents = dependents).points(BlastRadius)
    };
    assert_eq!([points(0), points(1), points(5), points(6)], [-5, -8, -20, -20]);
    let most = Run::production(files(6, critical)).settings(|settings| {
        settings.dependents = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    });
    assert_eq!(most.points(BlastRadius), -50, "30 and 10 and 12 are cut to 50");
}

#[test]
fn history_speaks_of_files_that_changed() {
    let run = || Run::production(files(1, LEVEL));
    let touched =
        |names: &[&str], file: &str| names.iter().map(|name| ((*name).to_owned(), vec![file.to_owned()])).collect();
    let blocked = |count: usize, file| {
        let names = ["a", "b", "c", "d"];
        run().facts(|facts| facts.history.blocked = touched(&names[..count], file)).points(History)
    };
    assert_eq!([1, 2, 3, 4].map(|count| blocked(count, "app0.yml")), [-5, -10, -15, -15]);
    assert_eq!(blocked(4, "other.yml"), 0);
    let revoked = run().facts(|facts| {
        facts.history.revoked = touched(&["g", "h"], "app0.yml");
        facts.history.blocked = touched(&["a"], "app0.yml");
    });
    assert_eq!(revoked.points(History), -20, "in place of the blocked ones, and once");
    let clean = |count| run().facts(|facts| facts.history.clean_certifications = count).points(History);
    assert_eq!([0, 1, 2, 3, 5, 6, 100].map(clean), [0, 2, 4, 5, 5, 10, 10]);
}
