//! `golden policy`: check a policy file, or explain which rule did what.

use std::path::Path;

use drift::delta::Delta;
use drift::finding::Severity;
use drift::policy::Policy;
use drift::rules::{RuleFile, RuleSource, Rules};
use schemars::JsonSchema;
use serde::Serialize;
use service::{delta, policy_validation, rule_set, run};

use crate::args::{self, Format, Global, PolicyCommand};
use crate::context::{Context, rule_file};
use crate::exit::{Failure, Verdict};

/// A rule of a policy.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RuleRow {
    id: String,
    description: String,
    /// Null for rules that only allow.
    severity: Option<Severity>,
    /// 1-based line in the policy file.
    line: u32,
}

/// An error of a policy file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorRow {
    line: u32,
    column: u32,
    message: String,
}

/// `golden.policy-check/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyCheck {
    file: String,
    valid: bool,
    rules: Vec<RuleRow>,
    errors: Vec<ErrorRow>,
}

/// `golden.policy-explain/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyExplain {
    run: String,
    delta: Delta,
    /// The policy rule that decided the bucket; null when the risk table did.
    rule: Option<RuleRow>,
    /// What the delta violates: rule, severity and message.
    violations: Vec<drift::outcome::Violation>,
    /// SHA-256 of the rule set that the run saw.
    rules: Option<String>,
}

/// Runs `golden policy`.
pub(crate) async fn run(global: &Global, policy: &args::Policy) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    match &policy.command {
        PolicyCommand::Check { file, format } => check(&context, file, format.format),
        PolicyCommand::Explain { run, delta, format } => explain(&context, run, delta, format.format).await,
    }
}

fn rows(policy: &Policy) -> Vec<RuleRow> {
    policy.rules().iter().map(rule_row).collect()
}

fn rule_row(rule: &drift::policy::Rule) -> RuleRow {
    RuleRow {
        id: rule.id.clone(),
        description: rule.description.clone(),
        severity: rule.severity(),
        line: rule.at.line,
    }
}

fn check(context: &Context, file: &Path, format: Format) -> Result<Verdict, Failure> {
    let source = rule_file(&context.folder.join(file))?;
    let shown = file.display().to_string();
    let policy = RuleFile { file: shown.clone(), text: source.text };
    let answer = match context.catalog(None)?.check_policy(&policy) {
        Ok(policy) => PolicyCheck { file: shown, valid: true, rules: rows(&policy), errors: Vec::new() },
        Err(errors) => {
            let row = |error: &drift::policy::PolicyError| ErrorRow {
                line: error.line,
                column: error.column,
                message: error.message.clone(),
            };
            PolicyCheck { file: shown, valid: false, rules: Vec::new(), errors: errors.0.iter().map(row).collect() }
        }
    };
    let verdict = if answer.valid { Verdict::Yes } else { Verdict::No };
    context.output.answer(format, "golden.policy-check/1", answer, |answer| {
        if !answer.valid {
            let line = |error: &ErrorRow| format!("{}:{}:{}: {}", answer.file, error.line, error.column, error.message);
            return answer.errors.iter().map(line).collect::<Vec<_>>().join("\n");
        }
        let rows = answer.rules.iter().map(|rule| {
            let severity = rule.severity.map_or_else(|| "-".to_owned(), |severity| severity.to_string());
            vec![rule.id.clone(), severity, rule.line.to_string(), rule.description.clone()]
        });
        let table = context.output.table(&["RULE", "SEVERITY", "LINE", "DESCRIPTION"], rows);
        format!("{}: valid, {} rules\n\n{table}", answer.file, answer.rules.len())
    })?;
    Ok(verdict)
}

async fn explain(context: &Context, run: &str, delta: &str, format: Format) -> Result<Verdict, Failure> {
    let session = context.open().await?;
    let db = session.db.reader();
    let run = run::find_by_name(db, run).await?;
    let delta = delta::get(db, run.id, delta).await?;
    let mut violations = policy_validation::of_run(db, run.id).await?;
    violations.retain(|violation| violation.delta == delta.id);
    let (mut rule, mut rules) = (None, None);
    if let Some(id) = run.rule_set_id {
        let stored = rule_set::get(db, id).await?;
        rules = Some(stored.digest);
        let compiled = Rules::compile(RuleSource::from_content(&stored.content)?)?;
        rule =
            compiled.policy.rules().iter().find(|rule| Some(rule.id.as_str()) == delta.rule.as_deref()).map(rule_row);
    }
    let answer = PolicyExplain { run: run.id.to_string(), delta, rule, violations, rules };
    context.output.answer(format, "golden.policy-explain/1", answer, text)?;
    Ok(Verdict::Yes)
}

fn text(answer: &PolicyExplain) -> String {
    let delta = &answer.delta;
    let place = drift::report::escape::visible(&format!("{} {}", delta.file, delta.key_path));
    let mut lines = vec![
        place,
        format!("  {} {} ({}), {} -> {}", delta.kind, delta.class, delta.category, delta.old, delta.new),
        format!("  risk {}: {}", delta.risk, delta.reason),
    ];
    match (&answer.rule, &delta.rule) {
        (Some(rule), _) => {
            lines.push(format!("  decided by policy rule {} (line {}): {}", rule.id, rule.line, rule.description));
        }
        (None, Some(rule)) => lines.push(format!("  decided by policy rule {rule}")),
        (None, None) => lines.push(format!("  decided by the risk table, category {}", delta.category)),
    }
    lines.extend(
        answer
            .violations
            .iter()
            .map(|violation| format!("  violates {} ({}): {}", violation.rule, violation.severity, violation.message)),
    );
    lines.join("\n")
}
