//! One OpenAPI 3.1 document per surface, emitted from the operations themselves.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::info::{ContactBuilder, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, Ref, Schema};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{OpenApi, OpenApiBuilder, RefOr, Required};

use super::operation::{Access, Credential, Operation};
use super::query::{Kind, Param};
use crate::surfaces::{Name, Surface};

/// Every document of this program, by its file name without ending.
pub fn all(support_contact: Option<&str>) -> Vec<(&'static str, OpenApi)> {
    Name::ALL.iter().map(|name| (name.as_str(), document(Surface::of(*name), support_contact))).collect()
}

/// A document as YAML that YAML 1.1 readers understand too: they would take `19:00` for a number and
/// `2026-12-04` for a date where the emitter leaves them bare.
///
/// # Errors
/// The emitter's.
pub fn yaml(document: &OpenApi) -> Result<String, String> {
    let text = document.to_yaml().map_err(|error| error.to_string())?;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let at = line.rfind(": ").or_else(|| line.rfind("- ")).map_or(line.len(), |at| at.saturating_add(2));
        match line.split_at_checked(at) {
            Some((head, value)) if is_time_like(value) => {
                out.push_str(head);
                out.push('\'');
                out.push_str(value);
                out.push('\'');
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    Ok(out)
}

fn is_time_like(value: &str) -> bool {
    let shaped =
        value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'-' | b'+' | b'T' | b'Z' | b'.'));
    let begins = value.bytes().next().is_some_and(|b| b.is_ascii_digit());
    begins && shaped && (value.contains(':') || value.matches('-').count() >= 2)
}

/// The document of one surface. Addresses in it are relative to this server.
pub fn document(surface: &Surface, support_contact: Option<&str>) -> OpenApi {
    let operations = surface.operations();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    schemas.extend((surface.error)().1);
    for operation in &operations {
        let body = operation.body.iter().map(|body| body.shape);
        let replies = operation.replies.iter().filter_map(|reply| reply.schema);
        body.chain(replies).for_each(|shape| schemas.extend((shape.gather)().1));
    }
    let mut paths = PathsBuilder::new();
    for operation in &operations {
        paths =
            paths.path(operation.path, PathItem::new(method(&operation.method), entry(surface, operation)));
    }
    let mut components = ComponentsBuilder::new().schemas_from_iter(schemas);
    for (name, scheme) in (surface.security)() {
        components = components.security_scheme(name, scheme);
    }
    let contact = support_contact.map(|contact| {
        let builder = ContactBuilder::new().name(Some("Support"));
        if contact.contains("://") { builder.url(Some(contact)) } else { builder.email(Some(contact)) }
            .build()
    });
    let license =
        LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title(surface.title)
        .version("1.0.0")
        .description(Some(surface.description))
        .contact(contact)
        .license(Some(license))
        .build();
    let server = ServerBuilder::new().url(surface.server).description(Some("This server")).build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([server]))
        .paths(paths.build())
        .components(Some(components.build()))
        .tags(Some(tags(&operations)))
        .build()
}

fn tags(operations: &[Operation]) -> Vec<utoipa::openapi::tag::Tag> {
    let mut names: Vec<&str> = Vec::new();
    for operation in operations {
        if !names.contains(&operation.tag) {
            names.push(operation.tag);
        }
    }
    names
        .into_iter()
        .map(|name| TagBuilder::new().name(name).description(Some(about(name))).build())
        .collect()
}

