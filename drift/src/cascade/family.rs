//! Which files form a cascade: told by their names alone, all in one folder.

use crate::file_name::{name_of, split_last};

/// How the files of a cascade are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// `application` and `bootstrap` of Spring Boot: keys are flat, a list is replaced as a whole, `properties` come before
    /// YAML, profile files before both (Spring Boot reference, "External Application Properties").
    Spring,
    /// Values of a Helm chart: maps are merged, everything else is replaced (Helm, "Values Files").
    Helm,
    /// `.env` files: later ones win, in the order `.env`, `.env.local`, `.env.<environment>`, `.env.<environment>.local`.
    Dotenv,
}

/// What a file is to its cascade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Role<'p> {
    pub(super) family: Family,
    /// The cascade's own name in its folder: two cascades may share one.
    pub(super) stem: &'p str,
    /// The word for the environment or profile; None for a base.
    pub(super) variant: Option<&'p str>,
    /// A file of a higher rank overrides one of a lower.
    pub(super) rank: u8,
}

/// Names of Spring's own files.
const SPRING: [&str; 2] = ["application", "bootstrap"];
const VALUES: &str = "values";
const DOTENV: &str = ".env";

impl<'p> Role<'p> {
    /// The role of a file; None when its name belongs to no cascade.
    pub(super) fn of(path: &'p str) -> Option<Self> {
        let name = name_of(path);
        if let Some(rest) = name.strip_prefix(DOTENV) {
            return dotenv(rest);
        }
        let (stem, extension) = split_last(name, b'.')?;
        match extension {
            "yml" | "yaml" => spring(stem, 0).or_else(|| helm(stem)),
            "properties" => spring(stem, 1),
            _ => None,
        }
    }

    /// True when this file is put over the base.
    pub(super) fn overrides(&self, base: &Self) -> bool {
        self.family == base.family && self.stem == base.stem && self.rank > base.rank
    }
}

fn spring(stem: &str, rank: u8) -> Option<Role<'_>> {
    let family = Family::Spring;
    SPRING.into_iter().find_map(|name| {
        let rest = stem.strip_prefix(name)?;
        if rest.is_empty() {
            return Some(Role { family, stem: name, variant: None, rank });
        }
        let variant = rest.strip_prefix('-').filter(|variant| !variant.is_empty())?;
        Some(Role { family, stem: name, variant: Some(variant), rank: rank + 2 })
    })
}

fn helm(stem: &str) -> Option<Role<'_>> {
    let role = |variant, rank| Some(Role { family: Family::Helm, stem: VALUES, variant, rank });
    if stem == VALUES {
        return role(None, 0);
    }
    let is_break = |letter: char| matches!(letter, '-' | '_' | '.');
    let behind = stem.strip_prefix(VALUES).and_then(|rest| rest.strip_prefix(is_break));
    let before = || stem.strip_suffix(VALUES).and_then(|rest| rest.strip_suffix(is_break));
    role(Some(behind.or_else(before).filter(|variant| !variant.is_empty())?), 1)
}

fn dotenv(rest: &str) -> Option<Role<'_>> {
    let role = |variant, rank| Some(Role { family: Family::Dotenv, stem: DOTENV, variant, rank });
    if rest.is_empty() {
        return role(None, 0);
    }
    let variant = rest.strip_prefix('.').filter(|variant| !variant.is_empty())?;
    match variant.strip_suffix(".local") {
        Some(variant) if !variant.is_empty() => role(Some(variant), 3),
        _ => role(Some(variant), if variant == "local" { 1 } else { 2 }),
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn names_tell_base_variant_and_rank() {
        for (path, expected) in [
            ("application.yml", Some((None, 0))),
            ("a/b/application.yaml", Some((None, 0))),
            ("application.properties", Some((None, 1))),
            ("application-prod.yml", Some((Some("prod"), 2))),
            ("bootstrap-prod.properties", Some((Some("prod"), 3))),
            ("applications.yml", None),
            ("application-.yml", None),
            ("application.json", None),
            ("values.yaml", Some((None, 0))),
            ("values-staging.yml", Some((Some("staging"), 1))),
            ("values.prod.yaml", Some((Some("prod"), 1))),
            ("prod-values.yaml", Some((Some("prod"), 1))),
            ("myvalues.yaml", None),
            ("values-.yaml", None),
            (".env", Some((None, 0))),
            ("web/.env.local", Some((Some("local"), 1))),
            (".env.production", Some((Some("production"), 2))),
            (".env.production.local", Some((Some("production"), 3))),
            (".environment", None),
            ("app.env", None),
        ] {
            assert_eq!(Role::of(path).map(|role| (role.variant, role.rank)), expected, "{path}");
        }
    }

    #[test]
    fn only_a_higher_rank_of_the_same_cascade_overrides() {
        let over = |file: &str, base: &str| Role::of(file).unwrap().overrides(&Role::of(base).unwrap());
        assert!(over("application.properties", "application.yml"));
        assert!(over("application-prod.yml", "application.properties"));
        assert!(!over("application.yml", "application.properties"));
        assert!(!over("bootstrap-prod.yml", "application.yml"));
        assert!(!over("values-prod.yaml", "application.yml"));
    }
}
