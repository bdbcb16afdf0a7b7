//! Reading golden refs back: a repository alone is enough to know every golden version and who certified it.

use std::collections::BTreeMap;

use chrono::DateTime;
use drift::environment::valid_service_name;
use drift::select::Scope;
use git2::{Oid, Repository};

use super::{GoldenRecord, GoldenRefError, refuse, trailer};
use crate::source::list_commit;

/// The golden refs of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Those that say all there is to know, oldest first.
    pub records: Vec<GoldenRecord>,
    /// Those that do not, and why.
    pub refused: Vec<Refused>,
}

/// A ref in the place of golden branches that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The full ref.
    pub reference: String,
    /// One clause in lower case.
    pub reason: String,
}

/// Reads all golden refs, local ones and those of remotes. A branch that several hold is read once; where they disagree,
/// the local one counts and the others are refused.
pub fn read_all(repo: &Repository) -> Result<Found, GoldenRefError> {
    let mut found = Found::default();
    let mut seen: BTreeMap<String, Oid> = BTreeMap::new();
    for (reference, branch) in golden_references(repo)? {
        let commit = match repo.refname_to_id(&reference) {
            Ok(commit) => commit,
            Err(error) => {
                found.refused.push(Refused { reference, reason: error.message().to_owned() });
                continue;
            }
        };
        match seen.get(&branch) {
            Some(known) if *known == commit => continue,
            Some(known) => {
                let reason = format!("it is at commit {commit}, but the same branch is known at {known}");
                found.refused.push(Refused { reference, reason });
                continue;
            }
            None => _ = seen.insert(branch.clone(), commit),
        }
        match record(repo, branch, commit) {
            Ok(record) => found.records.push(record),
            Err(reason) => found.refused.push(Refused { reference, reason }),
        }
    }
    found.records.sort_by(|one, other| (one.created_at, &one.branch_name).cmp(&(other.created_at, &other.branch_name)));
    Ok(found)
}

/// Full names of golden refs with their branch names, local ones first.
fn golden_references(repo: &Repository) -> Result<Vec<(String, String)>, GoldenRefError> {
    let refuse = refuse("read the refs of", &repo.path().to_string_lossy());
    let mut names = Vec::new();
    for reference in repo.references().map_err(&refuse)? {
        let reference = reference.map_err(&refuse)?;
        // Golden names are ASCII, so a ref that is not UTF-8 is none of ours.
        let Ok(full) = reference.name() else { continue };
        let local = full.strip_prefix("refs/heads/");
        let remote = || {
            full.strip_prefix("refs/remotes/").and_then(|rest| rest.find("/golden/").and_then(|at| rest.get(at + 1..)))
        };
        if let Some(branch) = local.or_else(remote).filter(|branch| branch.starts_with("golden/")) {
            names.push((full.to_owned(), branch.to_owned()));
        }
    }
    names.sort();
    Ok(names)
}

fn record(repo: &Repository, branch_name: String, commit: Oid) -> Result<GoldenRecord, String> {
    let say = |error: git2::Error| error.message().to_owned();
    let found = repo.find_commit(commit).map_err(say)?;
    let (service, environment, event) = trailer::parse(found.message().map_err(|_| "its message is not UTF-8")?)?;
    let expected = format!("golden/{service}/{environment}/");
    if !valid_service_name(&service) || !valid_service_name(&environment) || !branch_name.starts_with(&expected) {
        return Err(format!("its trailers name service {service:?} and environment {environment:?}"));
    }
    Ok(GoldenRecord {
        branch_name,
        commit_id: commit.to_string(),
        parent: found.parent_ids().next().map(|parent| parent.to_string()),
        service,
        environment,
        created_at: DateTime::from_timestamp(found.time().seconds(), 0).ok_or("its time is out of range")?,
        tree_digest: list_commit(repo, commit, &Scope::everything()).map_err(|error| error.to_string())?.digest(),
        event,
    })
}
