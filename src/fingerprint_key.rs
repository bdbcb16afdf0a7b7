//! The key of secret digests: from GOLDEN_FINGERPRINT_KEY, else made once in a file that only the owner may read.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The variable that holds the key.
pub(crate) const VARIABLE: &str = "GOLDEN_FINGERPRINT_KEY";

/// Shortest key that is taken, in bytes: a shorter one could be guessed from the digests.
const LEAST_BYTES: usize = 16;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The variable's key is too short.
    #[error("{VARIABLE} holds {0} bytes; a fingerprint key has at least {LEAST_BYTES}")]
    Short(usize),
    /// The file cannot be read or made.
    #[error("the fingerprint key {}: {cause}; set {VARIABLE}, or make the folder writable", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

/// The key of the variable, if it is set.
pub(crate) fn from_variable() -> Result<Option<Vec<u8>>, KeyError> {
    #[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
    let value = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
    match value.map(std::ffi::OsString::into_encoded_bytes) {
        Some(key) if key.len() < LEAST_BYTES => Err(KeyError::Short(key.len())),
        key => Ok(key),
    }
}

/// The key of the variable, else that of the file beside the database, made on first use.
/// Of two processes that make it at one moment both use the one that was first.
pub(crate) fn obtain(database_url: &str) -> Result<Vec<u8>, KeyError> {
    if let Some(key) = from_variable()? {
        return Ok(key);
    }
    let path = path(database_url);
    let at = |cause| KeyError::File { path: path.clone(), cause };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(at)?;
    }
    if !path.exists() {
        create(&path).map_err(at)?;
    }
    let key = std::fs::read(&path).map_err(at)?;
    if key.len() < LEAST_BYTES {
        return Err(KeyError::Short(key.len()));
    }
    Ok(key)
}

/// Writes a new key to a file of its own and links it to its place, so that no one ever reads half a key.
fn create(path: &Path) -> std::io::Result<()> {
    let key: [u8; 32] = rand::random();
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let draft = path.with_extension(format!("{:08x}", rand::random::<u32>()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    std::fs::remove_file(&draft)?;
    linked
}

/// Beside a SQLite database, else in the user's configuration folder.
fn path(database_url: &str) -> PathBuf {
    let file = database_url.strip_prefix("sqlite:").and_then(|_| safe_migrate::sqlite_file(database_url).ok());
    match file.as_deref().and_then(Path::parent) {
        Some(folder) => folder.join("golden_config.key"),
        None => user_folder().join("golden-config").join("fingerprint.key"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
fn user_folder() -> PathBuf {
    let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("XDG_CONFIG_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .unwrap_or_else(|| PathBuf::from("."))
}
