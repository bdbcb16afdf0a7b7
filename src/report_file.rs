//! The file of `--output`: begun before the work, so that no run is made for a report without a place, and whole or not there.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::exit::Failure;

/// What a new file may be used for, less what the user's mask takes.
const NEW_FILE: u32 = 0o666;

/// What a file with secrets may be used for.
const OWNER_ONLY: u32 = 0o600;

/// A report file that is begun and not yet written.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    /// Takes the file's place when it is whole; None where the file itself is written: a pipe, a device, or a file in a
    /// folder that takes no other.
    draft: Option<NamedTempFile>,
}

impl ReportFile {
    /// Finds out whether the file can be written, without changing it.
    pub(crate) fn begin(path: &Path) -> Result<Self, Failure> {
        let draft = Self::draft(path).map_err(|cause| Self::failure(path, None, cause))?;
        Ok(Self { path: path.to_owned(), draft })
    }

    /// The same for a file that only its owner may read, whoever may read the one that is there.
    pub(crate) fn begin_private(path: &Path) -> Result<Self, Failure> {
        let mut begun = Self::begin(path)?;
        if let Some(draft) = &mut begun.draft {
            let owner = Permissions::from_mode(OWNER_ONLY);
            draft.as_file().set_permissions(owner).map_err(|cause| Self::failure(path, None, cause))?;
        } else if fs::metadata(path).is_ok_and(|known| known.is_file()) {
            let owner = Permissions::from_mode(OWNER_ONLY);
            fs::set_permissions(path, owner).map_err(|cause| Self::failure(path, None, cause))?;
        }
        Ok(begun)
    }

    fn draft(path: &Path) -> io::Result<Option<NamedTempFile>> {
        let (place, permissions) = match fs::metadata(path) {
            Ok(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(known) if !known.is_file() => return Ok(None),
            // A link stays, and what it names is replaced.
            Ok(known) => (fs::canonicalize(path)?, Some(known.permissions())),
            Err(_) => (path.to_owned(), None),
        };
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let begun = Builder::new()
            .prefix(".golden-report-")
            .permissions(permissions.clone().unwrap_or_else(|| Permissions::from_mode(NEW_FILE)))
            .tempfile_in(folder);
        match begun {
            Ok(draft) => Ok(Some(draft)),
            Err(_) if permissions.is_some() => OpenOptions::new().write(true).open(path).map(|_| None),
            // The name of the draft is of no use to anybody.
            Err(cause) => Err(cause.kind().into()),
        }
    }

    /// Writes the report. `run` is the run that it tells of, which is stored and can be told again.
    pub(crate) fn finish(self, text: &[u8], run: Option<&str>) -> Result<(), Failure> {
        let Self { path, draft } = self;
        let written = match draft {
            Some(draft) => Self::replace(&path, draft, text),
            None => fs::write(&path, text),
        };
        written.map_err(|cause| Self::failure(&path, run, cause))
    }

    fn replace(path: &Path, mut draft: NamedTempFile, text: &[u8]) -> io::Result<()> {
        draft.write_all(text)?;
        draft.as_file().sync_all()?;
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        draft.persist(place).map_err(|error| error.error)?;
        Ok(())
    }

    fn failure(path: &Path, run: Option<&str>, cause: io::Error) -> Failure {
        Failure::Report { path: path.display().to_string(), run: run.map(str::to_owned), cause }
    }
}
