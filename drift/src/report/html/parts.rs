//! The pieces of the page: sections, tables, badges, bars.

use crate::delta::Delta;
use crate::report::escape::markup;
use crate::report::outline::{happened, subject, thousands};
use crate::report::shown::Sides;
use crate::report::{Report, next};
use crate::risk::Risk;

/// A heading with what belongs to it; `body` is markup.
pub(super) fn section(heading: &str, body: &str) -> String {
    format!("<section>\n<h2>{heading}</h2>\n{body}</section>\n")
}

/// A table in a card; `rows` is markup.
pub(super) fn table(class: &str, columns: &[&str], rows: &str) -> String {
    format!(
        "<div class=\"card\">\n<table class=\"{class}\">\n{}<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        head(columns)
    )
}

/// The header row of a table.
pub(super) fn head(columns: &[&str]) -> String {
    let cells: String = columns.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    format!("<thead>\n<tr>{cells}</tr>\n</thead>\n")
}

/// A risk or severity: the word, in its colour.
pub(super) fn badge(risk: Risk) -> String {
    format!("<span class=\"badge {risk}\">{risk}</span>")
}

/// One step of the score: `span` is where the score stood before and after it.
pub(super) fn score_row(name: &str, points: &str, reason: &str, span: (i32, i32), tone: &str) -> String {
    let (from, to) = (span.0.min(span.1).clamp(0, 100), span.0.max(span.1).clamp(0, 100));
    let bar = match to - from {
        0 => String::new(),
        width => format!("<div class=\"bar{tone}\" style=\"left:{from}%;width:{width}%\"></div>"),
    };
    format!(
        "<tr><th scope=\"row\">{name}</th><td class=\"number\">{points}</td>\
         <td><div class=\"track\" aria-hidden=\"true\">{bar}</div></td><td>{}</td></tr>\n",
        markup(reason),
    )
}

/// The rows of one file.
pub(super) fn change_rows(deltas: &[&Delta]) -> String {
    deltas.iter().map(|delta| change_row(delta)).collect()
}

fn change_row(delta: &Delta) -> String {
    let side = |side: Option<String>| match side {
        Some(text) => format!("<code>{}</code>", markup(&text)),
        None => "<em>absent</em>".to_owned(),
    };
    let told = Sides::of(delta).map(|sides| format!("{} → {}", side(sides.old), side(sides.new))).unwrap_or_default();
    format!(
        "<tr><td>{}</td><th scope=\"row\"><code>{}</code><div class=\"small\">line {}, column {}, {}</div></th>\
         <td>{told}<div class=\"small\">{}</div></td><td>{}</td></tr>\n",
        badge(delta.risk),
        markup(&subject(delta)),
        delta.line,
        delta.column,
        markup(&delta.id),
        markup(&happened(delta)),
        markup(&delta.reason),
    )
}

/// How many rows are not printed, and the command that shows them.
pub(super) fn left_out(count: usize, report: &Report) -> String {
    if count == 0 {
        return String::new();
    }
    format!("<p>… and {} more (see: <code>{}</code>)</p>\n", thousands(count as u64), markup(&next::everything(report)))
}
