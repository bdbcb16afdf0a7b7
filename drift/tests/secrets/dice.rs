//! A small generator of texts that gives the same sequence for the same seed.

/// xorshift64*.
pub(crate) struct Dice(u64);

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % limit
    }

    pub(crate) fn pick<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.below(items.len())]
    }

    fn of(&mut self, letters: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }

    pub(crate) fn lower(&mut self, length: usize) -> String {
        self.of(LOWER, length)
    }

    pub(crate) fn upper(&mut self, length: usize) -> String {
        self.of(&[UPPER, DIGITS].concat(), length)
    }

    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.of(DIGITS, length)
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.of(HEX, length)
    }

    /// Letters and digits.
    pub(crate) fn word(&mut self, length: usize) -> String {
        self.of(&[LOWER, UPPER, DIGITS].concat(), length)
    }

    /// A password as a person or a generator makes one.
    pub(crate) fn password(&mut self) -> String {
        let season = self.pick(&["Summer", "winter", "Correct-horse", "letme", "Qwerty", "dragon"]);
        match self.below(3) {
            0 => format!("{season}{}!", self.digits(3)),
            1 => format!("{}-{}_{}", self.word(5), self.word(6), self.digits(2)),
            _ => self.word(18),
        }
    }

    pub(crate) fn host(&mut self) -> String {
        format!("{}-{}.svc.example", self.pick(&["db", "queue", "cache", "auth", "api"]), self.digits(2))
    }
}
