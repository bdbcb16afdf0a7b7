//! `/docs`: the API as a page, made from the OpenAPI document on this server and nowhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::{Layout, html};
use crate::auth::Reader;
use crate::problem::Problem;

/// A field of a wire type, or a parameter of an operation.
#[derive(Clone, Debug)]
struct Field {
    name: String,
    shape: String,
    required: bool,
    description: String,
}

#[derive(Clone, Debug)]
struct Operation {
    id: String,
    method: String,
    path: String,
    scope: String,
    summary: String,
    parameters: Vec<Field>,
    body: String,
    answers: Vec<Field>,
}

/// What the page shows of the document.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    groups: BTreeMap<String, Vec<Operation>>,
    shapes: BTreeMap<String, Vec<Field>>,
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs {
    layout: Layout,
    shown: Arc<Shown>,
}

/// The page.
pub(crate) async fn page(Reader(caller): Reader, shown: Arc<Shown>) -> Result<Response, Problem> {
    html(StatusCode::OK, &Docs { layout: Layout::new("API", "/docs", &caller), shown })
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn members<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
}

fn elements<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// A schema in a few words: the name that it refers to, its type, or its words.
fn shape(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let words: Vec<String> = elements(schema, "/enum").map(|word| word.as_str().unwrap_or("null").to_owned()).collect();
    if !words.is_empty() {
        return words.join(" | ");
    }
    let choices: Vec<String> = elements(schema, "/oneOf").map(shape).collect();
    if !choices.is_empty() {
        return choices.join(" | ");
    }
    let kinds = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    };
    match schema.get("items") {
        Some(items) => format!("{kinds} of {}", shape(items)),
        None => kinds,
    }
}

impl Shown {
    /// Reads the document.
    pub(crate) fn of(document: &Value) -> Self {
        let mut groups: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
        for (path, item) in members(document, "/paths") {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let group = groups.entry(text(operation, "/tags/0")).or_default();
                group.push(Operation::of(path, method, operation));
            }
        }
        let shapes = members(document, "/components/schemas").map(|(name, schema)| (name.clone(), fields(schema)));
        Self { groups, shapes: shapes.collect() }
    }
}

fn fields(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> = elements(schema, "/required").filter_map(Value::as_str).collect();
    let field = |(name, schema): (&String, &Value)| Field {
        name: name.clone(),
        shape: shape(schema),
        required: required.contains(&name.as_str()),
        description: text(schema, "/description"),
    };
    members(schema, "/properties").map(field).collect()
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let parameter = |one: &Value| Field {
            name: format!("{} ({})", text(one, "/name"), text(one, "/in")),
            shape: one.get("schema").map(shape).unwrap_or_default(),
            required: one.get("required").and_then(Value::as_bool).unwrap_or(false),
            description: text(one, "/description"),
        };
        let answer = |(status, answer): (&String, &Value)| {
            let contents = members(answer, "/content");
            let shapes: Vec<String> = contents
                .map(|(media_type, content)| {
                    format!("{media_type}: {}", content.get("schema").map(shape).unwrap_or_default())
                })
                .collect();
            let description = text(answer, "/description");
            Field { name: status.clone(), shape: shapes.join(", "), required: false, description }
        };
        // What every operation may answer with is told once, by docs/API.md.
        let told = |(status, _): &(&String, &Value)| !status.starts_with(['4', '5']);
        Self {
            id: text(operation, "/operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            scope: text(operation, "/security/0/token/0"),
            summary: text(operation, "/summary"),
            parameters: elements(operation, "/parameters").map(parameter).collect(),
            body: operation.pointer("/requestBody/content/application~1json/schema").map(shape).unwrap_or_default(),
            answers: members(operation, "/responses").filter(told).map(answer).collect(),
        }
    }
}
