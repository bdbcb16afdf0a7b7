//! `golden config show`: every value with its source.

use super::{Config, Source};

/// One value of the configuration.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Setting {
    /// Its name as in golden.toml, such as `limits.depth`.
    pub(crate) name: String,
    /// Its value; credentials are masked.
    pub(crate) value: serde_json::Value,
    /// Where it comes from.
    pub(crate) source: String,
}

/// Every value in force, sorted by name.
pub(crate) fn settings(config: &Config) -> Result<Vec<Setting>, serde_json::Error> {
    let written = config.path.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    let written: Option<toml::Table> = written.and_then(|text| text.parse().ok());
    let mut found = Vec::new();
    flatten("", &serde_json::to_value(&config.file)?, &mut |name, value| {
        let source = if is_written(written.as_ref(), name) { Source::File } else { Source::Default };
        found.push(Setting { name: name.to_owned(), value: masked(value), source: source.to_string() });
    });
    found.retain(|setting| !matches!(setting.name.as_str(), "database.url" | "policy" | "policy.file"));
    let policy = config.policy_path(None).map(|path| path.display().to_string());
    found.push(Setting {
        name: "policy.file".to_owned(),
        value: masked(&policy.map_or(serde_json::Value::Null, serde_json::Value::String)),
        source: if config.file.policy.file.is_some() { Source::File } else { Source::Default }.to_string(),
    });
    found.push(Setting {
        name: "database.url".to_owned(),
        value: serde_json::Value::String(masked_url(&config.database_url.0)),
        source: config.database_url.1.to_string(),
    });
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn flatten(prefix: &str, value: &serde_json::Value, found: &mut dyn FnMut(&str, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&name, value, found);
            }
        }
        value => found(prefix, value),
    }
}

fn is_written(table: Option<&toml::Table>, name: &str) -> bool {
    let mut keys = name.split('.');
    let first = keys.next().and_then(|key| table?.get(key));
    keys.try_fold(first, |value, key| Some(value?.as_table()?.get(key))).flatten().is_some()
}

/// A URL without its password, also where it is none by its spelling: what stands before the last `@` is nobody's to see.
fn masked_url(url: &str) -> String {
    let redacted = drift::secret::redacted(url);
    match url.rsplit_once('@') {
        Some((before, after)) if redacted == url => {
            let start = before.find("://").map_or(0, |scheme| scheme + 3);
            let scheme = before.get(..start).unwrap_or_default();
            format!("{scheme}***@{}", drift::secret::redacted(after))
        }
        _ => redacted.into_owned(),
    }
}

fn masked(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::String(text) => serde_json::Value::String(drift::secret::redacted(text).into_owned()),
        serde_json::Value::Array(values) => values.iter().map(masked).collect(),
        serde_json::Value::Object(values) => {
            values.iter().map(|(name, value)| (name.clone(), masked(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
