//! The OpenAPI document, made from the same declarations as the routes.

use axum::Router;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, License, OpenApi, OpenApiBuilder, Server};
use utoipa_axum::router::OpenApiRouter;

use crate::state::Edge;
use crate::v1::{self, EventView, answers};

/// Where the API lives.
pub(crate) const PREFIX: &str = "/api/v1";

/// The routes of the API, and what the document says of them.
pub(crate) fn api_router() -> (Router<Edge>, OpenApi) {
    assembled().split_for_parts()
}

/// The OpenAPI document of this build.
pub fn document() -> OpenApi {
    assembled().split_for_parts().1
}

/// Every operation as `METHOD path`, with its scope and summary, sorted by path: the table of docs/API.md.
pub fn route_list() -> Vec<[String; 3]> {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let paths = document.get("paths").and_then(serde_json::Value::as_object).into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| {
            let text = |pointer: &str| {
                operation.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
            };
            [format!("{} {path}", method.to_uppercase()), text("/security/0/token/0"), text("/summary")]
        })
    });
    operations.collect()
}

fn assembled() -> OpenApiRouter<Edge> {
    let token = SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).build());
    let mut info = Info::new("Golden Config", env!("CARGO_PKG_VERSION"));
    info.description =
        Some("Keeps the configuration of running services honest. docs/API.md holds the wire rules.".to_owned());
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let (name, problem) = answers::problem_schema();
    let components = ComponentsBuilder::new().security_scheme("token", token).schema(name, problem);
    // What stands in the texts of streams is no body of an answer.
    let components = components.schema_from::<EventView>().build();
    let base = OpenApiBuilder::new().info(info).servers(Some([Server::new("/")])).components(Some(components)).build();
    OpenApiRouter::with_openapi(base).merge(v1::routes())
}
