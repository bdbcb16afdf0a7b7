//! `golden db move`: every row from SQLite to Postgres.

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use schemars::JsonSchema;
use serde::Serialize;
use service::database::{Access, Database, DatabaseOptions};
use service::error::ServiceError;
use service::transfer::{self, Misfits, Moved, Outcome, Phase, Progress};

use crate::args::DbMove;
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::output::Output;

/// Misfits that the text shows; all are in the JSON.
const SHOWN: usize = 50;

/// `golden.db-move/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MoveAnswer {
    /// The database that was read, without credentials.
    from: String,
    /// The database that was to be filled, without credentials.
    to: String,
    /// moved, or unfit when values do not fit: then nothing was written.
    state: &'static str,
    /// Rows in all tables; 0 when unfit.
    rows: u64,
    /// Those of them that an earlier, interrupted move had written.
    resumed_rows: u64,
    /// Every table in the order in which it was filled; none when unfit.
    tables: Vec<MovedTable>,
    /// How many values do not fit.
    misfit_count: u64,
    /// The values that do not fit, at most 10,000.
    misfits: Vec<MisfitValue>,
}

/// A table that is equal on both sides.
#[derive(Debug, Serialize, JsonSchema)]
struct MovedTable {
    /// Its name.
    table: String,
    /// Rows on both sides.
    rows: u64,
    /// Digest of the content on both sides, whatever the order of rows.
    digest: String,
}

/// A value that does not fit.
#[derive(Debug, Serialize, JsonSchema)]
struct MisfitValue {
    /// The table.
    table: String,
    /// The column, or the condition that the row breaks.
    column: String,
    /// The row's key.
    id: String,
    /// type, null, nul, encoding, date, range, length, json, enum, check or foreign_key.
    rule: &'static str,
    /// The rule in words.
    says: &'static str,
}

/// Runs `golden db move`.
pub(super) async fn run(context: &Context, arguments: &DbMove) -> Result<Verdict, Failure> {
    let write = DatabaseOptions::new(rand::random::<f64>);
    let read = DatabaseOptions { access: Access::Read, ..write.clone() };
    let from = Database::connect(&arguments.from, &read).await.map_err(ServiceError::from)?;
    // A target of another backend is refused, and must not come into being before that.
    let to = match arguments.to.starts_with("sqlite:") {
        true => Database::connect(&arguments.to, &read).await,
        false => Database::connect(&arguments.to, &write).await,
    };
    let to = to.map_err(ServiceError::from)?;
    let bar = bar(&context.output);
    let outcome = transfer::run(&from, &to, arguments.restart, &mut |progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    let answer = answer(from.place(), to.place(), outcome?);
    let verdict = if answer.state == "moved" { Verdict::Yes } else { Verdict::No };
    context
        .output
        .answer(arguments.format.format, "golden.db-move/1", answer, |answer| text(&context.output, answer))?;
    Ok(verdict)
}

/// With rate and time left.
fn bar(output: &Output) -> ProgressBar {
    let bar = output.progress();
    let style = ProgressStyle::with_template("{msg:32} [{wide_bar}] {human_pos}/{human_len} {rate}, {left} left");
    if let Ok(style) = style {
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A bar that cannot be drawn must not stop the work.
            let _ = write!(out, "{:.0} rows/s", state.per_sec());
        };
        let left = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{:#}", HumanDuration(state.eta()));
        };
        bar.set_style(style.with_key("rate", rate).with_key("left", left));
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress<'_>) {
    let verb = match progress.phase {
        Phase::Check => "check",
        Phase::Copy => "copy",
        Phase::Verify => "verify",
    };
    if progress.done < bar.position() {
        bar.reset();
    }
    bar.set_length(progress.total);
    bar.set_message(format!("{verb} {}", progress.table));
    bar.set_position(progress.done);
}

fn answer(from: &str, to: &str, outcome: Outcome) -> MoveAnswer {
    let (state, tables, resumed_rows, misfits) = match outcome {
        Outcome::Moved { tables, resumed_rows } => ("moved", tables, resumed_rows, Misfits::default()),
        Outcome::Unfit(misfits) => ("unfit", Vec::new(), 0, misfits),
    };
    let misfit_count = misfits.count;
    let misfits = misfits.listed.into_iter().map(|misfit| MisfitValue {
        table: misfit.table,
        column: misfit.column,
        id: misfit.id,
        rule: misfit.rule.as_str(),
        says: misfit.rule.says(),
    });
    MoveAnswer {
        from: from.to_owned(),
        to: to.to_owned(),
        state,
        rows: tables.iter().map(|table| table.rows).sum(),
        resumed_rows,
        tables: tables.into_iter().map(|Moved { table, rows, digest }| MovedTable { table, rows, digest }).collect(),
        misfit_count,
        misfits: misfits.collect(),
    }
}

fn text(output: &Output, answer: &MoveAnswer) -> String {
    let mut lines = Vec::new();
    if answer.state == "moved" {
        let rows =
            answer.tables.iter().map(|table| vec![table.table.clone(), table.rows.to_string(), table.digest.clone()]);
        lines.push(output.table(&["table", "rows", "digest of both sides"], rows));
        lines.push(format!("moved {} rows from {} to {}; every table is equal", answer.rows, answer.from, answer.to));
        if answer.resumed_rows > 0 {
            lines.push(format!("{} of them were there from an interrupted move", answer.resumed_rows));
        }
        return lines.join("\n");
    }
    lines.push(format!("{} values do not fit; nothing was written to {}", answer.misfit_count, answer.to));
    let shown = answer.misfits.iter().take(SHOWN);
    lines.extend(shown.map(|it| format!("{}.{} of {} {}", it.table, it.column, it.id, it.says)));
    let more = answer.misfit_count.saturating_sub(SHOWN as u64);
    if more > 0 {
        lines.push(format!("… and {more} more (see: --format json)"));
    }
    lines.join("\n")
}
