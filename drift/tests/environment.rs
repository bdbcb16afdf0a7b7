//! Which environment a word or a path names.

use drift::environment::{Environment, EnvironmentError, Environments, is_profile_file, valid_service_name};
use drift::settings::Tier;

const P: &[&str] = &["production"];
const S: &[&str] = &["staging"];
const D: &[&str] = &["development"];
const ALL: &[&str] = &["production", "staging", "development"];
const NONE: &[&str] = &[];
const NOT_P: &[&str] = &["staging", "development"];

fn environment(name: &str, tier: Tier, aliases: &[&str]) -> Environment {
    Environment { name: name.to_owned(), tier, aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect() }
}

fn belonging<'a>(environments: &'a Environments, path: &str) -> Vec<&'a str> {
    let configured = environments.configured().iter().filter(|environment| environments.belongs(path, environment));
    configured.map(|environment| environment.name.as_str()).collect()
}

/// Paths and the shipped environments that they belong to.
const PATHS: &[(&str, &[&str])] = &[
    ("application.yml", ALL),
    ("application-prod.yml", P),
    ("application-PROD.yml", P),
    ("application_prd.properties", P),
    ("appsettings.Production.json", P),
    ("values-prod.yaml", P),
    ("values-prod.enc.yaml", P),
    ("prod-values.yaml", P),
    ("prod.values.yaml", P),
    ("prod.tfvars", P),
    ("prod.auto.tfvars", P),
    ("app-prod.yml.j2", P),
    ("docker-compose.prod.yml", P),
    ("Dockerfile.prod", P),
    ("Dockerfile-prod", P),
    ("Dockerfile", ALL),
    (".env", ALL),
    (".env.production", P),
    (".env.production.local", P),
    (".env.local", D),
    (".env.test", NONE),
    (".env.example", ALL),
    ("overlays/prod/kustomization.yaml", P),
    ("config/production/app.yml", P),
    ("Production/app.yml", P),
    ("env-prod/app.yml", P),
    ("prod_env/app.yml", P),
    ("live/app.yml", P),
    ("overlays/staging/app.yml", S),
    ("application-stg.yml", S),
    ("application-preprod.yml", S),
    ("application-pre-prod.yml", S),
    ("uat.yml", S),
    ("config/dev/app.yml", D),
    ("application-dev.yml", D),
    ("local.conf", D),
    ("app-local.conf", D),
    ("application-qa.yml", NONE),
    ("qa/app.yml", NONE),
    ("application-test.yml", NONE),
    ("config/test/app.yml", NONE),
    ("environments/test.yml", NONE),
    ("application-nonprod.yml", NOT_P),
    ("application-non-prod.yml", NOT_P),
    ("nonprod/app.yml", NOT_P),
    ("non_prod/app.yml", NOT_P),
    ("overlays/non-production/app.yml", NOT_P),
    ("product-service/app.yml", ALL),
    ("reproducer.yaml", ALL),
    ("productivity/app.yml", ALL),
    ("live-reload/app.yml", ALL),
    ("live-reload.json", ALL),
    ("local-storage.yml", ALL),
    ("development-guide/app.yml", ALL),
    ("devices.yml", ALL),
    ("stages/app.yml", ALL),
    ("delivery.yml", ALL),
    ("test-data/app.yml", ALL),
    ("test-config.yml", ALL),
    ("src/test/resources/application.yml", ALL),
    ("src/test/resources/application-prod.yml", P),
    ("tests/app.yml", ALL),
    ("test/app.yml", ALL),
    ("config/src/test/app.yml", ALL),
    (".github/workflows/test.yml", ALL),
    (".github/workflows/unit-test.yml", ALL),
    (".github/workflows/deploy-prod.yml", P),
    ("rootfs/usr/local/etc/app.conf", ALL),
    ("dev/overlays/prod/app.yml", P),
    ("prod/app-dev.yml", D),
    ("prod/nonprod/app.yml", NOT_P),
    ("", ALL),
];

#[test]
fn paths_belong_by_token() {
    let shipped = Environments::shipped();
    for (path, expected) in PATHS {
        assert_eq!(belonging(&shipped, path), *expected, "{path}");
    }
}

