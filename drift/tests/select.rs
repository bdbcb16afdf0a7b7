//! Which files are configuration.
#![allow(clippy::unwrap_used)]

use drift::environment::Environments;
use drift::select::{PatternError, Scope, Selection};

fn selection(patterns: &[&str]) -> Selection {
    Selection::new(&patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>()).unwrap()
}

fn taken<'a>(selection: &Selection, paths: &[&'a str]) -> Vec<&'a str> {
    paths.iter().copied().filter(|path| selection.contains(path)).collect()
}

#[test]
fn the_shipped_list_takes_configuration() {
    let paths = [
        "app.yml",
        "a/b/c.yaml",
        "x.json",
        "x.json5",
        "x.jsonc",
        "x.properties",
        "x.toml",
        "x.ini",
        "x.cfg",
        "x.conf",
        "x.env",
        ".env",
        "svc/.env",
        ".env.production",
        "x.xml",
        "x.tf",
        "x.tfvars",
        "prod.auto.tfvars",
        "x.hcl",
        "Dockerfile",
        "Dockerfile.prod",
        "svc/Dockerfile-alpine",
        "web.dockerfile",
        "Containerfile",
        "docker-compose.yml",
        "docker-compose.prod",
        "Jenkinsfile",
        "Jenkinsfile.release",
        "Makefile",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
        "package.json",
        "requirements.txt",
        "requirements-dev.txt",
        "pyproject.toml",
        "go.mod",
        "Cargo.toml",
        ".github/CODEOWNERS",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        "chart/Chart.yaml",
        "chart/values-prod.yaml",
        "chart/templates/_helpers.tpl",
        "kustomization.yaml",
        ".hidden/.app.yml",
        "svc/golden.toml",
        "svc/config_data/app.yml",
        "a\nb.yml",
        "dir.json/anything.txt",
    ];
    assert_eq!(taken(&Selection::shipped(), &paths), paths);
}

#[test]
fn the_shipped_list_leaves_out_the_rest_and_what_is_ours() {
    let paths = [
        "main.rs",
        "README.md",
        "yml",
        "a/yaml/b",
        "x.yml.bak",
        "MyDockerfile",
        "x.requirements.txt",
        "go.sum",
        "svc/.github/x",
        "Makefile.old",
        "golden.toml",
        "golden-policy.yml",
        "golden-policy.yaml",
        "config_data/reports/run.json",
        ".git/config.ini",
        "sub/.git/x.yml",
        "",
        "APP.YML",
    ];
    assert_eq!(taken(&Selection::shipped(), &paths), Vec::<&str>::new());
}

#[test]
fn the_last_pattern_that_matches_counts() {
    let list = selection(&["*.yml", "!secret/", "secret/keep.yml", "!/top.yml"]);
    let paths = [
        "a.yml",
        "secret/a.yml",
        "x/secret/y/a.yml",
        "secret/keep.yml",
        "x/secret/keep.yml",
        "top.yml",
        "x/top.yml",
        "a.json",
    ];
    assert_eq!(taken(&list, &paths), ["a.yml", "secret/keep.yml", "x/top.yml"]);
    // The same patterns in another order take something else.
    assert_eq!(taken(&selection(&["!secret/", "*.yml"]), &["secret/a.yml"]), ["secret/a.yml"]);
}

#[test]
fn patterns_follow_gitignore() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("name", &["name", "a/name", "name/x", "a/name/b/x"], &["names", "a/rename"]),
        ("name/", &["name/x", "a/name/x"], &["name", "a/name"]),
        ("/name", &["name", "name/x"], &["a/name"]),
        ("a/b", &["a/b", "a/b/c"], &["x/a/b", "a/bc"]),
        ("a/**", &["a/b", "a/b/c"], &["a", "x/a/b"]),
        ("**/a/*.x", &["a/1.x", "z/a/1.x"], &["a/b/1.x", "1.x"]),
        ("a/**/z", &["a/z", "a/b/z", "a/b/c/z"], &["a/bz", "z"]),
        ("/*.x", &["1.x"], &["a/1.x"]),
        ("*.x", &["1.x", ".x", "a/1.x", "1.x/y"], &["1.xx", "x"]),
        ("a*z", &["az", "abz", "q/az"], &["a", "abzq"]),
        ("a?c", &["abc", "q/abc"], &["ac", "a/c"]),
        ("[ab].c", &["a.c", "b.c"], &["c.c"]),
        ("\\#x", &["#x"], &["x"]),
        ("\\!x", &["!x"], &["x"]),
        ("**", &["a", "a/b"], &[]),
    ];
    for (pattern, inside, outside) in cases {
        assert_eq!(taken(&selection(&[pattern]), inside), *inside, "{pattern} takes");
        assert_eq!(taken(&selection(&[pattern]), outside), Vec::<&str>::new(), "{pattern} leaves out");
    }
}

