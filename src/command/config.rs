//! `golden config show`: every value and where it comes from.

use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{ConfigCommand, ConfigVerb, Global};
use crate::config::{Setting, settings};
use crate::context::Context;
use crate::exit::{Failure, Verdict};
use crate::fingerprint_key;

/// `golden.config/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ConfigAnswer {
    /// The configuration file; null without one.
    file: Option<String>,
    /// Where the fingerprint key comes from; never the key.
    fingerprint_key: &'static str,
    settings: Vec<Setting>,
}

/// Runs `golden config`.
pub(crate) fn run(global: &Global, command: &ConfigCommand) -> Result<Verdict, Failure> {
    let ConfigVerb::Show { format } = &command.command;
    let context = Context::new(global, None)?;
    let answer = ConfigAnswer {
        file: context.config.path.as_ref().map(|path| path.display().to_string()),
        fingerprint_key: match fingerprint_key::from_variable()? {
            Some(_) => "environment variable GOLDEN_FINGERPRINT_KEY",
            None => "file of this installation, made on first use",
        },
        settings: settings(&context.config)?,
    };
    context.output.answer(format.format, "golden.config/1", answer, |answer| {
        let file = answer.file.as_deref().unwrap_or("none, defaults apply");
        let rows = answer
            .settings
            .iter()
            .map(|setting| vec![setting.name.clone(), setting.value.to_string(), setting.source.clone()]);
        let table = context.output.table(&["SETTING", "VALUE", "SOURCE"], rows);
        format!("golden.toml: {file}\nfingerprint key: {}\n\n{table}", answer.fingerprint_key)
    })?;
    Ok(Verdict::Yes)
}