/// What a group of operations is about, for readers of the documents.
fn about(tag: &str) -> &'static str {
    match tag {
        "Events" => "What happens, when and where",
        "Ticket types" => "What is sold, at which price, and how many are left",
        "Channels" => "What people follow; events are published to them",
        "Classifications" => "The words that events are sorted under",
        "Media" => "Images for events",
        "OpenAPI" => "This document",
        "API keys" | "Keys" => "Keys for programs: made, listed, rotated, revoked",
        "Box offices" => "Where tickets are sold",
        "Venues" => "Where events take place",
        "Identity" => "Accounts, sessions, and who is calling",
        "Members" => "The people of the organization and their roles",
        "Holds" => "Tickets that are kept for a while",
        "Tickets and check-in" => "QR codes, and scanning at the door",
        "Registration" => "People registered for events, an order each",
        "Reserved" => "Published but not served: answers 501",
        "Orders" => "Tickets that were sold",
        "Changes" => "What changed, in order",
        "Series" => "Events that recur",
        "Audit log" => "Who did what",
        _ => "Operations of this surface",
    }
}

fn method(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn entry(surface: &Surface, operation: &Operation) -> utoipa::openapi::path::Operation {
    let mut builder = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .summary(Some(operation.summary))
        .description(Some(describe(surface, operation)))
        .tag(operation.tag);
    for (name, doc) in &operation.placeholders {
        let parameter = ParameterBuilder::new()
            .name(*name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(*doc))
            .schema(Some(schema(&json!({ "type": "string" }))));
        builder = builder.parameter(parameter);
    }
    for param in operation.known_params().iter() {
        builder = builder.parameter(query(param));
    }
    for (name, doc) in headers(surface, operation) {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(doc))
            .schema(Some(schema(&json!({ "type": "string" }))));
        builder = builder.parameter(parameter);
    }
    if let Some(body) = &operation.body {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name((body.shape.name)())))
            .example(Some(body.example.clone()));
        let required = if body.is_required { Required::True } else { Required::False };
        builder = builder.request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", content.build())
                .required(Some(required))
                .build(),
        ));
    }
    if operation.takes_multipart {
        let form = json!({ "type": "object", "required": ["file"], "properties": {
            "file": { "type": "string", "format": "binary" },
            "alt": { "type": "string", "maxLength": 500 } } });
        let content = ContentBuilder::new().schema(Some(schema(&form))).build();
        builder = builder.request_body(Some(
            RequestBodyBuilder::new()
                .content("multipart/form-data", content)
                .required(Some(Required::True))
                .build(),
        ));
    }
    if operation.access == Access::Public {
        builder = builder.securities(Some(Vec::<SecurityRequirement>::new()));
    } else {
        let needs = (surface.security)().into_iter().filter(|(name, _)| fits(operation, name));
        builder = builder
            .securities(Some(needs.map(|(name, _)| SecurityRequirement::new(name, Vec::<String>::new()))));
    }
    replies(surface, operation, builder).build()
}

/// Session-only operations name the session scheme alone, where a surface has one.
fn fits(operation: &Operation, scheme: &str) -> bool {
    operation.credential == Credential::Usual || scheme == "session"
}

fn replies(surface: &Surface, operation: &Operation, mut builder: OperationBuilder) -> OperationBuilder {
    for reply in &operation.replies {
        let mut response = ResponseBuilder::new().description(reply.description);
        let content = ContentBuilder::new();
        let content = match &reply.schema {
            Some(shape) => {
                content.schema(Some(Ref::from_schema_name((shape.name)()))).example(reply.example.clone())
            }
            None => content.schema(Some(schema(&json!({ "type": "string" })))),
        };
        if !reply.content_type.is_empty() {
            response = response.content(reply.content_type, content.build());
        }
        builder = builder.response(reply.status.as_str(), with_request_id(response).build());
    }
    if is_revalidated(surface, operation) {
        let unchanged = ResponseBuilder::new().description("Nothing changed since the tag; no body");
        builder = builder.response(StatusCode::NOT_MODIFIED.as_str(), with_request_id(unchanged).build());
    }
    let error = (surface.error)();
    for status in refusals(surface, operation) {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(&error.0))).build();
        let mut response = ResponseBuilder::new()
            .description(status.canonical_reason().unwrap_or("refused"))
            .content(surface.error_type, content);
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let seconds =
                HeaderBuilder::new().schema(Some(schema(&json!({ "type": "integer", "minimum": 1 }))));
            response =
                response.header("Retry-After", seconds.description(Some("Whole seconds to wait")).build());
        }
        builder = builder.response(status.as_str(), with_request_id(response).build());
    }
    builder
}

