//! The CHECK conditions of a table, out of the statement that SQLite keeps of it.

/// The conditions of all CHECKs of a `create table`, in order, without their outer parentheses.
pub(super) fn conditions(statement: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = statement;
    while let Some(start) = next_check(rest) {
        let after = rest.get(start..).unwrap_or_default();
        let Some(end) = closing(after) else { break };
        found.extend(after.get(..end).map(str::trim));
        rest = after.get(end..).unwrap_or_default();
    }
    found
}

/// The column of a condition of the form `column in ('a', 'b')`: a closed set of words.
pub(super) fn closed_set(condition: &str) -> Option<&str> {
    let (column, words) = condition.split_once(" in (")?;
    let plain = column.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && closing(words).is_some_and(|end| end + 1 == words.len())).then_some(column)
}

/// Where the first condition begins: behind `CHECK (` outside of quotes.
fn next_check(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'\'' | b'"' | b'`') => quote = Some(byte),
            None => {
                let word = text.get(at..at + 5).is_some_and(|word| word.eq_ignore_ascii_case("check"));
                let rest = text.get(at + 5..).map(str::trim_start).filter(|_| word);
                if let Some(rest) = rest.and_then(|rest| rest.strip_prefix('(')) {
                    return Some(text.len() - rest.len());
                }
            }
        }
    }
    None
}

/// Where the parenthesis closes that is open at the start.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (1_u32, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') if depth == 1 => return Some(at),
            (None, b')') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_they_are_written() {
        let statement = "CREATE TABLE \"check (x)\" ( \"a\" text, b int DEFAULT 'check (', \
            CHECK (a in ('x', ')', 'it''s')), check((b > 0) = (a is null)), foreign key (b) references c (d) )";
        assert_eq!(conditions(statement), ["a in ('x', ')', 'it''s')", "(b > 0) = (a is null)"]);
        assert_eq!(conditions("CREATE TABLE t (a text)"), Vec::<&str>::new());
    }

    #[test]
    fn a_closed_set_names_its_column() {
        assert_eq!(closed_set("status in ('a', 'b')"), Some("status"));
        assert_eq!(closed_set("status in ('a') or x"), None);
        assert_eq!(closed_set("(a is null) or b in ('c')"), None);
    }
}
