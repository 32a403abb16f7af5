//! Venues, channels and box offices. Source: native-api.md §3.

use crate::http::Operation;

pub(super) fn operations() -> Vec<Operation> {
    Vec::new()
}
