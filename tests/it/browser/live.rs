//! The page of a run that is under way: its steps come as they happen, and the outcome at its end.

use entity::run_events::EventKind;
use reqwest::Method;
use serde_json::json;
use service::run_event::{self, EventWord, RunEvent};
use uuid::Uuid;

use super::driver::Browser;
use super::look::look;
use crate::api::Server;
use crate::api::server::send;
use crate::harness::{Fresh, on_sqlite};
use crate::store::rows::{pending_run, store};

#[test]
fn a_run_under_way_tells_its_steps_and_then_its_end() {
    on_sqlite(Fresh::Migrated, async |test| {
        let Some(browser) = Browser::start().await else { return };
        let server = Server::start(&test).await;
        // Another server has it: this one follows it through the database.
        let now = chrono::Utc::now().fixed_offset();
        let run = entity::validation_runs::Model {
            service_name: "shop".to_owned(),
            created_at: now,
            heartbeat_at: Some(now),
            ..pending_run()
        };
        let run = store(&test.db, run).await.id;
        let tell = async |position, kind, data| {
            let word = EventWord::OnTheWay(kind);
            let event = RunEvent { run, position, word, at: now.to_utc(), data };
            run_event::append(test.db.writer(), Uuid::now_v7(), &event).await.unwrap();
        };
        tell(1, EventKind::Queued, json!({})).await;
        browser.open(&format!("http://{}/runs/{run}", server.address)).await;
        browser.sees("li.done[data-step=queued]").await;
        assert_eq!(browser.text("section.verdict .badge").await, "Waiting");
        assert_eq!(browser.text("#live [role=status]").await, "Waiting for a worker.");
        tell(2, EventKind::Started, json!({})).await;
        tell(3, EventKind::Collecting, json!({})).await;
        tell(4, EventKind::Comparing, json!({ "done": 30, "total": 120 })).await;
        browser.sees("li.done[data-step=comparing]").await;
        assert_eq!(browser.text("#live [role=status]").await, "Comparing files: 30 of 120.");
        assert_eq!(browser.text("section.verdict .badge").await, "Running");
        look(&browser, "run-under-way").await;
        send(server.request(Method::POST, &format!("/api/v1/runs/{run}/cancel"))).await.is(200);
        browser.sees("section.verdict:not(:has(#live))").await;
        assert_eq!(browser.text("section.verdict .badge").await, "Cancelled");
        look(&browser, "run-cancelled").await;
    });
}
