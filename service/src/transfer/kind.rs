//! What a column of the target takes, and the bytes that Postgres wants for it.

use chrono::{DateTime, NaiveDate, Utc};

use super::json;
use super::misfit::Rule;

/// Seconds from the epoch of Unix to that of Postgres, 2000-01-01.
const EPOCH_SECONDS: i64 = 946_684_800;

/// The first moment that Postgres keeps, 4714-11-24 BC (<https://www.postgresql.org/docs/current/datatype-datetime.html>).
const FIRST_YEAR: i32 = -4712;

/// A value as SQLite stores it, whatever its column says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// Text, which SQLite does not check to be UTF-8.
    Text(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
}

/// The bytes that are wanted of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As `COPY … (format binary)` takes them.
    Wire,
    /// The same for two values exactly when they are the same value: differs from the wire for documents only.
    Canonical,
}

/// The types of columns that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    SmallInt,
    Int,
    BigInt,
    Double,
    /// With the most characters, where there is a limit.
    Text(Option<u32>),
    Uuid,
    /// With a time zone, in whole microseconds.
    Timestamp,
    Date,
    Json,
    Bytes,
}

impl Kind {
    /// The kind of a Postgres type by its name and modifier; none for a type that no value is known to fit.
    pub(super) fn of(name: &str, modifier: i32) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "int2" => Self::SmallInt,
            "int4" => Self::Int,
            "int8" => Self::BigInt,
            "float8" => Self::Double,
            "text" => Self::Text(None),
            // The modifier counts its own four bytes.
            "varchar" => Self::Text(u32::try_from(modifier - 4).ok()),
            "uuid" => Self::Uuid,
            "timestamptz" => Self::Timestamp,
            "date" => Self::Date,
            "jsonb" => Self::Json,
            "bytea" => Self::Bytes,
            _ => return None,
        })
    }

    /// Appends length and bytes of a value, or says which rule it breaks; then `out` may end in half a value.
    pub(super) fn encode(self, cell: Cell<'_>, form: Form, out: &mut Vec<u8>) -> Result<(), Rule> {
        let start = out.len();
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        if cell == Cell::Null {
            return Ok(());
        }
        self.value(cell, form, out)?;
        let length = out.len() - start - 4;
        let length = i32::try_from(length).map_err(|_| Rule::Length)?;
        if let Some(place) = out.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }

    fn value(self, cell: Cell<'_>, form: Form, out: &mut Vec<u8>) -> Result<(), Rule> {
        match (self, cell) {
            (Self::Bool, Cell::Integer(number)) => {
                out.push(u8::try_from(number).ok().filter(|bit| *bit < 2).ok_or(Rule::Range)?);
            }
            (Self::SmallInt, Cell::Integer(number)) => {
                out.extend_from_slice(&i16::try_from(number).map_err(|_| Rule::Range)?.to_be_bytes());
            }
            (Self::Int, Cell::Integer(number)) => {
                out.extend_from_slice(&i32::try_from(number).map_err(|_| Rule::Range)?.to_be_bytes());
            }
            (Self::BigInt, Cell::Integer(number)) => out.extend_from_slice(&number.to_be_bytes()),
            (Self::Double, Cell::Real(number)) => out.extend_from_slice(&number.to_be_bytes()),
            (Self::Text(most), Cell::Text(bytes)) => out.extend_from_slice(text(bytes, most)?.as_bytes()),
            (Self::Uuid, Cell::Blob(bytes)) if bytes.len() == 16 => out.extend_from_slice(bytes),
            (Self::Uuid, Cell::Text(bytes)) => {
                let id = uuid::Uuid::try_parse_ascii(bytes).map_err(|_| Rule::Type)?;
                out.extend_from_slice(id.as_bytes());
            }
            (Self::Timestamp, Cell::Text(bytes)) => out.extend_from_slice(&moment(text(bytes, None)?)?.to_be_bytes()),
            (Self::Date, Cell::Text(bytes)) => out.extend_from_slice(&day(text(bytes, None)?)?.to_be_bytes()),
            (Self::Json, Cell::Text(bytes)) => document(text(bytes, None)?, form, out)?,
            (Self::Bytes, Cell::Blob(bytes)) => out.extend_from_slice(bytes),
            _ => return Err(Rule::Type),
        }
        Ok(())
    }
}

fn text(bytes: &[u8], most: Option<u32>) -> Result<&str, Rule> {
    let text = std::str::from_utf8(bytes).map_err(|_| Rule::Encoding)?;
    if bytes.contains(&0) {
        return Err(Rule::Nul);
    }
    match most {
        Some(most) if text.chars().count() > most as usize => Err(Rule::Length),
        _ => Ok(text),
    }
}

