//! `golden certify` with some of the deltas of a file: a patched file with the real values, and every other byte kept.

use super::certify::{delta_of, run_of};
use super::{Golden, Repo};

const CERTIFY: &str = "certify --service shop --environment production --by ann --reason good";
const VALIDATE: &str = "validate --service shop --environment production --candidate HEAD --format json";

both_backends!(some_deltas_of_a_file_go_in_and_every_other_byte_stays, async |test| {
    let app = "# shop\nserver:\n    port: 8080   # public\n    tls: true\nlogging: {level: INFO}\n";
    let repo = Repo::of(&[("app.yml", app), ("app.properties", "# top\r\na=1\r\nb=1\r\n"), ("Makefile", "a\nb\nc\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", "server:\n  port: 9090\n  tls: false\n  host: a\nlogging:\n  level: DEBUG\n");
    repo.write("app.properties", "a=2\nb=2\nc=3\n");
    repo.write("Makefile", "A\nb\nC\n");
    repo.commit();
    let report = golden.run(VALIDATE).json(1);
    let chosen = [("app.yml", "/port"), ("app.yml", "/level"), ("app.properties", "/c")];
    let mut ids: Vec<String> = chosen.iter().map(|(file, key)| delta_of(&report, file, key)).collect();
    let mut hunks = report["deltas"].as_array().unwrap().iter().filter(|delta| delta["file"] == "Makefile");
    ids.push(hunks.next_back().unwrap()["id"].as_str().unwrap().to_owned());
    let answer =
        golden.run(&format!("{CERTIFY} --run {} --accept {} --format json", run_of(&report), ids.join(" "))).json(0);
    let branch = answer["branch"]["branch"].as_str().unwrap();
    let held = ["app.yml", "app.properties", "Makefile"].map(|path| repo.show(branch, path).unwrap());
    assert_eq!(held[0], app.replace("8080", "9090").replace("INFO", "DEBUG"));
    assert_eq!(held[1], "# top\r\na=1\r\nb=1\r\nc=3\r\n");
    assert_eq!(held[2], "a\nb\nC\n");
    let left = golden.run(VALIDATE).json(1);
    let mut left: Vec<_> = left["deltas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delta| format!("{} {}", delta["file"].as_str().unwrap(), delta["key_path"].as_str().unwrap()))
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["Makefile ", "app.properties /a", "app.properties /b", "app.yml /server/host", "app.yml /server/tls"]
    );
});

both_backends!(a_patched_file_has_the_real_secret_of_which_the_database_has_a_mask, async |test| {
    let repo = Repo::of(&[("app.yml", "db:\n  password: \"old-Aa1-secret\" # of the vault\n  pool: 1\n")]);
    let golden = Golden::on(&repo, &test);
    golden.certify_initial("production", "HEAD");
    repo.write("app.yml", "db:\n  password: \"new-Bb2-secret\"\n  pool: 2\n");
    repo.commit();
    let told = golden.run(VALIDATE);
    assert!(!told.raw.contains("new-Bb2-secret") && !told.raw.contains("old-Aa1-secret"));
    let report = told.json(1);
    let [password, pool] = ["/password", "/pool"].map(|key| delta_of(&report, "app.yml", key));
    let answer = golden.run(&format!("{CERTIFY} --run {} --accept {password} --format json", run_of(&report))).json(0);
    let branch = answer["branch"]["branch"].as_str().unwrap();
    assert_eq!(
        repo.show(branch, "app.yml").unwrap(),
        "db:\n  password: \"new-Bb2-secret\" # of the vault\n  pool: 1\n"
    );
    let report = golden.run(VALIDATE).json(1);
    assert_eq!(delta_of(&report, "app.yml", "/pool"), pool);
    let answer = golden.run(&format!("{CERTIFY} --run {} --accept {pool} --format json", run_of(&report))).json(0);
    let branch = answer["branch"]["branch"].as_str().unwrap();
    assert_eq!(
        repo.show(branch, "app.yml"),
        repo.show("HEAD", "app.yml"),
        "all deltas of a file are the candidate's file"
    );
});

both_backends!(a_file_that_cannot_be_taken_in_part_is_refused_by_name_and_delta, async |test| {
    let repo = Repo::of(&[
        ("a.yml", "base: &b\n  port: 1\nuse: *b\n"),
        ("b.xml", "<a><b>1</b><c>1</c></a>\n"),
        ("c.yml", "x: 1\n"),
    ]);
    let golden = Golden::on(&repo, &test);
    let first = golden.certify_initial("production", "HEAD");
    repo.write("a.yml", "base: &b\n  port: 2\nuse: *b\n");
    repo.write("b.xml", "<a><b>2</b><c>2</c></a>\n");
    repo.write("c.yml", "x: 2\n");
    repo.commit();
    let report = golden.run(VALIDATE).json(1);
    let remedy = "  remedy: name all deltas of the file, or none\n";
    let certify = |id: &str| golden.run(&format!("{CERTIFY} --run {} --accept {id}", run_of(&report)));
    let alias = delta_of(&report, "a.yml", "/use/port");
    certify(&alias).fails(
        1,
        &format!(
            "error: delta {alias} of a.yml cannot be taken without the others: the text around it would make it another \
             value: an alias, a merge, a key that stands twice, or a notation that patches do not follow\n{remedy}"
        ),
    );
    let xml = delta_of(&report, "b.xml", "/a/b");
    certify(&xml).fails(
        1,
        &format!(
            "error: delta {xml} of b.xml cannot be taken without the others: a xml file like this is taken whole\n{remedy}"
        ),
    );
    assert_eq!(repo.branches("golden/"), [first]);
    let both = [alias, delta_of(&report, "a.yml", "/base/port")].join(" ");
    certify(&both).exits(0);
});
