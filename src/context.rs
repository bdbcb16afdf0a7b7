//! What commands work with: configuration, output, clock, and on demand the database and the fingerprint key.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use drift::environment::Environment;
use drift::rules::{RuleFile, RuleSource};
use drift::select::Scope;
use safe_migrate::SafeError;
use service::catalog::{Catalog, SharedSettings};
use service::clock::Clock;
use service::database::{Access, Database, DatabaseOptions};
use service::error::ServiceError;
use service::schema::{self, AutoMigrate};
use service::session::Session;
use service::source::open_repository;
use service::target::Target;
use service::transfer;

use crate::args::Global;
use crate::config::{Auto, Config, ConfigError, Service, Source};
use crate::exit::Failure;
use crate::fingerprint_key;
use crate::output::Output;

/// What the process has opened, for [`close_databases`].
static OPENED: Mutex<Vec<Database>> = Mutex::new(Vec::new());

/// Closes every database that a command opened, however the command ended: SQLite then folds its log into the file, which
/// the next process would have to read again, and a server needs not report lost connections.
pub(crate) async fn close_databases() {
    let opened = std::mem::take(&mut *OPENED.lock().unwrap_or_else(PoisonError::into_inner));
    for db in opened {
        let place = db.place().to_owned();
        if let Err(error) = db.close().await {
            // What a command stored is stored; the log stays beside the file.
            tracing::warn!("{place} could not be closed: {error}");
        }
    }
}

/// What every command gets.
pub(crate) struct Context {
    /// The configuration in force.
    pub(crate) config: Config,
    /// Where to print.
    pub(crate) output: Output,
    /// Time and randomness.
    pub(crate) clock: Clock,
    /// The working folder.
    pub(crate) folder: PathBuf,
}

impl Context {
    /// Reads the configuration for the working folder, or for the repository that a command names.
    pub(crate) fn new(global: &Global, repo: Option<&Path>) -> Result<Self, Failure> {
        let current = std::env::current_dir().map_err(|cause| Failure::File { path: ".".to_owned(), cause })?;
        let folder = repo.map_or_else(|| current.clone(), |repo| current.join(repo));
        let source = if global.database_flag { Source::Flag } else { Source::Variable("DATABASE_URL") };
        let database_url = global.database_url.clone().map(|url| (url, source));
        // The file is named by the caller, so that a relative path starts where the caller is.
        let file = global.config.as_ref().map(|file| current.join(file));
        let config = Config::load(&folder, file.as_deref(), database_url)?;
        Ok(Self { config, output: Output::new(global), clock: clock(), folder: current })
    }

