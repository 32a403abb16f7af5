//! Callboard: an events API server. One event, every surface.

pub mod front;
pub mod settings;
pub mod telemetry;
