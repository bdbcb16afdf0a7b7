//! The JSON Schemas of the wire types, as shipped in `schemas/`.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::matrix::{MATRIX, Matrix};
use super::wire::{DIFF, DiffJson, VALIDATE, ValidateJson};

/// The names of all schemas of reports.
pub const NAMES: &[&str] = &[VALIDATE, DIFF, MATRIX];

/// The JSON Schema (2020-12) of a report by its name (`golden.validate/1`); None for a name that is not ours.
/// Objects accept no fields but those that are named.
pub fn schema(name: &str) -> Option<Value> {
    match name {
        VALIDATE => Some(generate::<ValidateJson>()),
        DIFF => Some(generate::<DiffJson>()),
        MATRIX => Some(generate::<Matrix>()),
        _ => None,
    }
}

fn generate<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(close).transform(&mut schema);
    schema.to_value()
}

/// Engine types that are shared with storage accept unknown fields there; on the wire nothing does.
fn close(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}
