//! SQL as tokens: enough to ignore comments and blanks, to find CHECKs, and to tell what a statement may destroy or lock.

use schemars::JsonSchema;
use serde::Serialize;

/// Splits into words, quoted texts and single signs; comments and blanks are left out.
pub(crate) fn tokens(sql: &str) -> Vec<&str> {
    let bytes = sql.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
    let mut found = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = match (at(start), at(start + 1)) {
            (b'-', b'-') => {
                start = sql.get(start..).and_then(|rest| rest.find('\n')).map_or(bytes.len(), |line| start + line);
                continue;
            }
            (b'/', b'*') => {
                start = sql.get(start..).and_then(|rest| rest.find("*/")).map_or(bytes.len(), |end| start + end + 2);
                continue;
            }
            (sign, _) if sign.is_ascii_whitespace() => {
                start += 1;
                continue;
            }
            (quote @ (b'\'' | b'"' | b'`'), _) => end_of_quoted(bytes, start, quote),
            (sign, _) if is_word(sign) => (start..bytes.len()).find(|end| !is_word(at(*end))).unwrap_or(bytes.len()),
            _ => start + 1,
        };
        found.extend(sql.get(start..end));
        start = end;
    }
    found
}

const fn is_word(sign: u8) -> bool {
    sign.is_ascii_alphanumeric() || sign == b'_' || sign == b'.' || sign >= 0x80
}

/// A doubled quote stands for itself.
fn end_of_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut end = start + 1;
    while let Some(sign) = bytes.get(end) {
        end += 1;
        if *sign == quote {
            if bytes.get(end) != Some(&quote) {
                break;
            }
            end += 1;
        }
    }
    end
}

/// The statement without comments, with single blanks, so that line ends and comments make no difference.
pub(crate) fn normal(sql: &str) -> String {
    tokens(sql).join(" ")
}

/// A definition in lower case and without quotes round names, so that two ways of writing it are equal. Texts stay.
pub(crate) fn canonical(sql: &str) -> String {
    canonical_words(&tokens(sql)).join(" ")
}

/// Words in lower case and without quotes round names. Texts stay.
pub(crate) fn canonical_words(tokens: &[&str]) -> Vec<String> {
    let word = |token: &&str| match token.as_bytes().first() {
        Some(b'\'') => (*token).to_owned(),
        Some(b'"' | b'`') => token.trim_matches(['"', '`']).to_lowercase(),
        _ => token.to_lowercase(),
    };
    tokens.iter().map(word).collect()
}

/// The name that stands behind words such as `if exists`, without its schema, and where the words go on.
pub(crate) fn name_at<'a>(words: &[&'a str], from: usize) -> Option<(&'a str, usize)> {
    let noise = ["if", "not", "exists", "only", "table", "column", "concurrently"];
    let mut rest = words.iter().enumerate().skip(from).skip_while(|(_, word)| noise.contains(word)).peekable();
    let (mut at, mut name) = rest.next()?;
    while name.ends_with('.') || rest.peek().is_some_and(|(_, next)| next.starts_with('.')) {
        match rest.next() {
            Some((index, next)) => (at, name) = (index, next),
            None => break,
        }
    }
    let name = name.rsplit('.').find(|part| !part.is_empty()).unwrap_or(name);
    Some((name.trim_matches(['"', '`']), at + 1))
}

/// True for a statement that adds a value to an enumeration, which Postgres lets nobody use before the commit.
pub(crate) fn adds_value(statement: &str) -> bool {
    let words = canonical_words(&tokens(statement));
    words.starts_with(&["alter".to_owned(), "type".to_owned()])
        && words.windows(2).any(|pair| pair == ["add".to_owned(), "value".to_owned()])
}

/// The conditions of every CHECK in a CREATE TABLE, canonical and sorted.
pub(crate) fn checks(create_table: &str) -> Vec<String> {
    let tokens = tokens(create_table);
    let mut found = Vec::new();
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.eq_ignore_ascii_case("check")) {
        let mut depth = 0_usize;
        let mut condition = Vec::new();
        for token in tokens.iter().skip(index + 1) {
            match *token {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            condition.push(*token);
            if depth == 0 {
                break;
            }
        }
        found.push(bare(&canonical(&condition.join(" "))).to_owned());
    }
    found.sort();
    found
}

/// Without the brackets that enclose all of it.
fn bare(mut text: &str) -> &str {
    while let Some(inner) = text.strip_prefix("( ").and_then(|rest| rest.strip_suffix(" )")) {
        let mut depth = 0_i32;
        let closes_early = inner.split(' ').any(|token| {
            depth += i32::from(token == "(") - i32::from(token == ")");
            depth < 0
        });
        if closes_early {
            break;
        }
        text = inner;
    }
    text
}

/// What a statement may do to rows or to those who work on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It can lose or change rows.
    Destructive,
    /// On Postgres it keeps others from the table while it runs.
    Locking,
    /// It cannot run inside of a transaction.
    OutsideTransaction,
}

/// What may be wrong with running a statement on a database that is in use.
pub(crate) fn marks(sql: &str) -> Vec<Mark> {
    let text = canonical(sql);
    let starts = |words: &str| text.starts_with(words);
    let holds = |words: &str| format!(" {text} ").contains(&format!(" {words} "));
    let mut marks = Vec::new();
    let drops = starts("alter table") && (holds("drop column") || holds("drop"));
    if starts("drop table") || starts("delete") || starts("truncate") || starts("update") || drops {
        marks.push(Mark::Destructive);
    }
    let index = starts("create index") || starts("create unique index") || starts("reindex");
    if holds("concurrently") || starts("vacuum") {
        marks.push(Mark::OutsideTransaction);
    } else if starts("alter table") || starts("drop table") || starts("truncate") || starts("drop index") || index {
        marks.push(Mark::Locking);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_line_ends_and_blanks_make_no_difference() {
        let plain = normal("create table t (a text default 'x -- y')");
        assert_eq!(plain, "create table t ( a text default 'x -- y' )");
        assert_eq!(normal("create table t -- why\r\n(a /* b */ text default 'x -- y')\r\n"), plain);
        assert_ne!(normal("create table t (a text default 'x -- z')"), plain);
        assert_eq!(normal("select 'it''s' /* open"), "select 'it''s'");
    }

    #[test]
    fn checks_are_found_however_they_are_written() {
        let one = r#"CREATE TABLE "t" ( "n" integer CHECK ("n" >= 0), CHECK ((a in ('X', 'y')) or (b = 1)) )"#;
        let other = "create table t (n integer check(n>=0), check ((a IN ('X','y')) or (b=1)))";
        assert_eq!(checks(one), ["( a in ( 'X' , 'y' ) ) or ( b = 1 )", "n > = 0"]);
        assert_eq!(checks(one), checks(other));
        assert_eq!(checks("create table t (a text)"), Vec::<String>::new());
    }

    #[test]
    fn what_destroys_or_locks_is_marked() {
        assert_eq!(marks("DROP TABLE \"t\""), [Mark::Destructive, Mark::Locking]);
        assert_eq!(marks("alter table t drop column a"), [Mark::Destructive, Mark::Locking]);
        assert_eq!(marks("update t set a = 1"), [Mark::Destructive]);
        assert_eq!(marks("CREATE INDEX CONCURRENTLY i ON t (a)"), [Mark::OutsideTransaction]);
        assert_eq!(marks("CREATE INDEX i ON t (a)"), [Mark::Locking]);
        assert_eq!(marks("CREATE TABLE t (dropped text)"), []);
    }
}
