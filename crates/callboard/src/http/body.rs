//! JSON bodies: bounded depth, no duplicate members, whole numbers as whole numbers.

use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting of a body. Source: promises R32.
pub const DEPTH_MAX: usize = 64;

/// Reads a JSON text.
///
/// `42.0` becomes `42`, as JSON Schema sees it, so that types behind it may be integers.
///
/// # Errors
/// A sentence that says where it breaks; duplicate members and nesting beyond [`DEPTH_MAX`] included.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Node { depth: 0 }.deserialize(&mut reader).map_err(|e| plain(&e))?;
    reader.end().map_err(|e| plain(&e))?;
    Ok(value)
}

fn plain(error: &serde_json::Error) -> String {
    format!("the body is not valid JSON: {error}")
}

#[derive(Clone, Copy)]
struct Node {
    depth: usize,
}

impl Node {
    fn inner<E: serde::de::Error>(self) -> Result<Node, E> {
        let depth = self.depth.saturating_add(1);
        if depth > DEPTH_MAX {
            Err(E::custom(format!("nested deeper than {DEPTH_MAX}")))
        } else {
            Ok(Node { depth })
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;
    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let whole = value.fract() == 0.0 && value.abs() <= EXACT;
        #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        let number = if whole { Some(Number::from(value as i64)) } else { Number::from_f64(value) };
        Ok(number.map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(inner)?;
            if members.insert(name.clone(), value).is_some() {
                let short: String = name.chars().take(100).collect();
                return Err(serde::de::Error::custom(format!("the member `{short}` is given twice")));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_floats_are_integers_and_duplicates_are_refused() {
        assert_eq!(parse(br#"{"a":42.0,"b":1.5,"c":[1e3]}"#), Ok(json!({"a":42,"b":1.5,"c":[1000]})));
        for bad in [&br#"{"a":1,"a":2}"#[..], b"{", b"", b"{} x", b"nul", b"[1e400]x", b"\xff"] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        assert!(parse("[".repeat(65).as_bytes()).is_err());
        assert!(parse(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
    }
}
