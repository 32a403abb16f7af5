//! Opaque cursors: a short text in base64url, so that nobody builds upon what is in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_core::ids::parse_hyphenated;
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::time::Timestamp;
use callboard_store::page::After;

/// Hides a text.
pub fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Reads what [`encode`] hid.
pub fn decode(cursor: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// A place in a list ordered by `(createdAt, id)`.
pub fn of_after(after: &After) -> String {
    encode(&format!("{} {}", after.created_at.as_millis(), after.id))
}

/// Reads such a place.
///
/// # Errors
/// An issue at `query:cursor`.
pub fn parse_after(cursor: &str) -> Result<After, Issue> {
    let read = || {
        let text = decode(cursor)?;
        let (millis, id) = text.split_once(' ')?;
        let created_at = Timestamp::from_millis(millis.parse().ok()?);
        Some(After { created_at, id: parse_hyphenated(id)? })
    };
    read().ok_or_else(wrong)
}

/// What is said about a cursor that is none.
pub fn wrong() -> Issue {
    Issue::query("cursor", IssueCode::InvalidValue, "must be `nextCursor` of the page before")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_anything_else_is_refused() {
        let after = After { created_at: Timestamp::from_millis(-5), id: uuid::Uuid::max() };
        let cursor = of_after(&after);
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(parse_after(&cursor), Ok(after));
        for bad in ["", "x", "!!", &encode("1"), &encode("1 x"), &format!("{cursor}A")] {
            assert!(parse_after(bad).is_err(), "{bad}");
        }
    }
}
