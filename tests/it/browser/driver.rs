//! A browser of the machine, driven over WebDriver (<https://www.w3.org/TR/webdriver2/>).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::skips::say;

/// The key of a web element (WebDriver, section 12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long an element is waited for.
const PATIENCE_MS: u32 = 20_000;

/// A browser window, gone when it is dropped.
pub(super) struct Browser {
    driver: Child,
    session: String,
    client: Client,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked politely the driver ends its browser too.
        let ended = Command::new("kill").args(["-TERM", &self.driver.id().to_string()]).status();
        assert!(ended.is_ok() && self.driver.wait().is_ok());
    }
}

impl Browser {
    /// A browser, or None, said aloud, where none is installed; that fails in CI.
    pub(super) async fn start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        let started = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match started {
            Ok(driver) => driver,
            Err(why) => {
                assert!(std::env::var("CI").as_deref() != Ok("true"), "chromedriver must be there in CI: {why}");
                say(&format!("SKIPPED the browser test: chromedriver does not start: {why}\n"));
                return None;
            }
        };
        let said = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut ports =
            said.filter_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
        let port = ports.find_map(|port| port.trim_end_matches('.').parse::<u16>().ok()).unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let profile = TempDir::new().unwrap();
        let mut browser = Self { driver, session: base, client: Client::new(), _profile: profile };
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", browser._profile.path().display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": arguments } } } });
        let opened = browser.call(Method::POST, "/session", &wanted).await;
        browser.session = format!("{}/session/{}", browser.session, opened["sessionId"].as_str().unwrap());
        // An element that is not there yet is waited for, so long at most.
        browser.call(Method::POST, "/timeouts", &json!({ "implicit": PATIENCE_MS })).await;
        Some(browser)
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.client.request(method.clone(), format!("{}{path}", self.session));
        let request = match method {
            Method::POST => request.header("content-type", "application/json").body(body.to_string()),
            _ => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status();
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert!(status.is_success(), "{path} {body}: {answer:#}");
        answer["value"].clone()
    }

    /// Goes to an address and waits until it is loaded.
    pub(super) async fn open(&self, address: &str) {
        self.call(Method::POST, "/url", &json!({ "url": address })).await;
    }

    /// The address of the page.
    pub(super) async fn address(&self) -> String {
        self.call(Method::GET, "/url", &Value::Null).await.as_str().unwrap().to_owned()
    }

    async fn element(&self, selector: &str) -> String {
        let found = json!({ "using": "css selector", "value": selector });
        self.call(Method::POST, "/element", &found).await[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Waits until an element of a selector is there.
    pub(super) async fn sees(&self, selector: &str) {
        self.element(selector).await;
    }

    /// Clicks the first element of a selector as a person would: it must be in view and uncovered.
    pub(super) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        // A person scrolls until nothing lies over it; the driver stops when it is in the window.
        let it =
            json!({ "script": "arguments[0].scrollIntoView({ block: 'center' })", "args": [{ ELEMENT: element }] });
        self.call(Method::POST, "/execute/sync", &it).await;
        self.call(Method::POST, &format!("/element/{element}/click"), &json!({})).await;
    }

    /// Types into the first element of a selector.
    pub(super) async fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.call(Method::POST, &format!("/element/{element}/value"), &json!({ "text": text })).await;
    }

    /// The text of the first element of a selector, as it is rendered.
    pub(super) async fn text(&self, selector: &str) -> String {
        let element = self.element(selector).await;
        let text = self.call(Method::GET, &format!("/element/{element}/text"), &Value::Null).await;
        text.as_str().unwrap().to_owned()
    }

    /// What a script gives.
    pub(super) async fn script(&self, script: &str) -> Value {
        self.call(Method::POST, "/execute/sync", &json!({ "script": script, "args": [] })).await
    }

    /// What a script hands to its last argument.
    pub(super) async fn later(&self, script: &str) -> Value {
        self.call(Method::POST, "/execute/async", &json!({ "script": script, "args": [] })).await
    }

    /// A command of the Chrome DevTools Protocol.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.call(Method::POST, "/goog/cdp/execute", &body).await
    }
}
