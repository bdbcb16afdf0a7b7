//! `golden report`: a stored run, told in any format.

use crate::args::{self, Global};
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::report_file::ReportFile;

/// Runs `golden report`.
pub(crate) async fn run(global: &Global, report: &args::Report) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let file = report.output.as_deref().map(ReportFile::begin).transpose()?;
    let session = context.open().await?;
    let layout = context.output.layout(context.config.file.limits.report_deltas);
    let text = service::report::show(session.db.reader(), &report.run, report.format.into(), &layout).await?;
    context.output.report(&text, file, Some(&report.run))?;
    Ok(Verdict::Yes)
}
