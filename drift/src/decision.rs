//! The three decisions, strictest last.

use crate::words::words;

words! {
    /// What becomes of the candidate; a later one is stricter.
    pub enum Decision {
        /// It may be merged as it is.
        AutoMerge = "AUTO_MERGE",
        /// A person must look.
        HumanReview = "HUMAN_REVIEW",
        /// It must not be merged.
        BlockMerge = "BLOCK_MERGE",
    }
}

impl Decision {
    /// The stricter of two.
    pub fn stricter(self, other: Self) -> Self {
        self.max(other)
    }
}
