//! JSON for people: as wide as a line, broken where it must be.

use serde_json::Value;

/// Widest line.
const WIDTH: usize = 84;

/// A value over as few lines as can be read.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize, used: usize) {
    let line = spaced(value);
    let indent = depth.saturating_mul(2);
    if used.saturating_add(indent).saturating_add(line.chars().count()) <= WIDTH {
        text.push_str(&line);
        return;
    }
    let inner = "  ".repeat(depth.saturating_add(1));
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push_str("{\n");
            for (place, (name, member)) in members.iter().enumerate() {
                let name = Value::from(name.as_str()).to_string();
                text.push_str(if place > 0 { ",\n" } else { "" });
                text.push_str(&format!("{inner}{name}: "));
                write(text, member, depth.saturating_add(1), name.len().saturating_add(2));
            }
            text.push_str(&format!("\n{}}}", "  ".repeat(depth)));
        }
        Value::Array(entries) if !entries.is_empty() => {
            text.push_str("[\n");
            for (place, entry) in entries.iter().enumerate() {
                text.push_str(if place > 0 { ",\n" } else { "" });
                text.push_str(&inner);
                write(text, entry, depth.saturating_add(1), 0);
            }
            text.push_str(&format!("\n{}]", "  ".repeat(depth)));
        }
        _ => text.push_str(&line),
    }
}

/// A value on one line, with spaces where people put them.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let inside: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", Value::from(name.as_str()), spaced(member)))
                .collect();
            format!("{{ {} }}", inside.join(", "))
        }
        Value::Array(entries) => {
            let inside: Vec<String> = entries.iter().map(spaced).collect();
            format!("[{}]", inside.join(", "))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_stays_on_a_line_and_the_rest_is_broken() {
        assert_eq!(pretty(&json!({ "a": [1, 2], "b": {} })), "{ \"a\": [1, 2], \"b\": {} }");
        let long = json!({ "name": "x".repeat(60), "list": [{ "id": "y".repeat(70) }] });
        let text = pretty(&long);
        assert!(text.lines().count() == 8 && text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), long);
    }
}
