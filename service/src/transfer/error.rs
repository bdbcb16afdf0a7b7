//! Why a move did not happen, or did not end.

/// Why nothing was moved, or not everything. Each message says what the target holds now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// Another pair of backends.
    #[error("rows are moved from SQLite to Postgres, not from {from} to {to}; nothing was written")]
    Backends {
        /// The source's backend.
        from: &'static str,
        /// The target's backend.
        to: &'static str,
    },
    /// The target has rows.
    #[error("the target {place} is not empty: {table} holds rows; nothing was written")]
    NotEmpty {
        /// The target.
        place: String,
        /// The first table with rows.
        table: String,
    },
    /// The two sides have different tables or columns, or a type that cannot be moved.
    #[error("{table} cannot be moved: {why}; nothing was written")]
    Shape {
        /// The table.
        table: String,
        /// What is different or unknown.
        why: String,
    },
    /// Somebody else moves into the target.
    #[error("another process moves rows into {place}; nothing was written")]
    Busy {
        /// The target.
        place: String,
    },
    /// The target holds part of something else.
    #[error(
        "the target {place} holds part of a move of other rows: the source has changed since it began, or is another one"
    )]
    OtherSource {
        /// The target.
        place: String,
    },
    /// Somebody wrote to the source.
    #[error("the source {place} was written to while it was moved; the target {}", if *.emptied { "is empty again" } else { "holds rows that others wrote, and was left as it is" })]
    SourceChanged {
        /// The source.
        place: String,
        /// Whether the target is as it was before.
        emptied: bool,
    },
    /// Postgres refused rows that passed the preflight.
    #[error("the target refuses rows of {table} ({code}{}); it {}", .rule.as_ref().map(|rule| format!(", {rule}")).unwrap_or_default(), if *.emptied { "is empty again" } else { "holds rows that others wrote, and was left as it is" })]
    Refused {
        /// The table.
        table: String,
        /// SQLSTATE.
        code: String,
        /// The constraint, where the server named one.
        rule: Option<String>,
        /// Whether the target is as it was before.
        emptied: bool,
    },
    /// What was read back is not what was written.
    #[error("the target does not hold what the source holds, in {}; it was left as it is", .tables.join(", "))]
    Mismatch {
        /// The tables whose count or digest differs.
        tables: Vec<String>,
    },
    /// A database that a move has not finished is not to be used.
    #[error("the database {place} holds part of a move that has not ended")]
    Unfinished {
        /// The database.
        place: String,
    },
}

impl TransferError {
    /// True when the answer is no by rule, as opposed to work that could not be done.
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Busy { .. } | Self::Unfinished { .. })
    }

    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Backends { .. } => "name a SQLite file with --from and a Postgres database with --to",
            Self::NotEmpty { .. } => "name an empty database that `golden db migrate` has made ready",
            Self::Shape { .. } => "bring both databases up to date with the same build, with `golden db migrate`",
            Self::Busy { .. } => "wait for it to end, then run the command again",
            Self::OtherSource { .. } | Self::Mismatch { .. } => {
                "see who else writes to it, then run the command again with --restart, which empties the target first"
            }
            Self::SourceChanged { .. } => "stop what writes to the source, then run the command again",
            Self::Refused { .. } => "mend the rows of the source, then run the command again",
            Self::Unfinished { .. } => "run the same `golden db move` again: it goes on where it was",
        }
    }
}
