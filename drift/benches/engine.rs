//! What comparing costs beside reading, and how both grow, for every format.
//!
//! Prints ratios; sizes are in megabytes. `engine one FORMAT MEGABYTES` measures one pair in a process of its own and
//! is what the growth table is made of, so that the peak of its memory is its own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

#[path = "engine/inputs.rs"]
mod inputs;
#[path = "../tests/engine/worst.rs"]
mod worst;

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use drift::assess::assess;
use drift::change::{Content, FileChange, FileSide};
use drift::format::read;
use drift::limits::Limits;
use drift::mask::Masker;
use drift::rules::{RuleSource, Rules};
use drift::settings::{Settings, Tier};

use inputs::{Pair, SHAPES};

const MEGABYTE: usize = 1_000_000;
/// Sizes of the growth table, each ten times the one before.
const SIZES: [usize; 3] = [1, 10, 100];
/// Shapes whose growth is measured: one for each kind of comparison.
const GROWING: [&str; 6] = ["json", "yaml", "properties", "changed", "shuffled", "text"];

fn main() {
    // `cargo bench` adds flags of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["one", shape, megabytes] => one(shape, megabytes.parse().unwrap()),
        ["ratio", megabytes] => ratios(megabytes.parse().unwrap()),
        ["growth"] => growth(),
        ["shuffled"] => shuffled(),
        ["worst"] => worst(),
        _ => {
            shuffled();
            ratios(10);
            growth();
            worst();
        }
    }
}

/// Exactly the changed objects come out of a list in another order.
fn shuffled() {
    let pair = inputs::keyed(2_000, 20);
    let engine = Engine::new();
    let (deltas, took) = engine.assess(&pair);
    println!("shuffled list of 2,000 keyed objects, 20 changed: {deltas} deltas in {took:?} (goal exactly 20)");
    assert_eq!(deltas, 20);
}

/// Comparing beside reading, for every shape.
fn ratios(megabytes: usize) {
    let engine = Engine::new();
    for shape in SHAPES {
        let measured = engine.measure(&inputs::pair(shape, megabytes * MEGABYTE));
        println!("{shape}, {megabytes} MB: {measured} (goal 0.5)");
    }
}

/// Time and memory of processes of their own, over sizes.
fn growth() {
    for shape in GROWING {
        let mut last: Option<(f64, f64)> = None;
        for megabytes in SIZES {
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["one", shape, &megabytes.to_string()])
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            let [seconds, memory] = numbers[..] else { unreachable!("two numbers: {text}") };
            let grown = last.map_or(String::new(), |(time, space)| {
                format!(
                    ", of linear: time {:.2}, memory {:.2} (goal 1.2)",
                    seconds / time / 10.0,
                    memory / space / 10.0
                )
            });
            println!("{shape}, {megabytes} MB: {seconds:.3} s, {memory:.0} MB{grown}");
            last = Some((seconds, memory));
        }
    }
}

/// Ten times the parts in ten times the time: work with every pair of parts would be at 10.
fn worst() {
    let engine = Engine::new();
    for shape in &worst::WORST {
        let time = |parts| {
            let (old, new, deltas) = (shape.pair)(parts);
            let pair = Pair { path: "a.json", old, new, deltas };
            let once = |_| engine.assess(&pair);
            let (found, took) = (0..3).map(once).min_by_key(|(_, took)| *took).unwrap();
            assert_eq!(found, deltas, "{}", shape.name);
            took
        };
        let (small, large) = (time(shape.parts * 10), time(shape.parts * 100));
        let of_linear = large.as_secs_f64() / small.as_secs_f64() / 10.0;
        println!("{}, {} parts: {large:?}, of linear: time {of_linear:.2} (goal 2)", shape.name, shape.parts * 100);
    }
}

/// Prints seconds of reading and comparing one pair, and what the process grew by, in megabytes.
fn one(shape: &str, megabytes: usize) {
    let pair = inputs::pair(shape, megabytes * MEGABYTE);
    let engine = Engine::new();
    let before = peak();
    let (deltas, took) = engine.assess(&pair);
    assert_eq!(deltas, pair.deltas, "{shape}");
    println!("{:.6} {:.3}", took.as_secs_f64(), peak() - before);
}

/// The peak of resident memory of this process, in megabytes; 0 where the system does not tell.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or(0.0) / 1_000.0
}

struct Engine {
    rules: Rules,
    masker: Masker,
    limits: Limits,
}

struct Measured {
    reading: Duration,
    comparing: Duration,
    deltas: usize,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ratio = self.comparing.as_secs_f64() / self.reading.as_secs_f64();
        let Self { reading, comparing, deltas } = self;
        write!(f, "reading {reading:?}, comparing {comparing:?}, {deltas} deltas, ratio {ratio:.2}")
    }
}

impl Engine {
    fn new() -> Self {
        let mut settings = Settings::for_tier(Tier::Production);
        // The benchmark is beyond what golden.toml allows by default.
        settings.limits.file_bytes = 1 << 30;
        settings.limits.nodes = u32::MAX;
        let limits = settings.limits.clone();
        let source = RuleSource {
            service: "shop".to_owned(),
            environment: "production".to_owned(),
            aliases: Vec::new(),
            settings,
            policy: None,
            risk: None,
        };
        Self { rules: Rules::compile(source).unwrap(), masker: Masker::new(None, &limits), limits }
    }

    fn assess(&self, pair: &Pair) -> (usize, Duration) {
        let side =
            |text: &String| Some(FileSide { content: Content::Bytes(text.clone().into_bytes()), executable: false });
        let change = FileChange {
            path: pair.path.to_owned(),
            renamed_from: None,
            old: side(&pair.old),
            new: side(&pair.new),
            profile: false,
        };
        let start = Instant::now();
        let assessment = black_box(assess(&change, &self.rules, &self.masker));
        (assessment.deltas.len(), start.elapsed())
    }

    /// Reading both sides, one after the other, and what the whole costs beyond reading them on two threads, as it does;
    /// the best of three in turn.
    fn measure(&self, pair: &Pair) -> Measured {
        let read = |side: &String| black_box(read(pair.path, side.as_bytes(), &self.limits).unwrap());
        let (mut reading, mut at_once, mut whole, mut deltas) = (Duration::MAX, Duration::MAX, Duration::MAX, 0);
        for _ in 0..3 {
            let start = Instant::now();
            for side in [&pair.old, &pair.new] {
                read(side);
            }
            reading = reading.min(start.elapsed());
            let start = Instant::now();
            std::thread::scope(|threads| {
                let new = threads.spawn(|| read(&pair.new));
                (read(&pair.old), new.join().unwrap())
            });
            at_once = at_once.min(start.elapsed());
            let (found, took) = self.assess(pair);
            (whole, deltas) = (whole.min(took), found);
        }
        assert_eq!(deltas, pair.deltas, "{}", pair.path);
        Measured { reading, comparing: whole.saturating_sub(at_once), deltas }
    }
}