/// Microseconds since 2000-01-01 UTC. A time without a zone, or finer than a microsecond, would be another one there.
fn moment(text: &str) -> Result<i64, Rule> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| Rule::Date)?.with_timezone(&Utc);
    let nanoseconds = time.timestamp_subsec_nanos();
    if nanoseconds >= 1_000_000_000 || !nanoseconds.is_multiple_of(1_000) {
        return Err(Rule::Date);
    }
    Ok((time.timestamp() - EPOCH_SECONDS) * 1_000_000 + i64::from(nanoseconds / 1_000))
}

/// Days since 2000-01-01.
fn day(text: &str) -> Result<i32, Rule> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Rule::Date)?;
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).ok_or(Rule::Date)?;
    let earliest = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).ok_or(Rule::Date)?;
    if day < earliest {
        return Err(Rule::Date);
    }
    i32::try_from(day.signed_duration_since(first).num_days()).map_err(|_| Rule::Date)
}

/// The wire starts with the version of the format.
fn document(text: &str, form: Form, out: &mut Vec<u8>) -> Result<(), Rule> {
    match form {
        Form::Canonical => json::canonical(text, out),
        Form::Wire => {
            out.push(1);
            out.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(kind: Kind, cell: Cell<'_>) -> Result<Vec<u8>, Rule> {
        let mut out = Vec::new();
        kind.encode(cell, Form::Canonical, &mut out).map(|()| out)
    }

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text.as_bytes())
    }

    #[test]
    fn values_have_the_bytes_of_the_protocol() {
        assert_eq!(encoded(Kind::Text(None), Cell::Null), Ok(vec![255, 255, 255, 255]));
        assert_eq!(encoded(Kind::Bool, Cell::Integer(1)), Ok(vec![0, 0, 0, 1, 1]));
        assert_eq!(encoded(Kind::SmallInt, Cell::Integer(-2)), Ok(vec![0, 0, 0, 2, 255, 254]));
        let second = text("2000-01-01T01:00:01.5+01:00");
        assert_eq!(
            encoded(Kind::Timestamp, second),
            Ok([vec![0, 0, 0, 8], 1_500_000_i64.to_be_bytes().to_vec()].concat())
        );
        assert_eq!(encoded(Kind::Date, text("1999-12-31")), Ok(vec![0, 0, 0, 4, 255, 255, 255, 255]));
        let id = [[0, 0, 0, 16].as_slice(), &[7; 16]].concat();
        assert_eq!(encoded(Kind::Uuid, Cell::Blob(&[7; 16])), Ok(id.clone()));
        assert_eq!(encoded(Kind::Uuid, text("07070707-0707-0707-0707-070707070707")), Ok(id));
    }

    #[test]
    fn what_does_not_fit_breaks_a_rule() {
        let faults = [
            (Kind::Bool, Cell::Integer(2), Rule::Range),
            (Kind::SmallInt, Cell::Integer(32_768), Rule::Range),
            (Kind::Int, Cell::Integer(2_147_483_648), Rule::Range),
            (Kind::BigInt, text("7"), Rule::Type),
            (Kind::Double, text("7"), Rule::Type),
            (Kind::Text(None), Cell::Integer(7), Rule::Type),
            (Kind::Text(None), text("a\0b"), Rule::Nul),
            (Kind::Text(None), Cell::Text(&[0xff]), Rule::Encoding),
            (Kind::Text(Some(2)), text("äöü"), Rule::Length),
            (Kind::Uuid, Cell::Blob(&[7; 15]), Rule::Type),
            (Kind::Uuid, text("none"), Rule::Type),
            (Kind::Timestamp, text("2026-11-21 10:00:00"), Rule::Date),
            (Kind::Timestamp, text("2026-11-21T10:00:00.0000001Z"), Rule::Date),
            (Kind::Timestamp, text("2026-11-21T23:59:60Z"), Rule::Date),
            (Kind::Timestamp, Cell::Integer(1_790_000_000), Rule::Type),
            (Kind::Date, text("2026-02-30"), Rule::Date),
            (Kind::Json, text("{"), Rule::Json),
        ];
        for (kind, cell, rule) in faults {
            assert_eq!(encoded(kind, cell), Err(rule), "{kind:?} {cell:?}");
        }
        assert_eq!(encoded(Kind::Text(Some(3)), text("äöü")).map(|bytes| bytes.len()), Ok(10));
    }
}
