//! `golden revert`: the patch that takes chosen deltas of a run back in the candidate.

use schemars::JsonSchema;
use serde::Serialize;
use service::run;

use crate::args::{self, Format, Global};
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::report_file::ReportFile;

/// `golden.revert/1`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RevertAnswer {
    /// The run.
    run: String,
    /// The deltas that the patch takes back.
    deltas: Vec<String>,
    /// The files that it changes.
    files: Vec<String>,
    /// True when it shows secrets in clear.
    secret: bool,
    /// The file that it was written to; null when it stands in `patch`.
    output: Option<String>,
    /// A unified diff with real values, as `git apply` takes it; null when it was written to a file.
    patch: Option<String>,
}

/// Runs `golden revert`.
pub(crate) async fn run(global: &Global, revert: &args::Revert) -> Result<Verdict, Failure> {
    let context = Context::new(global, revert.repo.as_deref())?;
    let begin = if revert.with_secrets { ReportFile::begin_private } else { ReportFile::begin };
    let file = revert.output.as_deref().map(begin).transpose()?;
    let session = context.open().await?;
    let row = run::find_by_name(session.db.reader(), &revert.run).await?;
    let target = context.target(&row.service_name, &row.environment, revert.repo.as_deref(), None)?;
    let made = service::revert::revert(&session, &row, &target, &revert.deltas, revert.with_secrets).await?;
    let is_text = revert.format.format == Format::Text;
    let output = revert.output.as_ref().map(|path| path.display().to_string());
    let patch = match (&output, is_text) {
        (None, false) => Some(String::from_utf8(made.patch.clone()).map_err(|_| not_text(&row.id.to_string()))?),
        _ => None,
    };
    match file {
        Some(file) => file.finish(&made.patch, None)?,
        None if is_text => return context.output.print_bytes(&made.patch).map(|()| Verdict::Yes),
        None => {}
    }
    let answer = RevertAnswer {
        run: row.id.to_string(),
        deltas: made.deltas,
        files: made.files,
        secret: made.secret,
        output,
        patch,
    };
    context.output.answer(revert.format.format, "golden.revert/1", answer, |answer| {
        let place = answer.output.as_deref().unwrap_or_default();
        format!("wrote the patch of {} to {place}; `git apply {place}` takes it", answer.files.join(", "))
    })?;
    Ok(Verdict::Yes)
}

/// JSON holds text alone, and the bytes of the files must stay as they are.
fn not_text(run: &str) -> Failure {
    Failure::Usage(format!("the patch of run {run} is not utf-8 and cannot stand in JSON; give --output FILE as well"))
}
