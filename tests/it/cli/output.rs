//! How answers are printed: colours, widths, and nothing but the result on standard output.

use super::{Golden, Repo, SHOP};

both_backends!(colours_are_for_terminals_and_who_asks, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    let validate = "validate --service shop --environment production";
    let colored = |line: &str| golden.run(line).exits(0).raw.contains('\u{1b}');
    assert_eq!(
        [
            colored(validate),
            colored(&format!("{validate} --color never")),
            colored(&format!("{validate} --color always"))
        ],
        [false, false, true]
    );
    let golden = golden.variable("NO_COLOR", "1");
    let colored = |line: &str| golden.run(line).exits(0).raw.contains('\u{1b}');
    assert_eq!(
        [colored(validate), colored(&format!("{validate} --color always"))],
        [false, true],
        "a flag is nearer than the variable"
    );
});

both_backends!(tables_fit_sixty_columns, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test).variable("COLUMNS", "60");
    golden.certify_initial("production", "HEAD");
    repo.write("app-prod.yml", &SHOP.replace("8080", "8090"));
    golden.validated("production", 1);
    let lines = [
        "runs list",
        "branches list",
        "config show",
        "history --service shop --environment prod",
        "history --service shop --environment prod --file app-prod.yml --key /server/port",
    ];
    for line in lines {
        let told = golden.run(line);
        let widest = told
            .exits(0)
            .raw
            .lines()
            .skip_while(|line| line.starts_with("golden.toml: "))
            .map(|line| line.chars().count())
            .max()
            .unwrap();
        assert!(widest <= 60, "{widest} columns\n{}", told.raw);
    }
});

both_backends!(logs_and_errors_go_to_standard_error, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    let told = golden.run("-vv validate --service shop --environment production --format json");
    assert_eq!(told.code, Some(0), "{told}");
    serde_json::from_str::<serde_json::Value>(&told.raw).unwrap();
    golden.run("validate --service shop --environment qa --format json").exits_only(2);
});
