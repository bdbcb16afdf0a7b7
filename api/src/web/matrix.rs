//! The environments of a service side by side: the keys that differ, are missing, or are the same.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use drift::environment::Environment;
use drift::mask::Masker;
use drift::matrix::{Cell, CellState, RowState};
use drift::report::friendly::friendly;
use drift::report::matrix::Matrix;
use drift::report::told::told_cell;
use service::matrix::{Request, compare};
use service::validation::Candidate;

use super::address::{self, Address};
use super::badge::Badge;
use super::form::Fields;
use super::{Layout, html};
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Edge;
use crate::v1;

/// Rows that are shown; the rest is counted.
const ROWS_SHOWN: usize = 500;
/// Findings that are shown; the rest is counted.
const FINDINGS_SHOWN: usize = 50;
/// Longest revision, in bytes, as for runs.
const MOST_REVISION_BYTES: usize = 250;

/// What one environment has.
struct ShownCell {
    environment: String,
    value: Option<String>,
    /// What stands there in place of a value.
    lack: &'static str,
    place: String,
}

/// One key in every environment.
struct ShownRow {
    subject: String,
    badge: Badge,
    secret: bool,
    cells: Vec<ShownCell>,
}

/// A state that filters.
struct Chip {
    badge: Badge,
    count: u64,
    address: String,
    chosen: bool,
}

/// A matrix, ready to be shown.
struct Shown {
    commit: Option<String>,
    files: u64,
    shared: u64,
    chips: Vec<Chip>,
    groups: Vec<(String, Vec<ShownRow>)>,
    more: usize,
    findings: Vec<(Badge, String, String)>,
    more_findings: usize,
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct MatrixPage {
    layout: Layout,
    service: String,
    address: String,
    /// Every environment, and whether it is compared.
    environments: Vec<(String, bool)>,
    columns: Vec<String>,
    at: String,
    state: String,
    alert: Option<String>,
    shown: Option<Shown>,
}

/// What the address chooses.
struct Chosen {
    service: String,
    environments: Vec<Environment>,
    at: String,
    state: Option<RowState>,
}

impl Chosen {
    /// Without an environment all of them are meant; 404 for one that nobody configured.
    fn of(edge: &Edge, service: String, fields: &Fields) -> Result<Self, Problem> {
        let at = fields.one("at").to_owned();
        if at.len() > MOST_REVISION_BYTES || at.contains('\0') {
            let detail = format!("a revision has at most {MOST_REVISION_BYTES} bytes, and no NUL");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", detail));
        }
        let named: BTreeSet<String> = fields
            .all("environment")
            .map(|word| Ok(edge.catalog().environment(word)?.name.clone()))
            .collect::<Result<_, Problem>>()?;
        let all = edge.environments().into_iter().filter(|name| named.is_empty() || named.contains(name));
        let environments =
            all.map(|name| Ok(edge.catalog().environment(&name)?.clone())).collect::<Result<_, Problem>>()?;
        let state = Some(fields.one("state")).filter(|state| !state.is_empty());
        Ok(Self { service, environments, at, state: v1::word("state", state)? })
    }

    fn address(&self) -> Address {
        Address::of(&["services", &self.service, "matrix"]).with("at", self.at.as_str())
    }

    /// The address with every environment, and another state or none.
    fn with_state(&self, state: &str) -> String {
        let environments = self.environments.iter().map(|one| ("environment", one.name.clone())).collect();
        self.address().with("state", state).and(environments).to_string()
    }
}

/// The page.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path(service): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let fields = Fields::of_query(pairs, &["environment", "at", "state"])?;
    let chosen = Chosen::of(&edge, service, &fields)?;
    let found = made(&edge, &chosen).await;
    let (status, alert, shown) = match found {
        Ok(matrix) => (StatusCode::OK, None, Some(Shown::of(&matrix, &chosen))),
        // A revision that is not there, or too few environments: the form is kept.
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            (problem.status(), Some(problem.detail().to_owned()), None)
        }
        Err(problem) => return Err(problem),
    };
    let columns: Vec<String> = chosen.environments.iter().map(|environment| environment.name.clone()).collect();
    let page = MatrixPage {
        layout: Layout::new(format!("Environments of {}", chosen.service), "/", &caller),
        address: address::service(&chosen.service).to_string(),
        environments: edge.environments().into_iter().map(|name| (name.clone(), columns.contains(&name))).collect(),
        state: chosen.state.map(|state| state.to_string()).unwrap_or_default(),
        at: chosen.at,
        service: chosen.service,
        columns,
        alert,
        shown,
    };
    html(status, &page)
}