#[test]
fn a_list_can_extend_the_shipped_one() {
    let list = selection(&["<shipped>", "*.lua", "!generated/"]);
    let paths = ["a.yml", "a.lua", "generated/a.yml", "a.txt", "golden.toml"];
    assert_eq!(taken(&list, &paths), ["a.yml", "a.lua"]);
}

#[test]
fn our_own_files_are_left_out_of_every_list() {
    assert_eq!(taken(&selection(&["**"]), &["golden.toml", "config_data/x.json", "golden.tom"]), ["golden.tom"]);
}

#[test]
fn a_bad_pattern_is_refused_by_name() {
    let refused = |pattern: &str| Selection::new(&[pattern.to_owned()]).unwrap_err();
    let because = |pattern: &str, reason: &str| PatternError { pattern: pattern.to_owned(), reason: reason.to_owned() };
    assert_eq!(refused(""), because("", "it matches nothing because it is empty"));
    assert_eq!(refused("!/"), because("!/", "it matches nothing because it is empty"));
    assert_eq!(refused("# x"), because("# x", "it is a comment; write '\\#' for a name that starts with '#'"));
    let doubled = "it starts with '!!'; write one '!', or '\\!' for a name that starts with '!'";
    assert_eq!(refused("!!x"), because("!!x", doubled));
    assert_eq!(refused("a{b").pattern, "a{b");
    assert_eq!(refused("x[z-a]").to_string(), "file pattern \"x[z-a]\" cannot be used: invalid range; 'z' > 'a'");
}

#[test]
fn a_scope_adds_paths_and_the_environment() {
    let all = Scope::new(Selection::shipped());
    assert!(all.contains("a.yml") && !all.contains("a.rs"));
    let below = all.clone().below(&["./svc/".to_owned(), "one.yml".to_owned()]);
    let paths = ["svc/a.yml", "svc/x/a.yml", "svc2/a.yml", "one.yml", "two.yml", "svc/a.rs"];
    assert_eq!(paths.map(|path| below.contains(path)), [true, true, false, true, false, false]);
    assert!(all.clone().below(&["x".to_owned(), ".".to_owned()]).contains("y/a.yml"));
    let production = below.of_environment(Environments::shipped(), "production").unwrap();
    let paths =
        ["svc/a.yml", "svc/prod/a.yml", "svc/dev/a.yml", "svc/a-staging.yml", "svc/dev/a-prod.yml", "prod/a.yml"];
    assert_eq!(paths.map(|path| production.contains(path)), [true, true, false, false, true, false]);
    assert!(all.of_environment(Environments::shipped(), "elsewhere").is_none());
    assert!(Scope::everything().contains("anything") && !Scope::everything().contains(".git/x.yml"));
}

#[test]
fn a_walk_and_a_single_question_agree() {
    let scope = Scope::new(selection(&["<shipped>", "!a/skip/", "a/skip/in.yml"]))
        .below(&["a".to_owned()])
        .of_environment(Environments::shipped(), "staging")
        .unwrap();
    for path in ["a/skip/in.yml", "a/skip/out.yml", "a/config/test/x.yml", "a/stg/x.yml", "b/x.yml", "a/x-prod.yml"] {
        let mut place = Some(Default::default());
        for (end, _) in path.match_indices('/') {
            place = place.and_then(|place| scope.enter(place, &path[..end]));
        }
        assert_eq!(place.is_some_and(|place| scope.holds(place, path)), scope.contains(path), "{path}");
    }
}

#[test]
fn what_cannot_be_looked_into_is_in_scope_unless_left_out() {
    let opaque = |scope: &Scope, path: &str| scope.holds_opaque(Default::default(), path);
    let scope = Scope::new(selection(&["*.yml", "!vendor/"]));
    assert!(opaque(&scope, "module"));
    assert!(!opaque(&scope, "vendor"));
    assert!(opaque(&scope.clone().below(&["module/svc".to_owned()]), "module"));
    assert!(!opaque(&scope.below(&["svc".to_owned()]), "module"));
}
