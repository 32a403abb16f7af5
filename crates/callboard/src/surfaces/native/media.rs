//! Uploads. Source: native-api.md §5.

use crate::http::Operation;

pub(super) fn operations() -> Vec<Operation> {
    Vec::new()
}
