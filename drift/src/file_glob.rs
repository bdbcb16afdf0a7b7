//! Globs on file paths, shared by policy rules and the risk table.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// How far `*` reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Star {
    /// Up to the next `/`.
    WithinFolder,
    /// Across folders, as the predecessor's files expect it.
    AcrossFolders,
}

/// Globs of which one must match. A glob without a `/` is matched against the file's name in any folder, one
/// with a `/` against the whole path from the root; letter case counts.
#[derive(Clone, Debug)]
pub(crate) struct FileGlobs {
    set: GlobSet,
}

impl FileGlobs {
    /// Compiles globs; the error is the index of the bad one and what is wrong with it.
    pub(crate) fn new(globs: &[&str], star: Star) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, glob) in globs.iter().enumerate() {
            let text = if glob.contains('/') { glob.trim_start_matches('/').to_owned() } else { format!("**/{glob}") };
            let compiled = GlobBuilder::new(&text)
                .literal_separator(star == Star::WithinFolder)
                .backslash_escape(true)
                .build()
                .map_err(|error| (index, error.kind().to_string()))?;
            set.add(compiled);
        }
        let set = set.build().map_err(|error| (0, error.kind().to_string()))?;
        Ok(Self { set })
    }

    /// True when one of the globs matches the path, which is relative to the root and separated by `/`.
    pub(crate) fn matches(&self, file: &str) -> bool {
        self.set.is_match(file)
    }
}
