//! The shipped schemas are those of the wire types, and what is rendered is valid and reads back.

use std::path::Path;

use drift::report::schema::{NAMES, schema};
use drift::report::wire::{DiffJson, ValidateJson};
use drift::report::{Report, ReportFormat, render};
use serde_json::Value;

use crate::sample;

fn json(report: &Report) -> Value {
    serde_json::from_str(&render(report, ReportFormat::Json, &sample::PLAIN)).unwrap()
}

#[test]
fn committed_schemas_are_those_of_the_wire_types() {
    let mut stale = Vec::new();
    for name in NAMES {
        let file = format!("{}.json", name.replace('/', "."));
        let actual = schema(name).unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas").join(&file);
        let committed = std::fs::read_to_string(&committed).ok().and_then(|text| serde_json::from_str(&text).ok());
        // Compared as values: the order of keys depends on a feature that other crates may switch on.
        if committed != Some(actual.clone()) {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
            std::fs::write(&kept, format!("{actual:#}\n")).unwrap();
            stale.push(format!("schemas/{file} is out of date; copy {} over it", kept.display()));
        }
    }
    assert_eq!(stale, Vec::<String>::new());
    assert_eq!(schema("golden.validate/2"), None);
}

#[test]
fn rendered_json_is_valid() {
    for report in [sample::blocked(), sample::hostile(), sample::large(), sample::empty()] {
        let instance = json(&report);
        let name = if report.run.is_some() { "golden.validate/1" } else { "golden.diff/1" };
        assert_eq!(instance["schema"], name);
        let validator = jsonschema::validator_for(&schema(name).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&instance).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_not_ours() {
    let validator = jsonschema::validator_for(&schema("golden.validate/1").unwrap()).unwrap();
    let good = json(&sample::blocked());
    let changes: [fn(&mut Value); 6] = [
        |it| it["schema"] = "golden.diff/1".into(),
        |it| it["extra"] = 1.into(),
        |it| it["triage"]["extra"] = 1.into(),
        |it| it["deltas"][0]["risk"] = "fine".into(),
        |it| it["golden_branch"] = Value::Null,
        |it| it["certification"]["decision"] = "block_merge".into(),
    ];
    assert!(validator.is_valid(&good));
    for (index, change) in changes.iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(!validator.is_valid(&bad), "change {index} was accepted");
    }
}

#[test]
fn a_stored_run_reads_back_as_it_was() {
    for report in [sample::blocked(), sample::hostile()] {
        let wire: ValidateJson = serde_json::from_value(json(&report)).unwrap();
        assert_eq!(Report::from(wire), report);
    }
}

#[test]
fn null_absent_and_empty_are_three_things() {
    let wire: ValidateJson = serde_json::from_value(json(&sample::blocked())).unwrap();
    let sides = |id: u64| {
        let delta = wire.deltas.iter().find(|delta| delta.id == format!("{id:016x}")).unwrap();
        (delta.old.clone(), delta.new.clone())
    };
    assert_eq!(sides(2), (Some(Value::Null), Some("".into())));
    assert_eq!(sides(3).0, None);
    assert_eq!(sides(4), (Some(Value::Null), None));
}

#[test]
fn a_comparison_has_neither_score_nor_decision() {
    let wire: DiffJson = serde_json::from_value(json(&sample::empty())).unwrap();
    assert_eq!(wire.summary, sample::empty().outcome.summary);
    for key in ["run", "golden_branch", "triage", "policy", "certification"] {
        assert_eq!(json(&sample::empty()).get(key), None, "{key}");
    }
}
