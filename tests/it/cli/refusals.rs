//! What could not be told or done exits 2, says what, which and why, and leaves nothing behind.

use sea_orm::ConnectionTrait;

use super::{Golden, Repo, SHOP};
use crate::harness::Fresh;

const VALIDATE: &str = "validate --service shop --environment production";

both_backends!(without_a_golden_branch_nothing_is_certified_silently, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run(VALIDATE).fails(
        2,
        "error: no golden branch is active for shop in production\n  \
         remedy: certify one with `golden certify --service shop --environment production --initial HEAD --by NAME --reason TEXT`, \
         or rebuild the records of a repository that has golden branches with `golden branches adopt`\n",
    );
    assert_eq!(golden.run("branches list --format json").json(0)["branches"], serde_json::json!([]));
    assert_eq!(golden.run("runs list --format json").json(0)["runs"], serde_json::json!([]));
    assert!(repo.branches("golden/").is_empty());
});

both_backends!(what_is_no_repository_or_holds_no_such_revision_is_refused, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test).place(&repo.beside("plain"), "<plain>");
    golden.certify_initial("production", "HEAD");
    std::fs::create_dir(repo.beside("plain")).unwrap();
    let plain = repo.beside("plain").display().to_string();
    golden.run(&format!("{VALIDATE} --repo {plain}")).fails(2, "error: <plain> is not in a git repository\n  remedy: run inside of a git repository, or name one with --repo\n");
    golden.run(&format!("{VALIDATE} --candidate nowhere")).fails(
        2,
        "error: revision \"nowhere\" does not exist in the git repository at <folder>/: revspec 'nowhere' not found\n  \
         remedy: name a branch, tag or commit that `git rev-parse --verify` knows, or fetch it\n",
    );
    assert_eq!(golden.run("runs list --format json").json(0)["runs"], serde_json::json!([]));
    let empty = Repo::empty();
    let golden = Golden::on(&empty, &test);
    golden.run("certify --service other --environment prod --initial HEAD --by ann --reason first").fails(
        2,
        "error: the git repository at <folder>/ is empty: it has no commit\n  remedy: commit the configuration first\n",
    );
});

const ONE: &str =
    "[[service]]\nname = \"shop\"\n[environment.production]\ntier = \"production\"\naliases = [\"blue\"]\n";

both_backends!(unknown_names_are_refused, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    golden.run("validate --service shop --environment qa").fails(
        2,
        "error: unknown environment \"qa\"; known are production, staging, development\n  \
         remedy: add an [environment.NAME] to golden.toml, or use a name or alias that it has\n",
    );
    golden.run("validate --service ../shop --environment prod").fails(
        2,
        "error: \"../shop\" is no service name: it is made of a-z, 0-9, '.', '_' and '-', starts with a letter or digit, \
         holds no '..' or '.lock' at the end, and has at most 200 bytes\n",
    );
    repo.write("golden.toml", ONE);
    golden.run("validate --service cart --environment prod").fails(
        2,
        "error: unknown service \"cart\"; golden.toml names shop\n  \
         remedy: add a [[service]] to golden.toml, or use a name that it has\n",
    );
    golden.run("validate --service shop --environment staging").fails(
        2,
        "error: unknown environment \"staging\"; known are production\n  \
         remedy: add an [environment.NAME] to golden.toml, or use a name or alias that it has\n",
    );
    let told = golden.run("validate --service shop --environment blue");
    assert!(told.stderr.starts_with("error: no golden branch is active for shop in production\n"), "{told}");
});

#[test]
fn a_database_that_is_down_is_told_without_its_credentials() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    // Bound and let go: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let golden =
        Golden::at(&repo.path()).variable("DATABASE_URL", &format!("postgres://ann:hunter22@127.0.0.1:{port}/golden"));
    let told = golden.run(VALIDATE);
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
    assert!(told.stderr.contains(&format!("postgres://127.0.0.1:{port}/golden")), "{told}");
    assert!(!told.stderr.contains("hunter22"), "{told}");
    for url in [
        format!("postgres:/ann:hunter22@127.0.0.1:{port}/golden"),
        format!("postgres://ann@127.0.0.1:{port}/golden?sslpassword=hunter22"),
    ] {
        let golden = Golden::at(&repo.path()).variable("DATABASE_URL", &url);
        for command in [VALIDATE, "db status", "db migrate"] {
            let told = golden.run(command);
            assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
            assert!(!told.stderr.contains("hunter22"), "{told}");
        }
    }
}

