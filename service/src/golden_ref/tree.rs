//! The tree of a golden commit, built from files of any side.

use git2::{ObjectType, Oid, Repository};

use super::{Content, GoldenRefError, refuse};
use crate::source::{Contents, File, FileKind, Listing, Unreadable};

/// Writes the blobs that the repository lacks and the trees; gives the tree and the digest of the files.
pub(super) fn write(repo: &Repository, files: &[Content<'_>]) -> Result<(Oid, String), GoldenRefError> {
    for content in files {
        store(repo, content)?;
    }
    let listing = Listing::of(files.iter().map(|content| content.file.clone()).collect());
    let entries: Vec<_> = listing.files().iter().map(AsRef::as_ref).collect();
    let tree = folder(repo, &entries, 0)?;
    Ok((tree, listing.digest()))
}

/// Puts the content of a file into the repository. An id that is there already needs no reading: it names its bytes.
fn store(repo: &Repository, content: &Content<'_>) -> Result<(), GoldenRefError> {
    let Content { source, file } = *content;
    let refuse_file = |reason: &str| Unreadable { path: file.path.to_string(), reason: reason.to_owned() };
    if let Some(reason) = file.unreadable() {
        return Err(refuse_file(reason).into());
    }
    let objects = repo.odb().map_err(refuse("open the objects of", &repo.path().to_string_lossy()))?;
    if file.kind == FileKind::Submodule || objects.exists(file.id) {
        return Ok(());
    }
    let bytes = match source.read(file, u64::MAX)? {
        Contents::Bytes(bytes) | Contents::Symlink(bytes) => bytes,
        Contents::TooLarge(_) | Contents::Submodule(_) => {
            return Err(refuse_file("it has no content to certify").into());
        }
    };
    let id = objects.write(ObjectType::Blob, &bytes).map_err(refuse("store", &file.path))?;
    if id == file.id { Ok(()) } else { Err(refuse_file("it changed since it was compared").into()) }
}

/// Writes the tree of a folder whose path takes `depth` bytes of every path; the files are sorted by path.
fn folder(repo: &Repository, files: &[&File], depth: usize) -> Result<Oid, GoldenRefError> {
    let mut builder = repo.treebuilder(None).map_err(refuse("write a tree to", &repo.path().to_string_lossy()))?;
    let name_of = |file: &File| {
        let rest = file.raw_path().get(depth..).unwrap_or_default();
        rest.split(|byte| *byte == b'/').next().unwrap_or_default().to_vec()
    };
    for group in files.chunk_by(|one, other| name_of(one) == name_of(other)) {
        let Some(file) = group.first() else { continue };
        let name = name_of(file);
        let is_leaf = |file: &&File| file.raw_path().len() == depth + name.len();
        let is_known = builder.get(name.as_slice()).map_err(refuse("look up", &file.path))?.is_some();
        if is_known || (group.len() > 1 && group.iter().any(is_leaf)) {
            return Err(GoldenRefError::Conflict { path: file.path.to_string() });
        }
        let (id, mode) = if is_leaf(file) {
            (file.id, file.kind.mode())
        } else {
            (folder(repo, group, depth + name.len() + 1)?, 0o040_000)
        };
        builder.insert(name, id, mode).map_err(refuse("add to the golden tree", &file.path))?;
    }
    builder.write().map_err(refuse("write a tree to", &repo.path().to_string_lossy()))
}
