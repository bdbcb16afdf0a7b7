//! Pages of lists by key: a cursor is the time and id of the last row that was shown.

use chrono::DateTime;
pub use entity::page::Cursor;

use crate::error::ServiceError;

/// Most rows of a page.
pub const MOST_ROWS: u64 = 500;

/// Where a page starts and how long it is.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Behind this row.
    pub after: Option<Cursor>,
    /// Most rows; cut to [`MOST_ROWS`].
    pub limit: u64,
}

/// Some rows and where the next page starts.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The cursor of the next page; None at the end.
    pub next: Option<Cursor>,
}

/// A cursor as callers see it.
pub fn write_cursor(cursor: &Cursor) -> String {
    format!("{}_{}", cursor.created_at.timestamp_millis(), cursor.id.simple())
}

/// A cursor as a list wrote it; anything else is an error.
pub fn read_cursor(text: &str) -> Result<Cursor, ServiceError> {
    let parse = || {
        let (millis, id) = text.split_once('_')?;
        let created_at = DateTime::from_timestamp_millis(millis.parse().ok()?)?;
        Some(Cursor { created_at, id: id.parse().ok()? })
    };
    parse().ok_or_else(|| ServiceError::Cursor(text.to_owned()))
}

impl Page {
    /// Rows to show.
    fn rows(&self) -> u64 {
        self.limit.clamp(1, MOST_ROWS)
    }

    /// Rows to ask the database for: one more than are shown, which says whether there is another page.
    pub(crate) fn fetch(&self) -> u64 {
        self.rows() + 1
    }

    /// Makes a page of the rows that were fetched.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Rows<T> {
        let shown = usize::try_from(self.rows()).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        rows.truncate(shown);
        let next = rows.last().filter(|_| more).map(cursor);
        Rows { rows, next }
    }
}
