//! How deep a TOML text may nest, told before the parser builds it: the parser limits each key and each value alone,
//! and what both allow together is deep enough to exhaust the stack when a tree is dropped.

/// The bytes that end a bare word.
const BETWEEN_WORDS: &[u8] = b".=,[]{} \t#\r\n";

/// The offset at which a text may nest deeper than `most` levels; None when it cannot.
///
/// Counts each point outside of strings as a level, so it may count too much (fractions), and in a broken text
/// too little by no more than one table header.
pub(super) fn beyond(text: &str, most: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut levels = Levels::default();
    let mut offset = 0;
    while let Some(byte) = bytes.get(offset) {
        let rest = bytes.get(offset..).unwrap_or_default();
        offset += match byte {
            b'"' | b'\'' => {
                levels.in_line = true;
                quoted(rest)
            }
            b'#' => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            _ if BETWEEN_WORDS.contains(byte) => {
                levels.take(*byte);
                1
            }
            // A quote inside a word starts no string.
            _ => {
                levels.in_line = true;
                rest.iter().position(|byte| BETWEEN_WORDS.contains(byte)).unwrap_or(rest.len())
            }
        };
        if levels.deepest() > most {
            return Some(offset);
        }
    }
    None
}

/// The levels around one place of the text.
#[derive(Default)]
struct Levels {
    /// Levels of the last table header.
    header: usize,
    /// Brackets that are open.
    brackets: Vec<Bracket>,
    /// Levels of the brackets that are open, with the keys before them.
    bracketed: usize,
    /// Points since the last bracket, comma or line.
    points: usize,
    /// True when a line outside of all brackets has begun.
    in_line: bool,
}

struct Bracket {
    closed_by: u8,
    levels: usize,
    is_header: bool,
}

impl Levels {
    fn take(&mut self, byte: u8) {
        match byte {
            b'[' => self.open(b']'),
            b'{' => self.open(b'}'),
            // A bracket that closes another kind closes nothing.
            b']' | b'}' if self.brackets.last().is_some_and(|bracket| bracket.closed_by == byte) => self.close(),
            b',' => self.points = 0,
            b'.' => self.points += 1,
            b'\n' => {
                while self.brackets.last().is_some_and(|bracket| bracket.is_header) {
                    self.close();
                }
                if self.brackets.is_empty() {
                    (self.points, self.in_line) = (0, false);
                }
            }
            b'=' => self.in_line = true,
            _ => {}
        }
    }

    fn open(&mut self, closed_by: u8) {
        let starts_line = self.brackets.is_empty() && !self.in_line && closed_by == b']';
        let doubles = self.points == 0 && self.brackets.last().is_some_and(|bracket| bracket.is_header);
        if starts_line {
            self.header = 0;
        }
        self.in_line = true;
        let levels = self.points + 1;
        self.brackets.push(Bracket { closed_by, levels, is_header: starts_line || doubles });
        self.bracketed += levels;
        self.points = 0;
    }

    fn close(&mut self) {
        let Some(bracket) = self.brackets.pop() else { return };
        self.bracketed -= bracket.levels;
        if bracket.is_header {
            // Each part of a header is a table, or the last table of an array of tables.
            self.header = self.header.max(2 * (self.points + 1));
        }
        self.points = 0;
    }

    fn deepest(&self) -> usize {
        self.header + self.bracketed + self.points + 1
    }
}

/// The length of the string that starts a text: a short one ends with its line if it has no end.
fn quoted(text: &[u8]) -> usize {
    let quote = text.first().copied().unwrap_or(b'"');
    let is_long = text.starts_with(&[quote; 3]);
    let mut offset = if is_long { 3 } else { 1 };
    while let Some(byte) = text.get(offset) {
        let rest = text.get(offset..).unwrap_or_default();
        if *byte == b'\\' && quote == b'"' {
            offset += if matches!(rest.get(1), Some(b'\\' | b'"')) { 2 } else { 1 };
        } else if is_long && rest.starts_with(&[quote; 3]) {
            // Up to two quotes may stand before the three that end it.
            return offset + rest.iter().take(5).take_while(|byte| **byte == quote).count();
        } else if !is_long && (*byte == quote || *byte == b'\n') {
            return offset + usize::from(*byte == quote);
        } else {
            offset += 1;
        }
    }
    text.len()
}
