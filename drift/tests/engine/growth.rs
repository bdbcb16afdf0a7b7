//! Work grows with the input and not with its square: ten times the input in far less than a hundred times the time.

use std::time::{Duration, Instant};

use crate::deltas;

/// How much larger the large input is.
const TIMES: usize = 10;
/// Quadratic work would be at 100; what is between is for caches, allocation and other processes.
const MOST: u32 = 50;

fn map(count: usize, value: &str) -> String {
    let entries = (0..count).map(|number| format!("\"k{number}\": \"{value}{number}\""));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

fn list(count: usize, element: impl Fn(usize) -> String) -> String {
    format!("[{}]", (0..count).map(element).collect::<Vec<_>>().join(","))
}

/// The best of two, so that a moment's load does not count.
fn time(old: &str, new: &str, expected: usize) -> Duration {
    let once = || {
        let start = Instant::now();
        assert_eq!(deltas("a.json", old, new).len(), expected);
        start.elapsed()
    };
    (0..2).map(|_| once()).min().unwrap()
}

fn grows(name: &str, count: usize, pair: impl Fn(usize) -> (String, String, usize)) {
    let measure = |count| {
        let (old, new, expected) = pair(count);
        time(&old, &new, expected)
    };
    let (small, large) = (measure(count), measure(count * TIMES));
    assert!(large < small * MOST, "{name}: {small:?} for {count}, {large:?} for {TIMES} times as many");
}

#[test]
fn maps_of_which_every_key_changed() {
    grows("changed keys", 150, |count| (map(count, "a"), map(count, "b"), count));
}

#[test]
fn lists_of_equal_elements() {
    let ones = |count| list(count, |_| "1".to_owned());
    grows("equal elements", 2_000, |count| (ones(count), ones(count + 1), 1));
}

#[test]
fn lists_of_scalars_of_which_every_one_changed() {
    let numbers = |count, from: usize| list(count, |at| (at + from).to_string());
    grows("changed scalars", 500, |count| (numbers(count, 0), numbers(count, count), count));
}

#[test]
fn lists_of_maps_without_an_identity_of_which_every_one_changed() {
    let element = |last: &'static str| move |at: usize| format!("{{\"x\": {at}, \"y\": 1, \"z\": {last}}}");
    grows("changed maps", 200, |count| (list(count, element("1")), list(count, element("2")), count));
}

#[test]
fn keyed_lists_in_another_order() {
    let element = |at: usize| format!("{{\"name\": \"n{at}\", \"x\": 1}}");
    grows("keyed", 500, |count| (list(count, element), list(count, |at| element(count - 1 - at)), 0));
}

fn block(name: &str, at: usize, last: &str) -> String {
    format!("\"{name}{at}\": {{\"same\": 1, \"a\": \"a{at}\", \"b\": \"b{at}\", \"last\": \"{last}\"}}")
}

fn blocks(count: usize, name: &str, last: &str) -> String {
    format!("{{{}}}", (0..count).map(|at| block(name, at, last)).collect::<Vec<_>>().join(","))
}

#[test]
fn blocks_that_all_have_another_name() {
    grows("renamed blocks", 150, |count| (blocks(count, "old", "x"), blocks(count, "new", "x"), count));
}

#[test]
fn blocks_that_all_have_another_name_and_an_edit() {
    grows("renamed and edited blocks", 100, |count| (blocks(count, "old", "x"), blocks(count, "new", "y"), count * 2));
}

#[test]
fn equal_blocks_that_all_have_another_name() {
    let side = |count, name: &str| {
        let block = |at: usize| format!("\"{name}{at}\": {{\"a\": 1, \"b\": 2}}");
        format!("{{{}}}", (0..count).map(block).collect::<Vec<_>>().join(","))
    };
    grows("equal blocks", 200, |count| (side(count, "old"), side(count, "new"), count));
}

#[test]
fn keys_that_all_have_another_name() {
    let side = |count, name: &str| {
        let entry = |at: usize| format!("\"{name}{at}\": \"host-number-{at}\"");
        format!("{{{}}}", (0..count).map(entry).collect::<Vec<_>>().join(","))
    };
    grows("renamed keys", 200, |count| (side(count, "old"), side(count, "new"), count));
}
