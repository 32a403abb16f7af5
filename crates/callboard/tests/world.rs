//! The large world that `callboard demo --events` makes, as scripts and measurements use it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says so by failing")]

mod binary;
#[path = "world/large.rs"]
mod large;
