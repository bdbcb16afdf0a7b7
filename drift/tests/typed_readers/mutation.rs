//! A deterministic loop over broken variants of a seed: a reader answers each of them and never panics.

use drift::format::read;
use drift::limits::Limits;

/// Characters that mean something in one of the formats.
const SPICE: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "&a",
    "*a",
    "<<",
    "- ",
    "? ",
    "#",
    "\n",
    "\r",
    "\t",
    " ",
    "!",
    "!!int ",
    "|",
    ">",
    "%",
    "\\",
    "\\u",
    "\\x",
    "0x",
    "1e",
    ".",
    "/*",
    "//",
    "---\n",
    "...\n",
    "=",
    "[[",
    "]]",
    "\u{feff}",
    "\u{2028}",
    "é",
    "\u{1f600}",
    "@",
    "`",
    "\u{0}",
    "\u{85}",
    "~",
    "+",
    "_",
];

/// A small generator (xorshift64*), so that each run mutates alike.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % most.max(1)
    }
}

/// Reads `rounds` mutations of the seed; returns how many were read and how many refused.
pub(crate) fn survive(path: &str, seed: &str, rounds: usize) -> (usize, usize) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut read_well, mut refused) = (0, 0);
    for _ in 0..rounds {
        let mut chars: Vec<char> = seed.chars().collect();
        for _ in 0..=dice.below(6) {
            let place = dice.below(chars.len());
            match dice.below(4) {
                0 => drop(chars.drain(place..(place + dice.below(8)).min(chars.len()))),
                1 => chars.truncate(place),
                _ => drop(chars.splice(place..place, SPICE[dice.below(SPICE.len())].chars())),
            }
        }
        let text: String = chars.into_iter().collect();
        match read(path, text.as_bytes(), &Limits::default()) {
            Ok(_) => read_well += 1,
            Err(unreadable) => {
                assert!(unreadable.at.line >= 1 && unreadable.at.column >= 1 && !unreadable.reason.is_empty());
                refused += 1;
            }
        }
    }
    (read_well, refused)
}