fn with_request_id(response: ResponseBuilder) -> ResponseBuilder {
    let header = HeaderBuilder::new().schema(Some(schema(&json!({ "type": "string" }))));
    response.header("X-Request-Id", header.description(Some("Names this request in logs and errors")).build())
}

/// Every status of a refusal: those that follow from the declaration and those that it names.
pub fn refusals(surface: &Surface, operation: &Operation) -> Vec<StatusCode> {
    let mut statuses = operation.refusals.clone();
    statuses.push(StatusCode::BAD_REQUEST);
    if operation.access != Access::Public {
        statuses.push(StatusCode::UNAUTHORIZED);
    }
    if matches!(operation.access, Access::Needs(_)) && !surface.scopes.is_empty() {
        statuses.push(StatusCode::FORBIDDEN);
    }
    if operation.body.is_some() || operation.takes_multipart {
        statuses.extend([StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE]);
    }
    statuses.extend([
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::SERVICE_UNAVAILABLE,
    ]);
    statuses.retain(|status| !operation.replies.iter().any(|reply| reply.status == *status));
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn describe(surface: &Surface, operation: &Operation) -> String {
    let scope = match operation.access {
        Access::Public => "No credential is needed.".to_owned(),
        Access::Any => "Any valid credential of this surface will do.".to_owned(),
        Access::Needs(_) if operation.credential == Credential::Session => {
            "Needs a signed-in session; a key cannot do this.".to_owned()
        }
        Access::Needs(capability) => {
            let scope = surface
                .scopes
                .iter()
                .find(|(_, grants)| grants.contains(&capability))
                .map(|(scope, _)| *scope);
            scope.map_or_else(
                || "Needs a key of this surface.".to_owned(),
                |scope| format!("Needs the scope `{scope}`."),
            )
        }
    };
    let text = format!("{}\n\n{scope}", operation.description);
    text.trim().to_owned()
}

/// Answers carry a tag that `If-None-Match` may name.
fn is_revalidated(surface: &Surface, operation: &Operation) -> bool {
    surface.tags_replies && operation.method == Method::GET && operation.access != Access::Public
}

fn headers(surface: &Surface, operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut headers = Vec::new();
    if operation.takes_idempotency_key {
        headers.push((
            "Idempotency-Key",
            "1 to 255 visible ASCII characters; a repeat is answered as the first was",
        ));
    }
    if is_revalidated(surface, operation) {
        headers.push(("If-None-Match", "An `ETag` from before; 304 where nothing changed"));
    }
    if operation.takes_if_match {
        headers.push(("If-Match", "An `ETag` from before; 412 where the resource has changed since"));
    }
    headers
}

fn query(param: &Param) -> ParameterBuilder {
    let described = match param.kind {
        Kind::Int { min, max, is_capped, default } => {
            let mut value = json!({ "type": "integer", "minimum": min });
            if let (false, Some(members)) = (is_capped, value.as_object_mut()) {
                members.insert("maximum".to_owned(), max.into());
            }
            if let (Some(default), Some(members)) = (default, value.as_object_mut()) {
                members.insert("default".to_owned(), default.into());
            }
            value
        }
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Uuid => json!({ "type": "string", "format": "uuid" }),
        Kind::Flag => json!({ "type": "string", "enum": ["true", "false", "1", "0"] }),
        Kind::Text(max) => json!({ "type": "string", "maxLength": max }),
    };
    ParameterBuilder::new()
        .name(param.name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(param.doc))
        .schema(Some(schema(&described)))
}

fn schema(value: &Value) -> RefOr<Schema> {
    serde_json::from_value(value.clone()).map_or_else(|_| RefOr::T(Schema::default()), RefOr::T)
}
