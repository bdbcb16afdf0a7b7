//! The dialog of a certification and the page of a golden branch: signed by who is signed in, protected by a token.

use entity::api_tokens::Scope;
use reqwest::Method;

use super::Server;
use super::server::{Reply, limits, send};
use super::sessions::{form, signed_in};
use crate::cli::{Repo, SHOP};

const HIGH: &str = "logging:\n  level: WARN\nserver:\n  port: 8080\n  tls: false\n";

struct Person {
    server: Server,
    cookie: String,
    form_token: String,
    run: String,
}

impl Person {
    async fn get(&self, path: &str) -> Reply {
        send(self.server.request(Method::GET, path).header("cookie", &self.cookie)).await
    }

    async fn post(&self, path: &str, fields: &str) -> Reply {
        form(&self.server, path, &format!("form_token={}&{fields}", self.form_token), &self.cookie).await
    }
}

/// Somebody with these scopes who looks at a blocked run.
async fn person(mut server: Server, scopes: &[Scope]) -> Person {
    server.change(HIGH);
    let token = server.token("ann", &[Scope::Read, Scope::Run]).await;
    server.as_token(&token);
    let run = server.started().await;
    assert_eq!(server.ended(&run).await["decision"], "BLOCK_MERGE");
    let secret = server.token("release", scopes).await;
    // Known by the cookie alone from now on.
    server.as_nobody();
    let (cookie, form_token) = signed_in(&server, &secret).await;
    Person { server, cookie, form_token, run }
}

both_backends!(a_blocked_run_is_certified_and_revoked_on_pages, async |test| {
    let person = person(Server::start(&test).await, &[Scope::Read, Scope::Certify]).await;
    let run = format!("/runs/{}", person.run);
    let certify = format!("{run}/certify");
    let dialog = person.get(&format!("{certify}?file=app-prod.yml")).await;
    assert_eq!(dialog.status, 200, "{dialog:?}");
    for told in ["Becomes golden", "Stays as certified", "api:release", "Certify 1 file"] {
        assert!(dialog.text.contains(told), "{told}: {}", dialog.text);
    }
    assert!(!dialog.text.contains("name=\"override\""), "each blocking delta is named");
    let forged = form(&person.server, &certify, "form_token=x&file=app-prod.yml&reason=r", &person.cookie).await;
    forged.problem(403, "form-token");
    let silent = person.post(&certify, "file=app-prod.yml&reason=+").await;
    assert!(silent.status == 422 && silent.text.contains("role=\"alert\""), "{silent:?}");
    let made = person.post(&certify, "file=app-prod.yml&reason=agreed+in+CHG-7").await;
    assert_eq!(made.status, 303, "{made:?}");
    let branch = made.header("location").to_owned();
    assert!(branch.starts_with("/golden-branches/"), "{branch}");
    let page = person.get(&branch).await;
    for told in ["Active", "agreed in CHG-7", "api:release", "Revoke this golden branch"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(person.get(&run).await.text.contains("Certified by api:release"));
    let again = person.post(&certify, "file=app-prod.yml&reason=again").await;
    assert!(again.status == 409 && again.text.contains("no longer the active one"), "{again:?}");
    let again = person.get(&format!("{certify}?file=app-prod.yml")).await;
    let is_told = again.text.contains("no longer the active one") && !again.text.contains("name=\"reason\"");
    assert!(again.status == 200 && is_told, "nobody signs what would be refused: {}", again.text);
    let revoked = person.post(&format!("{branch}/revoke"), "reason=broke+checkout&to=").await;
    assert_eq!((revoked.status, revoked.header("location")), (303, branch.as_str()), "{revoked:?}");
    let page = person.get(&branch).await;
    assert!(page.text.contains("broke checkout") && !page.text.contains("Revoke this golden branch"), "{}", page.text);
    let twice = person.post(&format!("{branch}/revoke"), "reason=r").await;
    assert!(twice.status == 409 && twice.text.contains("is not the active one"), "{twice:?}");
});

both_backends!(the_dialog_says_what_is_refused_before_anybody_signs, async |test| {
    let person = person(Server::start(&test).await, &[Scope::Read, Scope::Certify]).await;
    let certify = format!("/runs/{}/certify", person.run);
    let nothing = person.get(&certify).await;
    assert!(
        nothing.text.contains("Nothing is ticked") && !nothing.text.contains("name=\"reason\""),
        "{}",
        nothing.text
    );
    let all = person.get(&format!("{certify}?all=1")).await;
    assert!(all.text.contains("name=\"override\""), "a blocked run as a whole needs an override: {}", all.text);
    let refused = person.post(&certify, "all=1&reason=emergency+of+today").await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.text.contains(">emergency of today</textarea>"), "the reason is kept: {}", refused.text);
    person.get(&format!("{certify}?accept=ffffffffffffffff")).await.problem(404, "not-found");
    let overridden = person.post(&certify, "all=1&override=1&reason=emergency").await;
    assert_eq!(overridden.status, 303, "{overridden:?}");
    let page = person.get(overridden.header("location")).await;
    assert!(page.text.contains("<b>Override:</b> emergency"), "{}", page.text);
});

