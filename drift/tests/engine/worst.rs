//! Pairs of files that are the hardest to compare: whatever pairs each part of one with each part of the other shows here.

/// A shape: what it is, how many parts a small one has, and how to make one of so many parts with the deltas it gives.
pub(crate) struct Worst {
    pub(crate) name: &'static str,
    pub(crate) parts: usize,
    pub(crate) pair: fn(usize) -> (String, String, usize),
}

/// All of them.
pub(crate) const WORST: [Worst; 9] = [
    Worst {
        name: "maps of which every key changed",
        parts: 150,
        pair: |parts| (map(parts, "a"), map(parts, "b"), parts),
    },
    Worst { name: "lists of equal elements", parts: 2_000, pair: |parts| (ones(parts), ones(parts + 1), 1) },
    Worst {
        name: "lists of scalars of which every one changed",
        parts: 500,
        pair: |parts| (numbers(parts, 0), numbers(parts, parts), parts),
    },
    Worst {
        name: "lists of maps without an identity of which every one changed",
        parts: 200,
        pair: |parts| (anonymous(parts, 1), anonymous(parts, 2), parts),
    },
    Worst {
        name: "keyed lists in another order",
        parts: 500,
        pair: |parts| (list(parts, keyed), list(parts, |at| keyed(parts - 1 - at)), 0),
    },
    Worst {
        name: "blocks that all have another name",
        parts: 150,
        pair: |parts| (blocks(parts, "old", "x"), blocks(parts, "new", "x"), parts),
    },
    Worst {
        name: "blocks that all have another name and an edit",
        parts: 100,
        pair: |parts| (blocks(parts, "old", "x"), blocks(parts, "new", "y"), parts * 2),
    },
    Worst {
        name: "equal blocks that all have another name",
        parts: 200,
        pair: |parts| (twins(parts, "old"), twins(parts, "new"), parts),
    },
    Worst {
        name: "keys that all have another name",
        parts: 200,
        pair: |parts| (hosts(parts, "old"), hosts(parts, "new"), parts),
    },
];

fn object(parts: usize, entry: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", (0..parts).map(entry).collect::<Vec<_>>().join(","))
}

fn list(parts: usize, element: impl Fn(usize) -> String) -> String {
    format!("[{}]", (0..parts).map(element).collect::<Vec<_>>().join(","))
}

fn map(parts: usize, value: &str) -> String {
    object(parts, |at| format!("\"k{at}\": \"{value}{at}\""))
}

fn ones(parts: usize) -> String {
    list(parts, |_| "1".to_owned())
}

fn numbers(parts: usize, from: usize) -> String {
    list(parts, |at| (at + from).to_string())
}

fn anonymous(parts: usize, last: usize) -> String {
    list(parts, |at| format!("{{\"x\": {at}, \"y\": 1, \"z\": {last}}}"))
}

fn keyed(at: usize) -> String {
    format!("{{\"name\": \"n{at}\", \"x\": 1}}")
}

fn blocks(parts: usize, name: &str, last: &str) -> String {
    object(parts, |at| {
        format!("\"{name}{at}\": {{\"same\": 1, \"a\": \"a{at}\", \"b\": \"b{at}\", \"last\": \"{last}\"}}")
    })
}

fn twins(parts: usize, name: &str) -> String {
    object(parts, |at| format!("\"{name}{at}\": {{\"a\": 1, \"b\": 2}}"))
}

fn hosts(parts: usize, name: &str) -> String {
    object(parts, |at| format!("\"{name}{at}\": \"host-number-{at}\""))
}
