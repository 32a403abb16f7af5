//! The conformance cases of the box-office surface, T-01 … T-22, and the public event page.
//! Source: contracts.md §4.7, §6.8.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

#[path = "box_office/world.rs"]
mod world;

#[path = "box_office/creating.rs"]
mod creating;
#[path = "box_office/keys_and_limits.rs"]
mod keys_and_limits;
#[path = "box_office/page.rs"]
mod page;
#[path = "box_office/reading.rs"]
mod reading;
#[path = "box_office/revising.rs"]
mod revising;
#[path = "box_office/stock.rs"]
mod stock;
