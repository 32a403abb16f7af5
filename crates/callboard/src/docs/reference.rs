//! The API reference: a page per surface and one per group of its operations, written from the very OpenAPI
//! documents that are committed in `openapi/` (the generator is the same, and a check keeps them equal).

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::example::{Credential, Example};
use super::markdown::slug;
use super::schema::{Schemas, name_of};
use super::site::Source;
use crate::http::openapi;
use crate::surfaces::{Name, Surface};

const SCHEMAS: &str = "/components/schemas";

/// What the reader calls a surface.
pub(super) fn surface_title(name: Name) -> &'static str {
    match name {
        Name::Channel => "Channel API",
        Name::Venue => "Venue feed",
        Name::Developer => "Developer API",
        Name::BoxOffice => "Box office API",
        Name::Native => "Native API",
    }
}

/// All reference pages in their order.
pub(super) fn pages() -> Vec<Source> {
    Name::ALL.into_iter().flat_map(of_surface).collect()
}

/// The first page of each surface, by its title alone.
pub(super) fn stubs() -> Vec<Source> {
    let stub = |name: Name| Source { slug: base(name), text: title(name), parent: None };
    Name::ALL.into_iter().map(stub).collect()
}

fn base(name: Name) -> String {
    format!("reference/{}", name.as_str())
}

fn title(name: Name) -> String {
    format!("# {} reference\n\n", surface_title(name))
}

fn of_surface(name: Name) -> Vec<Source> {
    let document = openapi::document(Surface::of(name), None);
    // A document is made of texts and numbers; writing it as a value cannot fail.
    let document = serde_json::to_value(&document).unwrap_or_default();
    let base = base(name);
    let tags: Vec<Tag<'_>> = document
        .pointer("/tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|tag| Tag::read(&document, tag))
        .collect();
    let mut pages =
        vec![Source { slug: base.clone(), text: index(name, &document, &tags, &base), parent: None }];
    for tag in &tags {
        let page = Group { name, document: &document, tag };
        pages.extend(page.sources(&base));
    }
    pages
}

/// A group of operations.
struct Tag<'a> {
    name: &'a str,
    about: &'a str,
    operations: Vec<Called<'a>>,
}

/// An operation and how it is called.
struct Called<'a> {
    method: String,
    path: &'a str,
    operation: &'a Value,
}

impl<'a> Tag<'a> {
    fn read(document: &'a Value, tag: &'a Value) -> Option<Tag<'a>> {
        let name = tag.get("name")?.as_str()?;
        let about = text(tag, "description");
        let mut operations = Vec::new();
        for (path, item) in document.get("paths")?.as_object()? {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(operation) = item.get(method) else { continue };
                let is_in = operation.pointer("/tags/0").and_then(Value::as_str) == Some(name);
                if is_in {
                    operations.push(Called { method: method.to_uppercase(), path, operation });
                }
            }
        }
        Some(Tag { name, about, operations })
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or("")
}

fn index(name: Name, document: &Value, tags: &[Tag<'_>], base: &str) -> String {
    let mut page = title(name);
    let _ = writeln!(page, "Every operation of this surface, from its OpenAPI 3.1 document.\n");
    let _ =
        writeln!(page, "{}\n", document.pointer("/info/description").and_then(Value::as_str).unwrap_or(""));
    let _ = writeln!(page, "Download: [{0}.json](/openapi/{0}.json).", name.as_str());
    if name == Name::Channel {
        let _ = writeln!(page, "As YAML: [public-api-v1](/api/developer/openapi/public-api-v1).");
    }
    for tag in tags {
        let _ = writeln!(page, "\n## {} {{#{}}}\n\n{}.\n", tag.name, slug(tag.name), tag.about);
        let _ = writeln!(page, "| Operation | Request |\n| --- | --- |");
        for called in &tag.operations {
            let id = text(called.operation, "operationId");
            let _ = writeln!(
                page,
                "| [{}](/docs/{base}/{}#{id}) | `{} {}` |",
                text(called.operation, "summary"),
                slug(tag.name),
                called.method,
                called.path
            );
        }
    }
    page
}

/// One page of operations.
struct Group<'a> {
    name: Name,
    document: &'a Value,
    tag: &'a Tag<'a>,
}

/// A page longer than this shows its objects on a page of their own. Unit: bytes of Markdown.
const LONG: usize = 32_000;

