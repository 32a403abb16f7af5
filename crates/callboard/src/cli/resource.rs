//! What the commands on places, keys and people have in common: asking, then telling.

use http::Method;
use serde_json::{Map, Value};

use super::operator::{Answer, Ask, Target};
use super::out;

/// Items of one list: the most that the API answers at once.
const LIMIT: u32 = 200;

/// Which page of a list.
#[derive(Debug, clap::Args)]
pub(super) struct Page {
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
}

/// Heads of a table and the members that stand below them.
pub(super) type Columns = &'static [(&'static str, &'static str)];

/// Lists a resource as a table.
pub(super) fn list(target: &Target, path: &str, page: &Page, columns: Columns) -> Result<(), String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &LIMIT.to_string());
    query.extend_pairs(page.cursor.iter().map(|cursor| ("cursor", cursor)));
    let answer = target.ask(&Ask::new(Method::GET, format!("{path}?{}", query.finish())))?;
    if target.json {
        out::line(&answer.text);
        return Ok(());
    }
    let items = answer.json.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let head = columns.iter().map(|(head, _)| (*head).to_owned()).collect();
    let rows = items.iter().map(|item| columns.iter().map(|(_, name)| cell(item, name)).collect());
    out::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    if let Some(cursor) = answer.json.get("nextCursor").and_then(Value::as_str) {
        out::aside(&format!("more follow: --cursor {cursor}"));
    }
    Ok(())
}

/// Makes or changes something and tells the members in `columns`.
pub(super) fn tell(target: &Target, ask: &Ask, columns: Columns) -> Result<Answer, String> {
    let answer = target.ask(ask)?;
    if target.json {
        out::line(&answer.text);
    } else {
        let row = |(head, name): &(&str, &str)| vec![(*head).to_owned(), cell(&answer.json, name)];
        out::table(&columns.iter().map(row).collect::<Vec<_>>());
        for warning in answer.json.get("warnings").and_then(Value::as_array).into_iter().flatten() {
            out::aside(&format!("note: {}", cell(warning, "/message")));
        }
    }
    Ok(answer)
}

/// Deletes something.
pub(super) fn delete(target: &Target, path: &str, id: &str) -> Result<(), String> {
    target.ask(&Ask::new(Method::DELETE, format!("{path}/{}", segment(id))))?;
    if !target.json {
        out::line(&format!("deleted {id}"));
    }
    Ok(())
}

/// A value as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
}

/// A body of the members that were given.
pub(super) fn body<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

/// A text that may be given.
pub(super) fn text(value: Option<&String>) -> Option<Value> {
    value.map(|text| Value::String(text.clone()))
}

fn cell(item: &Value, pointer: &str) -> String {
    match item.pointer(pointer) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            words.join(" ")
        }
        Some(value) => value.to_string(),
    }
}
