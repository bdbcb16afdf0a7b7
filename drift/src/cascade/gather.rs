//! Reading the files beside changed base files, and telling where each delta takes effect.

use std::collections::{BTreeMap, HashMap};

use crate::assess::Assessment;
use crate::environment::{Environment, Environments, Reach as PathReach};
use crate::format;
use crate::limits::Limits;

use super::base::{Base, Layer, Part, Reach};
use super::family::Role;
use super::keys::{Holds, Key};
use super::profile::Truth;
use super::{BaseFile, Cascades, Kept};

/// The cascades of a run's changed base files, while the files beside them are read.
pub struct Gather<'a> {
    cascades: Vec<Cascade<'a>>,
    by_folder: HashMap<&'a str, Vec<usize>>,
    files: u32,
    left_out: u32,
}

struct Cascade<'a> {
    file: &'a str,
    role: Role<'a>,
    base: &'a Base,
    ids: Vec<&'a str>,
    /// True when a file of an environment stands beside the base.
    has_files: bool,
    /// What overrides the base, one for each environment that reads it.
    columns: Vec<Column<'a>>,
}

struct Column<'a> {
    environments: &'a Environments,
    environment: &'a Environment,
    overrides: HashMap<Key, Override>,
}

/// The strongest thing that overrides a key.
#[derive(Clone, Copy)]
struct Override {
    /// The last document that holds it; other files come behind every document.
    document: u32,
    holds: Holds,
}

/// The document of what another file holds.
const OTHER_FILE: u32 = u32::MAX;

impl<'a> Gather<'a> {
    /// The cascades of these files; nothing is read yet.
    pub fn of(assessments: &'a [Assessment], environments: &'a Environments) -> Self {
        let cascades = assessments.iter().filter_map(|assessment| Cascade::of(assessment, environments));
        let cascades: Vec<Cascade<'a>> = cascades.collect();
        let mut by_folder: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, cascade) in cascades.iter().enumerate() {
            by_folder.entry(folder(cascade.file)).or_default().push(at);
        }
        Self { cascades, by_folder, files: 0, left_out: 0 }
    }

    /// True when no changed file is a base, so that no other file is wanted.
    pub const fn is_empty(&self) -> bool {
        self.cascades.is_empty()
    }

    /// True when the file overrides a changed base for at least one environment that reads it.
    pub fn wants(&self, path: &str) -> bool {
        let Some(role) = Role::of(path) else { return false };
        let places = self.by_folder.get(folder(path)).into_iter().flatten();
        let mut beside = places.filter_map(|at| self.cascades.get(*at));
        beside.any(|cascade| role.overrides(&cascade.role) && cascade.is_read_by_one(&role))
    }

    /// Adds a wanted file of the candidate; None for one that could not be read, which overrides nothing.
    pub fn add(&mut self, path: &str, bytes: Option<&[u8]>, limits: &Limits) {
        self.files = self.files.saturating_add(1);
        self.put(path, bytes, limits);
    }

    /// Says that a wanted file is beyond what may be read.
    pub fn leave_out(&mut self, path: &str, limits: &Limits) {
        self.left_out = self.left_out.saturating_add(1);
        self.put(path, None, limits);
    }

    fn put(&mut self, path: &str, bytes: Option<&[u8]>, limits: &Limits) {
        let Some(role) = Role::of(path) else { return };
        let document = bytes.and_then(|bytes| format::read(path, bytes, limits).ok());
        let layers: Vec<Layer> = document
            .iter()
            .flat_map(|document| document.roots.iter())
            .map(|root| Layer::of(root, OTHER_FILE, role.family))
            .collect();
        let places = self.by_folder.get(folder(path)).cloned().unwrap_or_default();
        for at in places {
            if let Some(cascade) = self.cascades.get_mut(at).filter(|cascade| role.overrides(&cascade.role)) {
                cascade.add(&role, &layers);
            }
        }
    }

    /// What there is to tell.
    pub fn finish(self) -> Cascades {
        let mut bases: Vec<BaseFile> = self.cascades.iter().filter_map(Cascade::tell).collect();
        bases.sort_by(|left, right| left.file.cmp(&right.file));
        Cascades { files: self.files, left_out: self.left_out, bases }
    }
}

