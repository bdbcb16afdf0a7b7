//! Plugins and dependency coordinates as statements write them.

use crate::document::Value;
use crate::format::groovy::{arguments, literal, value};

/// A plugin as its statement names it.
pub(super) struct Plugin {
    pub(super) id: String,
    /// Null without a version.
    pub(super) version: Value,
    /// The statement without the version, when the plugin is named and not applied.
    pub(super) unapplied: Option<String>,
}

/// The plugin of `id 'x' version '1'`, `id("x") version "1" apply false`, `kotlin("jvm") version "1"`,
/// `alias(libs.plugins.x)`, `java`.
pub(super) fn plugin(text: &str) -> Option<Plugin> {
    let applied = text.strip_suffix(" apply false");
    let rest = applied.unwrap_or(text);
    let (declared, version) =
        rest.split_once(" version ").map_or((rest, None), |(declared, version)| (declared, Some(version)));
    let (kind, argument) = call(declared.trim())?;
    let id = match (kind, argument) {
        ("id", argument) => literal(argument)?,
        ("kotlin", argument) => format!("org.jetbrains.kotlin.{}", literal(argument)?),
        ("alias", argument) => argument.trim().to_owned(),
        (name, "") => name.trim_matches('`').to_owned(),
        _ => return None,
    };
    let bare = |version: &str| value(enclosed(version).unwrap_or(version));
    let unapplied = applied.map(|_| format!("{declared} apply false"));
    Some(Plugin { id, version: version.map_or(Value::Null, bare), unapplied })
}

/// `group:name`, or what else names it, and the version; null without one.
pub(super) type Module = (String, Value);

/// A configuration and the modules that the statement adds to it, each with its version. A coordinate has the key
/// `group:name`; what follows the version (`:classifier`, `@type`) is kept with it. None when an argument says more.
pub(super) fn dependencies(text: &str) -> Option<(String, Vec<Module>)> {
    let (configuration, argument) = call(text)?;
    let arguments = arguments(argument);
    if arguments.iter().any(|(name, _)| name.is_some()) {
        return Some((configuration.to_owned(), vec![named(&arguments)?]));
    }
    let found = arguments.into_iter().map(|(_, argument)| module(argument)).collect::<Option<Vec<_>>>()?;
    (!found.is_empty()).then(|| (configuration.to_owned(), found))
}

/// `group: 'g', name: 'a', version: '1'`; None when there is more, or one of them twice.
fn named(arguments: &[(Option<&str>, &str)]) -> Option<Module> {
    let [mut group, mut artifact, mut version] = [None; 3];
    for (name, expression) in arguments {
        let slot = match (*name)? {
            "group" => &mut group,
            "name" => &mut artifact,
            "version" => &mut version,
            _ => return None,
        };
        if slot.replace(*expression).is_some() {
            return None;
        }
    }
    let text = |expression: &str| value(expression).scalar_text().map(std::borrow::Cow::into_owned);
    let (group, artifact) = (group.map_or_else(|| Some(String::new()), text)?, text(artifact?)?);
    Some((format!("{group}:{artifact}"), version.map_or(Value::Null, value)))
}

/// One argument: a coordinate, `platform(…)` around one, `project(':x')`, `kotlin("stdlib")`, or a name of a version catalog.
fn module(argument: &str) -> Option<Module> {
    if argument.starts_with(['\'', '"']) {
        let text = literal(argument)?;
        let mut parts = text.splitn(3, ':');
        let (group, name, version) = (parts.next()?, parts.next()?, parts.next());
        return Some((format!("{group}:{name}"), version.map_or(Value::Null, |version| Value::String(version.into()))));
    }
    let (kind, inner) = call(argument)?;
    match kind {
        "platform" | "enforcedPlatform" | "testFixtures" => {
            let (name, version) = module(inner)?;
            Some((format!("{kind}({name})"), version))
        }
        _ => Some((argument.trim().to_owned(), Value::Null)),
    }
}

/// The name of a call and its arguments, with parentheses or without; no arguments for a name alone.
fn call(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '`' | '-');
    let length = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let rest = rest.trim_start();
    (!name.is_empty()).then_some((name, enclosed(rest).unwrap_or(rest)))
}

/// What stands between parentheses.
fn enclosed(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}
