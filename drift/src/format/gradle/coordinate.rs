//! Plugins and dependency coordinates as statements write them.

use crate::format::groovy::{arguments, literal, value};

/// The id of a plugin and its version: `id 'x' version '1'`, `id("x") version "1"`, `kotlin("jvm") version "1"`,
/// `alias(libs.plugins.x)`, `java`.
pub(super) fn plugin(text: &str) -> Option<(String, Option<String>)> {
    let (declared, version) = match text.split_once(" version ") {
        Some((declared, rest)) => (declared, Some(rest.strip_suffix(" apply false").unwrap_or(rest))),
        None => (text.strip_suffix(" apply false").unwrap_or(text), None),
    };
    let (kind, argument) = call(declared.trim())?;
    let id = match (kind, argument) {
        ("id", argument) => literal(argument)?,
        ("kotlin", argument) => format!("org.jetbrains.kotlin.{}", literal(argument)?),
        ("alias", argument) => argument.trim().to_owned(),
        (name, "") => name.trim_matches('`').to_owned(),
        _ => return None,
    };
    Some((id, version.map(|version| value(version.trim_matches(['(', ')'])))))
}

/// `group:name`, or what else names it, and the version.
pub(super) type Module = (String, Option<String>);

/// A configuration and the modules that the statement adds to it, each with its version. A coordinate has the key
/// `group:name`; what follows the version (`:classifier`, `@type`) is kept with it.
pub(super) fn dependencies(text: &str) -> Option<(String, Vec<Module>)> {
    let (configuration, argument) = call(text)?;
    let mut found = Vec::new();
    let arguments = arguments(argument);
    if arguments.iter().any(|(name, _)| *name == Some("name")) {
        let of = |key: &str| arguments.iter().find(|(name, _)| *name == Some(key)).map(|(_, text)| value(text));
        let module = format!("{}:{}", of("group").unwrap_or_default(), of("name")?);
        return Some((configuration.to_owned(), vec![(module, of("version"))]));
    }
    for (_, argument) in arguments {
        found.push(module(argument)?);
    }
    (!found.is_empty()).then(|| (configuration.to_owned(), found))
}

/// One argument: a coordinate, `platform(…)` around one, `project(':x')`, `kotlin("stdlib")`, or a name of a version catalog.
fn module(argument: &str) -> Option<Module> {
    if let Some(text) = literal(argument) {
        let mut parts = text.splitn(3, ':');
        let (group, name, version) = (parts.next()?, parts.next()?, parts.next());
        return Some((format!("{group}:{name}"), version.map(str::to_owned)));
    }
    let (kind, inner) = call(argument)?;
    match kind {
        "platform" | "enforcedPlatform" | "testFixtures" => {
            let (name, version) = module(inner)?;
            Some((format!("{kind}({name})"), version))
        }
        _ if inner.is_empty() => Some((kind.to_owned(), None)),
        _ => Some((argument.trim().to_owned(), None)),
    }
}

/// The name of a call and its arguments, with parentheses or without; no arguments for a name alone.
fn call(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '`' | '-');
    let length = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let rest = rest.trim_start();
    let inner = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    (!name.is_empty()).then_some((name, inner.unwrap_or(rest)))
}
