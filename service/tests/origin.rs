//! The URL of a repository is told without its credentials.
#![allow(clippy::unwrap_used)]

#[path = "fixture/repository.rs"]
mod repository;

use repository::Fixture;
use service::source::{mask_urls, repo_url};

#[test]
fn credentials_never_leave_a_url() {
    let cases = [
        ("https://git.svc.example/team/repo.git", "https://git.svc.example/team/repo.git"),
        ("https://user:s3cret@git.svc.example/team/repo.git", "https://git.svc.example/team/repo.git"),
        ("https://s3cret@git.svc.example/repo", "https://git.svc.example/repo"),
        ("https://user:p@s3cret@git.svc.example:8443/repo", "https://git.svc.example:8443/repo"),
        ("https://user:s3/cret@git.svc.example/repo", "https://git.svc.example/repo"),
        ("https://git.svc.example/repo?access_token=s3cret#s3cret", "https://git.svc.example/repo"),
        ("https://git.svc.example:8443/@scope/repo", "https://git.svc.example:8443/@scope/repo"),
        ("ssh://git@git.svc.example:22/repo", "ssh://git.svc.example:22/repo"),
        ("git@git.svc.example:team/repo.git", "git.svc.example:team/repo.git"),
        ("/srv/a@b/repo.git", "/srv/a@b/repo.git"),
    ];
    let fixture = Fixture::new();
    assert_eq!(repo_url(&fixture.repo), None);
    for (url, masked) in cases {
        fixture.repo.remote("origin", url).unwrap();
        assert_eq!(repo_url(&fixture.repo).as_deref(), Some(masked));
        fixture.repo.remote_delete("origin").unwrap();
    }
    fixture.repo.remote("upstream", "https://a:b@git.svc.example/up").unwrap();
    assert_eq!(repo_url(&fixture.repo).as_deref(), Some("https://git.svc.example/up"));
}

#[test]
fn urls_inside_a_text_are_masked() {
    let text = "fatal: unable to access 'https://user:s3cret@git.svc.example/repo/': refused\nsee ssh://me@svc.example/x and :// y";
    let masked = "fatal: unable to access 'https://git.svc.example/repo/': refused\nsee ssh://svc.example/x and :// y";
    assert_eq!(mask_urls(text), masked);
    assert_eq!(mask_urls("no url, a@b:c"), "no url, a@b:c");
}
