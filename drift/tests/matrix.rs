//! Environments side by side: each table row is a pair of files and the rows that they give.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helpers of tests assert fails the test"
)]

use drift::change::Content;
use drift::environment::{Environment, Environments};
use drift::limits::Limits;
use drift::mask::Masker;
use drift::matrix::{CellState, Columns, FileRows, MatrixSummary, OwnFile, RowState, assess};

fn environment(word: &str) -> Environment {
    Environments::shipped().resolve(word).unwrap().clone()
}

fn file(path: &str, content: Content) -> Option<OwnFile> {
    Some(OwnFile { path: path.to_owned(), content })
}

fn text(path: &str, text: &str) -> Option<OwnFile> {
    file(path, Content::Bytes(text.as_bytes().to_vec()))
}

fn matrix(environments: &[&str], files: &[Option<OwnFile>]) -> FileRows {
    let chosen: Vec<Environment> = environments.iter().map(|word| environment(word)).collect();
    let columns = Columns::new(&Environments::shipped(), &chosen);
    let limits = Limits { file_bytes: 1_000, ..Limits::default() };
    let rows = assess(&columns, "shape", files, &limits, &Masker::new(Some(b"a key of tests"), &limits));
    for row in &rows.rows {
        assert_eq!(row.file, "shape");
        assert!(row.cells.iter().map(|cell| cell.environment.as_str()).eq(environments.iter().copied()));
    }
    rows
}

/// `state key: value | value`, as a test states it.
fn shown(rows: &FileRows) -> Vec<String> {
    let row = |row: &drift::matrix::Row| {
        let cell = |cell: &drift::matrix::Cell| match (cell.state, &cell.value) {
            (CellState::Present, Some(value)) => value.to_string(),
            (state, _) => state.to_string(),
        };
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        let place = if row.document == 0 { row.key_path.clone() } else { format!("{}#{}", row.document, row.key_path) };
        format!("{} {place}: {}", row.state, cells.join(" | "))
    };
    rows.rows.iter().map(row).collect()
}

/// What staging and production of one name give.
fn pair(name: &str, staging: &str, production: &str) -> Vec<String> {
    let (stem, extension) = name.rsplit_once('.').unwrap();
    shown(&matrix(
        &["staging", "production"],
        &[text(&format!("{stem}-staging.{extension}"), staging), text(&format!("{stem}-prod.{extension}"), production)],
    ))
}

#[test]
fn keys_are_the_same_missing_different_or_named_after_their_environment() {
    for (name, staging, production, rows) in [
        ("a.yml", "a: 1\n", "# c\na: 1\n", &["present /a: 1 | 1"][..]),
        ("a.yml", "a: 1\n", "a: 2\n", &["differs /a: 1 | 2"]),
        ("a.yml", "a: 1\n", "a: '1'\n", &["differs /a: 1 | \"1\""]),
        ("a.yml", "a: 60s\n", "a: 1m\n", &["present /a: \"60s\" | \"1m\""]),
        ("a.yml", "a: null\nb:\n", "b: ''\n", &["missing /a: null | missing", "differs /b: null | \"\""]),
        (
            "a.yml",
            "b: 1\na: {x: 1}\n",
            "a: {x: 1, y: 2}\nb: 1\n",
            &["present /b: 1 | 1", "present /a/x: 1 | 1", "missing /a/y: missing | 2"],
        ),
        ("a.yml", "a: {x: 1}\n", "a: 1\n", &["differs /a: {\"x\":1} | 1"]),
        (
            "a.yml",
            "h: svc-staging.example\n",
            "h: svc-prod.example\n",
            &["own-name /h: \"svc-staging.example\" | \"svc-prod.example\""],
        ),
        (
            "a.yml",
            "h: svc-uat.example\n",
            "h: svc-prd.example\n",
            &["own-name /h: \"svc-uat.example\" | \"svc-prd.example\""],
        ),
        (
            "a.yml",
            "h: svc-staging.example\n",
            "h: svc-prod.test\n",
            &["differs /h: \"svc-staging.example\" | \"svc-prod.test\""],
        ),
        (
            "a.yml",
            "h: svc-dev.example\n",
            "h: svc-prod.example\n",
            &["differs /h: \"svc-dev.example\" | \"svc-prod.example\""],
        ),
        (
            "a.yml",
            "h: [a, b-staging]\n",
            "h: [a, b-prod]\n",
            &["own-name /h: [\"a\",\"b-staging\"] | [\"a\",\"b-prod\"]"],
        ),
        ("a.yml", "h: [a, b]\n", "h: [b, a]\n", &["differs /h: [\"a\",\"b\"] | [\"b\",\"a\"]"]),
        (
            "a.properties",
            "on=true\nn=1\n",
            "on=TRUE\nn=1.0\n",
            &["present /on: \"true\" | \"TRUE\"", "present /n: \"1\" | \"1.0\""],
        ),
        (
            "a.env",
            "URL=https://staging.svc.example/x\n",
            "URL=https://production.svc.example/x\n",
            &["own-name /URL: \"https://staging.svc.example/x\" | \"https://production.svc.example/x\""],
        ),
    ] {
        assert_eq!(pair(name, staging, production), rows, "{staging:?} {production:?}");
    }
}

