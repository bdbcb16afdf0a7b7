//! How well secrets are told from what only looks like them: 1,000 of each, made from a seed.
//!
//! `GOLDEN_SECRETS_SEED` sets another seed. The generator knows nothing of the detector: no pattern, table or code is
//! shared. Every miss is printed with its kind.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "what helpers of tests assert fails the test"
)]

mod dice;
mod lookalikes;
mod secrets;

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::mask::Masker;
use drift::rules::{RuleSource, Rules};
use drift::settings::{Settings, Tier};

use dice::Dice;

/// One file with something in it.
struct Sample {
    path: &'static str,
    text: String,
    /// What must not be shown, when it is a secret.
    hidden: String,
}

/// A kind of sample: its name and how one is made.
type Kind = (&'static str, fn(&mut Dice) -> Sample);

const COUNT: usize = 1_000;

struct Detector {
    rules: Rules,
    masker: Masker,
}

impl Detector {
    fn new() -> Self {
        let source = RuleSource {
            service: "shop".to_owned(),
            environment: "production".to_owned(),
            aliases: Vec::new(),
            settings: Settings::for_tier(Tier::Production),
            policy: None,
            risk: None,
        };
        let rules = Rules::compile(source).unwrap();
        let masker = Masker::new(None, &rules.settings().limits);
        Self { rules, masker }
    }

    /// What the deltas of a file that came into being show, and whether one of them is said to hold a secret.
    fn look(&self, sample: &Sample) -> (String, bool) {
        let new = FileSide { content: Content::Bytes(sample.text.clone().into_bytes()), executable: false };
        let (path, old) = (sample.path.to_owned(), None);
        let change = FileChange { path, renamed_from: None, old, new: Some(new), profile: false };
        let deltas = assess(&change, &self.rules, &self.masker).deltas;
        (serde_json::to_string(&deltas).unwrap(), deltas.iter().any(|delta| delta.secret))
    }
}

fn samples(kinds: &'static [Kind], seed: u64) -> impl Iterator<Item = (&'static str, Sample)> {
    let mut dice = Dice::new(seed);
    kinds.iter().cycle().take(COUNT).map(move |(name, make)| (*name, make(&mut dice)))
}

#[test]
fn secrets_are_found_and_lookalikes_left_alone() {
    let seed = std::env::var("GOLDEN_SECRETS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2_026);
    let detector = Detector::new();
    let (mut found, mut wrong) = (0, 0);
    for (kind, sample) in samples(secrets::KINDS, seed) {
        let (shown, secret) = detector.look(&sample);
        if secret && !shown.contains(&sample.hidden) {
            found += 1;
        } else {
            eprintln!("missed, {kind}: {:?}", sample.text);
        }
    }
    for (kind, sample) in samples(lookalikes::KINDS, seed) {
        if detector.look(&sample).1 {
            wrong += 1;
            eprintln!("taken for a secret, {kind}: {:?}", sample.text);
        }
    }
    let recall = f64::from(found) / 1_000.0;
    let precision = f64::from(found) / f64::from(found + wrong);
    eprintln!("seed {seed}: recall {recall:.3}, precision {precision:.3}");
    assert!(recall >= 0.98, "recall {recall}");
    assert!(precision >= 0.95, "precision {precision}");
}
