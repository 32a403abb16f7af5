//! The venue feed as its contract is written. Cases: contracts.md §2.6; each test is named by its case.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod access;
mod entries;
mod house;
mod list;
mod paging;
#[path = "../support/mod.rs"]
mod support;
