//! What a use case works on: a service in an environment, its repository and its rules.

use std::path::PathBuf;

use drift::environment::Environments;
use drift::rules::{RuleSource, Rules};
use drift::select::Scope;

use crate::error::ServiceError;

/// A service in an environment, resolved from golden.toml or from defaults.
#[derive(Clone, Debug)]
pub struct Target {
    /// The service.
    pub service: String,
    /// The environment's resolved name.
    pub environment: String,
    /// The repository that holds its golden branches.
    pub repo: PathBuf,
    /// All environments that there are.
    pub environments: Environments,
    /// Which files are its configuration.
    pub scope: Scope,
    /// The rules.
    pub rules: RuleSource,
}

impl Target {
    /// The rules ready to be used; refused when the policy names an environment that nobody knows.
    pub fn compiled(&self) -> Result<Rules, ServiceError> {
        let rules = Rules::compile(self.rules.clone())?;
        rules.check_environments(&self.environments)?;
        Ok(rules)
    }
}
