//! The page of the database: where it is, how its schema stands, what was tried, and which backups there are.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use service::error::ServiceError;
use service::schema::{self, MIGRATE_COMMAND, SchemaState};

use super::badge::Badge;
use super::when::{When, size};
use super::{Layout, html};
use crate::auth::Reader;
use crate::ledger::{Attempt, Backup, Ledger};
use crate::problem::Problem;
use crate::state::Edge;

/// Attempts that are shown; `golden db report` has all of them.
const ATTEMPTS_SHOWN: usize = 50;
/// Backups that are shown.
const BACKUPS_SHOWN: usize = 50;

/// A migration and whether it is applied.
struct Step {
    name: String,
    badge: Badge,
}

/// A line of the ledger.
struct Tried {
    attempt: Attempt,
    badge: Badge,
    when: Option<When>,
}

/// A backup as a line.
struct Kept {
    backup: Backup,
    badge: Badge,
    when: Option<When>,
    size: String,
}

#[derive(Template)]
#[template(path = "database.html")]
struct DatabasePage {
    layout: Layout,
    backend: &'static str,
    place: String,
    tone: &'static str,
    told: String,
    command: Option<&'static str>,
    steps: Vec<Step>,
    engine: &'static str,
    tried: Vec<Tried>,
    more_tried: usize,
    kept: Vec<Kept>,
    /// Why attempts and backups are not told.
    unread: Option<String>,
}

/// The page.
pub(crate) async fn page(Reader(caller): Reader, State(edge): State<Edge>) -> Result<Response, Problem> {
    let db = &edge.session().db;
    let state = schema::status(db).await.map_err(ServiceError::from)?;
    let (tone, told, pending) = standing(state);
    let (ledger, unread) = match edge.ledger().await {
        Ok(ledger) => (ledger, None),
        Err(why) => (Ledger::default(), Some(drift::secret::redacted(&why).into_owned())),
    };
    let step = |name: String| Step { badge: Badge::of_migration(!pending.contains(&name)), name };
    let page = DatabasePage {
        layout: Layout::new("Database", "/database", &caller),
        backend: if db.backend_name() == "postgres" { "Postgres" } else { "SQLite" },
        place: drift::secret::redacted(db.place()).into_owned(),
        tone,
        told,
        command: (!pending.is_empty()).then_some(MIGRATE_COMMAND),
        steps: schema::known().into_iter().map(step).collect(),
        engine: drift::engine::ENGINE_VERSION,
        more_tried: ledger.attempts.len().saturating_sub(ATTEMPTS_SHOWN),
        tried: ledger.attempts.into_iter().take(ATTEMPTS_SHOWN).map(Tried::of).collect(),
        kept: ledger.backups.into_iter().take(BACKUPS_SHOWN).map(Kept::of).collect(),
        unread,
    };
    html(StatusCode::OK, &page)
}

/// How the schema stands: the tone, a sentence, and what is pending.
fn standing(state: SchemaState) -> (&'static str, String, Vec<String>) {
    match state {
        SchemaState::UpToDate => ("good", "Every migration is applied.".to_owned(), Vec::new()),
        SchemaState::Behind { pending } => ("warn", format!("{} migrations are pending.", pending.len()), pending),
        SchemaState::Ahead { unknown } => {
            ("bad", format!("A later build was here: {} is not known to this one.", unknown.join(", ")), Vec::new())
        }
        SchemaState::Empty | SchemaState::Foreign => ("bad", "No table of ours is there.".to_owned(), schema::known()),
    }
}

fn time(text: &str) -> Option<When> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| When::at(time.with_timezone(&Utc)))
}

impl Tried {
    fn of(attempt: Attempt) -> Self {
        Self {
            badge: Badge::of_outcome(&attempt.outcome),
            when: time(&attempt.started_at),
            attempt: Attempt {
                error: attempt.error.map(|error| drift::secret::redacted(&error).into_owned()),
                ..attempt
            },
        }
    }
}

impl Kept {
    fn of(backup: Backup) -> Self {
        Self { badge: Badge::of_proof(backup.proved), when: time(&backup.made_at), size: size(backup.bytes), backup }
    }
}
