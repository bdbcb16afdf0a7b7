//! Names of elements and attributes without their prefixes: two prefixes of one namespace are no difference.

use quick_xml::events::BytesStart;
use quick_xml::name::{NamespaceResolver, QName, ResolveResult};

use crate::document::Position;
use crate::format::Unreadable;
use crate::format::xml::fault;

/// The namespaces in scope.
#[derive(Default)]
pub(super) struct Names {
    scopes: NamespaceResolver,
}

impl Names {
    /// Enters an element whose parent has the namespace `parent` (None for the root) and gives its key and namespace.
    /// The key is the local name, as `{namespace}local` where the namespace is not the parent's.
    pub(super) fn open(
        &mut self,
        start: &BytesStart<'_>,
        parent: Option<Option<&str>>,
        at: Position,
    ) -> Result<(String, Option<String>), Unreadable> {
        let name = checked(start.name(), at)?;
        self.scopes.push(start).map_err(|error| Unreadable::new(at, fault::namespace_reason(&error)))?;
        let (resolved, local) = self.scopes.resolve_element(name);
        let namespace = match resolved {
            ResolveResult::Bound(namespace) => Some(namespace.0.to_owned()),
            ResolveResult::Unbound => None,
            // Readers without namespaces accept such a name, and it says what it says.
            ResolveResult::Unknown(_) => return Ok((name.0.to_owned(), None)),
        };
        let key = match parent {
            Some(parent) if parent != namespace.as_deref() => {
                format!("{{{}}}{}", namespace.as_deref().unwrap_or_default(), local.as_ref())
            }
            _ => local.as_ref().to_owned(),
        };
        Ok((key, namespace))
    }

    /// Leaves the element that was entered last.
    pub(super) fn close(&mut self) {
        self.scopes.pop();
    }

    /// The key of an attribute (`@local`, `@{namespace}local`); None for the declaration of a namespace.
    pub(super) fn attribute(&self, name: QName<'_>, at: Position) -> Result<Option<String>, Unreadable> {
        let name = checked(name, at)?;
        if name.as_namespace_binding().is_some() {
            return Ok(None);
        }
        let (resolved, local) = self.scopes.resolve_attribute(name);
        Ok(Some(match resolved {
            // The prefix `xml` can stand for nothing else.
            ResolveResult::Bound(namespace) if !name.0.starts_with("xml:") => {
                format!("@{{{}}}{}", namespace.0, local.as_ref())
            }
            _ => format!("@{}", name.0),
        }))
    }
}

fn checked(name: QName<'_>, at: Position) -> Result<QName<'_>, Unreadable> {
    let starts = |first: char| first.is_alphabetic() || matches!(first, '_' | ':');
    let goes_on =
        |character: char| !character.is_ascii() || character.is_ascii_alphanumeric() || "_:.-".contains(character);
    if name.0.starts_with(starts) && name.0.chars().all(goes_on) {
        return Ok(name);
    }
    Err(Unreadable::new(at, "not a name of an element or attribute"))
}
