//! Accounts, sessions, the organization and its members. Source: native-api.md §2.

use crate::http::Operation;

pub(super) fn operations() -> Vec<Operation> {
    Vec::new()
}
