//! API keys of every family. Source: native-api.md §4.

use crate::http::Operation;

pub(super) fn operations() -> Vec<Operation> {
    Vec::new()
}
