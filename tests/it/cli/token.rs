//! `golden token`: shown once, listed without what it is, revoked for good.

use service::token;

use super::{Golden, Repo, SHOP};

both_backends!(a_token_is_shown_once_and_revoked_for_good, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    assert_eq!(golden.run("token list").code, Some(0));
    golden.run("token create --name ci").exits_only(2);
    golden.run("token create --name ci --scope fly").exits_only(2);
    golden.run("token create --name ci --scope read --days 367").exits_only(2);
    let made = golden.run("token create --name ci --scope run --scope read --days 7 --format json").json(0);
    let secret = made["token"].as_str().unwrap();
    assert!(secret.len() == 68 && secret.starts_with("gct_"), "{secret}");
    assert_eq!(made["scopes"], serde_json::json!(["read", "run"]));
    let now = chrono::Utc::now();
    assert!(token::find_valid(test.db.reader(), secret, now).await.unwrap().is_some());
    let listed = golden.run("token list --format json");
    assert!(!listed.raw.contains(secret) && !listed.raw.contains(&service::secret_text::digest(secret)), "{listed}");
    assert_eq!(listed.json(0)["tokens"].as_array().unwrap().len(), 1);
    let id = made["id"].as_str().unwrap();
    golden.run(&format!("token revoke {id}")).exits(0);
    assert!(token::find_valid(test.db.reader(), secret, now).await.unwrap().is_none());
    golden.run(&format!("token revoke {id}")).exits_only(2);
    golden.run("token revoke 00000000-0000-0000-0000-000000000000").exits_only(2);
});

both_backends!(a_name_belongs_to_one_valid_token, async |test| {
    let repo = Repo::of(&[("app-prod.yml", SHOP)]);
    let golden = Golden::on(&repo, &test);
    let made = golden.run("token create --name ci --scope run --format json").json(0);
    golden.run("token create --name ci --scope read").fails(
        1,
        "error: a valid token is named \"ci\" already; what is done with a token is signed with its name\n  \
         remedy: take another name, or revoke that token first with `golden token revoke`\n",
    );
    golden.run(&format!("token revoke {}", made["id"].as_str().unwrap())).exits(0);
    golden.run("token create --name ci --scope read").exits(0);
});
