//! `golden certify`: the next golden branch, from a revision or from exactly what a run saw.

use schemars::JsonSchema;
use serde::Serialize;
use service::certify::{Acceptance, Certify, Signature};

use crate::args::{self, Global};
use crate::command::branches::{BranchRow, pushed};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// `golden.certify/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CertifyAnswer {
    branch: BranchRow,
    /// The remote that it was pushed to; null when it was not.
    pushed_to: Option<String>,
}

/// Runs `golden certify`.
pub(crate) async fn run(global: &Global, certify: &args::Certify) -> Result<Verdict, Failure> {
    let context = Context::new(global, certify.repo.as_deref())?;
    let target = context.target(&certify.service, &certify.environment, certify.repo.as_deref(), None)?;
    let acceptance = match (&certify.run, certify.all, certify.accept.is_empty()) {
        (None, false, true) => Acceptance::Named(Vec::new()),
        (None, ..) => return Err(Failure::Usage("--accept and --all belong to --run".to_owned())),
        (Some(_), true, _) => Acceptance::All,
        (Some(_), false, false) => Acceptance::Named(certify.accept.clone()),
        (Some(_), false, true) => {
            return Err(Failure::Usage("say what to accept: --accept DELTA, or --all".to_owned()));
        }
    };
    let session = context.open().await?;
    let signature = Signature::new(&certify.by, &certify.reason, certify.overrides)?;
    let work = Certify { session: &session, target: &target, signature, push: certify.push.as_deref() };
    let branch = match (&certify.run, &certify.initial) {
        (Some(run), _) => work.from_run(run, &acceptance).await?,
        (None, Some(rev)) => work.initial(rev).await?,
        (None, None) => return Err(Failure::Usage("say what to certify: --initial REV, or --run RUN".to_owned())),
    };
    let answer = CertifyAnswer { branch: BranchRow::new(&branch), pushed_to: certify.push.clone() };
    context.output.answer(certify.format.format, "golden.certify/1", answer, |answer| {
        let pushed = pushed(answer.pushed_to.as_deref(), &branch.branch_name);
        format!("certified {} at commit {}\n{pushed}", branch.branch_name, branch.commit_id)
    })?;
    Ok(Verdict::Yes)
}
