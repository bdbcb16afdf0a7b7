//! Where a change of a base file takes effect: the environments that nothing overrides it for.

use drift::assess::assess;
use drift::cascade::{Cascades, Gather};
use drift::environment::Environments;
use drift::mask::Masker;
use drift::rules::Rules;

use super::{Run, change, edit, file};

/// What the cascades of a run say, with these files beside the changed ones.
fn gathered(run: &Run, beside: &[(&str, Option<&str>)]) -> Cascades {
    let rules = Rules::compile(run.source.clone()).unwrap();
    let masker = Masker::new(None, &rules.settings().limits);
    let assessments: Vec<_> = run.changes.iter().map(|change| assess(change, &rules, &masker)).collect();
    let environments = Environments::shipped();
    let mut gather = Gather::of(&assessments, &environments);
    for (path, text) in beside {
        if gather.wants(path) {
            gather.add(path, text.map(str::as_bytes), &rules.settings().limits);
        }
    }
    gather.finish()
}

/// Each delta's key path with the environments where it takes effect, by their first letters; `-` for no base.
fn told(run: Run, beside: &[(&str, &str)]) -> Vec<String> {
    let beside: Vec<_> = beside.iter().map(|(path, text)| (*path, Some(*text))).collect();
    let cascades = gathered(&run, &beside);
    let run = run.facts(|facts| facts.cascades = Some(cascades));
    let effect = |environments: Option<Vec<String>>| {
        let Some(environments) = environments else { return "-".to_owned() };
        environments.iter().map(|name| &name[..1]).collect::<String>()
    };
    run.outcome().deltas.into_iter().map(|delta| format!("{} {}", delta.key_path, effect(delta.environments))).collect()
}

fn of_edit(path: &str, old: &str, new: &str, beside: &[(&str, &str)]) -> Vec<String> {
    told(Run::production(vec![edit(path, old, new)]), beside)
}

/// Base file, golden and candidate, files beside it, and what is told: p, s and d are the shipped environments.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

