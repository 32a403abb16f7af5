//! The change feed. Source: native-api.md §8.

mod list;
mod wire;

use crate::http::Operation;

const TAG: &str = "Changes";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation()]
}
