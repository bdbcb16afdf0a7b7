//! The rules of a run: settings, policy and risk table, as one text that is stored and replayed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::compare::ListModes;
use crate::environment::Environments;
use crate::file_glob::{FileGlobs, Star};
use crate::key_glob::KeyGlob;
use crate::mask::hex;
use crate::policy::{Policy, PolicyErrors};
use crate::risk_table::RiskTable;
use crate::settings::{BadSetting, ListMode, Settings, bad_setting};

/// A rules file by name and text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The name that errors and findings use.
    pub file: String,
    /// Its whole text.
    pub text: String,
}

/// What a rule set is made of: everything but bytes and facts that a decision follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// The service.
    pub service: String,
    /// The environment's resolved name.
    pub environment: String,
    /// Other names of the environment, for the predecessor's policy files.
    pub aliases: Vec<String>,
    /// Settings of `golden.toml` that the engine reads.
    pub settings: Settings,
    /// The policy file, if there is one.
    pub policy: Option<RuleFile>,
    /// A risk table in place of the shipped one.
    pub risk: Option<RuleFile>,
}

impl RuleSource {
    /// The text that is stored: compact JSON with a fixed field order.
    pub fn content(&self) -> Result<String, RulesError> {
        serde_json::to_string(self).map_err(|error| RulesError::Content(error.to_string()))
    }

    /// Reads back what [`RuleSource::content`] wrote.
    pub fn from_content(content: &str) -> Result<Self, RulesError> {
        serde_json::from_str(content).map_err(|error| RulesError::Content(error.to_string()))
    }

    fn risk_table(&self) -> Result<Option<RiskTable>, PolicyErrors> {
        self.risk.as_ref().map(|risk| RiskTable::parse(&risk.file, &risk.text)).transpose()
    }

    /// The policy beside its own table, or the shipped one.
    fn parsed_policy(&self, table: Option<&RiskTable>) -> Result<Policy, PolicyErrors> {
        let Some(policy) = &self.policy else { return Ok(Policy::empty()) };
        Policy::parse_beside(&policy.file, &policy.text, table.unwrap_or_else(|| RiskTable::shipped()))
    }

    /// SHA-256 of [`RuleSource::content`] in hexadecimal: the address of the rule set.
    pub fn digest(&self) -> Result<String, RulesError> {
        Ok(hex(&Sha256::digest(self.content()?.as_bytes())))
    }
}

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The policy file or risk table has errors.
    #[error(transparent)]
    Policy(#[from] PolicyErrors),
    /// A pattern of `[[list]]`.
    #[error("golden.toml: list path {path:?} is not a usable pattern: {reason}")]
    ListPath {
        /// The pattern.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A `[[list]]` with `mode = "keyed"` and no key, or a key without that mode.
    #[error("golden.toml: list {path:?}: `key` belongs to mode \"keyed\" and only to it")]
    ListKey {
        /// The pattern.
        path: String,
    },
    /// A glob of `critical_files`.
    #[error("golden.toml: critical file {glob:?} is not a usable pattern: {reason}")]
    CriticalFile {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value of `[decision]` or `[score]` that nothing reads, or that turns the score around.
    #[error("golden.toml: {name}: {reason}")]
    Setting {
        /// The setting with its table.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A stored rule set that cannot be read back.
    #[error("the stored rule set cannot be read: {0}")]
    Content(String),
}

/// Rules ready to be used.
pub struct Rules {
    /// What they were made of.
    pub source: RuleSource,
    /// The policy; empty without a policy file.
    pub policy: Policy,
    table: Option<RiskTable>,
    lists: Vec<List>,
    critical_files: FileGlobs,
}

struct List {
    files: Option<FileGlobs>,
    keys: KeyGlob,
    mode: ListMode,
    key: Option<String>,
}

impl Rules {
    /// Compiles rules; every error of the policy file is reported at once.
    pub fn compile(source: RuleSource) -> Result<Self, RulesError> {
        let table = source.risk_table()?;
        let policy = source.parsed_policy(table.as_ref())?;
        if let Some(BadSetting { name, reason }) = bad_setting(&source.settings) {
            return Err(RulesError::Setting { name, reason });
        }
        let lists = source.settings.lists.iter().map(List::compile).collect::<Result<_, _>>()?;
        let globs: Vec<&str> = source.settings.critical_files.iter().map(String::as_str).collect();
        let critical_files = FileGlobs::new(&globs, Star::WithinFolder).map_err(|(index, reason)| {
            let glob = globs.get(index).map(|glob| (*glob).to_owned()).unwrap_or_default();
            RulesError::CriticalFile { glob, reason }
        })?;
        Ok(Self { source, policy, table, lists, critical_files })
    }

    /// Refuses a policy that names an environment which nobody knows: a rule for it would never match. Rules that are
    /// stored need not be asked again, since environments come and go.
    pub fn check_environments(&self, known: &Environments) -> Result<(), RulesError> {
        let file = self.source.policy.as_ref().map_or("", |policy| policy.file.as_str());
        Ok(self.policy.check_environments(file, known)?)
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.source.settings
    }

    /// The risk table in force.
    pub fn risk_table(&self) -> &RiskTable {
        self.table.as_ref().unwrap_or_else(|| RiskTable::shipped())
    }

    /// True when the service's own globs make the file critical.
    pub(crate) fn is_critical_file(&self, path: &str) -> bool {
        self.critical_files.matches(path)
    }

    /// How the lists of one file are compared.
    pub(crate) fn list_modes<'r>(&'r self, file: &str) -> FileLists<'r> {
        let applies = |list: &&List| list.files.as_ref().is_none_or(|files| files.matches(file));
        FileLists { lists: self.lists.iter().filter(applies).collect() }
    }
}

impl List {
    fn compile(rule: &crate::settings::ListRule) -> Result<Self, RulesError> {
        if (rule.mode == ListMode::Keyed) != rule.key.is_some() {
            return Err(RulesError::ListKey { path: rule.path.clone() });
        }
        let fault = |reason: String| RulesError::ListPath { path: rule.path.clone(), reason };
        let (file, keys) = match rule.path.split_once(":/") {
            Some((file, keys)) => (Some(file), format!("/{keys}")),
            None => (None, rule.path.clone()),
        };
        let files = file.map(|file| FileGlobs::new(&[file], Star::WithinFolder)).transpose();
        let files = files.map_err(|(_, reason)| fault(reason))?;
        let keys = KeyGlob::parse(&keys)
            .map_err(|reason| fault(format!("{reason}; write FILE_GLOB:/KEY/PATH, or /KEY/PATH alone")))?;
        Ok(Self { files, keys, mode: rule.mode, key: rule.key.clone() })
    }
}

/// The list rules that apply to one file.
pub(crate) struct FileLists<'r> {
    lists: Vec<&'r List>,
}

impl ListModes for FileLists<'_> {
    fn mode(&self, key_path: &str) -> Option<(ListMode, Option<&str>)> {
        let list = self.lists.iter().find(|list| list.keys.matches(key_path))?;
        Some((list.mode, list.key.as_deref()))
    }
}
