//! The same two answers, written out with axum and sqlx for one driver each.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sqlx::types::Json;
use sea_orm::sqlx::{self, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::database::Database;
use service::page::{read_cursor, write_cursor};
use uuid::Uuid;

#[derive(Serialize)]
struct Run {
    id: Uuid,
    service: String,
    environment: String,
    tier: String,
    status: String,
    decision: Option<String>,
    score: Option<i16>,
    origin: String,
    requested_by: Option<String>,
    external_ref: Option<String>,
    context: Value,
    repo_url: Option<String>,
    golden: Side,
    golden_branch_id: Option<Uuid>,
    candidate: Side,
    candidate_digest: Option<String>,
    certifiable: bool,
    engine_version: String,
    counts: Counts,
    error: Option<Value>,
    created_at: String,
    started_at: Option<String>,
    completed_at: Option<String>,
    execution_time_ms: Option<i64>,
    #[serde(skip)]
    at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Side {
    name: Option<String>,
    commit: Option<String>,
}

#[derive(Serialize)]
struct Counts {
    files_compared: i64,
    files_changed: i64,
    critical: i64,
    high: i64,
    medium: i64,
    low: i64,
    allowed: i64,
    findings: i64,
}

#[derive(Serialize)]
struct Page {
    items: Vec<Run>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    after: Option<String>,
}

const COLUMNS: &str = "select id, service_name, environment, tier, status, decision, score, origin, requested_by, external_ref, \
    change_context, repo_url, golden_ref, golden_commit, golden_branch_id, candidate_ref, candidate_commit, candidate_digest, \
    certifiable, engine_version, files_compared, files_changed, critical_count, high_count, medium_count, low_count, \
    allowed_count, finding_critical_count + finding_high_count + finding_medium_count + finding_low_count as findings, error, \
    created_at, started_at, completed_at, execution_time_ms from validation_runs";

/// Rows of a page.
const ROWS: usize = 50;

/// The two routes over the pool of a database.
pub(crate) fn router(db: &Database) -> Router {
    match db.backend_name() {
        "sqlite" => sqlite::router(db.reader().get_sqlite_connection_pool().clone()),
        _ => postgres::router(db.reader().get_postgres_connection_pool().clone()),
    }
}

fn wire(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

macro_rules! by_hand {
    ($module:ident, $driver:ty, $row:ty) => {
        mod $module {
            use super::*;

            type Pool = sqlx::Pool<$driver>;

            pub(super) fn router(pool: Pool) -> Router {
                Router::new().route("/api/v1/runs", get(list)).route("/api/v1/runs/{run}", get(one)).with_state(pool)
            }

            fn told(row: &$row) -> Run {
                let at: DateTime<Utc> = row.get("created_at");
                Run {
                    id: row.get("id"),
                    service: row.get("service_name"),
                    environment: row.get("environment"),
                    tier: row.get("tier"),
                    status: row.get("status"),
                    decision: row.get::<Option<String>, _>("decision").map(|word| word.to_uppercase()),
                    score: row.get("score"),
                    origin: row.get("origin"),
                    requested_by: row.get("requested_by"),
                    external_ref: row.get("external_ref"),
                    context: row.get::<Json<Value>, _>("change_context").0,
                    repo_url: row.get("repo_url"),
                    golden: Side { name: row.get("golden_ref"), commit: row.get("golden_commit") },
                    golden_branch_id: row.get("golden_branch_id"),
                    candidate: Side { name: row.get("candidate_ref"), commit: row.get("candidate_commit") },
                    candidate_digest: row.get("candidate_digest"),
                    certifiable: row.get("certifiable"),
                    engine_version: row.get("engine_version"),
                    counts: Counts {
                        files_compared: row.get("files_compared"),
                        files_changed: row.get("files_changed"),
                        critical: row.get("critical_count"),
                        high: row.get("high_count"),
                        medium: row.get("medium_count"),
                        low: row.get("low_count"),
                        allowed: row.get("allowed_count"),
                        findings: row.get("findings"),
                    },
                    error: row.get::<Option<Json<Value>>, _>("error").map(|error| error.0),
                    created_at: wire(at),
                    started_at: row.get::<Option<DateTime<Utc>>, _>("started_at").map(wire),
                    completed_at: row.get::<Option<DateTime<Utc>>, _>("completed_at").map(wire),
                    execution_time_ms: row.get("execution_time_ms"),
                    at,
                }
            }

            async fn one(State(pool): State<Pool>, Path(id): Path<Uuid>) -> Result<axum::Json<Run>, StatusCode> {
                let question = sqlx::AssertSqlSafe(format!("{COLUMNS} where id = $1"));
                let row = sqlx::query(question).bind(id).fetch_optional(&pool).await;
                let row = row.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?.ok_or(StatusCode::NOT_FOUND)?;
                Ok(axum::Json(told(&row)))
            }

            async fn list(
                State(pool): State<Pool>,
                Query(place): Query<Place>,
            ) -> Result<axum::Json<Page>, StatusCode> {
                let after =
                    place.after.map(|text| read_cursor(&text)).transpose().map_err(|_| StatusCode::BAD_REQUEST)?;
                let behind = if after.is_some() { "where (created_at, id) < ($1, $2)" } else { "" };
                let order = "order by created_at desc, id desc limit 51";
                let question = sqlx::AssertSqlSafe(format!("{COLUMNS} {behind} {order}"));
                let mut query = sqlx::query(question);
                if let Some(after) = after {
                    query = query.bind(after.created_at).bind(after.id);
                }
                let rows = query.fetch_all(&pool).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
                let items: Vec<Run> = rows.iter().take(ROWS).map(told).collect();
                let last = items.last().filter(|_| rows.len() > ROWS);
                let next = last.map(|run| write_cursor(&entity::page::Cursor { created_at: run.at, id: run.id }));
                Ok(axum::Json(Page { items, next }))
            }
        }
    };
}

by_hand!(sqlite, sqlx::Sqlite, sqlx::sqlite::SqliteRow);
by_hand!(postgres, sqlx::Postgres, sqlx::postgres::PgRow);
