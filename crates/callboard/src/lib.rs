//! Callboard: an events API server. One event, every surface.
//!
//! `main → cli → server → surfaces → use_cases → (store, core)`; `http` is the vocabulary between them.

pub mod app;
pub mod assets;
pub mod cli;
pub mod clock;
pub mod dashboard;
pub mod demo;
mod docs;
pub mod front;
pub mod http;
pub mod identity;
pub mod run;
pub mod server;
pub mod settings;
pub mod surfaces;
pub mod telemetry;
pub mod use_cases;