    /// A path of the command line, which starts at the working folder; `.` is that folder.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path).components().collect()
    }

    /// Opens the database, sees to its schema, and fails the runs whose workers are gone.
    pub(crate) async fn open(&self) -> Result<Session, Failure> {
        // A connection goes back to its pool a little late, so that the next query would open another one.
        self.open_with(&DatabaseOptions { sqlite_readers: 1, ..self.database_options() }).await
    }

    /// The same for a server, which answers many at a time.
    pub(crate) async fn open_to_serve(&self) -> Result<Session, Failure> {
        self.open_with(&self.database_options()).await
    }

    fn database_options(&self) -> DatabaseOptions {
        let max_connections = self.config.file.database.connections;
        DatabaseOptions { max_connections, ..DatabaseOptions::new(rand::random::<f64>) }
    }

    async fn open_with(&self, options: &DatabaseOptions) -> Result<Session, Failure> {
        let db = self.connect(options).await?;
        let auto = match self.config.file.database.auto_migrate {
            Auto::Check => AutoMigrate::Check,
            Auto::Additive => AutoMigrate::Additive,
            Auto::Always => AutoMigrate::Always,
        };
        transfer::must_be_finished(&db).await?;
        if schema::due(&db, auto).await.map_err(ServiceError::from)? {
            self.bring_up_to_date().await?;
        }
        let session = Session {
            db,
            clock: self.clock,
            lease: Duration::from_secs(u64::from(self.config.file.run.lease)),
            worker: worker(),
        };
        session.fail_silent_runs().await?;
        Ok(session)
    }

    /// Applies what is pending; what was taken back on purpose stays so.
    async fn bring_up_to_date(&self) -> Result<(), Failure> {
        let migrator = self.migrator()?;
        let held = migrator.status().await?.held();
        if !held.is_empty() {
            return Err(SafeError::HeldBack(held).into());
        }
        migrator.migrate(&self.migrate_options()).await?;
        Ok(())
    }

    /// Opens the database as it is.
    async fn connect(&self, options: &DatabaseOptions) -> Result<Database, Failure> {
        let db = Database::connect(&self.config.database_url.0, options).await.map_err(ServiceError::from)?;
        OPENED.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
        Ok(db)
    }

    /// Refuses a database that a move has not finished; it is only read.
    pub(crate) async fn refuse_unfinished(&self) -> Result<(), Failure> {
        let url = &self.config.database_url.0;
        if url.starts_with("sqlite:") {
            return Ok(());
        }
        let read = DatabaseOptions { access: Access::Read, ..DatabaseOptions::new(rand::random::<f64>) };
        // One that cannot be reached is told by the command itself.
        let Ok(db) = Database::connect(url, &read).await else { return Ok(()) };
        let finished = transfer::must_be_finished(&db).await;
        db.close().await.map_err(ServiceError::from)?;
        Ok(finished?)
    }

    /// The key of secret digests.
    pub(crate) fn fingerprint_key(&self) -> Result<Vec<u8>, Failure> {
        Ok(fingerprint_key::obtain(&self.config.database_url.0)?)
    }

    /// Resolves a service and an environment to what the use cases work on.
    pub(crate) fn target(
        &self,
        service: &str,
        environment: &str,
        repo: Option<&Path>,
        policy: Option<&Path>,
    ) -> Result<Target, Failure> {
        let service = self.config.service(service)?;
        let environment = self.config.environment(environment)?;
        let catalog = self.catalog(policy)?;
        let mut definition = service.definition();
        if let Some(repo) = repo {
            definition.repo = Some(self.path(repo).display().to_string());
        }
        // Before the database, which may have to be made: a mistyped folder leaves nothing behind.
        open_repository(&catalog.repository(&definition)).map_err(ServiceError::from)?;
        Ok(catalog.target(&service.name, &definition, &environment)?)
    }

    /// The repository of a service: the one that the command line names, else that of golden.toml, else the folder.
    pub(crate) fn repository(&self, service: &Service, named: Option<&Path>) -> PathBuf {
        match (named, &service.repo) {
            (Some(repo), _) => self.path(repo),
            (None, Some(repo)) => self.config.base.join(repo),
            (None, None) => self.folder.clone(),
        }
    }

    /// Which files belong to a service, in one environment or in all.
    pub(crate) fn scope(&self, service: &Service, environment: Option<&Environment>) -> Result<Scope, Failure> {
        Ok(self.catalog(None)?.scope(&service.name, &service.definition(), environment)?)
    }

    /// The rules for a service and an environment.
    pub(crate) fn rules(
        &self,
        service: &Service,
        environment: &Environment,
        policy: Option<&Path>,
    ) -> Result<RuleSource, Failure> {
        Ok(self.catalog(policy)?.rules(&service.name, &service.definition(), environment))
    }

    /// What is configured around services.
    pub(crate) fn catalog(&self, policy: Option<&Path>) -> Result<Catalog, Failure> {
        let file = &self.config.file;
        let policy = policy.map(|policy| self.folder.join(policy));
        let risk_table = file.policy.risk_table.as_ref().map(|path| self.config.base.join(path));
        Ok(Catalog {
            environments: self.config.environments.clone(),
            settings: SharedSettings {
                lists: file.list.clone(),
                score: file.score.clone(),
                decision: file.decision.clone(),
                limits: file.limits.clone(),
                required_evidence: file.evidence.required.clone(),
                evidence_files: file.evidence.max_files,
            },
            policy: self.config.policy_path(policy.as_deref()).as_deref().map(rule_file).transpose()?,
            risk_table: risk_table.as_deref().map(rule_file).transpose()?,
            base: self.config.base.clone(),
            folder: self.folder.clone(),
            repositories: self.repositories(),
            open: file.service.is_empty(),
        })
    }

    /// The folders whose repositories runs of the API may read.
    fn repositories(&self) -> Vec<PathBuf> {
        let file = &self.config.file;
        let base = &self.config.base;
        if !file.server.repositories.is_empty() {
            return file.server.repositories.iter().map(|folder| base.join(folder)).collect();
        }
        let of_services = file.service.iter().filter_map(|service| service.repo.as_ref()).map(|repo| base.join(repo));
        of_services.chain([base.clone()]).flat_map(whole_repository).collect()
    }
}

/// A folder, and the repository that git finds from there: golden.toml may stand in any folder of it.
fn whole_repository(folder: PathBuf) -> Vec<PathBuf> {
    let Ok(repository) = open_repository(&folder) else { return vec![folder] };
    let places = [repository.workdir(), Some(repository.commondir())];
    places.into_iter().flatten().map(Path::to_owned).chain([folder]).collect()
}

/// Reads a rules file. It is named by its file name only: rule sets are stored, and a path belongs to a machine.
/// They are stored as they are, for a replay needs them, so that one with a token in clear is refused.
pub(crate) fn rule_file(path: &Path) -> Result<RuleFile, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Failure::Config(ConfigError::Unreadable { path: path.to_owned(), cause }))?;
    if let Some(line) = drift::secret::token_line(&text) {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path}:{line}: a token or private key stands here in clear, and rules are stored with every run; \
             write a pattern that finds it"
        )));
    }
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(RuleFile { file, text })
}

/// The machine's clock and randomness.
#[expect(clippy::disallowed_methods, reason = "the composition root reads the clock")]
pub(crate) fn clock() -> Clock {
    Clock { read: chrono::Utc::now, random: rand::random::<[u8; 10]> }
}

/// Who works on a run: process id and host, so that a failed run can be looked for.
fn worker() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    format!("{}@{}", std::process::id(), if host.is_empty() { "localhost" } else { host })
}

/// The user of this machine, for runs that nobody signs.
#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
pub(crate) fn local_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|user| !user.is_empty())
}
