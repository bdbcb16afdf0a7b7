//! Two runs beside each other: what came, what went, and what is judged otherwise.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use drift::delta::Delta;
use entity::validation_runs::RunSummary;
use serde::Deserialize;
use service::{chronicle, delta, run, run_detail};
use uuid::Uuid;

use super::badge::Standing;
use super::run::Row;
use super::runs::RunRow;
use super::{Layout, address, html};
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Edge;

/// Deltas that each list shows; the rest is counted.
const ROWS_SHOWN: usize = 200;
/// Runs that are offered to compare with.
const RUNS_OFFERED: u64 = 30;

/// One list.
struct Listed {
    title: &'static str,
    word: &'static str,
    hint: &'static str,
    rows: Vec<Row>,
    total: usize,
}

impl Listed {
    fn of((title, word): (&'static str, &'static str), hint: &'static str, deltas: &[Delta]) -> Self {
        let mut sorted: Vec<&Delta> = deltas.iter().collect();
        sorted.sort_by_key(|delta| (delta.risk, &delta.file, delta.line));
        let rows = sorted.into_iter().take(ROWS_SHOWN).map(Row::of).collect();
        Self { title, word, hint, rows, total: deltas.len() }
    }
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare {
    layout: Layout,
    sides: Vec<(&'static str, RunRow)>,
    lists: Vec<Listed>,
    same: usize,
    side_by_side: bool,
    /// The page of the later run.
    address: String,
    /// Runs of the same place to compare it with.
    others: Vec<Other>,
}

/// A run to compare with.
struct Other {
    id: Uuid,
    told: String,
    chosen: bool,
}

impl Other {
    fn of(run: &RunSummary, earlier: Uuid) -> Result<Self, Problem> {
        let word = Standing::badge_of(run)?.word;
        let score = run.score.map(|score| format!(", score {score}")).unwrap_or_default();
        let told = format!("{}, {word}{score}", run.created_at.format("%Y-%m-%d %H:%M:%S UTC"));
        Ok(Self { id: run.id, told, chosen: run.id == earlier })
    }
}

/// What to compare with; without it, the run before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct With {
    with: Option<Uuid>,
}

/// The page.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path((left, right)): Path<(Uuid, Uuid)>,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let (earlier, later) = run_detail::both(db, (left, right)).await?;
    let compared = delta::compare(db, &earlier, &later).await?;
    let others = chronicle::decided(db, (&later.service_name, &later.environment), RUNS_OFFERED).await?;
    let lists = vec![
        Listed::of(("Came", "came"), "only in the later run", &compared.came),
        Listed::of(("Went", "went"), "only in the earlier run", &compared.went),
        Listed::of(
            ("Went on", "differ"),
            "in both with another value or judgement, as in the later run",
            &compared.differ,
        ),
    ];
    let page = Compare {
        layout: Layout::new("Two runs", "/runs", &caller),
        sides: vec![("Earlier", RunRow::of(earlier.into())?), ("Later", RunRow::of(later.into())?)],
        lists,
        same: compared.same,
        side_by_side: false,
        address: address::run(right).to_string(),
        others: others
            .iter()
            .filter(|run| run.id != right)
            .map(|run| Other::of(run, left))
            .collect::<Result<_, _>>()?,
    };
    html(StatusCode::OK, &page)
}

/// On to the comparison with the run that is named, or with the one before that has a decision; 404 when there is none.
pub(crate) async fn choose(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(With { with }): Query<With>,
) -> Result<Response, Problem> {
    let to = |other: Uuid| Redirect::to(&format!("{}/compare/{id}", address::run(other))).into_response();
    if let Some(other) = with {
        return Ok(to(other));
    }
    let db = edge.session().db.reader();
    let run = run::summary(db, id).await?;
    let before = chronicle::run_before(db, &run).await?;
    let before = before.ok_or_else(|| {
        let detail =
            format!("no run of {} in {} with a decision came before this one", run.service_name, run.environment);
        Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
    })?;
    Ok(to(before))
}