impl Group<'_> {
    /// The page of the group; two where it is long.
    fn sources(&self, base: &str) -> Vec<Source> {
        let (operations, objects) = self.to_markdown();
        let own = format!("{base}/{}", slug(self.tag.name));
        let source = |slug: String, text| Source { slug, text, parent: Some(base.to_owned()) };
        if operations.len().saturating_add(objects.len()) <= LONG || objects.is_empty() {
            return vec![source(own, operations + &objects)];
        }
        let apart = format!("{own}/objects");
        let operations = operations.replace("](#object-", &format!("](/docs/{apart}#object-"));
        let (title, group) = (surface_title(self.name), self.tag.name);
        let objects = format!(
            "# {title}: {group}, objects\n\nWhat the operations of [{group}](/docs/{own}) answer and take.\n\n{objects}"
        );
        vec![source(own, operations), source(apart, objects)]
    }

    /// The operations, and the objects that they answer.
    fn to_markdown(&self) -> (String, String) {
        let mut page =
            format!("# {}: {}\n\n{}.\n\n", surface_title(self.name), self.tag.name, self.tag.about);
        let _ = writeln!(
            page,
            "Part of the [{} reference](/docs/reference/{}).\n",
            surface_title(self.name),
            self.name.as_str()
        );
        let mut schemas = Schemas::new(self.document.pointer(SCHEMAS));
        // Objects that are answered, by name, each with the first example of it.
        let mut objects: BTreeMap<&str, Option<&Value>> = BTreeMap::new();
        for called in &self.tag.operations {
            self.operation(&mut page, called, &schemas, &mut objects);
        }
        let parts: Vec<&str> = objects.keys().flat_map(|object| schemas.parts_of(object)).collect();
        for part in parts {
            objects.entry(part).or_insert(None);
        }
        schemas.explain(objects.keys().copied());
        let mut explained = String::new();
        if !objects.is_empty() {
            explained.push_str("## Objects {#objects}\n\n");
        }
        for (object, example) in objects {
            let _ = writeln!(explained, "### {object} {{#object-{object}}}\n");
            explained.push_str(&schemas.object(object));
            if let Some(example) = example {
                let _ = writeln!(explained, "\n```json\n{}\n```\n", super::json::pretty(example));
            }
        }
        (page, explained)
    }

    fn operation<'a>(
        &self,
        page: &mut String,
        called: &Called<'a>,
        schemas: &Schemas<'a>,
        objects: &mut BTreeMap<&'a str, Option<&'a Value>>,
    ) {
        let operation = called.operation;
        let _ = writeln!(page, "## {} {{#{}}}\n", text(operation, "summary"), text(operation, "operationId"));
        let _ = writeln!(page, "```http\n{} {}\n```\n", called.method, called.path);
        let _ = writeln!(page, "{}\n", text(operation, "description"));
        parameters(page, operation);
        let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
        for (media, content) in body.into_iter().flatten() {
            let _ = writeln!(page, "**Body** (`{media}`)\n");
            if let Some(schema) = content.get("schema") {
                page.push_str(&schemas.members(schema));
                page.push('\n');
            }
        }
        page.push_str(&self.example(called));
        page.push_str("**Answers**\n\n");
        let mut refused = Vec::new();
        for (status, reply) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            if status.starts_with('4') || status.starts_with('5') {
                refused.push(format!("`{status}`"));
                continue;
            }
            let content =
                reply.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
            let object = content.and_then(|content| name_of(content.get("schema")?));
            let named = object.map_or_else(String::new, |object| format!(" ([{object}](#object-{object}))"));
            let _ = writeln!(page, "- `{status}` {}{named}", text(reply, "description"));
            if let Some(object) = object {
                let example = objects.entry(object).or_insert(None);
                *example = example.or_else(|| content.and_then(|content| content.get("example")));
            }
        }
        let _ = writeln!(page, "- Refusals: {}; see [errors](/docs/errors).\n", refused.join(", "));
    }

    /// How it is called, in three languages.
    fn example(&self, called: &Called<'_>) -> String {
        let operation = called.operation;
        let needs: Vec<&str> = operation
            .get("security")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|need| need.as_object()?.keys().next().map(String::as_str))
            .collect();
        let credential = match needs.as_slice() {
            [] => None,
            ["session"] => Some(Credential::Session),
            _ => Some(match self.name {
                Name::Channel => Credential::Channel,
                Name::Venue => Credential::Venue,
                Name::Developer => Credential::Developer,
                Name::BoxOffice => Credential::BoxOffice,
                Name::Native => Credential::Native,
            }),
        };
        let content = operation.pointer("/requestBody/content");
        let body = content
            .and_then(|content| content.pointer("/application~1json/example"))
            .map(super::json::pretty);
        let example = Example {
            credential,
            method: called.method.clone(),
            // A placeholder of the path is shown in capitals.
            path: called.path.split('/').map(placeholder).collect::<Vec<_>>().join("/"),
            headers: body
                .iter()
                .map(|_| ("Content-Type".to_owned(), "application/json".to_owned()))
                .collect(),
            body,
            ..Example::default()
        };
        let takes_file = content.is_some_and(|content| content.get("multipart/form-data").is_some());
        let example = Example {
            is_file: takes_file,
            is_empty: !takes_file && is_answered_without_body(operation),
            ..example
        };
        example.to_markdown("norun=reference") + "\n"
    }
}

/// Whether nothing but a status is answered where all is well.
fn is_answered_without_body(operation: &Value) -> bool {
    let replies = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let mut good = replies.filter(|(status, _)| status.starts_with('2'));
    good.all(|(_, reply)| reply.get("content").is_none())
}

/// `{idOrSlug}` → `ID_OR_SLUG`.
fn placeholder(part: &str) -> String {
    let Some(name) = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return part.to_owned();
    };
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}

fn parameters(page: &mut String, operation: &Value) {
    let parameters: Vec<&Value> =
        operation.get("parameters").and_then(Value::as_array).into_iter().flatten().collect();
    if parameters.is_empty() {
        return;
    }
    page.push_str("**Parameters**\n\n");
    for parameter in parameters {
        let place = match text(parameter, "in") {
            "path" => "path, required",
            "header" => "header",
            _ => "query",
        };
        let kind = parameter.get("schema").map(super::schema::describe).unwrap_or_default();
        let about = text(parameter, "description").trim_end_matches('.');
        let _ = writeln!(page, "- `{}` *{place}, {kind}*: {about}.", text(parameter, "name"));
    }
    page.push('\n');
}
