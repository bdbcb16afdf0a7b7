//! Columns that fit a terminal, and colours that only repeat what words say.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use crate::decision::Decision;
use crate::report::Layout;
use crate::report::escape::brief;

/// Narrowest terminal that is laid out for; a narrower one wraps by itself.
const LEAST_WIDTH: u16 = 40;
/// Narrower terminals have the third column of aligned tables below the second.
const STACKED_BELOW: u16 = 64;
/// Longest line of a cell, in characters. Wrapping a word costs the square of its length.
const CELL_CHARS: usize = 2_000;
/// Blanks before everything that stands below a heading.
const INDENT: &str = "  ";

/// Lays out rows and paints words for one terminal.
#[derive(Clone, Copy)]
pub(super) struct Terminal {
    width: u16,
    color: bool,
}

/// How wide the columns of a table are.
pub(super) enum Columns {
    /// As wide as their content, the last one takes the rest.
    Fitted,
    /// The same, with numbers in the second column.
    Numbered,
    /// The first two columns equally wide in every table of the report.
    Aligned,
}

impl Terminal {
    pub(super) fn new(layout: &Layout) -> Self {
        Self { width: layout.width.max(LEAST_WIDTH), color: layout.color }
    }

    /// A heading on a line of its own, after an empty line.
    pub(super) fn heading(self, text: &str) -> String {
        format!("\n{}\n", self.paint("1", text))
    }

    /// A paragraph, wrapped.
    pub(super) fn paragraph(self, text: &str) -> String {
        let mut table = self.table(0);
        table.add_row([fit(text)]);
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 0));
        });
        lines(&table, "")
    }

    /// Rows in columns, indented; a risk or severity in the first column is coloured.
    pub(super) fn rows(self, rows: impl IntoIterator<Item = Vec<String>>, columns: &Columns) -> String {
        let mut table = self.table(INDENT.len() as u16);
        let narrow = matches!(columns, Columns::Aligned) && self.width < STACKED_BELOW;
        let fitted = |row: Vec<String>| row.iter().map(|cell| fit(cell)).collect::<Vec<_>>();
        table.add_rows(rows.into_iter().map(|row| fitted(if narrow { stacked(row) } else { row })));
        let second = self.width * 2 / 5;
        let widths = match columns {
            Columns::Fitted => vec![ColumnConstraint::ContentWidth],
            Columns::Numbered => vec![ColumnConstraint::ContentWidth; 2],
            Columns::Aligned if narrow => vec![ColumnConstraint::Absolute(Width::Fixed(10))],
            Columns::Aligned => vec![
                ColumnConstraint::Absolute(Width::Fixed(10)),
                ColumnConstraint::Absolute(Width::Fixed(second.max(18))),
            ],
        };
        table.set_constraints(widths);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        if let (Columns::Numbered, Some(column)) = (columns, table.column_mut(1)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        lines(&table, INDENT).lines().map(|line| format!("{}\n", self.paint_first(line))).collect()
    }

    /// The word of a decision in its colour.
    pub(super) fn decision(self, decision: Decision) -> String {
        let code = match decision {
            Decision::AutoMerge => "1;32",
            Decision::HumanReview => "1;33",
            Decision::BlockMerge => "1;31",
        };
        self.paint(code, decision.as_str())
    }

    fn table(self, indent: u16) -> Table {
        let mut table = Table::new();
        // The last column's padding is trimmed from the lines and so does not count.
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(self.width - indent);
        table
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Paints the word in the first column; lines that continue a cell start with blanks there.
    fn paint_first(self, line: &str) -> String {
        let Some(rest) = line.strip_prefix(INDENT).filter(|rest| !rest.starts_with(' ')) else {
            return line.to_owned();
        };
        let (word, tail) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        let code = match word {
            "critical" => "1;31",
            "high" => "31",
            "medium" => "33",
            "low" => "36",
            "allowed" => "2",
            _ => return line.to_owned(),
        };
        format!("{INDENT}{}{tail}", self.paint(code, word))
    }
}

fn stacked(mut row: Vec<String>) -> Vec<String> {
    let rest = row.split_off(row.len().min(1)).join("\n");
    row.push(rest);
    row
}

/// A cell whose every line can be wrapped in good time.
fn fit(cell: &str) -> String {
    cell.split('\n').map(|line| brief(line, CELL_CHARS)).collect::<Vec<_>>().join("\n")
}

fn lines(table: &Table, indent: &str) -> String {
    table.lines().map(|line| format!("{}\n", format!("{indent}{line}").trim_end())).collect()
}
