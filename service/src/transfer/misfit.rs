//! Values that the target would refuse or change.

/// The most misfits that are listed; further ones are counted.
pub const MOST_LISTED: usize = 10_000;

/// Which rule a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Of another type than the column.
    Type,
    /// NULL where none may be.
    Null,
    /// Text with a NUL character, which Postgres cannot store.
    Nul,
    /// Text that is not UTF-8.
    Encoding,
    /// No date or time, one without a zone, or one finer than a microsecond.
    Date,
    /// A number outside of what the column holds.
    Range,
    /// Longer than the column holds.
    Length,
    /// No JSON document, or one with a key that stands twice.
    Json,
    /// A word that is not in the column's closed set.
    Enum,
    /// A CHECK of the table does not hold.
    Check,
    /// A row that another row refers to is not there.
    ForeignKey,
}

impl Rule {
    /// The rule as programs read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Null => "null",
            Self::Nul => "nul",
            Self::Encoding => "encoding",
            Self::Date => "date",
            Self::Range => "range",
            Self::Length => "length",
            Self::Json => "json",
            Self::Enum => "enum",
            Self::Check => "check",
            Self::ForeignKey => "foreign_key",
        }
    }

    /// The rule in words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Type => "is of another type than the column",
            Self::Null => "is NULL where none may be",
            Self::Nul => "holds a NUL character",
            Self::Encoding => "is not UTF-8",
            Self::Date => "is no time with a zone in whole microseconds, or no date",
            Self::Range => "is outside of the column's range",
            Self::Length => "is longer than the column holds",
            Self::Json => "is no JSON document with each key once",
            Self::Enum => "is a word that the column does not allow",
            Self::Check => "breaks a rule of the table",
            Self::ForeignKey => "refers to a row that is not there",
        }
    }
}

/// One value that does not fit. The value is not told: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The table.
    pub table: String,
    /// The column, or the condition that a row does not meet.
    pub column: String,
    /// The key of the row, hyphenated where it is a UUID.
    pub id: String,
    /// The rule that it breaks.
    pub rule: Rule,
}

/// All misfits: the first [`MOST_LISTED`] by name, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    /// In the order of tables and rows.
    pub listed: Vec<Misfit>,
    /// How many there are, the listed ones included.
    pub count: u64,
}

impl Misfits {
    pub(super) fn add(&mut self, misfit: Misfit) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(misfit);
        }
    }
}
