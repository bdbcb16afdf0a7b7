//! The engine as a whole: from two contents to deltas, findings, score and decision.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helpers of tests assert fails the test"
)]

mod anomaly;
mod cascade;
mod containers;
mod decisions;
mod growth;
mod identity;
mod limits;
mod list_rules;
mod masks;
mod moves;
mod predecessor;
mod properties;
mod renames;
mod score;
mod score_bonus;
mod score_sum;
mod scripts;
mod seeded;
mod shown;
mod table;
mod tree;
mod whole_files;
mod worked;
mod worst;

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::delta::Delta;
use drift::engine::{Compared, conclude};
use drift::environment::is_profile_file;
use drift::facts::Facts;
use drift::mask::Masker;
use drift::outcome::{ComponentName, Outcome};
use drift::rules::{RuleFile, RuleSource, Rules};
use drift::settings::{Settings, Tier};

/// A regular file.
fn file(content: impl Into<Vec<u8>>) -> Option<FileSide> {
    Some(FileSide { content: Content::Bytes(content.into()), executable: false })
}

fn change(path: &str, old: Option<FileSide>, new: Option<FileSide>) -> FileChange {
    FileChange { path: path.to_owned(), renamed_from: None, old, new, profile: is_profile_file(path) }
}

/// A file that is on both sides with these contents.
fn edit(path: &str, old: &str, new: &str) -> FileChange {
    change(path, file(old), file(new))
}

/// Everything that a decision follows from, ready to be altered.
struct Run {
    source: RuleSource,
    facts: Facts,
    changes: Vec<FileChange>,
}

impl Run {
    fn new(tier: Tier, changes: Vec<FileChange>) -> Self {
        let source = RuleSource {
            service: "shop".to_owned(),
            environment: tier.to_string(),
            aliases: Vec::new(),
            settings: Settings::for_tier(tier),
            policy: None,
            risk: None,
        };
        Self { source, facts: Facts::default(), changes }
    }

    fn production(changes: Vec<FileChange>) -> Self {
        Self::new(Tier::Production, changes)
    }

    /// With these rules, as of a policy file.
    fn policy(mut self, text: &str) -> Self {
        self.source.policy = Some(RuleFile { file: "policy.yml".to_owned(), text: text.to_owned() });
        self
    }

    fn settings(mut self, alter: impl FnOnce(&mut Settings)) -> Self {
        alter(&mut self.source.settings);
        self
    }

    fn facts(mut self, alter: impl FnOnce(&mut Facts)) -> Self {
        alter(&mut self.facts);
        self
    }

    fn outcome(&self) -> Outcome {
        let rules = Rules::compile(self.source.clone()).unwrap();
        let masker = Masker::new(None, &rules.settings().limits);
        let assessments = self.changes.iter().map(|change| assess(change, &rules, &masker)).collect();
        let mut files: Vec<&str> = self.changes.iter().map(|change| change.path.as_str()).collect();
        files.sort_unstable();
        conclude(assessments, Compared { files: &files, changed: files.len() as u64 }, &rules, &self.facts)
    }

    /// Score and decision, as reports word it.
    fn verdict(&self) -> (i32, &'static str) {
        let certification = self.outcome().certification;
        (certification.score, certification.decision.as_str())
    }

    fn points(&self, name: ComponentName) -> i32 {
        self.outcome().certification.components.iter().find(|component| component.name == name).unwrap().points
    }
}

/// The deltas of one edited file under production rules.
fn deltas(path: &str, old: &str, new: &str) -> Vec<Delta> {
    Run::production(vec![edit(path, old, new)]).outcome().deltas
}

const PORT: [&str; 2] = ["server: {port: 8080}\n", "server: {port: 8090}\n"];
const LEVEL: [&str; 2] = ["logging: {level: info}\n", "logging: {level: debug}\n"];
const PASSWORD: [&str; 2] = ["db: {password: hunter2}\n", "db: {password: hunter3}\n"];
