//! Members of a partial body: left out, `null`, or a value.

use serde::{Deserialize, Deserializer};

/// Reads a member that may be `null`, for `#[serde(default, deserialize_with = …)]` on an `Option<Option<T>>`:
/// left out is `None`, `null` is `Some(None)`.
///
/// # Errors
/// What `T` refuses.
pub fn double_option<'de, D, T>(reader: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(reader).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Partial {
        #[serde(default, deserialize_with = "double_option")]
        end: Option<Option<i64>>,
    }

    #[test]
    fn null_is_not_the_same_as_nothing() {
        let end = |text: &str| serde_json::from_str::<Partial>(text).unwrap().end;
        assert_eq!(
            (end("{}"), end(r#"{"end":null}"#), end(r#"{"end":5}"#)),
            (None, Some(None), Some(Some(5)))
        );
    }
}
