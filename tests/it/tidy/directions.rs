//! Which crate may know which.

use std::collections::BTreeSet;
use std::path::Path;

use super::none;

/// Our crates and those of ours that each may know.
const DIRECTIONS: [(&str, &[&str]); 6] = [
    ("drift", &[]),
    ("entity", &["drift"]),
    ("migration", &["safe-migrate"]),
    ("safe-migrate", &["drift"]),
    ("service", &["drift", "entity", "migration"]),
    ("api", &["drift", "entity", "service"]),
];

/// Crates of others that only some of ours may use.
const RESERVED: [(&str, &[&str]); 5] = [
    ("sea-orm", &["entity", "migration", "safe-migrate", "service"]),
    ("sea-orm-migration", &["migration", "safe-migrate"]),
    ("axum", &["api", "golden-config"]),
    ("clap", &["golden-config"]),
    ("git2", &["service"]),
];

/// What would make the engine depend on more than its input.
const IMPURE: [&str; 8] = ["tokio", "sea-orm", "sqlx", "axum", "git2", "rand", "chrono", "uuid"];

/// A package and what it depends on outside of its tests.
fn packages() -> Vec<(String, BTreeSet<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = manifest(&root.join("Cargo.toml"));
    let members = workspace["workspace"]["members"].as_array().unwrap().iter().map(|member| member.as_str().unwrap());
    let folders = members.filter(|member| !member.starts_with("examples/")).map(|member| root.join(member));
    folders.chain([root.to_owned()]).map(|folder| package(&manifest(&folder.join("Cargo.toml")))).collect()
}

fn manifest(path: &Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn package(manifest: &toml::Table) -> (String, BTreeSet<String>) {
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    let sections = ["dependencies", "build-dependencies"].into_iter().filter_map(|section| manifest.get(section));
    (name, sections.flat_map(|section| section.as_table().unwrap().keys().cloned()).collect())
}

#[test]
fn crates_know_only_what_lies_below_them() {
    let ours: Vec<&str> = DIRECTIONS.iter().map(|(name, _)| *name).collect();
    let mut faults = Vec::new();
    for (name, dependencies) in packages() {
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(crate_name, _)| *crate_name == name) else {
            continue;
        };
        let known = dependencies.iter().filter(|dependency| ours.contains(&dependency.as_str()));
        let above = known.filter(|dependency| !allowed.contains(&dependency.as_str()));
        faults.extend(above.map(|dependency| format!("{name} must not know {dependency}")));
    }
    none(faults);
}

#[test]
fn reserved_crates_stay_where_they_belong() {
    let mut faults = Vec::new();
    for (name, dependencies) in packages() {
        let misplaced = RESERVED
            .iter()
            .filter(|(reserved, users)| dependencies.contains(*reserved) && !users.contains(&name.as_str()));
        faults.extend(misplaced.map(|(reserved, users)| format!("{name} uses {reserved}, which belongs to {users:?}")));
    }
    none(faults);
}

#[test]
fn the_engine_depends_on_its_input_alone() {
    let packages = packages();
    let (_, dependencies) = packages.iter().find(|(name, _)| name == "drift").unwrap();
    none(IMPURE.iter().filter(|name| dependencies.contains(**name)).map(|name| format!("drift uses {name}")).collect());
}
