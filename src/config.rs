//! golden.toml: found in the folder or above it, read with places, resolved with the environment and the flags.

mod file;
mod server;
mod show;

use std::path::{Path, PathBuf};

pub(crate) use file::{Auto, ConfigError, File, Service};
pub(crate) use show::{Setting, settings};

use drift::environment::{Environment, Environments};

/// The name of the configuration file.
pub(crate) const FILE_NAME: &str = "golden.toml";

/// The policy file that is used when golden.toml names none and it stands beside it.
pub(crate) const POLICY_NAME: &str = "golden-policy.yml";

/// Where the database is when nobody says so, relative to golden.toml or the root of the repository.
pub(crate) const DEFAULT_DATABASE: &str = "config_data/golden_config.db";

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Variable(&'static str),
    /// golden.toml.
    File,
    /// Built in.
    Default,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File => f.write_str(FILE_NAME),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The configuration in force.
pub(crate) struct Config {
    /// The file, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// What it says; the defaults without one.
    pub(crate) file: File,
    /// The environments: those of the file, else the shipped ones.
    pub(crate) environments: Environments,
    /// Relative paths start here.
    pub(crate) base: PathBuf,
    /// The database URL and where it comes from.
    pub(crate) database_url: (String, Source),
}

impl Config {
    /// Loads the configuration for a working folder. `explicit` names the file; `database_url` is what a flag or the
    /// environment says.
    pub(crate) fn load(
        folder: &Path,
        explicit: Option<&Path>,
        database_url: Option<(String, Source)>,
    ) -> Result<Self, ConfigError> {
        let path = match explicit {
            Some(path) => Some(folder.join(path)),
            None => find(folder),
        };
        let (file, base) = match &path {
            Some(path) => (File::read(path)?, path.parent().unwrap_or(folder).to_owned()),
            None => (File::default(), repository_root(folder).unwrap_or_else(|| folder.to_owned())),
        };
        let environments = environments(&file, path.as_deref())?;
        let database_url = database_url
            .or_else(|| file.database.url.clone().map(|url| (url, Source::File)))
            .unwrap_or_else(|| (format!("sqlite://{DEFAULT_DATABASE}?mode=rwc"), Source::Default));
        let database_url = (absolute_sqlite(&database_url.0, &base), database_url.1);
        Ok(Self { path, file, environments, base, database_url })
    }

    /// The entry of a service. Without any `[[service]]` every well-formed name is one.
    pub(crate) fn service(&self, name: &str) -> Result<Service, ConfigError> {
        if !drift::environment::valid_service_name(name) {
            return Err(ConfigError::ServiceName { name: name.to_owned() });
        }
        if self.file.service.is_empty() {
            return Ok(Service::named(name));
        }
        let found = self.file.service.iter().find(|service| service.name == name).cloned();
        found.ok_or_else(|| ConfigError::UnknownService {
            name: name.to_owned(),
            known: self.file.service.iter().map(|service| service.name.clone()).collect(),
        })
    }

    /// The environment that a word names.
    pub(crate) fn environment(&self, word: &str) -> Result<Environment, ConfigError> {
        self.environments.resolve(word).cloned().ok_or_else(|| ConfigError::UnknownEnvironment {
            word: word.to_owned(),
            known: self.environments.configured().iter().map(|environment| environment.name.clone()).collect(),
        })
    }

    /// The policy file in force: the flag's, the configured one, or the one beside golden.toml.
    pub(crate) fn policy_path(&self, flag: Option<&Path>) -> Option<PathBuf> {
        let configured = self.file.policy.file.as_ref().map(|file| self.base.join(file));
        let beside = || Some(self.base.join(POLICY_NAME)).filter(|path| path.is_file());
        flag.map(Path::to_owned).or(configured).or_else(beside)
    }
}

fn environments(file: &File, path: Option<&Path>) -> Result<Environments, ConfigError> {
    if file.environment.is_empty() {
        return Ok(Environments::shipped());
    }
    let configured = file.environment.iter().map(|(name, entry)| Environment {
        name: name.clone(),
        tier: entry.tier,
        aliases: entry.aliases.clone(),
    });
    Environments::new(configured.collect()).map_err(|error| ConfigError::Invalid {
        path: path.map(Path::to_owned).unwrap_or_default(),
        reason: error.to_string(),
    })
}

/// The nearest golden.toml in the folder or above it.
fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}

/// The nearest folder that holds a git repository.
pub(crate) fn repository_root(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// A relative path in a SQLite URL starts at `base`, whose name is no part of a URL.
fn absolute_sqlite(url: &str, base: &Path) -> String {
    let Some(file) = url.strip_prefix("sqlite:").and_then(|_| safe_migrate::sqlite_file(url).ok()) else {
        return url.to_owned();
    };
    // A URL without a file is told when it is opened.
    if file.is_absolute() || file.as_os_str().is_empty() {
        return url.to_owned();
    }
    let query = url.split_once('?').map_or("mode=rwc", |(_, query)| query);
    safe_migrate::sqlite_url(&base.join(file), query)
}
