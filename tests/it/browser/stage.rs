//! What the browser looks at: the demo, and some work of a service since, served by the command.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::cli::{Golden, Repo};
use crate::harness::databases::TestDatabase;

/// The production file of the service, by what this work changes.
struct Settings {
    level: &'static str,
    port: u16,
    tls: bool,
    timeout: &'static str,
    pool: u16,
    catalog: &'static str,
    features: &'static str,
    more: &'static str,
}

const CERTIFIED: Settings = Settings {
    level: "WARN",
    port: 8080,
    tls: true,
    timeout: "60s",
    pool: 20,
    catalog: "https://catalog-prod.svc.example/v2",
    features: "  - name: express\n    enabled: true\n  - name: gift-cards\n    enabled: false\n",
    more: "",
};

impl Settings {
    fn text(&self) -> String {
        let Self { level, port, tls, timeout, pool, catalog, features, more } = self;
        format!(
            "logging:\n  level: {level}\nserver:\n  port: {port}\n  tls: {tls}\n  timeout: {timeout}\nspring:\n  \
             datasource:\n    url: jdbc:postgresql://db.prod.example/checkout\n    \
             password: ${{CHECKOUT_DB_PASSWORD}}\n    pool: {pool}\nfeatures:\n{features}upstream:\n  \
             catalog: {catalog}\n  payments: https://payments-prod.svc.example/v1\n{more}"
        )
    }
}

const STAGING: &str = "logging:\n  level: DEBUG\nserver:\n  port: 8080\n  tls: true\n  timeout: 60s\nspring:\n  \
                       datasource:\n    url: jdbc:postgresql://db.staging.example/checkout\n    \
                       password: ${CHECKOUT_DB_PASSWORD}\n    pool: 5\nupstream:\n  \
                       catalog: https://catalog-staging.svc.example/v2\n  \
                       payments: https://payments-staging.svc.example/v1\n";

const DEVELOPMENT: &str = "logging:\n  level: DEBUG\nserver:\n  port: 8080\nspring:\n  datasource:\n    \
                           url: jdbc:postgresql://localhost/checkout\n    password: ${CHECKOUT_DB_PASSWORD}\n    \
                           pool: 2\nupstream:\n  catalog: https://catalog-dev.svc.example/v2\n";

const SCRIPT: &str = "image:\n\tdocker build --tag checkout:21 .\n\npush: image\n\tdocker push checkout:21\n";

/// The command's server with a history behind it; it ends with this.
pub(super) struct Stage {
    server: Child,
    _golden: Golden,
    _repo: Repo,
    /// Where the server is.
    pub(super) base: String,
    /// A token of somebody who may read and certify.
    pub(super) secret: String,
    /// The blocked run of `checkout` in production, as JSON.
    pub(super) blocked: Value,
}

impl Drop for Stage {
    fn drop(&mut self) {
        assert!(self.server.kill().is_ok() && self.server.wait().is_ok());
    }
}

impl Stage {
    /// Everything from an empty database on.
    pub(super) fn set(test: &TestDatabase) -> Self {
        let repo = Repo::empty();
        let directory = repo.beside("demo").display().to_string();
        let demo = ["demo", "--quiet", "--format", "json", "--database-url", &test.url, "--directory", &directory];
        let demo = Golden::at(&repo.path()).args(&demo).json(0);
        let repository = PathBuf::from(demo["repository"].as_str().unwrap());
        let golden = Golden::at(&repository).database(&test.url);
        let blocked = Work { repository, golden: &golden }.of_some_days();
        golden.run("db backup").exits(0);
        let token = "token create --name reviewer --scope read --scope run --scope certify --format json";
        let secret = golden.run(token).json(0)["token"].as_str().unwrap().to_owned();
        let (server, base) = served(&golden);
        Self { server, _golden: golden, _repo: repo, base, secret, blocked }
    }
}

/// Starts the command's server and gives its process and address.
fn served(golden: &Golden) -> (Child, String) {
    let serve = ["serve", "--port", "0"];
    let mut server = golden.command(&serve).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    (server, base)
}

struct Work<'a> {
    repository: PathBuf,
    golden: &'a Golden,
}

impl Work<'_> {
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.repository.join("services/checkout").join(name), text).unwrap();
    }

    fn commit(&self, message: &str) {
        service::sample::commit_all(&self.repository, message, chrono::Utc::now()).unwrap();
    }

    fn validated(&self, service: &str, environment: &str) -> Value {
        let words = ["validate", "--service", service, "--environment", environment];
        let rest = ["--candidate", "HEAD", "--ticket", "CHG-7", "--format", "json"];
        let output = self.golden.command(&[&words[..], &rest[..]].concat()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    /// A version that is certified, a few that are not, and at last one that is blocked.
    fn of_some_days(&self) -> Value {
        self.write("application-prod.yml", &CERTIFIED.text());
        self.write("application-staging.yml", STAGING);
        self.write("application-dev.yml", DEVELOPMENT);
        self.write("Makefile", SCRIPT);
        self.commit("Add upstreams");
        let run = self.validated("checkout", "production");
        let certify =
            ["certify", "--service", "checkout", "--environment", "production", "--all", "--override", "--by"];
        let rest = ["ann", "--reason", "upstreams are agreed in CHG-5", "--run", run["run"]["id"].as_str().unwrap()];
        self.golden.args(&[&certify[..], &rest[..]].concat()).exits(0);
        for tried in [
            CERTIFIED,
            Settings { level: "INFO", ..CERTIFIED },
            Settings { pool: 40, ..CERTIFIED },
            Settings { level: "INFO", port: 8090, pool: 40, ..CERTIFIED },
        ] {
            self.write("application-prod.yml", &tried.text());
            self.commit("Try a setting");
            self.validated("checkout", "production");
        }
        self.validated("checkout", "staging");
        let blocked = Settings {
            level: "DEBUG",
            port: 8443,
            tls: false,
            timeout: "1m",
            pool: 50,
            catalog: "http://catalog-prod.svc.example/v2",
            features: "  - name: gift-cards\n    enabled: true\n  - name: express\n    enabled: true\n  - name: wallet\n    \
                       enabled: true\n",
            more: "debug: true\n",
        };
        self.write("application-prod.yml", &blocked.text());
        self.write("Makefile", &SCRIPT.replace("checkout:21", "checkout:latest"));
        self.write("Dockerfile", "FROM registry.example/runtime:21.0.4\nENV TZ=UTC\nEXPOSE 8443\n");
        self.commit("Open the new port");
        self.validated("checkout", "production")
    }
}