#[test]
fn words_resolve_to_one_environment() {
    let shipped = Environments::shipped();
    let name = |word: &str| shipped.resolve(word).map(|environment| (environment.name.as_str(), environment.tier));
    for word in ["production", "prod", "prd", "live", "PROD", "Prd"] {
        assert_eq!(name(word), Some(("production", Tier::Production)), "{word}");
    }
    for word in ["staging", "stage", "stg", "uat", "preprod", "pre-prod", "pre_prod"] {
        assert_eq!(name(word), Some(("staging", Tier::Staging)), "{word}");
    }
    for word in ["development", "dev", "local"] {
        assert_eq!(name(word), Some(("development", Tier::Development)), "{word}");
    }
    for word in ["test", "qa", "sit", "nonprod", "produktion", ""] {
        assert_eq!(name(word), None, "{word}");
    }
}

#[test]
fn configured_environments_take_the_words_of_their_group() {
    let set = Environments::new(vec![
        environment("prd", Tier::Production, &[]),
        environment("qa", Tier::Staging, &["canary"]),
    ])
    .unwrap();
    assert_eq!(set.resolve("production").map(|found| found.name.as_str()), Some("prd"));
    assert_eq!(set.resolve("test").map(|found| found.name.as_str()), Some("qa"));
    assert_eq!(set.resolve("staging"), None);
    assert_eq!(belonging(&set, "app-live.yml"), ["prd"]);
    assert_eq!(belonging(&set, "app-canary.yml"), ["qa"]);
    assert_eq!(belonging(&set, "app-staging.yml"), NONE);
}

#[test]
fn words_of_a_shared_group_go_to_its_namesake_or_to_nobody() {
    let both = [environment("uat", Tier::Staging, &[]), environment("staging", Tier::Staging, &[])];
    let set = Environments::new(both.to_vec()).unwrap();
    let name = |set: &Environments, word: &str| set.resolve(word).map(|found| found.name.clone());
    assert_eq!(["uat", "stg"].map(|word| name(&set, word)), [Some("uat".to_owned()), Some("staging".to_owned())]);
    let regions =
        vec![environment("prod-eu", Tier::Production, &["live"]), environment("prod-us", Tier::Production, &["prod"])];
    let set = Environments::new(regions).unwrap();
    assert_eq!(
        ["prd", "live", "prod"].map(|word| name(&set, word)),
        [None, Some("prod-eu".to_owned()), Some("prod-us".to_owned())]
    );
    assert_eq!(belonging(&set, "app_prod_eu.yml"), ["prod-eu"]);
    assert_eq!(belonging(&set, "prod-us/app.yml"), ["prod-us"]);
    assert_eq!(belonging(&set, "app-prd.yml"), NONE);
    assert_eq!(belonging(&set, "app-nonprod.yml"), NONE);
}

#[test]
fn one_word_has_one_meaning() {
    let refused = |configured: &[Environment]| Environments::new(configured.to_vec()).unwrap_err();
    assert_eq!(
        refused(&[environment("a", Tier::Staging, &["X"]), environment("b", Tier::Staging, &["x"])]).to_string(),
        "\"x\" names both environment \"a\" and environment \"b\"; a word has one meaning"
    );
    let name = EnvironmentError::Name { name: "a/b".to_owned() };
    assert_eq!(refused(&[environment("a/b", Tier::Staging, &[])]), name);
    let alias = EnvironmentError::Alias { environment: "a".to_owned(), alias: "b c".to_owned() };
    assert_eq!(refused(&[environment("a", Tier::Staging, &["b c"])]), alias);
}

#[test]
fn profile_files_carry_a_word_in_their_own_name() {
    for path in [
        "application-prod.yml",
        "values-staging.yaml",
        "prod.tfvars",
        ".env.production",
        "a/app-test.yml",
        "app-nonprod.yml",
    ] {
        assert!(is_profile_file(path), "{path}");
    }
    for path in ["application.yml", "prod/application.yml", "reproducer.yaml", ".env", "product-service/app.yml"] {
        assert!(!is_profile_file(path), "{path}");
    }
}

#[test]
fn service_names_can_stand_in_a_ref() {
    for name in ["a", "0", "checkout", "check-out_2.v1", "a.locks"] {
        assert!(valid_service_name(name), "{name}");
    }
    for name in ["", "A", "-a", ".a", "_a", "a b", "a/b", "a..b", "a.lock", "a.", "é", "a\n", "a@{b"] {
        assert!(!valid_service_name(name), "{name}");
    }
}
