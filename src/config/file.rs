//! The shape of golden.toml and its errors; every unknown key is an error with its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use drift::settings::{DecisionSettings, EvidenceSettings, ListRule, ScoreSettings, Tier};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::database::DEFAULT_CONNECTIONS;
use service::registry::Definition;

use super::server::ServerSettings;

/// A run that is being stored shows signs of life on another connection.
const LEAST_CONNECTIONS: u32 = 2;

/// golden.toml.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct File {
    /// The services; without one every well-formed name is a service.
    pub(crate) service: Vec<Service>,
    /// The environments; without one production, staging and development with their known words.
    pub(crate) environment: BTreeMap<String, EnvironmentEntry>,
    /// How lists are compared; the first that matches counts.
    pub(crate) list: Vec<ListRule>,
    /// Weights and thresholds.
    pub(crate) score: ScoreSettings,
    /// Which buckets block and which need a person.
    pub(crate) decision: DecisionSettings,
    /// Bounds.
    pub(crate) limits: drift::limits::Limits,
    /// Evidence that every run must state.
    pub(crate) evidence: EvidenceSettings,
    /// Rules files.
    pub(crate) policy: PolicyFiles,
    /// The life of a run.
    pub(crate) run: RunSettings,
    /// Where runs are kept.
    pub(crate) database: DatabaseSettings,
    /// Where the API is served.
    pub(crate) server: ServerSettings,
}

/// `[[service]]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// `[a-z0-9][a-z0-9._-]*`, no `..`, no `.lock` at the end.
    pub(crate) name: String,
    /// The repository; relative to golden.toml.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repo: Option<PathBuf>,
    /// Folders or files of the service; without one the whole tree.
    #[serde(default)]
    pub(crate) paths: Vec<String>,
    /// Globs that are configuration, gitignore rules; `<shipped>` stands for the shipped list. Without one the shipped list.
    #[serde(default)]
    pub(crate) files: Vec<String>,
    /// Services that depend on this one.
    #[serde(default)]
    pub(crate) dependents: Vec<String>,
    /// Globs of critical files.
    #[serde(default)]
    pub(crate) critical_files: Vec<String>,
    /// Evidence that every run of this service must state.
    #[serde(default)]
    pub(crate) required_evidence: Vec<String>,
}

impl Service {
    /// What the use cases are told of it.
    pub(crate) fn definition(&self) -> Definition {
        Definition {
            repo: self.repo.as_ref().map(|repo| repo.display().to_string()),
            paths: self.paths.clone(),
            files: self.files.clone(),
            dependents: self.dependents.clone(),
            critical_files: self.critical_files.clone(),
            required_evidence: self.required_evidence.clone(),
        }
    }

    /// A service with nothing said about it.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            repo: None,
            paths: Vec::new(),
            files: Vec::new(),
            dependents: Vec::new(),
            critical_files: Vec::new(),
            required_evidence: Vec::new(),
        }
    }
}

/// `[environment.NAME]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnvironmentEntry {
    /// How strict it is judged.
    pub(crate) tier: Tier,
    /// Other names of it.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
}

/// `[policy]`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PolicyFiles {
    /// The policy file; without one golden-policy.yml beside golden.toml, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<PathBuf>,
    /// A risk table in place of the shipped one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) risk_table: Option<PathBuf>,
}

/// `[run]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RunSettings {
    /// Seconds without a heartbeat after which a run counts as failed.
    pub(crate) lease: u32,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self { lease: 60 }
    }
}

/// What happens to a database that is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Auto {
    /// The command stops and names the one to run.
    #[default]
    Check,
    /// Pending migrations are applied if they only add to the schema.
    Additive,
    /// Pending migrations are applied.
    Always,
}

