//! The stock migration command line: `cargo run -p migration -- up`, also what `sea-orm-cli migrate` runs.

use migration::Migrator;
use sea_orm_migration::cli;

#[tokio::main]
async fn main() {
    cli::run_cli(Migrator).await;
}
