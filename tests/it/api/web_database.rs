//! The page of the database: migrations, attempts and backups as the command knows them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use reqwest::Client;

use super::Server;
use crate::cli::{Golden, Repo, SHOP};
use crate::harness::Fresh;

/// A process that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        assert!(self.0.kill().is_ok() && self.0.wait().is_ok());
    }
}

both_backends!(attempts_and_backups_are_told, Fresh::Empty, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run("db migrate --format json").json(0);
    let backup = golden.run("db backup --format json").json(0);
    let serve = ["serve", "--port", "0"];
    let started = golden.command(&serve).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut server = Ending(started.unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("listening on ").unwrap();
    let page = Client::new().get(format!("{base}/database")).send().await.unwrap().text().await.unwrap();
    let name = backup["name"].as_str().unwrap();
    for told in ["Every migration is applied.", name, "Proved", "Succeeded", "Last attempt", "Newest backup"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("cannot be told") && !page.contains("Pending"), "{page}");
    let steps = service::schema::known();
    for step in &steps {
        assert_eq!(page.matches(&format!("<code>{step}</code>")).count(), 2, "{step} was tried and is applied: {page}");
    }
});

both_backends!(a_ledger_that_cannot_be_read_is_said_so, async |test| {
    let server = Server::start(&test).await;
    let page = server.get("/database").await;
    assert!(page.text.contains("Attempts and backups cannot be told: this server was started without"), "{page:?}");
    assert!(page.text.contains("Every migration is applied."), "{page:?}");
});
