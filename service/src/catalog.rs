//! What is configured around services: environments, rules, and the repositories that may be read.

use std::path::{Path, PathBuf};

use drift::environment::{Environment, Environments};
use drift::limits::Limits;
use drift::policy::{Policy, PolicyErrors};
use drift::risk_table::RiskTable;
use drift::rules::{RuleFile, RuleSource};
use drift::select::{Scope, Selection};
use drift::settings::{DecisionSettings, ListRule, ScoreSettings, Settings};

use crate::error::{Refusal, ServiceError};
use crate::registry::Definition;
use crate::source::{SourceError, open_repository};
use crate::target::Target;

/// Settings that all services share.
#[derive(Clone, Debug)]
pub struct SharedSettings {
    /// How lists are compared.
    pub lists: Vec<ListRule>,
    /// Weights and thresholds.
    pub score: ScoreSettings,
    /// Which buckets block and which need a person.
    pub decision: DecisionSettings,
    /// Bounds.
    pub limits: Limits,
    /// Evidence that every run must state.
    pub required_evidence: Vec<String>,
    /// Most unchanged files that are read as evidence.
    pub evidence_files: u32,
}

/// The configuration around services.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The environments.
    pub environments: Environments,
    /// Settings of all services.
    pub settings: SharedSettings,
    /// The policy.
    pub policy: Option<RuleFile>,
    /// A risk table in place of the shipped one.
    pub risk_table: Option<RuleFile>,
    /// Relative repositories start here.
    pub base: PathBuf,
    /// The repository of a service that names none.
    pub folder: PathBuf,
    /// Folders whose repositories callers from outside may have read.
    pub repositories: Vec<PathBuf>,
    /// True when every well-formed name is a service.
    pub open: bool,
}

impl Catalog {
    /// The name of the environment that a word names; any other word is taken for the name of one that is configured no
    /// more, whose runs are still there.
    pub fn environment_name<'a>(&'a self, word: &'a str) -> &'a str {
        self.environments.resolve(word).map_or(word, |environment| &environment.name)
    }

    /// The environment that a word names.
    pub fn environment(&self, word: &str) -> Result<&Environment, ServiceError> {
        let found = self.environments.resolve(word);
        found.ok_or_else(|| ServiceError::NotFound { what: "environment", id: word.to_owned() })
    }

    /// What use cases work on.
    pub fn target(
        &self,
        name: &str,
        definition: &Definition,
        environment: &Environment,
    ) -> Result<Target, ServiceError> {
        Ok(Target {
            service: name.to_owned(),
            environment: environment.name.clone(),
            repo: self.repository(definition),
            environments: self.environments.clone(),
            scope: self.scope(name, definition, Some(environment))?,
            rules: self.rules(name, definition, environment),
        })
    }

    /// As [`Self::target`], for a caller from outside: refused when the repository is not one that may be read.
    pub fn allowed_target(
        &self,
        name: &str,
        definition: &Definition,
        environment: &Environment,
    ) -> Result<Target, ServiceError> {
        self.check_repository(&self.repository(definition))?;
        self.target(name, definition, environment)
    }

    /// Where the repository of a service is.
    pub fn repository(&self, definition: &Definition) -> PathBuf {
        match &definition.repo {
            Some(repo) => self.base.join(repo),
            None => self.folder.clone(),
        }
    }

    /// Refused unless a path lies in a folder that may be read, and so does the repository that git finds from there: it
    /// looks in the folders above, and follows the link of a work tree.
    pub fn check_repository(&self, path: &Path) -> Result<(), ServiceError> {
        self.check_folder(path)?;
        let repository = match open_repository(path) {
            Ok(repository) => repository,
            // Opening it will say so.
            Err(SourceError::NotARepository { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.check_folder(repository.path())?;
        self.check_folder(repository.commondir())?;
        repository.workdir().map_or(Ok(()), |folder| self.check_folder(folder))
    }

    /// Refused unless a path, with every link followed, lies in a folder that may be read.
    pub fn check_folder(&self, path: &Path) -> Result<(), ServiceError> {
        let real = path.canonicalize().ok();
        let allowed = self.repositories.iter().filter_map(|folder| folder.canonicalize().ok());
        let is_allowed = real.is_some_and(|real| allowed.into_iter().any(|folder| real.starts_with(folder)));
        if is_allowed { Ok(()) } else { Err(Refusal::RepositoryNotAllowed.into()) }
    }

    /// Which files belong to a service, in one environment or in all.
    pub fn scope(
        &self,
        name: &str,
        definition: &Definition,
        environment: Option<&Environment>,
    ) -> Result<Scope, ServiceError> {
        let selection = match definition.files.as_slice() {
            [] => Selection::shipped(),
            patterns => Selection::new(patterns)
                .map_err(|error| ServiceError::Invalid(format!("golden.toml: service {name}: {error}")))?,
        };
        let scope = Scope::new(selection).below(&definition.paths);
        let Some(environment) = environment else { return Ok(scope) };
        let unknown = || ServiceError::NotFound { what: "environment", id: environment.name.clone() };
        scope.of_environment(self.environments.clone(), &environment.name).ok_or_else(unknown)
    }

    /// A policy file as it would be used here: beside the risk table in force, and with the environments that there are.
    pub fn check_policy(&self, policy: &RuleFile) -> Result<Policy, PolicyErrors> {
        let own = self.risk_table.as_ref().map(|table| RiskTable::parse(&table.file, &table.text)).transpose()?;
        let table = own.as_ref().unwrap_or_else(|| RiskTable::shipped());
        let read = Policy::parse_beside(&policy.file, &policy.text, table)?;
        read.check_environments(&policy.file, &self.environments)?;
        Ok(read)
    }

    /// The rules for a service and an environment.
    pub fn rules(&self, name: &str, definition: &Definition, environment: &Environment) -> RuleSource {
        let shared = &self.settings;
        let mut required_evidence = shared.required_evidence.clone();
        required_evidence.extend(definition.required_evidence.iter().cloned());
        required_evidence.sort();
        required_evidence.dedup();
        let settings = Settings {
            lists: shared.lists.clone(),
            score: shared.score.clone(),
            decision: shared.decision.clone(),
            limits: shared.limits.clone(),
            required_evidence,
            evidence_files: shared.evidence_files,
            dependents: definition.dependents.clone(),
            critical_files: definition.critical_files.clone(),
            ..Settings::for_tier(environment.tier)
        };
        RuleSource {
            service: name.to_owned(),
            environment: environment.name.clone(),
            aliases: self.environments.words(environment),
            settings,
            policy: self.policy.clone(),
            risk: self.risk_table.clone(),
        }
    }
}
