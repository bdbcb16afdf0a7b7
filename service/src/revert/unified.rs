//! Unified diffs that `git apply` takes: modes, renames and binary files included. Made in memory: nothing is stored.

use drift::change::Content;
use drift::patch::Patched;
use git2::{Delta, DiffFindOptions, DiffFormat, DiffOptions, Odb, Oid, Repository};

use crate::error::ServiceError;
use crate::golden_ref::GoldenRefError;
use crate::source::FileKind;

/// A file before and after.
pub(super) struct FilePatch {
    pub(super) before: Option<Patched>,
    pub(super) after: Option<Patched>,
}

/// A line of a diff, with its 1-based numbers on both sides.
pub(super) struct Line {
    pub(super) old_path: String,
    pub(super) new_path: String,
    pub(super) old: Option<u32>,
    pub(super) new: Option<u32>,
}

/// The diff of these files, each by itself, and the lines that it shows.
pub(super) fn unified(files: &[FilePatch]) -> Result<(Vec<u8>, Vec<Line>), ServiceError> {
    let (mut text, mut lines) = (Vec::new(), Vec::new());
    for file in files {
        let path = file.before.as_ref().or(file.after.as_ref()).map_or("", |side| side.path.as_str());
        one(file, &mut text, &mut lines).map_err(|error| {
            let reason = error.message().to_owned();
            GoldenRefError::Git { doing: "make a patch of", subject: path.to_owned(), reason }
        })?;
    }
    Ok((text, lines))
}

fn one(file: &FilePatch, text: &mut Vec<u8>, lines: &mut Vec<Line>) -> Result<(), git2::Error> {
    let objects = Odb::new()?;
    let _memory = objects.add_new_mempack_backend(1)?;
    let repo = Repository::from_odb(objects)?;
    let (before, after) = (tree(&repo, file.before.as_ref())?, tree(&repo, file.after.as_ref())?);
    let mut options = DiffOptions::new();
    options.show_binary(true).id_abbrev(40);
    let mut diff = repo.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
    diff.find_similar(Some(DiffFindOptions::new().renames(true).rename_threshold(1)))?;
    diff.print(DiffFormat::Patch, |delta, _, line| {
        if matches!(line.origin(), '+' | '-' | ' ') {
            text.push(u8::try_from(line.origin()).unwrap_or(b' '));
            let path =
                |file: git2::DiffFile<'_>| file.path_bytes().map(|path| String::from_utf8_lossy(path).into_owned());
            let (old_path, new_path) = (path(delta.old_file()), path(delta.new_file()));
            let (old_path, new_path) = (old_path.unwrap_or_default(), new_path.unwrap_or_default());
            lines.push(Line { old_path, new_path, old: line.old_lineno(), new: line.new_lineno() });
        }
        text.extend_from_slice(if line.origin() == 'H' { hunk_head(line.content()) } else { line.content() });
        if line.origin() == 'H' {
            text.push(b'\n');
        }
        delta.status() != Delta::Unreadable
    })
}

/// The head of a hunk without the line that git shows behind it, which may stand far above and hold anything.
fn hunk_head(line: &[u8]) -> &[u8] {
    let end = line.windows(4).position(|part| part == b" @@ ").map_or(line.len(), |at| at + 3);
    line.get(..end).unwrap_or(line).trim_ascii_end()
}

/// The tree of one file; of none, an empty one.
fn tree<'repo>(repo: &'repo Repository, side: Option<&Patched>) -> Result<git2::Tree<'repo>, git2::Error> {
    let id = match side {
        None => repo.treebuilder(None)?.write()?,
        // Such a path is shown otherwise than it is.
        Some(side) if side.path.contains('\\') => {
            return Err(git2::Error::from_str("its path has a backslash or is not utf-8"));
        }
        Some(side) => {
            let (id, kind) = match &side.side.content {
                Content::Bytes(bytes) if side.side.executable => (repo.blob(bytes)?, FileKind::Executable),
                Content::Bytes(bytes) => (repo.blob(bytes)?, FileKind::Regular),
                Content::Symlink(target) => (repo.blob(target)?, FileKind::Symlink),
                Content::Submodule(commit) => (Oid::from_str(commit)?, FileKind::Submodule),
                Content::TooLarge(_) | Content::Unreadable(_) => {
                    return Err(git2::Error::from_str("it has no content that could be read"));
                }
            };
            let mut names = side.path.rsplit('/');
            let mut builder = repo.treebuilder(None)?;
            builder.insert(names.next().unwrap_or_default(), id, kind.mode())?;
            let mut id = builder.write()?;
            for folder in names {
                let mut builder = repo.treebuilder(None)?;
                builder.insert(folder, id, 0o040_000)?;
                id = builder.write()?;
            }
            id
        }
    };
    repo.find_tree(id)
}
