//! Addresses of pages: a path and parameters, escaped, without those that say nothing.

use std::fmt::{Display, Formatter, Result};

use crate::auth::cookie::escaped;

/// An address to build.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    path: String,
    pairs: Vec<(&'static str, String)>,
}

impl Address {
    /// A path of which each segment is escaped.
    pub(crate) fn of(segments: &[&str]) -> Self {
        let escape = |segment: &&str| format!("/{}", escaped(segment).replace('/', "%2F"));
        Self { path: segments.iter().map(escape).collect(), pairs: Vec::new() }
    }

    /// With a parameter in place of the one of that name; an empty one goes.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.pairs.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.pairs.push((name, value));
        }
        self
    }

    /// With parameters behind those that are there; one name may stand several times.
    pub(crate) fn and(mut self, pairs: Vec<(&'static str, String)>) -> Self {
        self.pairs.extend(pairs);
        self
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(if self.path.is_empty() { "/" } else { &self.path })?;
        for (number, (name, value)) in self.pairs.iter().enumerate() {
            let before = if number == 0 { '?' } else { '&' };
            write!(f, "{before}{name}={}", escaped(value))?;
        }
        Ok(())
    }
}

/// The page of a run.
pub(crate) fn run(id: uuid::Uuid) -> Address {
    Address::of(&["runs", &id.to_string()])
}

/// The page of a golden branch.
pub(crate) fn branch(id: uuid::Uuid) -> Address {
    Address::of(&["golden-branches", &id.to_string()])
}

/// The page of a service.
pub(crate) fn service(name: &str) -> Address {
    Address::of(&["services", name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_values_are_escaped_and_empty_ones_go() {
        assert_eq!(Address::of(&[]).with("q", "").to_string(), "/");
        let address = Address::of(&["services", "a/b?"]).with("q", "x&y").with("sort", "age").with("q", "z z");
        assert_eq!(address.to_string(), "/services/a%2Fb%3F?sort=age&q=z%20z");
        let both = Address::of(&["m"]).and(vec![("e", "a".to_owned()), ("e", "b&".to_owned())]);
        assert_eq!(both.to_string(), "/m?e=a&e=b%26");
    }
}
