//! The large world that `callboard demo --events` makes, and `callboard move`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says so by failing")]

mod binary;
#[path = "world/large.rs"]
mod large;
#[path = "world/moving.rs"]
mod moving;
#[path = "../../callboard-store/tests/common/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "a module of several tests, each of which uses a part")]
mod postgres;
