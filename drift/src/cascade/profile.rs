//! For which environments a document of a Spring file counts: profile expressions, true, false, or not to be told.

use crate::document::{Node, Value};
use crate::environment::Environments;

/// Whether something holds in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// A profile that is no environment decides.
    Unknown,
}

/// What a document says of where it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Everywhere.
    Always,
    /// Where one of these expressions holds.
    Profiles(Vec<String>),
    /// Where something else than a profile decides.
    Other,
}

/// Deepest nesting of parentheses in a profile expression; a deeper one is not told.
const DEEPEST: u32 = 32;

impl When {
    /// The condition of a document: `spring.config.activate.on-profile`, or `spring.profiles` of older files.
    pub(super) fn of(root: &Node) -> Self {
        let mut found = (Vec::new(), false, false);
        look(root, "", &mut found);
        match found {
            (_, _, true) => Self::Other,
            (profiles, true, _) => Self::Profiles(profiles),
            (_, false, false) => Self::Always,
        }
    }

    /// Whether the document counts in an environment.
    pub(super) fn holds(&self, environment: &str, environments: &Environments) -> Truth {
        match self {
            Self::Always => Truth::Yes,
            Self::Other => Truth::Unknown,
            Self::Profiles(expressions) => {
                let each = expressions.iter().map(|text| evaluate(text, environment, environments));
                each.fold(Truth::No, Truth::or)
            }
        }
    }
}

/// Looks along the keys that may lead to a condition, however they are cut at their points.
fn look(node: &Node, key: &str, found: &mut (Vec<String>, bool, bool)) {
    const PROFILE: [&str; 2] = ["spring.config.activate.onprofile", "spring.profiles"];
    const PLATFORM: &str = "spring.config.activate.oncloudplatform";
    if let Value::Map(map) = &node.value {
        for entry in map.entries() {
            let name = entry.key.to_lowercase().replace(['-', '_'], "");
            let name = name.split('[').next().unwrap_or_default();
            let below = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
            if PROFILE.iter().chain([&PLATFORM]).any(|condition| condition.starts_with(&*below)) {
                look(&entry.node, &below, found);
            }
        }
        return;
    }
    if key == PLATFORM {
        found.2 = true;
    } else if PROFILE.contains(&key) {
        found.1 = true;
        match &node.value {
            Value::List(nodes) => {
                found.0.extend(nodes.iter().filter_map(|node| node.value.scalar_text()).map(Into::into));
            }
            value => {
                let text = value.scalar_text().unwrap_or_default();
                found.0.extend(text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()));
            }
        }
    }
}

impl Truth {
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    const fn and(self, other: Self) -> Self {
        self.not().or(other.not()).not()
    }
}

/// The value of an expression of names, `!`, `&`, `|` and parentheses; Unknown for one that is not well formed.
fn evaluate(text: &str, environment: &str, environments: &Environments) -> Truth {
    let mut parser = Parser { rest: text.trim_start(), environment, environments };
    let value = parser.any(0);
    if parser.rest.is_empty() { value.unwrap_or(Truth::Unknown) } else { Truth::Unknown }
}

struct Parser<'a> {
    rest: &'a str,
    environment: &'a str,
    environments: &'a Environments,
}

impl Parser<'_> {
    fn any(&mut self, depth: u32) -> Option<Truth> {
        let mut value = self.all(depth)?;
        while self.eat('|') {
            value = value.or(self.all(depth)?);
        }
        Some(value)
    }

    fn all(&mut self, depth: u32) -> Option<Truth> {
        let mut value = self.one(depth)?;
        while self.eat('&') {
            value = value.and(self.one(depth)?);
        }
        Some(value)
    }

    fn one(&mut self, depth: u32) -> Option<Truth> {
        if depth > DEEPEST {
            return None;
        }
        if self.eat('!') {
            return self.one(depth + 1).map(Truth::not);
        }
        if self.eat('(') {
            let value = self.any(depth + 1)?;
            return self.eat(')').then_some(value);
        }
        let end = self.rest.find(|letter: char| "!&|()".contains(letter) || letter.is_whitespace());
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        (!name.is_empty()).then(|| match self.environments.resolve(name) {
            Some(found) if found.name == self.environment => Truth::Yes,
            Some(_) => Truth::No,
            None => Truth::Unknown,
        })
    }

    fn eat(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Truth, evaluate};
    use crate::environment::Environments;

    #[test]
    fn expressions_are_true_false_or_unknown() {
        let environments = Environments::shipped();
        for (text, expected) in [
            ("prod", Truth::Yes),
            ("PRODUCTION", Truth::Yes),
            ("staging", Truth::No),
            ("!staging", Truth::Yes),
            ("eu", Truth::Unknown),
            ("qa", Truth::Unknown),
            ("prod & eu", Truth::Unknown),
            ("staging & eu", Truth::No),
            ("prod | eu", Truth::Yes),
            ("!(staging | dev)", Truth::Yes),
            ("(prod | staging) & !eu", Truth::Unknown),
            ("prod &", Truth::Unknown),
            ("(prod", Truth::Unknown),
            ("prod staging", Truth::Unknown),
            ("", Truth::Unknown),
        ] {
            assert_eq!(evaluate(text, "production", &environments), expected, "{text}");
        }
    }

    #[test]
    fn parentheses_are_followed_to_the_limit() {
        let nested = |depth: usize| format!("{}prod{}", "(".repeat(depth), ")".repeat(depth));
        let value = |depth| evaluate(&nested(depth), "production", &Environments::shipped());
        assert_eq!((value(32), value(33)), (Truth::Yes, Truth::Unknown));
    }
}
