//! The page of a run: the decision and why, the score part by part, and the drift.

mod chosen;
mod row;
mod waterfall;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use drift::outcome::Violation;
use drift::risk::Risk;
use entity::api_tokens::Scope;
use entity::validation_runs::Model;
use service::context_bundle::Bundle;
use service::run_detail::{self, Around, FileCount, RunDetail};
use service::{delta, run::RunError};
use uuid::Uuid;

use self::chosen::{Chip, Chosen, RunChoice};
use self::row::Group;
pub(crate) use self::row::Row;
use self::waterfall::Part;
use super::badge::{Badge, Standing};
use super::when::{When, ago, counted};
use super::{Layout, address, html};
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Edge;

/// Deltas that are shown at once; more come on demand.
const DELTAS_AT_ONCE: u64 = 200;

/// What happens to a run on its way, as its events name it and as people read it.
const STEPS: [(&str, &str); 5] = [
    ("queued", "queued"),
    ("started", "started"),
    ("collecting", "listing"),
    ("comparing", "comparing"),
    ("storing", "storing"),
];

/// A labelled fact of the head.
pub(super) struct Fact {
    name: &'static str,
    text: String,
    address: Option<String>,
    when: Option<When>,
}

impl Fact {
    fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), address: None, when: None }
    }
}

