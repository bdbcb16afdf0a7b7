//! One spelling for each JSON document, so that what Postgres stores can be compared with what it was given.

use serde_json::Value;

use super::misfit::Rule;

/// Digits before and after the decimal point that Postgres keeps of a number
/// (<https://www.postgresql.org/docs/current/datatype-numeric.html>).
const MOST_DIGITS: (i64, i64) = (131_072, 16_383);

/// Appends the document with sorted keys, no blanks and every number in its shortest spelling. Refused is what
/// Postgres would not keep: a key that stands twice, a NUL character, a number with too many digits.
pub(super) fn canonical(text: &str, out: &mut Vec<u8>) -> Result<(), Rule> {
    let value: Value = serde_json::from_str(text).map_err(|_| Rule::Json)?;
    let mut members = 0;
    write(&value, &mut members, out)?;
    // Reading keeps the last of two equal keys, so that fewer members come out than stand there.
    if members == written_members(text) { Ok(()) } else { Err(Rule::Json) }
}

fn write(value: &Value, members: &mut usize, out: &mut Vec<u8>) -> Result<(), Rule> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(bit) => out.extend_from_slice(if *bit { b"true" } else { b"false" }),
        Value::Number(number) => return number_text(&number.to_string(), out),
        Value::String(text) => return string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write(item, members, out)?;
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Object(object) => {
            *members += object.len();
            let mut sorted: Vec<_> = object.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (key, item) in sorted {
                string(key, out)?;
                out.push(b':');
                write(item, members, out)?;
                out.push(b',');
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// The length in front says where a text ends, so that nothing is escaped.
fn string(text: &str, out: &mut Vec<u8>) -> Result<(), Rule> {
    if text.contains('\0') {
        return Err(Rule::Nul);
    }
    out.push(b'"');
    out.extend_from_slice(text.len().to_string().as_bytes());
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Sign, digits without zeros at either end, and the power of ten: `1e2`, `100` and `100.0` are one number.
fn number_text(text: &str, out: &mut Vec<u8>) -> Result<(), Rule> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| Rule::Range)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let written = length(fraction)?;
    let after = written.checked_sub(exponent).ok_or(Rule::Range)?;
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if length(significant)? - after > MOST_DIGITS.0 || after > MOST_DIGITS.1 {
        return Err(Rule::Range);
    }
    let short = significant.trim_end_matches('0');
    if short.is_empty() {
        out.push(b'0');
        return Ok(());
    }
    let power = length(significant)? - length(short)? - after;
    out.extend_from_slice(format!("{sign}{short}e{power}").as_bytes());
    Ok(())
}

fn length(text: &str) -> Result<i64, Rule> {
    i64::try_from(text.len()).map_err(|_| Rule::Range)
}

/// Colons outside of strings: one for each member of an object.
fn written_members(text: &str) -> usize {
    let (mut members, mut inside, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = inside,
            b'"' => inside = !inside,
            b':' if !inside => members += 1,
            _ => {}
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Result<String, Rule> {
        let mut out = Vec::new();
        canonical(text, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn one_document_has_one_spelling() {
        let one = spelled(r#"{"b": [1.50, 1e2, -0, true, null], "a": "x:\"é"}"#).unwrap();
        assert_eq!(spelled(r#"{"a":"x:\"\u00e9","b":[15E-1,100.0,0.00,true,null]}"#).unwrap(), one);
        assert_eq!(one, r#"{"1"a:"5"x:"é,"1"b:[15e-1,1e2,0,true,null,],}"#);
    }

    #[test]
    fn different_documents_have_different_spellings() {
        let texts =
            ["1", "10", "-1", "0.1", "\"1\"", "[1]", "[[1]]", "[1,1]", "{}", "[]", "null", "{\"a\":1}", "{\"a\":[1]}"];
        let mut spellings: Vec<String> = texts.iter().map(|text| spelled(text).unwrap()).collect();
        spellings.sort();
        spellings.dedup();
        assert_eq!(spellings.len(), texts.len());
    }

    #[test]
    fn what_postgres_would_change_or_refuse_is_refused() {
        assert_eq!(spelled(r#"{"a": 1, "a": 2}"#), Err(Rule::Json));
        assert_eq!(spelled(r#"[{"a": {"b": 1, "b": 1}}]"#), Err(Rule::Json));
        assert_eq!(spelled(r#""\ud800""#), Err(Rule::Json));
        assert_eq!(spelled(r#"{"a\u0000": 1}"#), Err(Rule::Nul));
        assert_eq!(spelled("1e131071").map(|text| text.len()), Ok(8));
        for number in ["1e131072", "1e-16384", "1e99999999999999999999"] {
            assert_eq!(spelled(number), Err(Rule::Range), "{number}");
        }
    }
}
