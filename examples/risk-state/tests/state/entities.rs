//! The committed entities are what `sea-orm-cli` makes of a migrated database.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Parser;
use risk_state::migration::Migrator;
use sea_orm_cli::{Cli, Commands, run_generate_command};
use sea_orm_migration::MigratorTrait;

use crate::database::{Place, on_postgres, on_sqlite};

const GENERATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/generated");

/// Set it to write what Postgres gives instead of comparing.
const UPDATE: &str = "UPDATE_ENTITIES";

async fn generated(place: &Place) -> BTreeMap<String, String> {
    let db = place.connect().await;
    Migrator::up(&db, None).await.unwrap();
    db.close().await.unwrap();
    let folder = place.folder.path().join("generated");
    std::fs::write(place.folder.path().join("rustfmt.toml"), include_str!("../../../../rustfmt.toml")).unwrap();
    let output = folder.display().to_string();
    let arguments = ["sea-orm-cli", "generate", "entity", "--entity-format", "dense"];
    let rest = ["--banner-version", "off"];
    let places = ["--database-url", &place.url, "--output-dir", &output];
    let Commands::Generate { command } = Cli::parse_from(arguments.into_iter().chain(rest).chain(places)).command
    else {
        panic!("`generate` is no longer the command that it was");
    };
    run_generate_command(command, false).await.unwrap();
    files(&folder)
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn assert_committed(generated: &BTreeMap<String, String>) {
    assert_eq!(generated.len(), 12, "ten tables, mod.rs and prelude.rs");
    let committed = files(Path::new(GENERATED));
    for (name, content) in generated {
        assert_eq!(committed.get(name), Some(content), "{name} differs; run the tests with {UPDATE}=1");
    }
    assert_eq!(committed.len(), generated.len(), "a file of no table is left over");
}

#[test]
fn postgres_gives_the_committed_entities() {
    on_postgres(async |place| {
        let generated = generated(&place).await;
        if std::env::var_os(UPDATE).is_some() {
            std::fs::create_dir_all(GENERATED).unwrap();
            for (name, content) in &generated {
                std::fs::write(Path::new(GENERATED).join(name), content).unwrap();
            }
        }
        assert_committed(&generated);
    });
}

#[test]
fn sqlite_gives_the_committed_entities() {
    on_sqlite(async |place| assert_committed(&generated(&place).await));
}
