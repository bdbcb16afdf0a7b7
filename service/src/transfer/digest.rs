//! The content of a table as one number that does not depend on the order of its rows.

use sha2::{Digest as _, Sha256};

/// The sum of the SHA-256 of every row, in four lanes, with the number of rows. Being a sum it can be made in any
/// order and in batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// How many rows.
    pub(super) rows: u64,
    lanes: [u64; 4],
    places: u64,
    /// Bytes of all rows, in their canonical form.
    pub(super) bytes: u64,
}

impl Content {
    /// Adds a row by its canonical bytes; `place` is where the source keeps it, 0 where that means nothing.
    pub(super) fn add(&mut self, row: &[u8], place: i64) {
        let hash = Sha256::digest(row);
        let mut first = 0;
        for (lane, bytes) in self.lanes.iter_mut().zip(hash.chunks_exact(8)) {
            let word = bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
            *lane = lane.wrapping_add(word);
            first ^= word;
        }
        self.places = self.places.wrapping_add(first.wrapping_mul(place.cast_unsigned()));
        self.rows += 1;
        self.bytes += row.len() as u64;
    }

    /// Adds other rows of the same table.
    pub(super) fn merge(&mut self, other: &Self) {
        for (lane, word) in self.lanes.iter_mut().zip(other.lanes) {
            *lane = lane.wrapping_add(word);
        }
        self.places = self.places.wrapping_add(other.places);
        self.rows += other.rows;
        self.bytes += other.bytes;
    }

    /// The digest of the content, 64 hexadecimal digits: equal for equal rows, however they are stored.
    pub(super) fn digest(&self) -> String {
        hex(self.hasher())
    }

    /// The digest of content and places: equal only when the rows also lie where they lay.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = self.hasher();
        hasher.update(self.places.to_be_bytes());
        hex(hasher)
    }

    fn hasher(&self) -> Sha256 {
        let mut hasher = Sha256::new();
        hasher.update(self.rows.to_be_bytes());
        for lane in self.lanes {
            hasher.update(lane.to_be_bytes());
        }
        hasher
    }
}

/// One digest of many texts.
pub(super) fn of_all<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hex(hasher)
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(&str, i64)]) -> Content {
        let mut content = Content::default();
        for (row, place) in rows {
            content.add(row.as_bytes(), *place);
        }
        content
    }

    #[test]
    fn order_does_not_count_but_every_row_does() {
        let digest = of(&[("a", 1), ("b", 2)]).digest();
        assert_eq!(of(&[("b", 1), ("a", 2)]).digest(), digest);
        let mut parts = of(&[("b", 2)]);
        parts.merge(&of(&[("a", 1)]));
        assert_eq!((parts.digest(), parts.fingerprint()), (digest.clone(), of(&[("a", 1), ("b", 2)]).fingerprint()));
        assert_eq!((parts.rows, parts.bytes), (2, 2));
        for other in [&[("a", 1)][..], &[("a", 1), ("a", 2)], &[("a", 1), ("b", 2), ("b", 3)], &[("ab", 1), ("", 2)]] {
            assert_ne!(of(other).digest(), digest);
        }
    }

    #[test]
    fn a_fingerprint_also_tells_places() {
        let here = of(&[("a", 1), ("b", 2)]).fingerprint();
        assert_eq!(of(&[("b", 2), ("a", 1)]).fingerprint(), here);
        assert_ne!(of(&[("b", 1), ("a", 2)]).fingerprint(), here);
    }
}