#[test]
fn a_place_that_cannot_hold_a_database_is_named() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    std::fs::write(repo.beside("file"), "no folder").unwrap();
    let below = repo.beside("file").join("deep/golden.db");
    let golden = Golden::at(&repo.path()).place(&repo.beside(""), "<beside>/");
    let told = golden.run(&format!("{VALIDATE} --database-url sqlite://{}", below.display()));
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
    assert!(told.stderr.contains("<beside>/file/deep"), "{told}");
    let told = golden.run(&format!("{VALIDATE} --database-url sqlite://{}", repo.beside("file").display()));
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
    assert!(told.stderr.contains("<beside>/file"), "{told}");
    assert_eq!(std::fs::read_to_string(repo.beside("file")).unwrap(), "no folder", "it is not written");
    golden.run(&format!("{VALIDATE} --database-url mysql://db.example/golden")).exits_only(2);
}

both_backends!(a_database_that_is_ahead_is_never_written, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let later = "insert into seaql_migrations (version, applied_at) values ('m20991231_000001_later', 1)";
    test.db.writer().execute_unprepared(later).await.unwrap();
    for line in [
        VALIDATE,
        "certify --service shop --environment prod --initial HEAD --by ann --reason first",
        "db migrate",
        "db status",
    ] {
        let told = golden.run(line);
        assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
        assert!(
            told.stderr.ends_with(
                "is ahead of this build, which does not know m20991231_000001_later: use the newer `golden`\n"
            ),
            "{told}"
        );
    }
    assert!(repo.branches("golden/").is_empty());
    test.db.writer().execute_unprepared("delete from seaql_migrations where applied_at = 1").await.unwrap();
    assert_eq!(golden.run("branches list --format json").json(0)["branches"], serde_json::json!([]));
});

both_backends!(a_database_that_is_behind_names_the_command_and_obeys_auto_migrate, Fresh::Empty, async |test| {
    use migration::{Migrator, MigratorTrait};
    let known = service::schema::known();
    Migrator::up(test.db.writer(), Some(u32::try_from(known.len() - 1).unwrap())).await.unwrap();
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let certify = "certify --service shop --environment prod --initial HEAD --by ann --reason first";
    for line in [VALIDATE, certify, "runs list"] {
        let told = golden.run(line);
        assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{told}");
        assert!(
            told.stderr.ends_with(&format!(
                "is behind by 1 migrations ({}): run `golden db migrate`\n",
                known.last().unwrap()
            )),
            "{told}"
        );
    }
    assert!(repo.branches("golden/").is_empty());
    repo.write("golden.toml", "[database]\nauto_migrate = \"always\"\n");
    golden.run(certify).exits(0);
    assert_eq!(golden.run("db status --format json").json(0)["state"], "up_to_date");
});

#[test]
fn bad_arguments_exit_2() {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::at(&repo.path());
    for line in [
        "",
        "frobnicate",
        "validate",
        "validate --service shop",
        "validate --all --service shop --environment prod",
        "validate --all --golden HEAD",
        "validate --service shop --environment prod --format yaml",
        "validate --service shop --environment prod --fail-on low",
        "validate --service shop --environment prod --evidence tests",
        "certify --service shop --environment prod --by ann --reason first",
        "certify --service shop --environment prod --initial HEAD --run abc --by ann --reason first",
        "certify --service shop --environment prod --initial HEAD --all --by ann --reason first",
        "certify --service shop --environment prod --run abc --by ann --reason first",
        "certify --service shop --environment prod --run abc --all --accept d --by ann --reason first",
        "certify --service shop --environment prod --initial HEAD --by ann",
        "revoke --service shop --environment prod --by ann",
        "runs list --limit 0",
        "runs list --after nonsense",
        "schema golden.nothing/1",
        "diff one",
        "diff golden.toml .",
    ] {
        golden.run(line).exits_only(2);
    }
    golden
        .args(&[
            "certify",
            "--service",
            "shop",
            "--environment",
            "prod",
            "--initial",
            "HEAD",
            "--by",
            " ",
            "--reason",
            "x",
        ])
        .fails(2, "error: a certification and a revocation need a name and a reason; neither may be empty\n");
    assert!(repo.branches("golden/").is_empty());
}