/// A finding or violation.
struct Said {
    badge: Badge,
    word: String,
    place: String,
    message: String,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    layout: Layout,
    run: Model,
    service: String,
    badge: Badge,
    score: Option<i16>,
    explanation: String,
    error: Option<RunError>,
    facts: Vec<Fact>,
    notes: Vec<Note>,
    parts: Vec<Part>,
    lists: [(&'static str, Vec<Said>); 2],
    total: i64,
    more_files: bool,
    chips: Vec<Chip>,
    chosen: Chosen,
    files: Vec<FileCount>,
    groups: Vec<Group>,
    next: Option<String>,
    steps: [(&'static str, &'static str); 5],
    under_way: bool,
    succeeded: bool,
    may_certify: bool,
}

/// Something to know before deciding.
struct Note {
    tone: &'static str,
    text: String,
    link: Option<(String, &'static str)>,
}

/// The page.
pub(crate) async fn page(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(choice): Query<RunChoice>,
) -> Result<Response, Problem> {
    let db = edge.session().db.reader();
    let detail = run_detail::get(db, id).await?;
    let around = run_detail::branches(db, &detail.run).await?;
    let chosen = Chosen::of(id, &choice)?;
    let has_deltas = detail.certification.is_some();
    let (files, more_files) = if has_deltas { run_detail::files(db, id).await? } else { (Vec::new(), false) };
    let (deltas, next) = match has_deltas {
        true => delta::list(db, &detail.run, &chosen.deltas(), chosen.after, DELTAS_AT_ONCE).await?,
        false => (Vec::new(), None),
    };
    let run = &detail.run;
    let title = format!("{} in {}", run.service_name, run.environment);
    let may_certify = run.certifiable && has_deltas && caller.may(Scope::Certify);
    let next = next.map(|place| chosen.address().with("after", delta::write_place(&place)).to_string());
    let certification = detail.certification.as_ref();
    let page = RunPage {
        layout: Layout::new(title, "/runs", &caller),
        service: address::service(&run.service_name).to_string(),
        badge: Standing::badge_of(run)?.large(),
        score: run.score,
        explanation: certification.map(|certified| certified.explanation.clone()).unwrap_or_default(),
        error: error(run)?,
        facts: facts(&detail, &around, edge.session().clock.now()),
        notes: notes(run, &around),
        parts: certification.map(waterfall::parts).unwrap_or_default(),
        lists: [
            ("Policy violations", detail.violations.iter().map(violation).collect()),
            ("Findings", detail.bundle.iter().flat_map(findings).collect()),
        ],
        steps: STEPS,
        total: Risk::ALL.iter().map(|risk| count(run, *risk)).sum(),
        more_files,
        chips: chosen.chips(|risk| count(run, risk)),
        groups: row::groups(deltas, &files, &chosen),
        files,
        next,
        under_way: run.completed_at.is_none(),
        succeeded: has_deltas,
        may_certify,
        chosen,
        run: detail.run,
    };
    html(StatusCode::OK, &page)
}

fn count(run: &Model, risk: Risk) -> i64 {
    match risk {
        Risk::Critical => run.critical_count,
        Risk::High => run.high_count,
        Risk::Medium => run.medium_count,
        Risk::Low => run.low_count,
        Risk::Allowed => run.allowed_count,
    }
}

fn error(run: &Model) -> Result<Option<RunError>, Problem> {
    run.error.clone().map(serde_json::from_value).transpose().map_err(|error| Problem::internal(&error))
}

fn violation(violation: &Violation) -> Said {
    Said {
        badge: Badge::of_severity(violation.severity),
        word: violation.rule.clone(),
        place: format!("{} {}", violation.file, drift::report::friendly::friendly(&violation.key_path)),
        message: violation.message.clone(),
    }
}

fn findings(bundle: &Bundle) -> impl Iterator<Item = Said> {
    bundle.findings.iter().map(|finding| Said {
        badge: Badge::of_severity(finding.severity),
        word: finding.code.to_string(),
        place: format!("{}:{}:{}", finding.file, finding.line, finding.column),
        message: finding.message.clone(),
    })
}

/// A revision with the beginning of its commit.
fn side(name: Option<&str>, commit: Option<&str>) -> String {
    let commit: Option<String> = commit.map(|commit| commit.chars().take(12).collect());
    match (name, commit) {
        (Some(name), Some(commit)) if !name.starts_with(&commit) => format!("{name} ({commit})"),
        (Some(name), _) => name.to_owned(),
        (None, Some(commit)) => commit,
        (None, None) => "not known".to_owned(),
    }
}

fn facts(detail: &RunDetail, around: &Around, now: chrono::DateTime<chrono::Utc>) -> Vec<Fact> {
    let run = &detail.run;
    let compared = around.compared.as_ref();
    let golden = compared.map_or(run.golden_ref.as_deref(), |branch| Some(branch.branch_name.as_str()));
    let mut facts = vec![
        Fact::text("Candidate", side(run.candidate_ref.as_deref(), run.candidate_commit.as_deref())),
        Fact {
            name: "Golden version",
            text: side(golden, run.golden_commit.as_deref()),
            address: compared.map(|branch| address::branch(branch.id).to_string()),
            when: None,
        },
        Fact { name: "Asked for", text: String::new(), address: None, when: Some(When::at(run.created_at)) },
        Fact::text("By", run.requested_by.clone().unwrap_or_else(|| "nobody named".to_owned())),
    ];
    if let Some(bundle) = &detail.bundle {
        let (compared, changed) = (bundle.summary.files, bundle.summary.files_changed);
        facts.push(Fact::text("Files", format!("{changed} of {} changed", counted(compared, "file"))));
    }
    if let Some(took) = run.execution_time_ms {
        facts.push(Fact::text("Took", format!("{took} ms, {}", ago(run.created_at, now))));
    }
    facts.push(Fact::text("Tier", run.tier.clone()));
    let stated = &run.change_context;
    let stated = |key: &str| stated.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    facts.extend(stated("ticket").map(|ticket| Fact::text("Ticket", ticket)));
    facts.extend(stated("description").map(|description| Fact::text("Description", description)));
    facts.extend(run.external_ref.clone().map(|name| Fact::text("Reference", name)));
    facts
}

fn notes(run: &Model, around: &Around) -> Vec<Note> {
    let mut notes = Vec::new();
    for branch in &around.certified {
        let word = if branch.revoked_at.is_some() { ", and revoked since" } else { "" };
        notes.push(Note {
            tone: if branch.revoked_at.is_some() { "idle" } else { "good" },
            text: format!("Certified by {}{word}.", branch.certified_by),
            link: Some((address::branch(branch.id).to_string(), "See the golden branch")),
        });
    }
    if run.decision.is_none() {
        return notes;
    }
    if !run.certifiable {
        let text = "A comparison with a revision: it cannot be certified.".to_owned();
        notes.push(Note { tone: "idle", text, link: None });
    } else if around.certified.is_empty() && around.compared.as_ref().is_some_and(|branch| !branch.is_active) {
        let text =
            "The golden branch that this run compared with is no longer the active one. Validate again to certify.";
        notes.push(Note { tone: "warn", text: text.to_owned(), link: None });
    }
    notes
}