fn hold(cases: &[Case<'_>]) {
    for (path, old, new, beside, expected) in cases {
        assert_eq!(of_edit(path, old, new, beside), *expected, "{path}: {old:?} to {new:?} beside {beside:?}");
    }
}

#[test]
fn profile_files_override_spring_keys() {
    let port = ("server:\n  port: 1\n", "server:\n  port: 2\n");
    hold(&[
        ("application.yml", port.0, port.1, &[], &["/server/port -"]),
        ("application.yml", port.0, port.1, &[("application-prod.yml", "a: 1\n")], &["/server/port psd"]),
        ("application.yml", port.0, port.1, &[("application-prod.yml", "server: {port: 9}\n")], &["/server/port sd"]),
        ("application.yml", port.0, port.1, &[("application-prod.yml", "server.port: 9\n")], &["/server/port sd"]),
        ("application.yml", port.0, port.1, &[("application-prd.properties", "server.port=9\n")], &["/server/port sd"]),
        // Another folder, another cascade, another profile and another file are not beside it.
        ("application.yml", port.0, port.1, &[("x/application-prod.yml", "server: {port: 9}\n")], &["/server/port -"]),
        ("application.yml", port.0, port.1, &[("bootstrap-prod.yml", "server: {port: 9}\n")], &["/server/port -"]),
        ("application.yml", port.0, port.1, &[("application-eu.yml", "server: {port: 9}\n")], &["/server/port -"]),
        ("config/app.yml", port.0, port.1, &[("config/app-prod.yml", "server: {port: 9}\n")], &["/server/port -"]),
        // A folder of one environment is read by that environment.
        ("prod/application.yml", port.0, port.1, &[("prod/application-prod.yml", "a: 1\n")], &["/server/port p"]),
    ]);
}

#[test]
fn spring_keys_are_flat_and_relaxed_and_lists_are_replaced() {
    let beside = |text: &'static str| [("application-prod.yml", text)];
    let told = |old, new, text| of_edit("application.yml", old, new, &beside(text));
    assert_eq!(told("a: {my-key: 1}\n", "a: {my-key: 2}\n", "a: {myKey: 9}\n"), ["/a/my-key sd"]);
    assert_eq!(told("a: {b: 1}\n", "a: {b: 2}\n", "a: {b: {c: 9}}\n"), ["/a/b psd"]);
    assert_eq!(told("a: {b: {c: 1}}\n", "a: {b: {c: 2}}\n", "a: {b: 9}\n"), ["/a/b/c psd"]);
    assert_eq!(told("a: [1, 2, 3]\n", "a: [1, 2, 4]\n", "a: [9]\n"), ["/a/2 sd"]);
    assert_eq!(told("a: [{name: x, b: 1}]\n", "a: [{name: x, b: 2}]\n", "a: []\n"), ["/a/name=x/b sd"]);
    assert_eq!(told("a: [1]\n", "a: [2]\n", "a: 1,2\n"), ["/a/0 sd"]);
    assert_eq!(
        of_edit("application.yml", "a: [1]\n", "a: [2]\n", &[("application-prod.properties", "a[0]=3\n")]),
        ["/a/0 sd"]
    );
    assert_eq!(of_edit("application.properties", "a[0].b=1\n", "a[0].b=2\n", &beside("a: [{c: 1}]\n")), ["/a[0].b sd"]);
    assert_eq!(
        of_edit("application.yml", "a: {'[x.y]': 1}\n", "a: {'[x.y]': 2}\n", &beside("a: {x: {y: 3}}\n")),
        ["/a/[x.y] psd"]
    );
}

#[test]
fn properties_come_before_yaml_in_every_environment() {
    let port = ("port: 1\n", "port: 2\n");
    let prod = ("application-prod.yml", "a: 1\n");
    hold(&[
        ("application.yml", port.0, port.1, &[prod, ("application.properties", "port=3\n")], &["/port "]),
        ("application.properties", "port=1\n", "port=2\n", &[prod, ("application.yml", "port: 3\n")], &["/port psd"]),
    ]);
}

#[test]
fn every_key_of_a_subtree_must_be_overridden() {
    let beside = [("application-prod.yml", "a: {b: 9, c: 9}\n"), ("application-dev.yml", "a: {b: 9}\n")];
    let told = |old, new| of_edit("application.yml", old, new, &beside);
    assert_eq!(told("x: 1\n", "x: 1\na: {b: 1, c: 2}\n"), ["/a sd"]);
    assert_eq!(told("x: 1\na: {b: 1, c: 2}\n", "x: 1\n"), ["/a sd"]);
    assert_eq!(told("a: {b: 1, c: 2}\n", "a: {b: 3, c: 4}\n"), ["/a/b s", "/a/c sd"]);
    assert_eq!(told("x: 1\na: {b: 1}\n", "x: 1\na: 5\n"), ["/a psd"]);
}

#[test]
fn both_ends_of_a_move_count() {
    let (old, new) = ("a: {k: {l: 1, m: 2, n: 3}}\nb: {}\n", "a: {}\nb: {k: {l: 1, m: 2, n: 3}}\n");
    let told = |text: &str| of_edit("application.yml", old, new, &[("application-prod.yml", text)]);
    let all = "{l: 0, m: 0, n: 0}";
    assert_eq!(told("a: {k: {l: 0, m: 0, n: 0}}\n").last().unwrap(), "/b/k psd");
    assert_eq!(told(&format!("a: {{k: {all}}}\nb: {{k: {all}}}\n")).last().unwrap(), "/b/k sd");
}

#[test]
fn documents_of_a_profile_count_where_the_profile_is_active() {
    let base = |port: u8, rest: &str| format!("port: {port}\n---\n{rest}");
    let told = |rest: &str| of_edit("application.yml", &base(1, rest), &base(2, rest), &[]);
    let on = |profile: &str| format!("spring: {{config: {{activate: {{on-profile: {profile}}}}}}}\nport: 9\n");
    assert_eq!(told("name: x\n"), ["/port -"]);
    assert_eq!(told(&on("prod")), ["/port sd"]);
    assert_eq!(told(&on("'prod | staging'")), ["/port d"]);
    assert_eq!(told(&on("'!dev'")), ["/port d"]);
    assert_eq!(told(&on("[prod, dev]")), ["/port s"]);
    assert_eq!(told(&on("eu")), ["/port psd"]);
    assert_eq!(told("spring: {profiles: prod}\nport: 9\n"), ["/port sd"]);
    assert_eq!(told("spring.config.activate.on-profile: prod\nport: 9\n"), ["/port sd"]);
    assert_eq!(
        told("spring: {config: {activate: {on-profile: prod, on-cloud-platform: kubernetes}}}\nport: 9\n"),
        ["/port psd"]
    );
    // A later document for everybody overrides the first one everywhere.
    assert_eq!(told(&format!("{}---\nport: 7\n", on("prod"))), ["/port "]);
}

#[test]
fn documents_of_properties_count_as_well() {
    let text = |port: u8| format!("port={port}\n#---\nspring.config.activate.on-profile=prod\nport=9\n");
    assert_eq!(of_edit("application.properties", &text(1), &text(2), &[]), ["/port sd"]);
    let list = |port: u8| format!("port={port}\n#---\nspring.config.activate.on-profile[0]=prod\nport=9\n");
    assert_eq!(of_edit("application.properties", &list(1), &list(2), &[]), ["/port sd"]);
}

#[test]
fn a_change_in_a_document_of_a_profile_names_where_it_counts() {
    let text = |port: u8, profile: &str| {
        format!("port: 1\n---\nspring: {{config: {{activate: {{on-profile: {profile}}}}}}}\nport: {port}\n")
    };
    let told = |profile: &str, beside: &[(&str, &str)]| {
        of_edit("application.yml", &text(1, profile), &text(2, profile), beside)
    };
    assert_eq!(told("prod", &[]), ["/port p"]);
    assert_eq!(told("prod", &[("application-prod.yml", "port: 9\n")]), ["/port "]);
    assert_eq!(told("eu", &[]), ["/port psd"]);
    let (old, new) = (text(1, "prod"), text(1, "staging"));
    assert_eq!(of_edit("application.yml", &old, &new, &[]), ["/spring/config/activate/on-profile psd"]);
}

#[test]
fn helm_merges_maps_and_replaces_the_rest() {
    let beside = |text: &'static str| [("chart/values-prod.yaml", text)];
    let told = |old, new, text| of_edit("chart/values.yaml", old, new, &beside(text));
    assert_eq!(told("image: {tag: 1.0.0}\n", "image: {tag: 1.0.1}\n", "image: {tag: 2.0.0}\n"), ["/image/tag sd"]);
    assert_eq!(told("image: {tag: 1.0.0}\n", "image: {tag: 1.0.1}\n", "image: {name: x}\n"), ["/image/tag psd"]);
    assert_eq!(told("image: {tag: 1.0.0}\n", "image: {tag: 1.0.1}\n", "image: {}\n"), ["/image/tag psd"]);
    assert_eq!(told("image: {tag: 1.0.0}\n", "image: {tag: 1.0.1}\n", "image: null\n"), ["/image/tag sd"]);
    assert_eq!(told("image: {tag: 1.0.0}\n", "image: {tag: 1.0.1}\n", "image: {Tag: 2.0.0}\n"), ["/image/tag psd"]);
    assert_eq!(told("a: {b.c: 1}\n", "a: {b.c: 2}\n", "a: {b: {c: 3}}\n"), ["/a/b.c psd"]);
    assert_eq!(
        told("env: [{name: A, value: x}]\n", "env: [{name: A, value: y}]\n", "env: []\n"),
        ["/env/name=A/value sd"]
    );
    assert_eq!(told("a: 1\n", "a: 2\n", "a: {b: 1}\n"), ["/a sd"]);
    let others = [("chart/values.staging.yaml", "a: 1\n"), ("chart/dev-values.yaml", "a: 1\n")];
    assert_eq!(of_edit("chart/values.yaml", "a: 1\n", "a: 2\n", &others), ["/a p"]);
}

#[test]
fn dotenv_files_cascade() {
    let told = |beside: &[(&str, &str)]| of_edit(".env", "A=1\nB=1\n", "A=2\nB=2\n", beside);
    assert_eq!(told(&[]), ["/A -", "/B -"]);
    assert_eq!(told(&[(".env.production", "A=9\n")]), ["/A sd", "/B psd"]);
    assert_eq!(told(&[(".env.production", "A=9\n"), (".env.production.local", "B=9\n")]), ["/A sd", "/B sd"]);
    // What the rest of the product takes as development's own: `.env.local`.
    assert_eq!(told(&[(".env.local", "A=9\n")]), ["/A ps", "/B psd"]);
    assert_eq!(told(&[(".env.example", "A=9\n")]), ["/A -", "/B -"]);
    assert_eq!(of_edit(".env.production", "A=1\n", "A=2\n", &[(".env.production.local", "B=1\n")]), ["/A -"]);
}

#[test]
fn what_cannot_be_read_or_told_overrides_nothing() {
    let run = || Run::production(vec![edit("values.yaml", "a: 1\n", "a: 2\n")]);
    for beside in [None, Some("a: [\n"), Some("{{ if x }}\na: 1\n")] {
        let cascades = gathered(&run(), &[("values-prod.yaml", beside)]);
        assert_eq!((cascades.files, cascades.bases.len()), (1, 1), "{beside:?}");
        assert_eq!(cascades.bases[0].kept, [], "{beside:?}");
    }
    let prod = [("values-prod.yaml", "a: 9\n")];
    assert_eq!(of_edit("values.yaml", "a: 1\n", "{{ if x }}\na: 2\n", &prod), [" sd", " psd"]);
    assert_eq!(of_edit("values.yaml", "a: 1\n", "a: [\n", &prod), [" psd"]);
}

#[test]
fn whole_files_take_effect_where_not_every_key_is_overridden() {
    let prod = [("values-prod.yaml", "a: 9\n")];
    let whole = |old: Option<&str>, new: Option<&str>| {
        let side = |text: Option<&str>| text.and_then(file);
        told(Run::production(vec![change("values.yaml", side(old), side(new))]), &prod)
    };
    assert_eq!(whole(None, Some("a: 1\n")), [" sd"]);
    assert_eq!(whole(Some("a: 1\nb: 1\n"), None), [" psd"]);
    let mut mode = edit("values.yaml", "a: 1\n", "a: 1\n");
    mode.new.as_mut().unwrap().executable = true;
    assert_eq!(told(Run::production(vec![mode]), &prod), [" "]);
}
