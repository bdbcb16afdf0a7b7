//! Copies of this test binary that stand for other processes: they migrate, restore or write, and end where they are
//! told to.

use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use safe_migrate::{MigrateOptions, SafeMigrator};
use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;

use crate::fixture::{Place, Sql, Three, runtime};

/// Names the database to a process.
const URL: &str = "SAFE_TEST_URL";
/// The folder of its backups.
const FOLDER: &str = "SAFE_TEST_FOLDER";
/// What it does: many, three, restore NAME, or write.
const WORK: &str = "SAFE_TEST_WORK";
/// The moment at which something happens to it; 0 for none.
const MOMENT: &str = "SAFE_TEST_MOMENT";
/// What happens: kill, error, power PATH or full PATH.
const MODE: &str = "SAFE_TEST_MODE";

/// Migrations of the first part, with rows in them, and of the whole.
pub(crate) const FIRST: usize = 3;
pub(crate) const ALL: usize = 40;

pub(crate) struct Some3;
pub(crate) struct Many;

fn generated(count: usize) -> Vec<Box<dyn MigrationTrait>> {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let one = |number: usize| -> Box<dyn MigrationTrait> {
        let up = [
            leak(format!(
                "create table t_{number} (id bigint not null primary key, a text, b bigint not null default 0)"
            )),
            leak(format!("create index ix_t_{number} on t_{number} (a)")),
        ];
        let down = [leak(format!("drop table t_{number}"))];
        let (up, down) = (Box::leak(Box::new(up)), Box::leak(Box::new(down)));
        Box::new(Sql { name: leak(format!("m{number:04}")), up, down })
    };
    (0..count).map(one).collect()
}

impl MigratorTrait for Some3 {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        generated(FIRST)
    }
}

impl MigratorTrait for Many {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        generated(ALL)
    }
}

/// Which moments count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moments {
    /// After every statement, and at every named point.
    Statements,
    /// At named points only.
    Points,
}

/// A process that does `work`, to which `mode` happens at one moment.
pub(crate) fn command(place: &Place, work: &str, moment: usize, mode: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "worker::a_worker", "--nocapture"]);
    command.env(URL, &place.url).env(FOLDER, &place.folder).env(WORK, work);
    command.env(MOMENT, moment.to_string()).env(MODE, mode);
    command
}

pub(crate) fn writer(place: &Place) -> Child {
    command(place, "write", 0, "").stdout(Stdio::piped()).spawn().unwrap()
}

pub(crate) fn finished(output: &Output) -> bool {
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed")
}

/// How many moments a process says that it has passed.
pub(crate) fn moments(output: &Output) -> usize {
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().find_map(|line| line.strip_prefix("moments "));
    line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))).parse().unwrap()
}

/// Moments from the first to the last of `total`, spread evenly.
pub(crate) fn spread(total: usize, wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(total);
    (0..wanted).map(|number| 1 + number * (total - 1) / (wanted - 1).max(1)).collect()
}

fn kill() -> ! {
    Command::new("kill").args(["-9", &std::process::id().to_string()]).status().unwrap();
    loop {
        std::thread::park();
    }
}

/// What happens at the moment.
fn happen(mode: &str) -> Result<(), String> {
    match mode.split_once(' ') {
        Some(("power", path)) => {
            crate::disk::cut_power(path);
            kill()
        }
        Some(("full", path)) => {
            crate::disk::fill(path);
            Ok(())
        }
        _ if mode == "error" => Err("asked for".to_owned()),
        _ => kill(),
    }
}

/// Does nothing unless the environment names a database.
#[test]
fn a_worker() {
    let Ok(url) = std::env::var(URL) else { return };
    let place = Place { url, folder: std::env::var(FOLDER).unwrap().into() };
    let work = std::env::var(WORK).unwrap();
    if work == "write" {
        return runtime().block_on(write(&place));
    }
    let moment: usize = std::env::var(MOMENT).unwrap().parse().unwrap();
    let mode = std::env::var(MODE).unwrap();
    let which = if work == "many" { Moments::Statements } else { Moments::Points };
    let reached = Arc::new(AtomicUsize::new(0));
    let mut options = place.options();
    let pass = {
        let reached = Arc::clone(&reached);
        move || reached.fetch_add(1, Ordering::SeqCst) + 1 == moment
    };
    if which == Moments::Statements {
        let pass = pass.clone();
        options.on_statement = Some(Arc::new(move || {
            if pass() {
                kill();
            }
        }));
    }
    options.fail_point = Arc::new(move |_| if pass() { happen(&mode) } else { Ok(()) });
    let migrate = MigrateOptions::default();
    let outcome = runtime().block_on(async {
        match work.split_once(' ') {
            Some(("restore", name)) => {
                let migrator = SafeMigrator::new::<Three>(&place.url, options).unwrap();
                migrator.restore(name).await.map(|_| ())
            }
            _ if work == "many" => {
                SafeMigrator::new::<Many>(&place.url, options).unwrap().migrate(&migrate).await.map(|_| ())
            }
            _ => SafeMigrator::new::<Three>(&place.url, options).unwrap().migrate(&migrate).await.map(|_| ()),
        }
    });
    println!("moments {}", reached.load(Ordering::SeqCst));
    outcome.unwrap();
}

/// Writes orders until it is killed, and says after each commit how many there are.
async fn write(place: &Place) {
    let db = place.connect().await;
    let mut next = 1;
    loop {
        if db.execute_unprepared(&format!("insert into orders (id, total) values ({next}, 1)")).await.is_ok() {
            println!("\ncommitted {next}");
            next += 1;
        }
    }
}
