//! Members of the organization. Source: native-api.md §2.

mod add;
mod get;
mod list;
mod remove;
mod revise;
mod wire;

use crate::http::Operation;

const TAG: &str = "Members";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation(), add::operation(), get::operation(), revise::operation(), remove::operation()]
}
