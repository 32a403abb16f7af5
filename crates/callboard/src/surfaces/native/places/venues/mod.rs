//! Venues. Source: native-api.md §3.

mod create;
mod delete;
mod get;
mod list;
mod revise;
mod wire;

pub(in crate::surfaces::native) use wire::VenueBody;

use crate::http::Operation;

const TAG: &str = "Venues";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation(), create::operation(), get::operation(), revise::operation(), delete::operation()]
}
