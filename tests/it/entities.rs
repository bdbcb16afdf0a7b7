//! The generated entities are what `sea-orm-cli` makes of a migrated database, from either backend.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Parser;
use sea_orm_cli::{Cli, Commands, run_generate_command};

const GENERATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/entity/src/generated");

/// Set it to write what was generated instead of comparing.
const UPDATE: &str = "UPDATE_ENTITIES";

both_backends!(committed_entities_are_the_generated_ones, async |test| {
    let root = tempfile::TempDir::new().unwrap();
    let folder = root.path().join("generated");
    std::fs::write(root.path().join("rustfmt.toml"), include_str!("../../rustfmt.toml")).unwrap();
    let arguments =
        ["sea-orm-cli", "generate", "entity", "--entity-format", "dense", "--impl-active-model-behavior=false"];
    let output = folder.display().to_string();
    let rest = ["--banner-version", "off", "--database-url", &test.url, "--output-dir", &output];
    let Commands::Generate { command } = Cli::parse_from(arguments.into_iter().chain(rest)).command else {
        panic!("`generate` is no longer the command that it was");
    };
    run_generate_command(command, false).await.unwrap();
    let generated = files(&folder);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(GENERATED).unwrap();
        for (name, content) in &generated {
            std::fs::write(Path::new(GENERATED).join(name), content).unwrap();
        }
    }
    assert_eq!(generated.len(), 18, "sixteen tables, mod.rs and prelude.rs");
    for (name, content) in &generated {
        let committed = std::fs::read_to_string(Path::new(GENERATED).join(name)).unwrap_or_default();
        assert_eq!(&committed, content, "{name} differs; run the tests with {UPDATE}=1");
    }
    assert_eq!(files(Path::new(GENERATED)).len(), generated.len(), "a file of no table is left over");
});

fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect()
}
