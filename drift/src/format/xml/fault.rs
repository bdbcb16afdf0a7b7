//! Why XML is not well-formed, in words that quote nothing of the file.

use quick_xml::Error;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::name::NamespaceError;

/// A reference to an entity that is none of the five predefined ones.
pub(super) const UNKNOWN_ENTITY: &str = "reference to an entity that is not predefined";

/// The reason of a reader's error.
pub(super) fn reason(error: &Error) -> &'static str {
    match error {
        Error::Syntax(error) => syntax_reason(*error),
        Error::IllFormed(error) => ill_formed_reason(error),
        Error::InvalidAttr(error) => attribute_reason(error),
        Error::Escape(EscapeError::UnrecognizedEntity(..)) => UNKNOWN_ENTITY,
        Error::Escape(EscapeError::UnterminatedEntity(_)) => "`&` that begins no reference",
        Error::Escape(EscapeError::InvalidCharRef(_)) => "reference to a character that does not exist",
        Error::Escape(EscapeError::TooManyNestedEntities) => "too many nested entities",
        Error::Namespace(error) => namespace_reason(error),
        Error::Encoding(_) | Error::Io(_) => "not readable as text",
    }
}

const fn syntax_reason(error: SyntaxError) -> &'static str {
    match error {
        SyntaxError::InvalidBangMarkup => "`<!` that begins neither a comment nor a section nor a document type",
        SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => "a processing instruction is not closed",
        SyntaxError::UnclosedComment => "a comment is not closed",
        SyntaxError::UnclosedDoctype => "the document type is not closed",
        SyntaxError::UnclosedCData => "a cdata section is not closed",
        SyntaxError::UnclosedTag => "a tag is not closed",
        SyntaxError::UnclosedSingleQuotedAttributeValue | SyntaxError::UnclosedDoubleQuotedAttributeValue => {
            "the value of an attribute is not closed"
        }
    }
}

const fn ill_formed_reason(error: &IllFormedError) -> &'static str {
    match error {
        IllFormedError::MissingDeclVersion(_) | IllFormedError::UnknownVersion => "no xml version that is known",
        IllFormedError::MissingDoctypeName => "a document type without a name",
        IllFormedError::MissingEndTag(_) => "an element is not closed",
        IllFormedError::UnmatchedEndTag(_) => "an end tag without a start tag",
        IllFormedError::MismatchedEndTag { .. } => "an end tag that does not match its start tag",
        IllFormedError::DoubleHyphenInComment => "`--` in a comment",
        IllFormedError::UnclosedReference => "`&` that begins no reference",
    }
}

/// The reason of an attribute's error.
pub(super) const fn attribute_reason(error: &AttrError) -> &'static str {
    match error {
        AttrError::ExpectedEq(_) | AttrError::ExpectedValue(_) => "an attribute without a value",
        AttrError::UnquotedValue(_) => "the value of an attribute is not quoted",
        AttrError::ExpectedQuote(..) => "the value of an attribute is not closed",
        AttrError::Duplicated(..) => "an attribute stands twice",
    }
}

/// The reason of a namespace's error.
pub(super) const fn namespace_reason(error: &NamespaceError) -> &'static str {
    match error {
        NamespaceError::TooManyBindings(_) => "more namespaces in scope than 128",
        NamespaceError::TooDeeplyNested(_) => "nested too deeply",
        NamespaceError::UnknownPrefix(_) => "a prefix that is not declared",
        NamespaceError::InvalidXmlPrefixBind(_)
        | NamespaceError::InvalidXmlnsPrefixBind(_)
        | NamespaceError::InvalidPrefixForXml(_)
        | NamespaceError::InvalidPrefixForXmlns(_) => "a reserved prefix or namespace is declared anew",
    }
}
