//! Services × environments: the last run against what is certified and the active golden branch of each, in one query each.

use std::collections::HashMap;

use entity::validation_runs::RunSummary;
use entity::{golden_branches, validation_runs};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Statement, Value};

use crate::chronicle::Place;
use crate::error::ServiceError;

/// Most services of one overview: pairs become parameters, of which SQLite takes 32,766.
pub const MOST_SERVICES: u64 = 500;

/// A service in an environment.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Its newest run against a golden branch: a comparison with a revision tells nothing of where a service stands.
    pub last_run: Option<RunSummary>,
    /// Its active golden branch.
    pub golden: Option<golden_branches::Model>,
}

/// The cells of these services in these environments, in their order.
pub async fn cells(
    db: &impl ConnectionTrait,
    services: &[String],
    environments: &[String],
) -> Result<Vec<Cell>, ServiceError> {
    let pairs: Vec<(&str, &str)> = services
        .iter()
        .flat_map(|service| environments.iter().map(move |one| (service.as_str(), one.as_str())))
        .collect();
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let runs = validation_runs::Entity::find()
        .from_raw_sql(newest_runs(db.get_database_backend(), &pairs))
        .into_model::<RunSummary>()
        .all(db)
        .await?;
    let branches = active_of(db, &pairs).await?;
    let mut runs: HashMap<(String, String), RunSummary> =
        runs.into_iter().map(|run| ((run.service_name.clone(), run.environment.clone()), run)).collect();
    let mut branches: HashMap<(String, String), golden_branches::Model> =
        branches.into_iter().map(|one| ((one.service_name.clone(), one.environment.clone()), one)).collect();
    let cell = |(service, environment): (&str, &str)| {
        let place = (service.to_owned(), environment.to_owned());
        let (last_run, golden) = (runs.remove(&place), branches.remove(&place));
        Cell { service: place.0, environment: place.1, last_run, golden }
    };
    Ok(pairs.into_iter().map(cell).collect())
}

/// The active golden branches of these places, in no order.
pub async fn active(db: &impl ConnectionTrait, places: &[Place]) -> Result<Vec<golden_branches::Model>, ServiceError> {
    let pairs: Vec<(&str, &str)> =
        places.iter().map(|(service, environment)| (service.as_str(), environment.as_str())).collect();
    if pairs.is_empty() { Ok(Vec::new()) } else { active_of(db, &pairs).await }
}

async fn active_of(
    db: &impl ConnectionTrait,
    pairs: &[(&str, &str)],
) -> Result<Vec<golden_branches::Model>, ServiceError> {
    let statement = active_branches(db.get_database_backend(), pairs);
    Ok(golden_branches::Entity::find().from_raw_sql(statement).all(db).await?)
}

/// The newest run of each pair against a golden branch: a walk along the index for each that ends at the first one.
pub fn newest_runs(backend: DbBackend, pairs: &[(&str, &str)]) -> Statement {
    let columns: Vec<String> = RunSummary::COLUMNS.iter().map(|column| format!("r.{}", column.as_str())).collect();
    let rest = format!(
        "select {} from pairs p join validation_runs r on r.id = ( \
            select n.id from validation_runs n where n.service_name = p.service_name and n.environment = p.environment \
            and n.certifiable order by n.created_at desc, n.id desc limit 1)",
        columns.join(", ")
    );
    with_pairs(backend, pairs, &rest)
}

/// The active golden branch of each pair.
pub fn active_branches(backend: DbBackend, pairs: &[(&str, &str)]) -> Statement {
    let rest = "select b.* from pairs p join golden_branches b \
            on b.service_name = p.service_name and b.environment = p.environment and b.is_active";
    with_pairs(backend, pairs, rest)
}

fn with_pairs(backend: DbBackend, pairs: &[(&str, &str)], rest: &str) -> Statement {
    let row = |number: usize| match backend {
        DbBackend::Postgres => format!("(${}::text, ${}::text)", 2 * number + 1, 2 * number + 2),
        _ => "(?, ?)".to_owned(),
    };
    let rows: Vec<String> = (0..pairs.len()).map(row).collect();
    let sql = format!("with pairs(service_name, environment) as (values {}) {rest}", rows.join(", "));
    let values = pairs.iter().flat_map(|(service, environment)| [Value::from(*service), Value::from(*environment)]);
    Statement::from_sql_and_values(backend, sql, values)
}
