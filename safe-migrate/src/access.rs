//! Who may open a file that holds the rows of a database: those who may open the database, and nobody else.

use std::path::Path;

use crate::error::SafeError;

/// Makes an empty file that is as open as another one; without another one it is for its owner alone.
pub(crate) fn make_like(path: &Path, model: Option<&Path>) -> Result<(), SafeError> {
    system::make(path).map_err(SafeError::file(path))?;
    match model {
        Some(model) => system::give(path, model, false).map_err(SafeError::file(path)),
        None => Ok(()),
    }
}

/// Gives a file the mode and the owner of another one; an error when that is not allowed.
pub(crate) fn give_like(path: &Path, model: &Path) -> Result<(), SafeError> {
    system::give(path, model, true).map_err(SafeError::file(path))
}

#[cfg(unix)]
mod system {
    use std::fs::{File, Permissions};
    use std::io::{Error, ErrorKind};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
    use std::path::Path;

    /// The bits that say who may read, write and run.
    const ACCESS: u32 = 0o777;

    pub(super) fn make(path: &Path) -> Result<(), Error> {
        File::options().write(true).create_new(true).mode(0o600).open(path).map(|_| ())
    }

    /// Whoever may not give a file away keeps it, unless it `must` be given.
    pub(super) fn give(path: &Path, model: &Path, must: bool) -> Result<(), Error> {
        let (from, to) = (std::fs::metadata(path)?, std::fs::metadata(model)?);
        for (user, group) in [(Some(to.uid()), None), (None, Some(to.gid()))] {
            let same = user.is_none_or(|user| user == from.uid()) && group.is_none_or(|group| group == from.gid());
            match if same { Ok(()) } else { chown(path, user, group) } {
                Err(cause) if must || cause.kind() != ErrorKind::PermissionDenied => return Err(cause),
                _ => {}
            }
        }
        std::fs::set_permissions(path, Permissions::from_mode(to.mode() & ACCESS))
    }
}

#[cfg(not(unix))]
mod system {
    use std::io::Error;
    use std::path::Path;

    pub(super) fn make(path: &Path) -> Result<(), Error> {
        std::fs::File::options().write(true).create_new(true).open(path).map(|_| ())
    }

    pub(super) fn give(_: &Path, _: &Path, _: bool) -> Result<(), Error> {
        Ok(())
    }
}
