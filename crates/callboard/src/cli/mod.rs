//! The command line: `serve`, `demo`, and what the dashboard does, for scripts. Source: design.md §8.

mod demo;
mod openapi;
mod out;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::settings::SettingsArgs;

/// An events API server: hold an event once, serve it everywhere.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: every surface on one port
    Serve(Box<SettingsArgs>),
    /// Run a sample world in a throw-away database
    Demo(Box<demo::Args>),
    /// Write the OpenAPI documents of every surface
    Openapi(openapi::Args),
}

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(settings) => serve::run(*settings),
        Command::Demo(args) => demo::run(*args),
        Command::Openapi(args) => openapi::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            // Before the log is set up, and for people: one plain line.
            out::aside(&format!("callboard: {line}"));
            ExitCode::FAILURE
        }
    }
}
