//! Repositories: only those that may be read are opened, wherever git would look for them.

use service::catalog::Catalog;
use service::error::{Refusal, ServiceError};

use super::server::catalog;
use crate::cli::{Repo, SHOP};

#[test]
fn a_folder_of_a_repository_that_lies_elsewhere_is_refused() {
    let repo = Repo::of(&[("configs/app-prod.yml", SHOP)]);
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join(".git"), format!("gitdir: {}\n", repo.path().join(".git").display())).unwrap();
    let allowing = |folder: std::path::PathBuf| Catalog { repositories: vec![folder], ..catalog(&repo) };
    let refused = |catalog: Catalog, folder: &std::path::Path| {
        matches!(catalog.check_repository(folder), Err(ServiceError::Refused(Refusal::RepositoryNotAllowed)))
    };
    let configs = repo.path().join("configs");
    assert!(refused(allowing(configs.clone()), &configs), "its repository starts above what may be read");
    assert!(refused(allowing(outside.clone()), &outside), "its repository is a link to another place");
    assert!(!refused(allowing(repo.path()), &configs), "all of the repository may be read");
    assert!(allowing(configs.clone()).check_folder(&configs).is_ok(), "the folder itself may be read");
}