impl<'a> Cascade<'a> {
    fn of(assessment: &'a Assessment, environments: &'a Environments) -> Option<Self> {
        let base = assessment.base.as_ref().filter(|_| !assessment.deltas.is_empty())?;
        let role = Role::of(&assessment.file)?;
        let reads =
            |environment: &&Environment| environments.reach(&assessment.file, environment) != PathReach::Outside;
        let column = |environment| {
            let mut column = Column { environments, environment, overrides: HashMap::new() };
            base.documents.iter().for_each(|layer| column.add(layer));
            column
        };
        Some(Self {
            file: &assessment.file,
            role,
            base,
            ids: assessment.deltas.iter().map(|delta| delta.id.as_str()).collect(),
            has_files: false,
            columns: environments.configured().iter().filter(reads).map(column).collect(),
        })
    }

    fn is_read_by_one(&self, role: &Role<'_>) -> bool {
        self.columns.iter().any(|column| column.reads(role))
    }

    fn add(&mut self, role: &Role<'_>, layers: &[Layer]) {
        self.has_files |= role.variant.is_some();
        for column in self.columns.iter_mut().filter(|column| column.reads(role)) {
            layers.iter().for_each(|layer| column.add(layer));
        }
    }

    /// None when nothing tells environments apart, so that the file is a base of nothing.
    fn tell(&self) -> Option<BaseFile> {
        if !self.has_files && !self.base.has_conditions {
            return None;
        }
        let mut groups: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for (id, reach) in self.ids.iter().zip(&self.base.reaches) {
            let kept = self.columns.iter().filter(|column| column.keeps(reach));
            let kept: Vec<String> = kept.map(|column| column.environment.name.clone()).collect();
            if !kept.is_empty() {
                groups.entry(kept).or_default().push((*id).to_owned());
            }
        }
        let kept = groups.into_iter().map(|(environments, mut deltas)| {
            deltas.sort();
            Kept { environments, deltas }
        });
        Some(BaseFile {
            file: self.file.to_owned(),
            environments: self.columns.iter().map(|column| column.environment.name.clone()).collect(),
            kept: kept.collect(),
        })
    }
}

impl Column<'_> {
    fn reads(&self, role: &Role<'_>) -> bool {
        let of = |variant| self.environments.resolve(variant).is_some_and(|found| found.name == self.environment.name);
        role.variant.is_none_or(of)
    }

    /// Adds a document that surely counts here.
    fn add(&mut self, layer: &Layer) {
        if layer.when.holds(&self.environment.name, self.environments) != Truth::Yes {
            return;
        }
        for (key, holds) in &layer.keys {
            let new = Override { document: layer.document, holds: *holds };
            let known = self.overrides.entry(key.clone()).or_insert(new);
            known.document = known.document.max(new.document);
            if new.holds == Holds::Whole {
                known.holds = Holds::Whole;
            }
        }
    }

    /// True when the effective value stays as it was.
    fn keeps(&self, reach: &Reach) -> bool {
        match reach {
            Reach::Everything => false,
            Reach::Nothing => true,
            Reach::Parts(parts) => parts.iter().all(|part| self.keeps_part(part)),
        }
    }

    fn keeps_part(&self, part: &Part) -> bool {
        let behind = |known: &&Override| known.document > part.document;
        let is_overridden = |key: &Key| {
            self.overrides.get(key).filter(behind).is_some()
                || key.above().any(|above| {
                    self.overrides.get(&above).filter(behind).is_some_and(|known| known.holds == Holds::Whole)
                })
        };
        part.when.holds(&self.environment.name, self.environments) == Truth::No
            || (!part.keys.is_empty() && part.keys.iter().all(is_overridden))
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
