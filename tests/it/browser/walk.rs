//! What a reviewer does: sign in, open a blocked run, filter, tick, certify, revoke, look at the history.

use serde_json::{Value, json};

use super::driver::Browser;
use super::look::{look, tell_axe};
use super::stage::Stage;
use crate::harness::{Fresh, on_sqlite};

#[test]
fn a_reviewer_certifies_and_revokes_in_a_browser() {
    on_sqlite(Fresh::Empty, async |test| {
        let Some(browser) = Browser::start().await else { return };
        tell_axe();
        let stage = Stage::set(&test);
        let run = stage.blocked["run"]["id"].as_str().unwrap();
        signs_in(&browser, &stage).await;
        filters(&browser, run, &stage.blocked).await;
        certifies(&browser, &format!("{}/runs/{run}", stage.base)).await;
        revokes(&browser).await;
        looks_around(&browser, &stage.base, run).await;
        leaves(&browser, &stage.base).await;
    });
}

async fn signs_in(browser: &Browser, stage: &Stage) {
    let base = &stage.base;
    browser.open(&format!("{base}/?sort=worst")).await;
    assert!(browser.address().await.contains("/sign-in?next="));
    look(browser, "sign-in").await;
    browser.fill("#token", &stage.secret).await;
    browser.click("main button[type=submit]").await;
    assert_eq!(browser.address().await, format!("{base}/?sort=worst"));
    assert_eq!(browser.text("h1").await, "Overview");
    look(browser, "overview").await;
    browser.click(".tiles a.bad").await;
    assert!(browser.address().await.ends_with("standing=blocked"), "filters are in the address");
    look(browser, "overview-blocked").await;
}

async fn deltas(browser: &Browser) -> Value {
    browser.script("return document.querySelectorAll('.delta').length").await
}

async fn filters(browser: &Browser, run: &str, report: &Value) {
    let all = report["deltas"].as_array().unwrap();
    let high = all.iter().filter(|delta| delta["risk"] == "high").count();
    assert!(high > 2 && all.len() > high + 2, "the run has something to filter: {report:#}");
    browser.click(&format!("a.cell[href$='{run}']")).await;
    assert_eq!(browser.text("h1").await, "checkout in production");
    assert!(browser.text("section.verdict .badge").await.contains("Blocked"));
    assert_eq!(deltas(browser).await, all.len());
    look(browser, "run").await;
    browser.click(".chips a.bad").await;
    assert!(browser.address().await.contains("risk=high"));
    assert_eq!(deltas(browser).await, high);
    browser.click("form.filters a.plain").await;
    assert_eq!(deltas(browser).await, all.len());
}

/// Three clicks, or three keys: tick, certify, sign.
async fn certifies(browser: &Browser, run: &str) {
    let ticked = async || browser.text("#ticked").await;
    browser.fill("body", "jx").await;
    assert_eq!(ticked().await, "1 difference ticked");
    browser.fill("body", "jxkx").await;
    assert_eq!(ticked().await, "1 difference ticked");
    browser.click("input[data-group]").await;
    let whole = browser.script("return document.querySelector('.group').querySelectorAll('.delta').length").await;
    assert_eq!(ticked().await, format!("{whole} differences ticked"));
    look(browser, "run-ticked").await;
    browser.click("input[data-group]").await;
    assert_eq!(ticked().await, "0 differences ticked");
    // The first file has no patches: a part of it is refused, and the whole is one click away.
    browser.fill("body", "jkxc").await;
    browser.sees(".note form button").await;
    assert_eq!(browser.text("h1").await, "Certify checkout in production");
    look(browser, "certify-refused").await;
    browser.click(".note form button").await;
    assert!(browser.text("form.card button.primary").await.contains("Certify 1 file"));
    browser.open(run).await;
    browser.click("input[aria-label='Tick server.tls in services/checkout/application-prod.yml']").await;
    browser.fill("body", "c").await;
    browser.sees("#reason").await;
    let parts = "return [...document.querySelectorAll('.verdict .tag')].map((tag) => tag.textContent)";
    assert_eq!(browser.script(parts).await, json!(["in part", "in part"]), "one file is on both sides");
    look(browser, "certify").await;
    browser.fill("#reason", "agreed in CHG-7").await;
    browser.click("form.card button.primary").await;
    assert!(browser.address().await.contains("/golden-branches/"));
    assert!(browser.text("section.verdict .badge").await.contains("Active"));
    assert!(browser.text("section.verdict").await.contains("api:reviewer"));
    look(browser, "golden-branch").await;
}

async fn revokes(browser: &Browser) {
    browser.fill("#reason", "broke the checkout").await;
    browser.click("button.danger").await;
    assert!(browser.text("section.verdict .badge").await.contains("Revoked"));
    assert!(browser.text("section.verdict").await.contains("broke the checkout"));
    let states =
        "return [...document.querySelectorAll('#history + .sheet .badge')].map((one) => one.textContent.trim())";
    assert_eq!(browser.script(states).await, json!(["Revoked", "Active", "Replaced"]));
    look(browser, "revoked").await;
}

async fn looks_around(browser: &Browser, base: &str, run: &str) {
    browser.open(&format!("{base}/keys?service=checkout&prefix=/server")).await;
    look(browser, "keys").await;
    browser.open(&format!("{base}/runs/{run}")).await;
    browser.click("article:has(input[aria-label^='Tick server.tls ']) a[href^='/keys/']").await;
    assert_eq!(browser.text("h1").await, "server.tls");
    assert!(browser.text("main").await.contains("agreed in CHG-7"), "who certified it stands in the history of a key");
    look(browser, "key").await;
    for (name, path) in [
        ("runs", "/runs".to_owned()),
        ("service", "/services/checkout".to_owned()),
        ("matrix", "/services/checkout/matrix".to_owned()),
        ("database", "/database".to_owned()),
        ("compare", format!("/runs/{run}/compare")),
        ("run-split", format!("/runs/{run}?view=split&group=risk")),
        ("certify-all", format!("/runs/{run}/certify?all=1")),
        ("api", "/docs".to_owned()),
        ("missing", "/services/none".to_owned()),
    ] {
        browser.open(&format!("{base}{path}")).await;
        look(browser, name).await;
    }
}

async fn leaves(browser: &Browser, base: &str) {
    browser.open(&format!("{base}/")).await;
    browser.click("#theme").await;
    let theme = "return document.documentElement.dataset.theme";
    let chosen = browser.script(theme).await;
    browser.open(&format!("{base}/runs")).await;
    assert_eq!(browser.script(theme).await, chosen, "the choice is kept");
    browser.click(".who form button").await;
    browser.sees("#token").await;
    assert!(browser.address().await.ends_with("/sign-in"));
    browser.open(&format!("{base}/")).await;
    assert!(browser.address().await.contains("/sign-in"), "the session is over");
}
