//! The audit log. Source: promises rule 21.

mod list;
mod wire;

use crate::http::Operation;

const TAG: &str = "Audit log";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation()]
}
