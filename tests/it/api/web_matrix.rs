//! The page of a matrix: the environments of a service side by side, from a revision and from nothing else.

use super::Server;
use super::server::limits;
use crate::cli::Repo;

const STAGING: &str =
    "db:\n  host: db-staging.svc.example\n  pool: 5\n  password: first-canary-1\nport: 8080\nonly: here\n";
const PRODUCTION: &str = "db:\n  host: db-prod.svc.example\n  pool: 20\n  password: other-canary-2\nport: 8080\n";

/// The keys that a page shows, in order.
fn keys(page: &str) -> Vec<&str> {
    let rows = page.split("<th scope=\"row\"><code>").skip(1);
    rows.map(|row| row.split_once("</code>").unwrap().0).collect()
}

both_backends!(environments_stand_side_by_side, async |test| {
    let files = [("app.yml", "a: 1\n"), ("app-staging.yml", STAGING), ("app-prod.yml", PRODUCTION)];
    let server = Server::with(&test, limits(), Repo::of(&files)).await;
    let matrix = "/services/shop/matrix";
    let two = format!("{matrix}?environment=prod&environment=stage");
    let page = server.get(&two).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(keys(&page.text), ["db.host", "db.pool", "db.password", "only"]);
    for told in ["<code title=\"app-prod.yml:3\">20</code>", "<code title=\"app-staging.yml:3\">5</code>", ">missing<"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(page.text.contains("1 file of an environment’s own") && page.text.contains("1 file shared by all"));
    assert!(page.text.contains("secret, masked") && !page.text.contains("canary"), "{}", page.text);
    for (state, expected) in
        [("differs", vec!["db.pool", "db.password"]), ("own-name", vec!["db.host"]), ("present", vec!["port"])]
    {
        assert_eq!(keys(&server.get(&format!("{two}&state={state}")).await.text), expected, "{state}");
    }
    let all = server.get(matrix).await;
    assert!(all.text.contains("<th scope=\"col\">development</th>"), "without a choice all are meant: {}", all.text);
});

both_backends!(nothing_but_a_revision_of_the_repository_is_read, async |test| {
    let server = Server::start(&test).await;
    let matrix = "/services/shop/matrix";
    server.repo.write("kept/app-prod.yml", "folder: canary\n");
    let folder = server.repo.path().join("kept").display().to_string();
    for (choice, told) in [
        ("?environment=production".to_owned(), "choose at least two"),
        ("?at=nowhere".to_owned(), "nowhere"),
        (format!("?at={folder}"), "kept"),
        ("?at=./kept".to_owned(), "kept"),
    ] {
        let page = server.get(&format!("{matrix}{choice}")).await;
        assert_eq!(page.status, 422, "{choice}: {page:?}");
        assert!(page.text.contains("role=\"alert\"") && page.text.contains(told), "{choice}: {}", page.text);
        assert!(!page.text.contains("canary"), "{choice}: {}", page.text);
    }
    server.get(&format!("{matrix}?environment=moon")).await.problem(404, "not-found");
    server.get(&format!("{matrix}?state=odd")).await.problem(400, "bad-query");
    server.get(&format!("{matrix}?folder=kept")).await.problem(400, "bad-query");
    server.get("/services/none/matrix").await.problem(404, "not-found");
});
