//! The canonical form of a JSON body (RFC 8785) and the fingerprint of a request.
//! Order of members, white space and `42` against `42.0` do not matter; array order does.
//! Source: contracts.md §1.6, promises §2.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 over method, path, query and the canonical body.
pub fn fingerprint(method: &str, path_and_query: &str, body: Option<&Value>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(method.as_bytes());
    hash.update([0]);
    hash.update(path_and_query.as_bytes());
    hash.update([0]);
    if let Some(body) = body {
        hash.update(canonical(body));
    }
    hash.finalize().into()
}

/// RFC 8785 bytes of a value. A number outside I-JSON keeps serde_json's own spelling.
pub fn canonical(value: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn member_order_and_number_spelling_do_not_matter_but_array_order_does() {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let print = |text: &str| fingerprint("POST", "/x", Some(&parse(text)));
        assert_eq!(print(r#"{"a":42,"b":[1,2]}"#), print(r#"{ "b":[1, 2.0], "a":42.0 }"#));
        assert_ne!(print(r#"{"b":[1,2]}"#), print(r#"{"b":[2,1]}"#));
        assert_ne!(fingerprint("POST", "/x", Some(&json!({}))), fingerprint("POST", "/y", Some(&json!({}))));
    }
}
