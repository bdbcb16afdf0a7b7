//! What happens to a run, as it happens: server-sent events with a cursor, and the same over a WebSocket.

use std::convert::Infallible;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::queue::Follow;
use service::run_event::RunEvent;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answers::Problems;
use super::runs::time;
use crate::auth::Reader;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Edge;

/// Events that wait for a slow reader; behind them the reader itself waits, and nobody else.
const READ_AHEAD: usize = 1;

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Behind {
    /// Go on behind the event of this position; `Last-Event-ID` says the same and counts more.
    #[param(minimum = 0, maximum = 2147483647)]
    after: Option<u32>,
}

impl Behind {
    /// 400 for a position that no event can have.
    fn position(&self) -> Result<i64, Problem> {
        position(Some(self.after.unwrap_or(0)), "after")
    }
}

fn position(number: Option<u32>, name: &str) -> Result<i64, Problem> {
    let position = number.and_then(|number| i32::try_from(number).ok());
    let detail = format!("{name} is no position of an event");
    position.map(i64::from).ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "bad-cursor", detail))
}

/// What happened to a run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// The run.
    run: Uuid,
    /// Its number in the run, from 1: the cursor.
    position: i64,
    /// What happened: queued, started, collecting, comparing or storing on the way, then succeeded, failed or cancelled.
    event: &'static str,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// More about it: how many files are compared, or decision, score and error at the end.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// A server-sent event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it tells the document what is written field by field")]
pub(crate) struct StreamedEvent {
    /// The event's position, which a reader sends back as `Last-Event-ID`.
    id: String,
    /// The event's word.
    event: String,
    /// The event: an EventView in JSON.
    #[schema(content_media_type = "application/json")]
    data: String,
}

impl From<&RunEvent> for EventView {
    fn from(event: &RunEvent) -> Self {
        Self {
            run: event.run,
            position: event.position,
            event: event.word.as_str(),
            at: time(event.at),
            data: event.data.clone(),
        }
    }
}

fn cursor(headers: &HeaderMap, query: &Behind) -> Result<i64, Problem> {
    let behind = query.position()?;
    let Some(last) = headers.get("last-event-id") else { return Ok(behind) };
    position(last.to_str().ok().and_then(|last| last.parse().ok()), "Last-Event-ID")
}

/// What happens to a run, as server-sent events until it ends; 204 when the end was read already
#[utoipa::path(get, path = "/api/v1/runs/{run}/events", operation_id = "follow_run", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id"), Behind,
        ("last-event-id" = Option<u32>, Header, minimum = 0, maximum = 2147483647, description = "the position of the last event that was read")),
    responses((status = 200, description = "events; `data` of each is an EventView", body = StreamedEvent, content_type = "text/event-stream"),
        (status = 204, description = "the end was read already"), Problems))]
pub(crate) async fn stream(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(query): Query<Behind>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut follow = edge.queue().follow(id, cursor(&headers, &query)?).await?;
    if follow.is_over().await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (sender, receiver) = mpsc::channel::<Result<Event, Infallible>>(READ_AHEAD);
    let closing = edge.closing();
    tokio::spawn(async move {
        tokio::select! {
            () = push(follow, &sender) => {}
            () = sender.closed() => {}
            () = closing => {}
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()).into_response())
}

async fn push(mut follow: Follow, sender: &mpsc::Sender<Result<Event, Infallible>>) {
    loop {
        let events = match follow.next().await {
            Ok(Some(events)) => events,
            Ok(None) => return,
            // The reader asks again, from where it stopped.
            Err(error) => return tracing::warn!(%error, "a stream of events ends early"),
        };
        for event in &events {
            let told = Event::default().id(event.position.to_string()).event(event.word.as_str());
            let told = match told.json_data(EventView::from(event)) {
                Ok(told) => told,
                Err(error) => return tracing::error!(%error, "an event cannot be written"),
            };
            if sender.send(Ok(told)).await.is_err() {
                return;
            }
        }
    }
}

/// What happens to a run, over a WebSocket: one EventView in each text message, closed after the end
#[utoipa::path(get, path = "/api/v1/runs/{run}/events/socket", operation_id = "follow_run_by_socket", tag = "runs", security(("token" = ["read"])),
    params(("run" = Uuid, Path, description = "the run's id"), Behind),
    responses((status = 101, description = "the socket is open"), (status = 426, description = "only as a WebSocket"), Problems))]
pub(crate) async fn socket(
    _: Reader,
    State(edge): State<Edge>,
    Path(id): Path<Uuid>,
    Query(query): Query<Behind>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let follow = edge.queue().follow(id, query.position()?).await?;
    let refused = |_| Problem::new(StatusCode::UPGRADE_REQUIRED, "websocket", "this path is a WebSocket");
    let upgrade = upgrade.map_err(refused)?;
    let closing = edge.closing();
    Ok(upgrade.on_upgrade(move |socket| async move {
        tokio::select! {
            () = talk(follow, socket) => {}
            () = closing => {}
        }
    }))
}

async fn talk(mut follow: Follow, mut socket: WebSocket) {
    loop {
        let events = tokio::select! {
            events = follow.next() => events,
            // Nothing is expected: a message is read past, an end or an error ends it.
            said = socket.recv() => match said {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        let events = match events {
            Ok(Some(events)) => events,
            Ok(None) => break,
            Err(error) => return tracing::warn!(%error, "a stream of events ends early"),
        };
        for event in &events {
            let Ok(text) = serde_json::to_string(&EventView::from(event)) else { return };
            if socket.send(Message::Text(text.into())).await.is_err() {
                return;
            }
        }
    }
    // A reader that is gone needs no goodbye.
    let _ = socket.send(Message::Close(None)).await;
}
