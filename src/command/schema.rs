//! `golden schema`: the JSON Schemas of what a program reads.

use schemars::{JsonSchema, schema_for};
use serde_json::Value as Json;

use crate::args::Global;
use crate::command::{
    branches, certify, config, db, demo, history, init, policy, revert, revoke, runs, token, validate,
};
use crate::exit::{Failure, Verdict};
use crate::output::{Envelope, Output};

/// Every schema: those of reports and of files first, then those of commands.
pub(crate) fn all() -> Vec<(&'static str, Json)> {
    let reports = ["golden.validate/1", "golden.diff/1", "golden.matrix/1"];
    let mut schemas: Vec<_> =
        reports.into_iter().filter_map(|name| Some((name, drift::report::schema::schema(name)?))).collect();
    schemas.extend(policy_file().map(|schema| ("golden.policy/1", schema)));
    schemas.push(("golden.json-patch/1", schema_for!(super::diff::JsonPatch).to_value()));
    schemas.push(("golden.toml/1", schema_for!(crate::config::File).to_value()));
    schemas.extend([
        command::<branches::AdoptAnswer>("golden.adopt/1"),
        command::<branches::BranchesAnswer>("golden.branches/1"),
        command::<certify::CertifyAnswer>("golden.certify/1"),
        command::<config::ConfigAnswer>("golden.config/1"),
        command::<db::Accepted>("golden.db-accept/1"),
        command::<safe_migrate::Adopted>("golden.db-adopt/1"),
        command::<safe_migrate::Backup>("golden.db-backup/1"),
        command::<db::BackupList>("golden.db-backups/1"),
        command::<safe_migrate::Inspection>("golden.db-inspect/1"),
        command::<safe_migrate::Migrated>("golden.db-migrate/1"),
        command::<db::MoveAnswer>("golden.db-move/1"),
        command::<safe_migrate::Plan>("golden.db-plan/1"),
        command::<safe_migrate::Report>("golden.db-report/1"),
        command::<safe_migrate::Restored>("golden.db-restore/1"),
        command::<db::DbStatus>("golden.db-status/1"),
        command::<safe_migrate::Verification>("golden.db-verify/1"),
        command::<demo::DemoAnswer>("golden.demo/1"),
        command::<history::KeyHistory>("golden.key-history/1"),
        command::<init::InitAnswer>("golden.init/1"),
        command::<policy::PolicyCheck>("golden.policy-check/1"),
        command::<policy::PolicyExplain>("golden.policy-explain/1"),
        command::<runs::ReplayAnswer>("golden.replay/1"),
        command::<revert::RevertAnswer>("golden.revert/1"),
        command::<revoke::RevokeAnswer>("golden.revoke/1"),
        command::<runs::RunAnswer>("golden.run/1"),
        command::<runs::RunsAnswer>("golden.runs/1"),
        command::<runs::CompareAnswer>("golden.runs-compare/1"),
        command::<token::TokenAnswer>("golden.token/1"),
        command::<token::TokensAnswer>("golden.tokens/1"),
        command::<validate::AllAnswer>("golden.validate-all/1"),
    ]);
    schemas
}

/// The schema of policy files, as it is shipped.
fn policy_file() -> Option<Json> {
    serde_json::from_str(include_str!("../../schemas/policy.1.json")).ok()
}

/// The schema of a command's answer, with its name as the only value of `schema`.
fn command<T: JsonSchema>(name: &'static str) -> (&'static str, Json) {
    let mut schema = schema_for!(Envelope<T>).to_value();
    if let Some(field) = schema.pointer_mut("/properties/schema") {
        *field = serde_json::json!({ "const": name });
    }
    (name, schema)
}

/// Runs `golden schema`.
pub(crate) fn run(global: &Global, name: Option<&str>) -> Result<Verdict, Failure> {
    let output = Output::new(global);
    let schemas = all();
    let Some(name) = name else {
        let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
        output.print(&names.join("\n"))?;
        return Ok(Verdict::Yes);
    };
    let found = schemas.iter().find(|(known, _)| *known == name);
    let (_, schema) =
        found.ok_or_else(|| Failure::Usage(format!("there is no schema {name:?}; `golden schema` lists them")))?;
    output.print(&serde_json::to_string_pretty(schema)?)?;
    Ok(Verdict::Yes)
}
