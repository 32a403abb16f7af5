//! Uploading an image: the multipart body, the type by its bytes, the size in pixels.
//! Source: contracts.md §1.4 (P7), native-api.md §5.

use bytes::Bytes;

use crate::http::{Call, Refusal};

/// An image that was looked at and found in order.
#[derive(Debug, Clone)]
pub struct Upload {
    /// By its first bytes, whatever the client called it.
    pub mime_type: &'static str,
    pub width: i64,
    pub height: i64,
    pub alt: Option<String>,
    pub bytes: Bytes,
}

/// Reads the parts `file` and `alt` of a multipart call.
///
/// # Errors
/// Issues at `file` or `alt`; too large → 413.
pub async fn read(_call: &Call) -> Result<Upload, Refusal> {
    Err(Refusal::Internal)
}
