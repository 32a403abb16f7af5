//! Members of a PATCH body: absent keeps, `null` clears, a value sets.

use serde::{Deserialize, Deserializer};

/// Reads a member that may be cleared: with `#[serde(default, deserialize_with = "double_option")]` an absent
/// member is `None`, `null` is `Some(None)`.
///
/// # Errors
/// Those of the value.
pub fn double_option<'de, T, D>(reader: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(reader).map(Some)
}

#[cfg(test)]
mod tests {
    use super::double_option;

    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(default, deserialize_with = "double_option")]
        note: Option<Option<String>>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let read = |text| serde_json::from_str::<Body>(text).unwrap().note;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"note":null}"#), Some(None));
        assert_eq!(read(r#"{"note":"x"}"#), Some(Some("x".to_owned())));
    }
}
