//! One pattern: the shapes that most patterns have are matched without a glob engine, because a tree has many files.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::PatternError;
use crate::file_name::split_last;

/// One entry of the list.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// False when a `!` stood before it.
    pub(super) selects: bool,
    /// It matches folders only, and so everything in them.
    pub(super) folders_only: bool,
    pub(super) shape: Shape,
}

/// What a pattern looks for.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// `*.EXTENSION` at any depth.
    Extension(Box<str>),
    /// A name at any depth.
    Name(Box<str>),
    /// `START*END` as a name at any depth.
    Affix(Box<str>, Box<str>),
    /// A path from the root.
    Rooted(Box<str>),
    /// Anything else.
    Glob(Gitignore),
}

impl Pattern {
    /// A pattern as written in a list.
    pub(super) fn parse(text: &str) -> Result<Self, PatternError> {
        let refuse = |reason: &str| PatternError { pattern: text.to_owned(), reason: reason.to_owned() };
        let (body, selects) = text.strip_prefix('!').map_or((text, true), |body| (body, false));
        if body.trim().trim_matches('/').is_empty() {
            return Err(refuse("it matches nothing because it is empty"));
        }
        if body.starts_with('#') {
            return Err(refuse("it is a comment; write '\\#' for a name that starts with '#'"));
        }
        if body.starts_with('!') {
            return Err(refuse("it starts with '!!'; write one '!', or '\\!' for a name that starts with '!'"));
        }
        if let Some(pattern) = Self::plain(text) {
            return Ok(pattern);
        }
        let mut builder = GitignoreBuilder::new("");
        builder.add_line(None, body).map_err(|error| refuse(&reason(&error)))?;
        let glob = builder.build().map_err(|error| refuse(&reason(&error)))?;
        Ok(Self { selects, folders_only: false, shape: Shape::Glob(glob) })
    }

    /// A pattern that needs no glob engine; None when it does.
    pub(super) fn plain(text: &str) -> Option<Self> {
        let (body, selects) = text.strip_prefix('!').map_or((text, true), |body| (body, false));
        let (body, folders_only) =
            body.strip_suffix("/**").or_else(|| body.strip_suffix('/')).map_or((body, false), |body| (body, true));
        if body.is_empty() || body.starts_with(['#', '!']) || body.contains("//") || body.ends_with(char::is_whitespace)
        {
            return None;
        }
        let is_rooted = body.contains('/') || text.ends_with("/**");
        let is_literal = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let shape = match body.split_once('*') {
            None if !is_literal(body) => return None,
            None if is_rooted => Shape::Rooted(body.trim_start_matches('/').into()),
            None => Shape::Name(body.into()),
            Some((start, end)) if is_rooted || !is_literal(start) || !is_literal(end) => return None,
            Some(("", end)) if end.rfind('.') == Some(0) => Shape::Extension(end.trim_start_matches('.').into()),
            Some((start, end)) => Shape::Affix(start.into(), end.into()),
        };
        Some(Self { selects, folders_only, shape })
    }

    /// True when the pattern matches this very entry; folders above it are the caller's part.
    pub(super) fn matches(&self, path: &str, name: &str, is_folder: bool) -> bool {
        if self.folders_only && !is_folder {
            return false;
        }
        match &self.shape {
            Shape::Extension(extension) => split_last(name, b'.').is_some_and(|(_, found)| found == &**extension),
            Shape::Name(wanted) => name == &**wanted,
            Shape::Affix(start, end) => {
                name.len() >= start.len() + end.len() && name.starts_with(&**start) && name.ends_with(&**end)
            }
            Shape::Rooted(wanted) => path == &**wanted,
            Shape::Glob(glob) => glob.matched(path, is_folder).is_ignore(),
        }
    }
}

/// The innermost cause: the outer layers only repeat the pattern.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}