async fn made(edge: &Edge, chosen: &Chosen) -> Result<Matrix, Problem> {
    let definition = v1::definition(edge, &chosen.service).await?;
    if chosen.environments.len() < 2 {
        return Err(Problem::invalid("environments are compared with each other: choose at least two"));
    }
    let catalog = edge.catalog();
    let repo = catalog.repository(&definition);
    catalog.check_repository(&repo)?;
    let limits = catalog.settings.limits.clone();
    let rev = if chosen.at.is_empty() { "HEAD" } else { &chosen.at };
    let matrix = compare(Request {
        service: chosen.service.clone(),
        repo,
        at: Candidate::Revision(rev.to_owned()),
        folder: catalog.folder.clone(),
        scope: catalog.scope(&chosen.service, &definition, None)?,
        environments: catalog.environments.clone(),
        chosen: chosen.environments.clone(),
        masker: Masker::new(Some(edge.fingerprint_key()), &limits),
        limits,
    });
    Ok(matrix.await?)
}

impl Shown {
    /// Without a chosen state everything is shown but what is the same everywhere.
    fn of(matrix: &Matrix, chosen: &Chosen) -> Self {
        let wanted = |state: RowState| chosen.state.map_or(state != RowState::Present, |wanted| wanted == state);
        let rows = || matrix.rows.iter().filter(|row| wanted(row.state));
        let mut groups: Vec<(String, Vec<ShownRow>)> = Vec::new();
        for row in rows().take(ROWS_SHOWN) {
            if groups.last().is_none_or(|(file, _)| *file != row.file) {
                groups.push((row.file.clone(), Vec::new()));
            }
            if let Some((_, shown)) = groups.last_mut() {
                shown.push(ShownRow::of(row));
            }
        }
        let summary = &matrix.summary;
        let count = |state| match state {
            RowState::Unreadable => summary.unreadable,
            RowState::Missing => summary.missing,
            RowState::Differs => summary.differs,
            RowState::OwnName => summary.own_name,
            RowState::Present => summary.present,
        };
        let chip = |state: RowState| {
            let is_chosen = chosen.state == Some(state);
            let address = chosen.with_state(if is_chosen { "" } else { state.as_str() });
            Chip { badge: Badge::of_row(state), count: count(state), address, chosen: is_chosen }
        };
        let findings = matrix.findings.iter().take(FINDINGS_SHOWN).map(|finding| {
            let place = format!("{}:{}:{}", finding.file, finding.line, finding.column);
            (Badge::of_severity(finding.severity), place, finding.message.clone())
        });
        Self {
            commit: matrix.source.commit.as_ref().map(|commit| commit.chars().take(12).collect()),
            files: summary.files,
            shared: summary.shared_files,
            chips: RowState::ALL.iter().copied().map(chip).filter(|chip| chip.count > 0 || chip.chosen).collect(),
            groups,
            more: rows().count().saturating_sub(ROWS_SHOWN),
            findings: findings.collect(),
            more_findings: matrix.findings.len().saturating_sub(FINDINGS_SHOWN),
        }
    }
}

impl ShownRow {
    fn of(row: &drift::matrix::Row) -> Self {
        let subject = friendly(&row.key_path);
        Self {
            subject: if subject.is_empty() { "(whole file or text)".to_owned() } else { subject },
            badge: Badge::of_row(row.state),
            secret: row.secret,
            cells: row.cells.iter().map(|cell| ShownCell::of(row, cell)).collect(),
        }
    }
}

impl ShownCell {
    fn of(row: &drift::matrix::Row, cell: &Cell) -> Self {
        let line = cell.line.map(|line| format!(":{line}")).unwrap_or_default();
        Self {
            environment: cell.environment.clone(),
            value: told_cell(row, cell),
            lack: match cell.state {
                CellState::Present => "there",
                CellState::Missing => "missing",
                CellState::NoFile => "no such file",
                CellState::Unreadable => "unreadable",
            },
            place: cell.file.as_ref().map(|file| format!("{file}{line}")).unwrap_or_default(),
        }
    }
}