#[test]
fn lists_keys_and_documents_are_paired_by_what_names_them() {
    for (staging, production, rows) in [
        (
            "c: [{name: web, port: 1}, {name: db, port: 2}]\n",
            "c: [{name: db, port: 3}, {name: web, port: 1}]\n",
            &[
                "present /c/name=web/name: \"web\" | \"web\"",
                "present /c/name=web/port: 1 | 1",
                "present /c/name=db/name: \"db\" | \"db\"",
                "differs /c/name=db/port: 2 | 3",
            ][..],
        ),
        (
            "c: [{name: web-staging, port: 1}]\n",
            "c: [{name: web-prod, port: 1}]\n",
            &[
                "own-name /c/name=web-{environment}/name: \"web-staging\" | \"web-prod\"",
                "present /c/name=web-{environment}/port: 1 | 1",
            ],
        ),
        ("c: [[1, 2], [3]]\n", "c: [[1, 2]]\n", &["present /c/0: [1,2] | [1,2]", "missing /c/1: [3] | missing"]),
        ("staging: {a: 1}\n", "production: {a: 1}\n", &["present /{environment}/a: 1 | 1"]),
        ("prod: 1\nstaging: 2\n", "prod: 1\n", &["present /prod: 1 | 1", "missing /staging: 2 | missing"]),
        (
            "apiVersion: v1\nkind: A\nmetadata: {name: x}\n---\napiVersion: v1\nkind: B\nmetadata: {name: y-staging}\nv: 1\n",
            "apiVersion: v1\nkind: B\nmetadata: {name: y-prod}\nv: 2\n",
            &[
                "missing /apiVersion: \"v1\" | missing",
                "missing /kind: \"A\" | missing",
                "missing /metadata/name: \"x\" | missing",
                "present 1#/apiVersion: \"v1\" | \"v1\"",
                "present 1#/kind: \"B\" | \"B\"",
                "own-name 1#/metadata/name: \"y-staging\" | \"y-prod\"",
                "differs 1#/v: 1 | 2",
            ],
        ),
    ] {
        assert_eq!(pair("a.yml", staging, production), rows, "{staging:?} {production:?}");
    }
}

#[test]
fn secrets_are_compared_and_never_shown() {
    let same = pair("a.yml", "db: {password: canary-1-x}\n", "db: {password: canary-1-x}\n");
    let other = pair("a.yml", "db: {password: canary-1-x}\n", "db: {password: canary-2-x}\n");
    assert!(same[0].starts_with("present /db/password: {\"digest\":\"hmac:"), "{same:?}");
    assert!(other[0].starts_with("differs /db/password: {\"digest\":\"hmac:"), "{other:?}");
    let url = pair("a.yml", "u: https://a:canary-3@x.example/\n", "u: https://a:canary-4@x.example/\n");
    let env =
        pair("a.yml", "env: [{name: DB_PASSWORD, value: canary5x}]\n", "env: [{name: DB_PASSWORD, value: canary6x}]\n");
    assert!(url[0].starts_with("differs /u: "), "{url:?}");
    for rows in [&same, &other, &url, &env] {
        assert!(!rows.concat().contains("canary"), "{rows:?}");
    }
    let [one, two] = ["canary-1-x", "canary-2-x"]
        .map(|text| Masker::new(Some(b"a key of tests"), &Limits::default()).digest(text).unwrap());
    assert!(other[0].contains(&one) && other[0].contains(&two) && same[0].matches(&one).count() == 2);
}

#[test]
fn texts_binaries_links_and_what_cannot_be_read_are_rows_of_their_own() {
    assert_eq!(pair("a.txt", "x\nstaging\n", "x\nprod\n"), ["own-name : {\"lines\":2} | {\"lines\":2}"]);
    assert_eq!(pair("a.txt", "x\n", "x\ny\n"), ["differs : {\"lines\":1} | {\"lines\":2}"]);
    assert_eq!(pair("a.txt", "x\n", "x\n"), ["present : {\"lines\":1} | {\"lines\":1}"]);
    let both = |one: Content, other: Content| matrix(&["staging", "production"], &[file("s", one), file("p", other)]);
    let link = |target: &str| Content::Symlink(target.as_bytes().to_vec());
    assert_eq!(
        shown(&both(link("staging.yml"), link("prod.yml"))),
        ["own-name : {\"symlink\":\"staging.yml\"} | {\"symlink\":\"prod.yml\"}"]
    );
    assert_eq!(
        shown(&both(Content::Submodule("ab".into()), Content::Bytes(b"x: 1\n".to_vec()))),
        ["differs : {\"submodule\":\"ab\"} | present"]
    );
    let unreadable = both(Content::TooLarge(2_000), Content::Unreadable("no permission".into()));
    assert_eq!(shown(&unreadable), ["unreadable : unreadable | unreadable"]);
    assert_eq!(
        unreadable.findings.iter().map(|found| format!("{} {}", found.file, found.code)).collect::<Vec<_>>(),
        ["s too-large", "p unreadable"]
    );
    let broken = matrix(&["staging", "production"], &[text("s.json", "{"), text("p.json", "{}")]);
    assert_eq!(shown(&broken), ["unreadable : unreadable | present"]);
    assert_eq!(broken.findings[0].file, "s.json");
}

