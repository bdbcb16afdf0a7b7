//! The work of a patch grows with the keys of a file and not with their square.

use std::time::{Duration, Instant};

use drift::patch::Direction;

use super::{bytes, deltas, edit, rules};

const COUNT: usize = 1_000;
/// How much larger the large file is.
const TIMES: usize = 10;
/// Quadratic work would be at 100; what is between is for caches, allocation and other processes.
const MOST: u32 = 50;

/// The time to take the first of two changed keys, the better of two.
fn time(path: &str, text: &dyn Fn(usize, &str) -> String, count: usize) -> Duration {
    let (golden, candidate) = (text(count, "a"), text(count, "b"));
    let (rules, change) = (rules(), edit(path, golden.as_str(), candidate.as_str()));
    let found = deltas(&change, &rules);
    assert_eq!(found.len(), 2, "{path}");
    let once = || {
        let start = Instant::now();
        let patched = bytes(&change, &rules, &[&found[0].id], Direction::Accept).unwrap();
        assert!(patched != golden.as_bytes() && patched != candidate.as_bytes());
        start.elapsed()
    };
    (0..2).map(|_| once()).min().unwrap()
}

fn grows(path: &str, text: impl Fn(usize, &str) -> String) {
    let (small, large) = (time(path, &text, COUNT), time(path, &text, COUNT * TIMES));
    assert!(large < small * MOST, "{path}: {small:?} for {COUNT}, {large:?} for {TIMES} times as many");
}

/// A line for each key, of which the first and the last have another value.
fn lines(count: usize, value: &str, line: impl Fn(usize, &str) -> String) -> String {
    (0..count).map(|at| line(at, if at == 0 || at == count - 1 { value } else { "same" })).collect()
}

#[test]
fn statements() {
    for path in ["a.properties", ".env", "a.ini"] {
        grows(path, |count, value| lines(count, value, |at, value| format!("K{at}={value}\n")));
    }
    grows("a.ini", |count, value| lines(count, value, |at, value| format!("[s{at}]\nk={value}\n")));
    grows("a.toml", |count, value| lines(count, value, |at, value| format!("k{at} = \"{value}\"\n")));
    grows("a.toml", |count, value| lines(count, value, |at, value| format!("[t{at}]\nk = \"{value}\"\n")));
}

#[test]
fn members() {
    grows("a.yml", |count, value| lines(count, value, |at, value| format!("k{at}: {value}\n")));
    grows("a.json", |count, value| {
        let members = lines(count, value, |at, value| format!("\"k{at}\": \"{value}\",\n"));
        format!("{{\n{members}\"z\": 1\n}}\n")
    });
}
