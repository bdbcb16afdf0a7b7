//! Listing and reading a directory: nothing is followed, and what is read must be what was listed.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::io::Read as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use drift::select::{Place, Scope};
use git2::{ObjectType, Oid};

use super::error::SourceError;
use super::file::{Body, Contents, File, FileKind, PathBuffer};
use super::listing::Listing;
use super::{MOST_ENTRIES, MOST_FOLDERS_DEEP};

/// The files of a directory that are in scope. Symbolic links are entries and never followed, so there are no loops.
pub(super) fn list(root: &Path, scope: &Scope) -> Result<Listing, SourceError> {
    let refuse = |error: std::io::Error| SourceError::Directory { path: root.to_owned(), reason: error.to_string() };
    let entries = fs::read_dir(root).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(refuse)?;
    let mut walk = Walk { scope, files: Vec::new(), path: PathBuffer::default(), budget: MOST_ENTRIES };
    walk.folder(&entries, Place::default(), 0)?;
    Ok(Listing::of(walk.files))
}

struct Walk<'a> {
    scope: &'a Scope,
    files: Vec<File>,
    path: PathBuffer,
    budget: u64,
}

impl Walk<'_> {
    fn folder(&mut self, entries: &[DirEntry], place: Place, depth: usize) -> Result<(), SourceError> {
        for entry in entries {
            self.budget = self.budget.checked_sub(1).ok_or(SourceError::TooManyEntries { limit: MOST_ENTRIES })?;
            let mark = self.path.push(entry.file_name().as_bytes());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.subfolder(&entry.path(), place, depth + 1)?,
                _ if !self.scope.holds(place, &self.path.shown) => {}
                _ => self.files.push(entry_at(&entry.path(), &self.path)),
            }
            self.path.pop(&mark);
        }
        Ok(())
    }

    fn subfolder(&mut self, folder: &Path, above: Place, depth: usize) -> Result<(), SourceError> {
        let Some(place) = self.scope.enter(above, &self.path.shown) else {
            return Ok(());
        };
        let entries = match depth {
            0..=MOST_FOLDERS_DEEP => fs::read_dir(folder)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| format!("the folder cannot be listed: {error}")),
            _ => Err(format!("it is nested deeper than {MOST_FOLDERS_DEEP} folders")),
        };
        match entries {
            Ok(entries) => self.folder(&entries, place, depth)?,
            Err(reason) if self.scope.holds_opaque(above, &self.path.shown) => {
                self.files.push(File::broken(&self.path, &reason));
            }
            Err(_) => {}
        }
        Ok(())
    }
}

/// The entry for what stands at a place on the disk, hashed as git would.
pub(super) fn entry_at(place: &Path, path: &PathBuffer) -> File {
    match identify(place) {
        Ok((id, kind, size)) => {
            let mut file = File::new(path, id, kind, Body::Disk);
            file.size = Some(size);
            file
        }
        Err(reason) => File::broken(path, &reason),
    }
}

fn identify(place: &Path) -> Result<(Oid, FileKind, u64), String> {
    let metadata = fs::symlink_metadata(place).map_err(|error| error.to_string())?;
    let kind = kind_of(&metadata)?;
    let id = match kind {
        FileKind::Symlink => Oid::hash_object(ObjectType::Blob, &link_target(place)?),
        _ => Oid::hash_file(ObjectType::Blob, place),
    };
    Ok((id.map_err(|error| error.message().to_owned())?, kind, metadata.len()))
}

/// A pipe, socket or device is refused before it is opened: opening it could wait for ever.
fn kind_of(metadata: &Metadata) -> Result<FileKind, String> {
    let kind = metadata.file_type();
    if kind.is_symlink() {
        Ok(FileKind::Symlink)
    } else if !kind.is_file() {
        Err("it is neither a file nor a link".to_owned())
    } else if metadata.permissions().mode() & 0o100 == 0 {
        Ok(FileKind::Regular)
    } else {
        Ok(FileKind::Executable)
    }
}

fn link_target(place: &Path) -> Result<Vec<u8>, String> {
    fs::read_link(place).map(|target| target.into_os_string().into_vec()).map_err(|error| error.to_string())
}

/// The contents of a listed file; content that changed since it was listed is refused.
pub(super) fn read(root: &Path, file: &File, limit: u64) -> Result<Contents, String> {
    let place: PathBuf = root.join(OsStr::from_bytes(file.raw_path()));
    let metadata = fs::symlink_metadata(&place).map_err(|error| error.to_string())?;
    let is_link = kind_of(&metadata)? == FileKind::Symlink;
    if metadata.len() > limit {
        return Ok(Contents::TooLarge(metadata.len()));
    }
    let bytes = if is_link { link_target(&place)? } else { read_at_most(&place, limit)? };
    let id = Oid::hash_object(ObjectType::Blob, &bytes).map_err(|error| error.message().to_owned())?;
    if id != file.id || is_link != (file.kind == FileKind::Symlink) {
        return Err("it changed since it was listed".to_owned());
    }
    Ok(if is_link { Contents::Symlink(bytes) } else { Contents::Bytes(bytes) })
}

fn read_at_most(place: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(place).map_err(|error| error.to_string())?;
    // One byte over the limit is enough to see that the file grew: the id will differ.
    opened.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
