//! The commands of `golden db` that change nothing.

use std::path::Path;

use drift::mask::Masker;
use drift::report::{Report, Side, SideKind};
use drift::rules::Rules;
use safe_migrate::{SchemaDocument, State};
use service::error::ServiceError;
use service::schema::SchemaError;

use super::{BackupList, DbStatus, tell};
use crate::args::{DbReportFormat, Format, ReportFormat};
use crate::config::Service;
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::fingerprint_key;
use crate::report_file::ReportFile;

/// The service that rules of a comparison of schemas are made for: it belongs to no service.
const SERVICE: &str = "schema";

const fn verdict(yes: bool) -> Verdict {
    if yes { Verdict::Yes } else { Verdict::No }
}

/// An error when a newer program was here, or the tables are somebody else's.
pub(super) async fn refuse_ahead(context: &Context) -> Result<safe_migrate::Status, Failure> {
    let status = context.migrator()?.status().await?;
    let place = status.database.clone();
    match status.state {
        State::Ahead => {
            let unknown = status.unknown();
            Err(ServiceError::from(SchemaError::Ahead { place, unknown }).into())
        }
        State::Foreign => Err(ServiceError::from(SchemaError::Foreign { place }).into()),
        _ => Ok(status),
    }
}

pub(super) async fn status(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let status = refuse_ahead(context).await?;
    let tables = context.migrator()?.sizes().await?;
    let answer = DbStatus { pending: status.pending(), status, tables };
    let yes = answer.is_up_to_date();
    context.output.answer(format, "golden.db-status/1", answer, |answer| tell::status(&context.output, answer))?;
    Ok(verdict(yes))
}

pub(super) async fn plan(context: &Context, to: Option<&str>, format: Format) -> Result<Verdict, Failure> {
    let plan = context.migrator()?.plan(to).await?;
    let yes = plan.migrations.is_empty() && !plan.findings.iter().any(|finding| finding.blocks);
    context.output.answer(format, "golden.db-plan/1", plan, tell::plan)?;
    Ok(verdict(yes))
}

pub(super) async fn verify(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let found = context.migrator()?.verify().await?;
    let yes = found.verified && found.status.state == State::UpToDate;
    context.output.answer(format, "golden.db-verify/1", found, tell::verification)?;
    Ok(verdict(yes))
}

pub(super) async fn inspect(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let found = context.migrator()?.inspect().await?;
    let yes = found.adoptable || found.state == State::UpToDate;
    context.output.answer(format, "golden.db-inspect/1", found, tell::inspection)?;
    Ok(verdict(yes))
}

pub(super) async fn drift(context: &Context, format: ReportFormat) -> Result<Verdict, Failure> {
    let environment = context.config.environment("production")?;
    let rules = Rules::compile(context.rules(&Service::named(SERVICE), &environment, None)?)?;
    let key = fingerprint_key::from_variable()?;
    let masker = Masker::new(key.as_deref(), &rules.settings().limits);
    let layout = context.output.layout(rules.settings().limits.report_deltas);
    let migrator = context.migrator()?;
    let sides = migrator.sides().await?;
    let side = |rev: &str, schema: &SchemaDocument| Side {
        kind: SideKind::Schema,
        rev: Some(rev.to_owned()),
        commit: None,
        path: Some(migrator.place()),
        digest: format!("sha256:{}", schema.fingerprint()),
    };
    let (golden, candidate) = (side("migrations", &sides.migrations), side("database", &sides.database));
    let outcome = sides.compare(&rules, &masker);
    let report = Report { run: None, environment: None, golden, candidate, outcome };
    context.output.print(&drift::report::render(&report, format.into(), &layout))?;
    Ok(verdict(report.outcome.deltas.is_empty()))
}

pub(super) async fn report(
    context: &Context,
    format: DbReportFormat,
    output: Option<&Path>,
) -> Result<Verdict, Failure> {
    let file = output.map(ReportFile::begin).transpose()?;
    let report = context.migrator()?.report().await?;
    let yes = report.status != safe_migrate::Outcome::Failed;
    match format {
        DbReportFormat::Json => match file {
            Some(file) => {
                let envelope = crate::output::Envelope { schema: "golden.db-report/1", body: report };
                file.finish((serde_json::to_string_pretty(&envelope)? + "\n").as_bytes(), None)?;
            }
            None => context.output.answer(Format::Json, "golden.db-report/1", report, |_| String::new())?,
        },
        DbReportFormat::Markdown => {
            context.output.report(&report.render(safe_migrate::ReportFormat::Markdown), file, None)?;
        }
        DbReportFormat::Html => context.output.report(&report.render(safe_migrate::ReportFormat::Html), file, None)?,
    }
    Ok(verdict(yes))
}

pub(super) fn backups(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let backups = context.migrator()?.backups()?;
    let text = |list: &BackupList| tell::backups(&context.output, &list.backups);
    context.output.answer(format, "golden.db-backups/1", BackupList { backups }, text)?;
    Ok(Verdict::Yes)
}