#[test]
fn an_environment_without_the_file_is_told_once_and_has_no_say_in_its_keys() {
    let three = ["staging", "production", "development"];
    let files = [text("s.yml", "a: 1\nb: x-staging\n"), None, text("d.yml", "a: 1\nb: x-dev\nc: 1\n")];
    let rows = matrix(&three, &files);
    assert_eq!(
        shown(&rows),
        [
            "missing : present | no-file | present",
            "present /a: 1 | no-file | 1",
            "own-name /b: \"x-staging\" | no-file | \"x-dev\"",
            "missing /c: missing | no-file | 1",
        ]
    );
    let alone = matrix(&three, &[None, text("p.yml", "a: 1\n"), None]);
    assert_eq!(shown(&alone), ["missing : no-file | present | no-file"]);
    let summary = MatrixSummary::count(1, 2, &rows.rows);
    assert_eq!((summary.missing, summary.present, summary.own_name, summary.differs), (2, 1, 1, 0));
    assert!(!summary.is_same() && MatrixSummary::count(1, 0, &[]).is_same());
    let worst = [RowState::Unreadable, RowState::Missing, RowState::Differs, RowState::OwnName, RowState::Present];
    assert!(worst.is_sorted() && RowState::ALL == worst);
}

#[test]
fn many_keys_are_compared_and_the_order_of_columns_does_not_matter() {
    let wide = |word: &str, port: u32| -> String {
        (0..1_000).map(|at| format!("{word}-{at}: svc-{word}-{at}.example\nport-{at}: {port}\n")).collect()
    };
    let limits = Limits::default();
    let columns = |words: [&str; 2]| {
        let chosen = words.map(environment);
        Columns::new(&Environments::shipped(), &chosen)
    };
    let (staging, production) = (text("s.yml", &wide("staging", 1)), text("p.yml", &wide("prod", 2)));
    let masker = Masker::new(None, &limits);
    let one =
        assess(&columns(["staging", "production"]), "shape", &[staging.clone(), production.clone()], &limits, &masker);
    let other = assess(&columns(["production", "staging"]), "shape", &[production, staging], &limits, &masker);
    let count = |rows: &FileRows| MatrixSummary::count(1, 0, &rows.rows);
    assert_eq!((count(&one).own_name, count(&one).differs, count(&one).missing), (1_000, 1_000, 0));
    assert_eq!(count(&one), count(&other));
}

/// Every order of three columns.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn one_environment_with_the_name_of_another_differs_in_every_order_of_columns() {
    let named = [("development", "dev"), ("staging", "staging"), ("production", "prod")];
    let worst = |order: [usize; 3], file: &dyn Fn(&str, usize) -> Option<OwnFile>| {
        let environments = order.map(|at| named[at].0);
        let rows = matrix(&environments, &order.map(|at| file(named[at].1, at))).rows;
        rows.iter().map(|row| row.state).min().unwrap().as_str()
    };
    for (name, hosts, state) in [
        ("a.yml", ["h: svc-dev\n", "h: svc-dev\n", "h: svc-prod\n"], "differs"),
        ("a.yml", ["h: svc-dev\n", "h: svc-staging\n", "h: svc-prod\n"], "own-name"),
        ("a.yml", ["h: svc\n", "h: svc\n", "h: svc\n"], "present"),
        ("a.yml", ["h: [a, svc-dev]\n", "h: [a, svc-dev]\n", "h: [a, svc-prod]\n"], "differs"),
        ("run.sh", ["svc-dev\n", "svc-dev\n", "svc-prod\n"], "differs"),
        ("run.sh", ["svc-dev\n", "svc-staging\n", "svc-prod\n"], "own-name"),
    ] {
        let (stem, extension) = name.split_once('.').unwrap();
        let file = |word: &str, at: usize| text(&format!("{stem}-{word}.{extension}"), hosts[at]);
        for order in ORDERS {
            assert_eq!(worst(order, &file), state, "{name} {hosts:?} {order:?}");
        }
    }
    let targets = ["x-dev", "x-dev", "x-prod"];
    let link =
        |word: &str, at: usize| file(&format!("a-{word}.yml"), Content::Symlink(targets[at].as_bytes().to_vec()));
    for order in ORDERS {
        assert_eq!(worst(order, &link), "differs", "{order:?}");
    }
}
