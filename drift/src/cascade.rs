//! Cascades: base files whose values the files of an environment override, and where a change of a base takes effect.
//!
//! Three families are known, each file beside its base: Spring (`application.yml`, profile files and documents of a
//! profile), Helm (`values.yaml` with `values-<environment>.yaml`) and dotenv (`.env` with `.env.<environment>`). An
//! environment is left out only when something that it surely reads overrides every key of the delta; whatever could not
//! be read or told overrides nothing.

mod base;
mod family;
mod gather;
mod keys;
mod profile;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::delta::Delta;

pub(crate) use base::{Base, Place, Reach};
pub use gather::Gather;

/// What cascades say of a run's deltas. Part of the facts, so that a replay and a stored run need no other file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cascades {
    /// Files beside base files that were read for it.
    pub files: u32,
    /// Files that were left out, for `evidence.max_files`; they override nothing.
    pub left_out: u32,
    /// The changed base files, by path.
    pub bases: Vec<BaseFile>,
}

/// A changed base file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseFile {
    /// Its path.
    pub file: String,
    /// The environments that read it, in the order of the configuration.
    pub environments: Vec<String>,
    /// The deltas that do not take effect in all of them, grouped by where they do not.
    pub kept: Vec<Kept>,
}

/// Deltas without effect in the same environments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The environments whose effective value stays as it was.
    pub environments: Vec<String>,
    /// Ids of the deltas, sorted.
    pub deltas: Vec<String>,
}

impl Cascades {
    /// Names on every delta of a base file the environments whose effective value changes.
    pub fn apply<'d>(&self, deltas: impl IntoIterator<Item = &'d mut Delta>) {
        use std::collections::HashMap;
        let bases: HashMap<&str, &BaseFile> = self.bases.iter().map(|base| (base.file.as_str(), base)).collect();
        let mut kept: HashMap<(&str, &str), &[String]> = HashMap::new();
        for base in &self.bases {
            for group in &base.kept {
                kept.extend(group.deltas.iter().map(|id| ((base.file.as_str(), id.as_str()), &*group.environments)));
            }
        }
        for delta in deltas {
            let Some(base) = bases.get(delta.file.as_str()) else { continue };
            let kept = kept.get(&(delta.file.as_str(), delta.id.as_str())).copied().unwrap_or_default();
            let named = base.environments.iter().filter(|environment| !kept.contains(environment));
            delta.environments = Some(named.cloned().collect());
        }
    }

    /// True when there is nothing to tell.
    pub const fn is_empty(&self) -> bool {
        self.bases.is_empty() && self.left_out == 0
    }
}
