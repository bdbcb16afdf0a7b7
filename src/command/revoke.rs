//! `golden revoke`: takes a certification back.

use schemars::JsonSchema;
use serde::Serialize;
use service::certify::Signature;
use service::revoke::{Revocation, Revoke};

use crate::args::{self, Global};
use crate::command::branches::{BranchRow, pushed};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// `golden.revoke/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RevokeAnswer {
    /// The branch that was active.
    revoked: BranchRow,
    /// The branch that is active now; null when none is left.
    active: Option<BranchRow>,
    /// The ref that says so.
    branch_name: String,
    /// The remote that the revocation was pushed to; null when it was not.
    pushed_to: Option<String>,
}

/// Runs `golden revoke`.
pub(crate) async fn run(global: &Global, revoke: &args::Revoke) -> Result<Verdict, Failure> {
    let context = Context::new(global, revoke.repo.as_deref())?;
    let target = context.target(&revoke.service, &revoke.environment, revoke.repo.as_deref(), None)?;
    let session = context.open().await?;
    let work = Revoke {
        session: &session,
        target: &target,
        branch: None,
        signature: Signature::new(&revoke.by, &revoke.reason, false)?,
        push: revoke.push.as_deref(),
    };
    let Revocation { revoked, active, branch_name } = work.run(revoke.to.as_deref()).await?;
    let answer = RevokeAnswer {
        revoked: BranchRow::new(&revoked),
        active: active.as_ref().map(BranchRow::new),
        branch_name,
        pushed_to: revoke.push.clone(),
    };
    context.output.answer(revoke.format.format, "golden.revoke/1", answer, |answer| {
        let now = active.as_ref().map_or_else(
            || "no golden branch is active now".to_owned(),
            |active| format!("active is {}", active.branch_name),
        );
        let pushed = pushed(answer.pushed_to.as_deref(), &answer.branch_name);
        format!("revoked {}\n{now}\n{pushed}", revoked.branch_name)
    })?;
    Ok(Verdict::Yes)
}
