//! Closed sets of words as schemas: the engine and the database define them, the document names them.

use drift::decision::Decision;
use drift::delta::{Class, Kind};
use drift::finding::Severity;
use drift::report::ReportFormat;
use drift::risk::Risk;
use drift::settings::Tier;
use entity::services::ServiceOrigin;
use entity::stored::Stored;
use entity::validation_runs::{Origin, RunStatus};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

/// A schema of a text that is one of some words.
fn one_of(words: impl IntoIterator<Item = String>) -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(words)).build().into()
}

/// A schema of one of some words, or null.
fn one_of_or_null(words: impl IntoIterator<Item = String>) -> Schema {
    let words = words.into_iter().map(serde_json::Value::String).chain([serde_json::Value::Null]);
    let either = SchemaType::Array(vec![Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(either).enum_values(Some(words)).build().into()
}

fn stored<T: Stored>() -> impl Iterator<Item = String> {
    T::MEMBERS.iter().map(|word| word.stored().to_owned())
}

/// The words of a tier.
pub(crate) fn tier() -> Schema {
    one_of(stored::<Tier>())
}

/// The words of a run's status.
pub(crate) fn status() -> Schema {
    one_of(stored::<RunStatus>())
}

/// The words of what started a run.
pub(crate) fn origin() -> Schema {
    one_of(stored::<Origin>())
}

/// The words of a decision.
pub(crate) fn decision() -> Schema {
    one_of(Decision::ALL.iter().map(ToString::to_string))
}

/// The words of a decision, or null.
pub(crate) fn decision_or_null() -> Schema {
    one_of_or_null(Decision::ALL.iter().map(ToString::to_string))
}

/// The words of a risk.
pub(crate) fn risk() -> Schema {
    one_of(stored::<Risk>())
}

/// The words of a delta's class.
pub(crate) fn class() -> Schema {
    one_of(stored::<Class>())
}

/// The words of a delta's kind.
pub(crate) fn kind() -> Schema {
    one_of(stored::<Kind>())
}

/// The words of a severity, or null.
pub(crate) fn severity_or_null() -> Schema {
    one_of_or_null(Severity::ALL.iter().map(ToString::to_string))
}

/// The words of a severity.
pub(crate) fn severity() -> Schema {
    one_of(Severity::ALL.iter().map(ToString::to_string))
}

/// The words of who says what a service is.
pub(crate) fn service_origin() -> Schema {
    one_of(stored::<ServiceOrigin>())
}

/// The words of a report's format.
pub(crate) fn report_format() -> Schema {
    one_of(stored::<ReportFormat>())
}

/// Where a search looks.
pub(crate) fn search_in() -> Schema {
    one_of(["file", "key_path"].map(str::to_owned))
}
