//! `golden init`: what it writes works as it is, and is itself no difference.

use super::{Golden, Repo, SHOP};

#[test]
fn the_printed_next_steps_work_without_any_set_up() {
    let repo = Repo::of(&[("config/app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    let told = golden.run("init");
    told.is(
        0,
        "wrote <folder>/golden.toml\nwrote <folder>/golden-policy.yml\nwrote <folder>/.gitignore\nservices: repo\nnext:\n  \
         golden certify --service repo --environment production --initial HEAD --by YOU --reason \"first golden version\"\n  \
         golden validate --service repo --environment production\n",
        "",
    );
    assert_eq!(std::fs::read_to_string(repo.path().join(".gitignore")).unwrap(), "config_data/\n");
    let steps: Vec<String> =
        told.stdout.lines().filter_map(|line| line.strip_prefix("  golden ").map(str::to_owned)).collect();
    let certify = steps[0].replace(" --reason \"first golden version\"", " --reason first");
    golden.run(&certify).exits(0);
    let validate = golden.run(&steps[1]);
    assert!(validate.exits(0).stdout.contains("no difference from the golden version"), "{validate}");
    repo.commit();
    let report = golden.run(&format!("{} --candidate HEAD --format json", steps[1])).json(0);
    assert_eq!(
        (&report["summary"]["deltas"], &report["summary"]["files"]),
        (&0.into(), &1.into()),
        "its own files are no configuration"
    );
    golden.run("policy check golden-policy.yml").exits(0);
    let tracked: Vec<String> =
        repo.git().index().unwrap().iter().map(|entry| String::from_utf8(entry.path).unwrap()).collect();
    assert_eq!(tracked, [".gitignore", "config/app-prod.yml", "golden-policy.yml", "golden.toml"]);
    golden.run("init").fails(2, "error: <folder>/golden.toml exists already; remove it first, or edit it\n");
}

#[test]
fn services_are_found_where_they_usually_are() {
    let repo =
        Repo::of(&[("services/Cart/a.yml", SHOP), ("apps/web/a.yml", SHOP), (".gitignore", "target\nconfig_data/")]);
    let golden = Golden::at(&repo.path());
    let answer = golden.run("init --format json").json(0);
    assert_eq!(answer["services"], serde_json::json!(["cart", "web"]));
    assert_eq!(answer["written"].as_array().unwrap().len(), 2, "config_data/ was ignored already");
    assert_eq!(
        golden.run("config show --format json").json(0)["file"],
        repo.path().join("golden.toml").display().to_string()
    );
    for service in ["cart", "web"] {
        golden
            .run(&format!("certify --service {service} --environment prod --initial HEAD --by ann --reason first"))
            .exits(0);
    }
    repo.write("apps/web/a.yml", &SHOP.replace("INFO", "WARN"));
    let deltas = |service: &str| {
        golden.run(&format!("validate --service {service} --environment prod --format json")).json(0)["summary"]["deltas"].clone()
    };
    assert_eq!([deltas("cart"), deltas("web")], [0, 1]);
}