/// `[database]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DatabaseSettings {
    /// sqlite://FILE (relative to golden.toml) or postgres://HOST/NAME.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// What happens to a database that is behind.
    pub(crate) auto_migrate: Auto,
    /// Connections of one process to Postgres at most; at least 2.
    pub(crate) connections: u32,
    /// Backups.
    pub(crate) backup: BackupSettings,
    /// How migrations are applied.
    pub(crate) migration: MigrationSettings,
    /// Seconds that a statement of a migration waits for a lock of the database. Another migrator is waited for a minute.
    pub(crate) lock_timeout: u32,
    /// Seconds that a statement of a migration may take on Postgres; without it there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement_timeout: Option<u32>,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: None,
            auto_migrate: Auto::Check,
            connections: DEFAULT_CONNECTIONS,
            backup: BackupSettings::default(),
            migration: MigrationSettings::default(),
            lock_timeout: 10,
            statement_timeout: None,
        }
    }
}

/// `[database.backup]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackupSettings {
    /// The folder, relative to golden.toml; without one `backups` beside a SQLite file, or beside golden.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) directory: Option<PathBuf>,
    /// Older backups go when a new one is made.
    pub(crate) retention_days: u32,
    /// At most so many stay.
    pub(crate) max_backups: u32,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self { directory: None, retention_days: 30, max_backups: 10 }
    }
}

/// `[database.migration]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MigrationSettings {
    /// Commands that change the schema ask first, or want --yes.
    pub(crate) require_confirmation: bool,
    /// A database with rows is backed up, and the plan rehearsed on the copy, before anything is applied.
    pub(crate) create_backup: bool,
    /// Schema and rows are compared before a batch is committed.
    pub(crate) verify_after: bool,
}

impl Default for MigrationSettings {
    fn default() -> Self {
        Self { require_confirmation: false, create_backup: true, verify_after: true }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: std::io::Error },
    /// The file is not TOML, or holds an unknown key or a wrong type.
    #[error("{}:{line}:{column}: {reason}", path.display())]
    Syntax { path: PathBuf, line: usize, column: usize, reason: String },
    /// Values that do not fit together.
    #[error("{}: {reason}", path.display())]
    Invalid { path: PathBuf, reason: String },
    /// A name that can be no service.
    #[error(
        "{name:?} is no service name: it is made of a-z, 0-9, '.', '_' and '-', starts with a letter or digit, holds no '..' or '.lock' at the end, and has at most {} bytes",
        drift::environment::MOST_NAME_BYTES
    )]
    ServiceName { name: String },
    /// A service that golden.toml does not name.
    #[error("unknown service {name:?}; golden.toml names {}", known.join(", "))]
    UnknownService { name: String, known: Vec<String> },
    /// A word that names no environment.
    #[error("unknown environment {word:?}; known are {}", known.join(", "))]
    UnknownEnvironment { word: String, known: Vec<String> },
}

impl File {
    /// Reads and checks a golden.toml.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        let file: Self = toml::from_str(&text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            ConfigError::Syntax {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
                // The parser may quote a value, which may be a secret.
                reason: drift::secret::redacted(error.message()).into_owned(),
            }
        })?;
        file.check(path)?;
        Ok(file)
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let mut names = std::collections::HashSet::new();
        for service in &self.service {
            if !drift::environment::valid_service_name(&service.name) {
                return Err(ConfigError::ServiceName { name: service.name.clone() });
            }
            if !names.insert(&service.name) {
                let reason = format!("the service {:?} stands twice", service.name);
                return Err(ConfigError::Invalid { path: path.to_owned(), reason });
            }
        }
        let invalid = |reason: String| ConfigError::Invalid { path: path.to_owned(), reason };
        if self.run.lease == 0 {
            return Err(invalid("run.lease must be at least 1 second".to_owned()));
        }
        if self.database.connections < LEAST_CONNECTIONS {
            return Err(invalid(format!("database.connections must be at least {LEAST_CONNECTIONS}")));
        }
        self.server.check().map_err(invalid)
    }
}
