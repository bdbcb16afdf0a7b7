//! Keys: searched by the beginning of their path or file, and the history of one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use drift::report::friendly::friendly;
use serde::Deserialize;
use service::config_key::{self, KeyChange, SearchIn};
use service::page::write_cursor;

use super::address::Address;
use super::badge::{Badge, Standing};
use super::golden_branch::BranchRow;
use super::run::Row;
use super::when::When;
use super::{Layout, address, html};
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::page;
use crate::problem::Problem;
use crate::state::Edge;

/// Keys of one answer; more are found by a longer beginning.
const KEYS_SHOWN: u64 = 100;
/// Longest beginning, in bytes.
const MOST_PREFIX_BYTES: usize = 1_000;

/// What to search for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SearchChoice {
    service: String,
    prefix: String,
    #[serde(rename = "in")]
    place: String,
}

/// A key that was found.
struct Found {
    subject: String,
    file: String,
    environment: String,
    address: String,
}

#[derive(Template)]
#[template(path = "keys.html")]
struct Search {
    layout: Layout,
    choice: SearchChoice,
    found: Vec<Found>,
    more: bool,
}

/// The search.
pub(crate) async fn search(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Query(choice): Query<SearchChoice>,
) -> Result<Response, Problem> {
    if choice.prefix.len() > MOST_PREFIX_BYTES || choice.prefix.contains('\0') || choice.service.contains('\0') {
        let detail = format!("a beginning has at most {MOST_PREFIX_BYTES} bytes, and a NUL is part of no name");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query", detail));
    }
    let (mut found, mut more) = (Vec::new(), false);
    if !choice.service.is_empty() {
        let column = if choice.place == "file" { SearchIn::File } else { SearchIn::KeyPath };
        let db = edge.session().db.reader();
        let asked = (column, choice.prefix.as_str());
        let (rows, next) = config_key::search(db, &choice.service, asked, None, KEYS_SHOWN).await?;
        more = next.is_some();
        found = rows.into_iter().map(Found::of).collect();
    }
    html(StatusCode::OK, &Search { layout: Layout::new("Keys", "/keys", &caller), choice, found, more })
}

impl Found {
    fn of(row: config_key::Model) -> Self {
        Self {
            subject: subject(&row.key_path),
            address: history_of(&row.fingerprint),
            file: row.file,
            environment: row.environment,
        }
    }
}

fn subject(key_path: &str) -> String {
    Some(friendly(key_path)).filter(|key| !key.is_empty()).unwrap_or_else(|| "(whole file or text)".to_owned())
}

fn history_of(fingerprint: &str) -> String {
    Address::of(&["keys", fingerprint]).to_string()
}

/// Where the history goes on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behind {
    after: String,
}

/// One change of a key.
struct Change {
    row: Row,
    when: When,
    badge: Badge,
    run: String,
    requested_by: String,
    candidate: String,
    certified: Vec<BranchRow>,
}

#[derive(Template)]
#[template(path = "key.html")]
struct History {
    layout: Layout,
    subject: String,
    file: String,
    place: String,
    service: String,
    changes: Vec<Change>,
    next: Option<String>,
    side_by_side: bool,
}

/// The history of one key, newest first; 404 when no run ever found it changed.
pub(crate) async fn history(
    Reader(caller): Reader,
    State(edge): State<Edge>,
    Path(fingerprint): Path<String>,
    Query(behind): Query<Behind>,
) -> Result<Response, Problem> {
    let page = page::page(None, Some(behind.after.as_str()).filter(|after| !after.is_empty()))?;
    let well_formed = fingerprint.len() == 32 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    let missing = || Problem::missing("a key with the fingerprint", drift::report::escape::brief(&fingerprint, 40));
    if !well_formed {
        return Err(missing());
    }
    let rows = config_key::changes(edge.session().db.reader(), &fingerprint, page).await?;
    let newest = rows.rows.first().ok_or_else(missing)?;
    let next = rows
        .next
        .as_ref()
        .map(|cursor| Address::of(&["keys", &fingerprint]).with("after", write_cursor(cursor)).to_string());
    let history = History {
        layout: Layout::new("History of a key", "/keys", &caller),
        subject: subject(&newest.delta.key_path),
        file: newest.delta.file.clone(),
        place: format!("{} in {}", newest.run.service_name, newest.run.environment),
        service: address::service(&newest.run.service_name).to_string(),
        changes: rows.rows.into_iter().map(change).collect::<Result<_, _>>()?,
        next,
        side_by_side: false,
    };
    html(StatusCode::OK, &history)
}

fn change(change: KeyChange) -> Result<Change, Problem> {
    let KeyChange { delta, run, certified } = change;
    Ok(Change {
        row: Row::of(&delta),
        when: When::at(run.created_at),
        badge: Standing::badge_of(&run)?,
        run: address::run(run.id).to_string(),
        requested_by: run.requested_by.unwrap_or_else(|| "nobody named".to_owned()),
        candidate: run.candidate_ref.unwrap_or_default(),
        certified: certified.into_iter().map(|branch| BranchRow::of(branch, None)).collect(),
    })
}
