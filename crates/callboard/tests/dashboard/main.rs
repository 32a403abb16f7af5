//! The dashboard through the whole program: what a browser sends, without scripts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]
#![allow(unreachable_pub, reason = "the browser is shared by all files of this test")]

#[path = "../support/mod.rs"]
mod support;

mod browser;
mod doors;
mod events;
mod forged;
mod injected;
mod keys;
mod people;
mod places;
mod programme;
mod requests;
mod roles;
mod selling;
mod series;
mod welcome;
