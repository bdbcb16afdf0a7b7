//! A delta as a page shows it: what it is about, what happened, and both sides line by line.

use serde_json::Value;

use super::escape::{brief, visible};
use super::outline;
use super::shown::value_text;
use crate::delta::{Class, Delta};
use crate::matrix::{Cell, CellState, Row};

/// Most lines of one side; JSON has all of them.
pub const MOST_LINES: usize = 60;
/// Longest line, in characters.
const LINE_CHARS: usize = 500;

/// A delta in words. Nothing unseen is left in any text; escaping for a format is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The friendly key path, a line of text, or the whole file.
    pub subject: String,
    /// The kind, where it was, and the class when it says more than `value`.
    pub happened: String,
    /// The golden side; None when it does not hold the node, or when no value tells the difference.
    pub old: Option<Lines>,
    /// The candidate's side, likewise.
    pub new: Option<Lines>,
}

/// One side of a delta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// At most [`MOST_LINES`] lines.
    pub shown: Vec<String>,
    /// Lines behind them.
    pub left_out: usize,
}

/// A delta, told. Values of secrets stay masked.
pub fn told(delta: &Delta) -> Told {
    let silent = delta.old == delta.new && (delta.class == Class::Unreadable || (delta.has_old() && delta.has_new()));
    let side = |has: bool, value: &Value| (has && !silent).then(|| lines(delta, value));
    Told {
        subject: outline::subject(delta),
        happened: outline::happened(delta),
        old: side(delta.has_old(), &delta.old),
        new: side(delta.has_new(), &delta.new),
    }
}

/// The value of a matrix's cell on one line; None unless the key is there. Values of secrets stay masked.
pub fn told_cell(row: &Row, cell: &Cell) -> Option<String> {
    let value = cell.value.as_ref().filter(|_| cell.state == CellState::Present)?;
    Some(brief(&value_text(value, row.secret), LINE_CHARS))
}

fn lines(delta: &Delta, value: &Value) -> Lines {
    let Some(text) = value.as_str().filter(|_| delta.class == Class::Text) else {
        return Lines { shown: vec![brief(&value_text(value, delta.secret), LINE_CHARS)], left_out: 0 };
    };
    // A side without lines is an empty text, not one empty line.
    let all = || text.split('\n').filter(|_| !text.is_empty());
    let shown: Vec<String> = all().take(MOST_LINES).map(|line| brief(&visible(line), LINE_CHARS)).collect();
    let left_out = all().count() - shown.len();
    Lines { shown, left_out }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::delta::Kind;
    use crate::matrix::RowState;
    use crate::risk::Risk;

    fn delta(class: Class, old: Value, new: Value) -> Delta {
        Delta {
            id: "0".repeat(16),
            fingerprint: "0".repeat(32),
            file: "app.yml".to_owned(),
            path: "/server/port".to_owned(),
            key_path: "/server/port".to_owned(),
            document: 0,
            from_file: None,
            from_path: None,
            similarity: None,
            kind: Kind::Changed,
            class,
            category: "port".to_owned(),
            old,
            new,
            secret: false,
            risk: Risk::Medium,
            reason: "a port".to_owned(),
            rule: None,
            line: 3,
            column: 1,
            environments: None,
        }
    }

    #[test]
    fn values_are_one_line_and_texts_are_lines_up_to_the_limit() {
        let value = told(&delta(Class::Value, json!({"a": "x\ny"}), json!(8090)));
        assert_eq!((value.subject.as_str(), value.happened.as_str()), ("server.port", "changed"));
        assert_eq!(value.old, Some(Lines { shown: vec![r#"{"a":"x\ny"}"#.to_owned()], left_out: 0 }));
        assert_eq!(value.new, Some(Lines { shown: vec!["8090".to_owned()], left_out: 0 }));
        let text = told(&delta(Class::Text, json!(""), json!("line\n".repeat(MOST_LINES))));
        assert_eq!(text.old, Some(Lines { shown: Vec::new(), left_out: 0 }));
        let new = text.new.unwrap();
        assert_eq!((new.shown.len(), new.left_out), (MOST_LINES, 1));
    }

    #[test]
    fn a_cell_tells_its_value_and_a_secret_its_mask() {
        let cell = |state, value: Option<Value>| Cell {
            environment: "staging".to_owned(),
            state,
            file: None,
            value,
            line: None,
        };
        let row = |secret| Row {
            file: "app-{environment}.yml".to_owned(),
            document: 0,
            key_path: "/db/password".to_owned(),
            state: RowState::Differs,
            secret,
            cells: Vec::new(),
        };
        let masked = json!({ "masked": "\u{2022}\u{2022}", "digest": "hmac:k:1" });
        assert_eq!(told_cell(&row(false), &cell(CellState::Present, Some(json!("a")))).unwrap(), "\"a\"");
        assert_eq!(
            told_cell(&row(true), &cell(CellState::Present, Some(masked))).unwrap(),
            "\u{2022}\u{2022} (hmac:1…)"
        );
        assert_eq!(told_cell(&row(false), &cell(CellState::Missing, None)), None);
    }

    #[test]
    fn equal_sides_tell_nothing_and_unseen_characters_are_spelled_out() {
        let same = told(&delta(Class::Unreadable, Value::Null, Value::Null));
        assert_eq!((same.old, same.new), (None, None));
        let hidden = told(&delta(Class::Text, json!("a\u{202e}b"), json!("c")));
        assert_eq!(hidden.old.unwrap().shown, ["a\\u{202e}b"]);
    }
}
