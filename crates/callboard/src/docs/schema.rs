//! The schemas of an OpenAPI document as nested lists for people.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

/// How deep members are shown within members.
const DEPTH_MAX: usize = 4;

/// The schemas of a document, by name, and which of them the page explains as objects of their own.
#[derive(Debug, Clone)]
pub(super) struct Schemas<'a> {
    all: Option<&'a Value>,
    explained: BTreeSet<&'a str>,
}

/// The name in a `$ref`.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

impl<'a> Schemas<'a> {
    pub(super) fn new(all: Option<&'a Value>) -> Schemas<'a> {
        Schemas { all, explained: BTreeSet::new() }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.all?.get(name)
    }

    /// What an object is made of that deserves a place of its own: the entries of a list, what was written.
    pub(super) fn parts_of(&self, name: &str) -> Vec<&'a str> {
        let known = |name: &str| self.all?.as_object()?.get_key_value(name).map(|(name, _)| name.as_str());
        let entry = self.get(name).and_then(|schema| schema.pointer("/properties/items/items"));
        name.strip_prefix("Written").into_iter().chain(entry.and_then(name_of)).filter_map(known).collect()
    }

    /// Names the objects that the page explains: elsewhere they are links.
    pub(super) fn explain(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.explained.extend(names);
    }

    /// A named object: what it is, and its members.
    pub(super) fn object(&self, name: &str) -> String {
        let Some(schema) = self.get(name) else { return String::new() };
        let about = sentence(schema);
        let mut text = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
        match name.strip_prefix("Written").filter(|base| self.explained.contains(base)) {
            Some(base) => {
                let _ = writeln!(text, "The members of [{base}](#object-{base}), and:\n");
                self.list(&mut text, &without(schema, self.get(base)), 0);
            }
            None => self.list(&mut text, schema, 0),
        }
        text
    }

    /// The members of a schema as a list.
    pub(super) fn members(&self, schema: &Value) -> String {
        let mut text = String::new();
        self.list(&mut text, self.resolved(schema), 0);
        text
    }

    fn resolved<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        let inner = not_null(schema);
        name_of(inner).and_then(|name| self.get(name)).unwrap_or(inner)
    }

    fn list(&self, text: &mut String, schema: &Value, depth: usize) {
        let Some(members) = schema.get("properties").and_then(Value::as_object) else { return };
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let is_request = !required.is_empty() && required.len() < members.len();
        let (first, then): (Vec<_>, Vec<_>) =
            members.iter().partition(|(name, _)| required.contains(&name.as_str()));
        for (name, member) in first.into_iter().chain(then) {
            let target = self.resolved(member);
            let list_of = target.get("items").map(|items| self.resolved(items));
            let mark = if is_request && required.contains(&name.as_str()) { ", required" } else { "" };
            let about = [sentence(member), sentence(not_null(member)), sentence(target)]
                .into_iter()
                .find(|about| !about.is_empty());
            let about = about.map_or_else(String::new, |about| format!(": {about}"));
            let indent = "  ".repeat(depth);
            let kind = kind(member, target, list_of);
            let inner = not_null(member);
            let named = name_of(inner).or_else(|| name_of(not_null(inner.get("items")?)));
            let link = named.filter(|named| self.explained.contains(named));
            let linked = link.map_or_else(String::new, |to| format!(" ([{to}](#object-{to}))"));
            let _ = writeln!(text, "{indent}- `{name}` *{kind}{mark}*{linked}{about}");
            if depth < DEPTH_MAX && link.is_none() {
                self.list(text, list_of.unwrap_or(target), depth.saturating_add(1));
            }
        }
    }
}

/// A schema without the members that another has.
fn without(schema: &Value, base: Option<&Value>) -> Value {
    let mut left = schema.clone();
    let known = base.and_then(|base| base.get("properties")).and_then(Value::as_object);
    if let (Some(members), Some(known)) = (left.get_mut("properties").and_then(Value::as_object_mut), known) {
        members.retain(|name, _| !known.contains_key(name));
    }
    left
}

/// The schema itself, without the alternative of `null`.
fn not_null(schema: &Value) -> &Value {
    let is_null = |schema: &&Value| schema.get("type").and_then(Value::as_str) != Some("null");
    schema
        .get("oneOf")
        .and_then(Value::as_array)
        .and_then(|alternatives| alternatives.iter().find(is_null))
        .unwrap_or(schema)
}

fn sentence(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or("");
    // A list entry is one line.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kind(member: &Value, target: &Value, list_of: Option<&Value>) -> String {
    let has_null = member.get("oneOf").is_some() || types(member).contains(&"null");
    let or_null = if has_null { " or null" } else { "" };
    match list_of {
        Some(items) => format!("list of {}{}{or_null}", describe(items), bounds(target)),
        None => format!("{}{or_null}", describe(target)),
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A schema in words: `text, at most 200 characters`, `one of "draft", "published"`.
pub(super) fn describe(schema: &Value) -> String {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<String> =
            words.iter().map(|word| format!("`{}`", word.as_str().unwrap_or("null"))).collect();
        return format!("one of {}", words.join(", "));
    }
    let format = schema.get("format").and_then(Value::as_str).unwrap_or("");
    let kind = match (types(schema).into_iter().find(|kind| *kind != "null"), format) {
        (Some("string"), "uuid") => return "UUID".to_owned(),
        (Some("string"), "date-time") => return "instant".to_owned(),
        (Some("string"), "date") => return "date".to_owned(),
        (Some("string"), "uri") => "address",
        (Some("string"), "email") => "e-mail address",
        (Some("string"), "slug") => "slug",
        (Some("string"), "binary") => "file",
        (Some("string"), _) => "text",
        (Some("integer"), _) => "integer",
        (Some("number"), _) => "number",
        (Some("boolean"), _) => "boolean",
        (Some("array"), _) => "list",
        (Some("object"), _) => "object",
        _ => "any",
    };
    format!("{kind}{}", bounds(schema))
}

fn bounds(schema: &Value) -> String {
    let number = |member: &str| schema.get(member).and_then(Value::as_i64);
    let range = |least: Option<i64>, most: Option<i64>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (Some(least), None) => format!(", at least {least}{unit}"),
        (None, Some(most)) => format!(", at most {most}{unit}"),
        (None, None) => String::new(),
    };
    let mut text = range(number("minimum"), number("maximum"), "");
    text.push_str(&range(number("minLength"), number("maxLength"), " characters"));
    text.push_str(&range(number("minItems"), number("maxItems"), " entries"));
    if let Some(default) = schema.get("default") {
        let _ = write!(text, ", default {default}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_nested_and_say_what_they_take() {
        let all = json!({
            "Place": { "type": "object", "properties": { "city": { "type": ["string", "null"], "maxLength": 100 } } },
        });
        let schema = json!({ "type": "object", "required": ["title"], "properties": {
            "title": { "type": "string", "minLength": 1, "maxLength": 200, "description": "What it is\ncalled." },
            "place": { "oneOf": [{ "$ref": "#/components/schemas/Place", "description": "Where." }, { "type": "null" }] },
            "status": { "type": "string", "enum": ["draft", "published"] } } });
        assert_eq!(
            Schemas::new(Some(&all)).members(&schema),
            "- `title` *text, 1 to 200 characters, required*: What it is called.\n- `place` *object or null*: Where.\n  \
             - `city` *text, at most 100 characters or null*\n- `status` *one of `draft`, `published`*\n"
        );
    }
}
