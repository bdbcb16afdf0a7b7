//! golden.toml: what is wrong is told with its place; where each value comes from is shown.

use super::{Golden, Repo, SHOP};

#[test]
fn what_is_wrong_is_told_with_file_line_and_column() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    let cases = [
        ("[limits]\ndepht = 3\n", "2:1: unknown field `depht`"),
        ("surprise = 1\n", "1:1: unknown field `surprise`"),
        ("[limits]\ndepth = \"deep\"\n", "2:9: invalid type: string \"deep\", expected "),
        ("[environment.production]\ntier = \"gold\"\n", "2:8: unknown "),
        ("[[service]]\nname = \"a\"\nsize = 1\n", "3:1: unknown field `size`"),
        ("[limits\n", "1:8: "),
    ];
    for (text, start) in cases {
        repo.write("golden.toml", text);
        for line in ["validate --service shop --environment prod", "config show", "runs list"] {
            let told = golden.run(line);
            assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{text}{told}");
            assert!(told.stderr.starts_with(&format!("error: <folder>/golden.toml:{start}")), "{text}{told}");
            assert!(
                told.stderr.ends_with("remedy: golden schema golden.toml/1 prints what may stand there\n"),
                "{told}"
            );
        }
    }
    for text in [
        "[run]\nlease = 0\n",
        "[database]\nconnections = 1\n",
        "[[service]]\nname = \"A b\"\n",
        "[[service]]\nname = \"a\"\n[[service]]\nname = \"a\"\n",
    ] {
        repo.write("golden.toml", text);
        golden.run("config show").exits_only(2);
    }
    assert!(!repo.path().join("config_data").exists());
}

/// One setting: its value and where it comes from.
fn setting(golden: &Golden, line: &str, name: &str) -> (String, String) {
    let answer = golden.run(&format!("config show --format json {line}")).json(0);
    let all = answer["settings"].as_array().unwrap();
    let found = all.iter().find(|setting| setting["name"] == name).unwrap_or_else(|| panic!("{name}: {all:#?}"));
    (found["value"].to_string().replace('"', ""), found["source"].as_str().unwrap().to_owned())
}

#[test]
fn each_value_tells_where_it_comes_from() {
    let repo = Repo::of(&[
        ("golden.toml", "[limits]\ndepth = 64\n[database]\nurl = \"sqlite://mine.db\"\n"),
        ("deep/er/a.yml", "a: 1\n"),
    ]);
    let golden = Golden::at(&repo.path().join("deep/er")).place(&repo.path(), "<repo>");
    let shown = |line: &str, name: &str| {
        let (value, source) = setting(&golden, line, name);
        (value.replace(&repo.path().display().to_string(), "<repo>"), source)
    };
    let told = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(shown("", "limits.depth"), told("64", "golden.toml"));
    assert_eq!(shown("", "run.lease"), told("60", "default"));
    assert_eq!(shown("", "database.connections"), told("10", "default"));
    assert_eq!(shown("", "database.url"), told("sqlite://<repo>/mine.db?mode=rwc", "golden.toml"));
    assert_eq!(
        shown("--database-url sqlite://x.db?mode=rwc", "database.url"),
        told("sqlite://<repo>/x.db?mode=rwc", "flag")
    );
    for url in
        ["postgres://ann:hunter22@db.example/g", "postgres:/ann:hunter22@db.example/g", "ann:hunter22@db.example/g"]
    {
        let told = shown(&format!("--database-url {url}"), "database.url").0;
        assert!(!told.contains("hunter22") && told.contains("db.example/g"), "{told}");
    }
    assert_eq!(shown("", "policy.file"), told("null", "default"));
    repo.write("golden-policy.yml", "version: 1\nrules: []\n");
    assert_eq!(shown("", "policy.file"), told("<repo>/golden-policy.yml", "default"));
    let golden = golden.variable("DATABASE_URL", "sqlite:///other.db");
    assert_eq!(setting(&golden, "", "database.url"), told("sqlite:///other.db", "environment variable DATABASE_URL"));
    repo.write("golden.toml", "");
    assert_eq!(setting(&golden, "", "limits.depth"), told("128", "default"));
}

#[test]
fn a_file_that_is_named_is_looked_for_in_the_working_folder() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    std::fs::write(repo.beside("mine.toml"), "[[service]]\nname = \"only\"\n").unwrap();
    let golden = Golden::at(&repo.beside(""));
    golden.run("validate --repo repo --config mine.toml --service shop --environment prod").fails(
        2,
        "error: unknown service \"shop\"; golden.toml names only\n  remedy: add a [[service]] to golden.toml, or use a name that it has\n",
    );
    golden
        .run("config show --config none.toml")
        .fails(2, "error: <folder>/none.toml: No such file or directory (os error 2)\n  remedy: name a file that is there, that you may read, and that is UTF-8\n");
}

#[test]
fn credentials_in_lists_are_masked_as_everywhere() {
    let repo = Repo::empty();
    let text = "[[service]]\nname = \"shop\"\nrepo = \"https://ann:hunter22@git.example/shop\"\n\
        [server]\nrepositories = [\"https://bob:hunter23@git.example/all\"]\n";
    repo.write("golden.toml", text);
    for line in ["config show", "config show --format json"] {
        let shown = Golden::at(&repo.path()).run(line);
        assert!(shown.code == Some(0) && shown.raw.contains("git.example/shop"), "{shown}");
        assert!(!shown.raw.contains("hunter"), "{shown}");
    }
}
