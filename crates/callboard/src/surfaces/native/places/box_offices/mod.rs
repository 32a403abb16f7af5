//! Box offices. Source: native-api.md §3.

mod create;
mod delete;
mod get;
mod list;
mod revise;
mod wire;

pub(in crate::surfaces::native) use wire::BoxOfficeBody;

use crate::http::Operation;

const TAG: &str = "Box offices";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation(), create::operation(), get::operation(), revise::operation(), delete::operation()]
}