both_backends!(a_file_is_certified_in_part_where_its_format_has_patches, async |test| {
    let beans = |value: u32| format!("<beans><first>{value}</first><second>{value}</second></beans>");
    let repo = Repo::of(&[("app-prod.yml", SHOP), ("beans-prod.xml", &beans(1))]);
    let server = Server::with(&test, limits(), repo).await;
    server.repo.write("beans-prod.xml", &beans(2));
    let person = person(server, &[Scope::Read, Scope::Certify]).await;
    let certify = format!("/runs/{}/certify", person.run);
    let deltas = person.get(&format!("/api/v1/runs/{}/deltas", person.run)).await.is(200);
    let of = |file: &str| {
        let items = deltas["items"].as_array().unwrap().iter().filter(|delta| delta["file"] == file);
        items.map(|delta| delta["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (in_yaml, in_xml) = (of("app-prod.yml"), of("beans-prod.xml"));
    assert_eq!((in_yaml.len(), in_xml.len()), (2, 2), "{deltas:#}");

    let refused = person.get(&format!("{certify}?accept={}", in_xml[0])).await;
    assert!(refused.text.contains("beans-prod.xml becomes golden as a whole, or stays"), "{}", refused.text);
    assert!(refused.text.contains("Take the whole of 1 file") && !refused.text.contains("name=\"reason\""));
    let signed = person.post(&certify, &format!("accept={}&reason=r", in_xml[0])).await;
    assert!(signed.status == 409 && signed.text.contains("cannot be taken without the others"), "{signed:?}");
    let whole = person.get(&format!("{certify}?accept={}&file=beans-prod.xml", in_xml[0])).await;
    assert!(whole.text.contains("Certify 1 file") && !whole.text.contains("in part"), "{}", whole.text);

    let some = person.get(&format!("{certify}?accept={}", in_yaml[0])).await;
    assert_eq!(some.text.matches("in part").count(), 2, "on both sides: {}", some.text);
    let made = person.post(&certify, &format!("accept={}&reason=the+first", in_yaml[0])).await;
    assert_eq!(made.status, 303, "{made:?}");
    let mut server = person.server;
    let token = server.token("bob", &[Scope::Read, Scope::Run]).await;
    server.as_token(&token);
    let rest = server.started().await;
    server.ended(&rest).await;
    let left = server.get(&format!("/api/v1/runs/{rest}/deltas")).await.is(200);
    let left: Vec<&str> = left["items"].as_array().unwrap().iter().map(|delta| delta["id"].as_str().unwrap()).collect();
    assert_eq!(left.len(), 3, "all but the certified one: {left:?}");
    assert!(!left.contains(&in_yaml[0].as_str()));
});

both_backends!(who_may_only_read_sees_no_way_to_certify, async |test| {
    let person = person(Server::start(&test).await, &[Scope::Read]).await;
    let page = person.get(&format!("/runs/{}", person.run)).await;
    assert!(page.status == 200 && !page.text.contains("name=\"accept\"") && !page.text.contains("Certify"), "{page:?}");
    let certify = format!("/runs/{}/certify", person.run);
    person.get(&certify).await.problem(403, "scope");
    person.post(&certify, "all=1&reason=r").await.problem(403, "scope");
});
