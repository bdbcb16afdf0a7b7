//! Values out of place: what the neighbours say, what it costs, and what is never evidence.

use drift::anomaly::{Evidence, LEAST, MOST_CANDIDATES, Neighbours, Odd, OddKind, candidates, judge};
use drift::assess::assess;
use drift::limits::Limits;
use drift::mask::Masker;
use drift::outcome::ComponentName;
use drift::rules::Rules;

use crate::{Run, edit};

/// What is out of place in an edit beside these files, the golden one among them.
fn odd(path: &str, old: &str, new: &str, neighbours: &[(&str, &str)]) -> Vec<String> {
    let run = Run::production(vec![edit(path, old, new)]);
    let rules = Rules::compile(run.source.clone()).unwrap();
    let masker = Masker::new(None, &Limits::default());
    let assessments: Vec<_> = run.changes.iter().map(|change| assess(change, &rules, &masker)).collect();
    let (found, left_out) = candidates(&assessments);
    assert_eq!(left_out, 0);
    let mut evidence = Evidence::of(&found);
    for (path, text) in [(path, old)].iter().chain(neighbours) {
        evidence.add(path, text.as_bytes(), &Limits::default());
    }
    judge(&found, &evidence).iter().map(|odd| format!("{} {} {} {}", odd.kind, odd.part, odd.like, odd.count)).collect()
}

/// Files that each hold the same text.
fn files(text: &str) -> Vec<(&'static str, &str)> {
    ["a.yml", "b.yml", "c.yml"].map(|path| (path, text)).to_vec()
}

const HOST: &str = "db: {host: db.svc.example}\n";

#[test]
fn a_part_that_no_neighbour_has_is_odd_beside_one_that_many_have() {
    for (old, new, neighbour, expected) in [
        (HOST, "db: {host: db.svc.exmaple}\n", HOST, &["one_edit db.svc.exmaple db.svc.example 3"][..]),
        (HOST, "db: {host: db.svc.exampl}\n", "host: db.svc.example\n", &["one_edit db.svc.exampl db.svc.example 3"]),
        (
            "url: https://db.svc.example/a\n",
            "url: https://db.svc.exmple/a\n",
            "db.url: jdbc:x://db.svc.example:5/b\n",
            &["one_edit db.svc.exmple db.svc.example 3"],
        ),
        (HOST, "db: {host: db.other.test}\n", "host: web.svc.example\n", &["domain db.other.test svc.example 3"]),
        ("level: INFO\n", "level: INFOO\n", "level: INFO\n", &["one_edit INFOO INFO 3"]),
        // Another host of a domain that is known, or of one that neighbours have too.
        (HOST, "db: {host: cache.svc.example}\n", HOST, &[]),
        (HOST, "db: {host: db.svc.exmaple}\n", "host: db.svc.exmaple\n", &[]),
        // The next number, another word, another type, another key.
        ("host: db-1.svc.example\n", "host: db-2.svc.example\n", "host: db-1.svc.example\n", &[]),
        ("level: INFO\n", "level: DEBUG\n", "level: INFO\n", &[]),
        ("port: 8080\n", "port: 8081\n", "port: 8080\n", &[]),
        (HOST, "db: {host: db.svc.exmaple}\n", "other: db.svc.example\n", &[]),
        // What was cut to be shown is not whole.
        (HOST, "db: {host: db.svc.exmaple…}\n", HOST, &[]),
    ] {
        assert_eq!(odd("app.yml", old, new, &files(neighbour)), expected, "{old} {new} {neighbour}");
    }
}

#[test]
fn fewer_neighbours_than_the_least_say_nothing_and_the_old_value_is_none() {
    assert_eq!(LEAST, 3);
    let new = "db: {host: db.svc.exmaple}\n";
    assert_eq!(odd("app.yml", HOST, new, &[("a.yml", HOST), ("b.yml", HOST)]), Vec::<String>::new());
    assert_eq!(odd("app.yml", HOST, new, &files(HOST)).len(), 1);
    let three = "hosts: [db.svc.example, db.svc.example:1, db.svc.example:2]\n";
    assert_eq!(
        odd("app.yml", "hosts: [x.svc.example]\n", "hosts: [db.svc.exmaple]\n", &[("a.yml", three)]),
        ["one_edit db.svc.exmaple db.svc.example 3"]
    );
}

#[test]
fn values_beyond_the_limit_are_counted() {
    let text = |value: &str| (0..MOST_CANDIDATES + 2).map(|at| format!("k{at}: {value}\n")).collect::<String>();
    let run = Run::production(vec![edit("app.yml", &text("warn"), &text("info"))]);
    let rules = Rules::compile(run.source.clone()).unwrap();
    let assessments = vec![assess(&run.changes[0], &rules, &Masker::new(None, &Limits::default()))];
    let (found, left_out) = candidates(&assessments);
    assert_eq!((found.len(), left_out), (MOST_CANDIDATES, 2));
}

#[test]
fn secrets_and_files_that_cannot_be_read_are_no_evidence() {
    let secret = "password: hunterr\n";
    assert_eq!(odd("app.yml", secret, "password: hunter\n", &files("password: hunter\n")), Vec::<String>::new());
    let url = "url: https://u:canary@db.svc.example/\n";
    assert_eq!(
        odd("app.yml", "url: https://a.svc.example/\n", "url: https://db.svc.exmaple/\n", &files(url)),
        Vec::<String>::new()
    );
    assert_eq!(
        odd("app.yml", HOST, "db: {host: db.svc.exmaple}\n", &files("host: [db.svc.example\n")),
        Vec::<String>::new()
    );
}

#[test]
fn each_odd_key_costs_and_the_reason_has_the_counts() {
    let one = |at: usize| Odd {
        file: "app.yml".to_owned(),
        key_path: format!("/k{at}"),
        kind: if at == 0 { OddKind::OneEdit } else { OddKind::Domain },
        part: "new".to_owned(),
        like: "known".to_owned(),
        count: 47,
    };
    let run = |odd: usize, left_out: u32| {
        Run::production(vec![edit("app.yml", "level: INFO\n", "level: WARN\n")]).facts(|facts| {
            let odd = (0..odd).map(one).collect();
            facts.neighbours = Some(Neighbours { values: 5, values_left_out: left_out, files: 500, left_out, odd });
        })
    };
    let points = |odd| run(odd, 0).points(ComponentName::Anomaly);
    assert_eq!([0, 1, 2, 3, 4, 9].map(points), [0, -5, -10, -10, -15, -15]);
    let reason = |run: &Run| {
        let components = run.outcome().certification.components;
        components.into_iter().find(|part| part.name == ComponentName::Anomaly).unwrap().reason
    };
    assert_eq!(reason(&run(0, 0)), "5 changed values were looked for in 500 files, and none is odd there");
    assert_eq!(
        reason(&run(2, 7)),
        "/k0 of app.yml says new, which no neighbour says and which is one edit away from known, which 47 say; \
         /k1 of app.yml says new, of a domain that no neighbour says in place of known, which 47 say; \
         7 files were not read (evidence.max_files); 7 changed values were not compared with theirs"
    );
    assert!(reason(&run(5, 0)).ends_with("; and 2 more keys"));
    let none = Run::production(vec![edit("app.yml", "level: INFO\n", "level: WARN\n")]);
    assert_eq!(reason(&none), "values are not compared with their neighbours");
    let nothing = none.facts(|facts| facts.neighbours = Some(Neighbours::default()));
    assert_eq!(reason(&nothing), "no changed value has neighbours to be compared with");
}
