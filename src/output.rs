//! What a command prints: the result to standard output, progress and messages to standard error.

use std::io::{IsTerminal, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use drift::report::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{Color, Format, Global};
use crate::exit::Failure;
use crate::report_file::ReportFile;

/// Longest cell of a table, in characters. Wrapping a word costs the square of its length.
const CELL_CHARS: usize = 500;

/// Blanks between the columns of a table.
const GAP: u16 = 2;

/// Where and how to print.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// Whether standard output takes colours.
    pub(crate) color: bool,
    /// Columns of the terminal, 100 where there is none.
    pub(crate) width: u16,
    quiet: bool,
}

/// An answer for a program: its schema's name goes first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Envelope<T> {
    /// The name and version of the schema.
    pub(crate) schema: &'static str,
    /// The answer.
    #[serde(flatten)]
    pub(crate) body: T,
}

impl Output {
    /// Looks at the terminal, the flags and NO_COLOR.
    #[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
    pub(crate) fn new(global: &Global) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let color = wants_color(global.color, terminal);
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = if terminal { Table::new().width().or(columns).unwrap_or(100) } else { columns.unwrap_or(100) };
        Self { color, width: width.max(40), quiet: global.quiet }
    }

    /// How text reports are laid out.
    pub(crate) const fn layout(&self, most_deltas: u32) -> drift::report::Layout {
        drift::report::Layout { color: self.color, width: self.width, most_deltas: most_deltas as usize }
    }

    /// Prints a result as it is.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        Ok(stdout.flush()?)
    }

    /// Prints bytes of files as they are.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// Prints a result in the format that was asked for, escaped: it may quote names of anybody.
    pub(crate) fn answer<T: Serialize>(
        &self,
        format: Format,
        schema: &'static str,
        body: T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        match format {
            Format::Text => self.print(&escape::visible_lines(&text(&body))),
            Format::Json => self.print(&escape::json(&serde_json::to_string_pretty(&Envelope { schema, body })?)),
        }
    }

    /// Writes the report of a run, or of nothing that is stored, to the file that was begun for it, or prints it.
    pub(crate) fn report(&self, text: &str, file: Option<ReportFile>, run: Option<&str>) -> Result<(), Failure> {
        match file {
            Some(file) => file.finish(text.as_bytes(), run),
            None => self.print(text),
        }
    }

    /// Says something beside the result.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            // A message that cannot be shown must not stop the work.
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// A table that fits the terminal. Cells are escaped: they may come from anybody.
    pub(crate) fn table(&self, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(self.width);
        table.set_header(header.iter().copied());
        for row in rows {
            table.add_row(row.iter().map(|cell| escape::brief(&escape::visible(cell), CELL_CHARS)));
        }
        let first = table.column_max_content_widths().first().copied().unwrap_or_default();
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        // What names a row can be copied unless it would take the room of all others.
        if first <= self.width / 3 * 2
            && let Some(column) = table.column_mut(0)
        {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// A progress bar on a terminal; silent otherwise.
    pub(crate) fn progress(&self) -> ProgressBar {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{wide_bar}] {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar
    }
}

/// Whether to write colours to a stream that is a terminal or not: <https://no-color.org>.
#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
pub(crate) fn wants_color(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}
