//! Venues, channels and box offices. Source: native-api.md §3.

pub(super) mod box_offices;
pub(super) mod channels;
pub(super) mod venues;
mod wire;

use crate::http::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = venues::operations();
    all.extend(channels::operations());
    all.extend(box_offices::operations());
    all
}
