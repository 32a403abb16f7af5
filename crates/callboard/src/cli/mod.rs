//! The command line: `serve`, `demo`, and what the dashboard does, for scripts. Source: design.md §8.
//!
//! `operator` asks the native API, `resource` is what its commands share, `out` prints.

mod demo;
mod key;
mod migrate;
mod moving;
mod openapi;
mod operator;
mod out;
mod people;
mod place;
mod resource;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An events API server: hold an event once, serve it everywhere.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, about, max_term_width = 100, after_help = HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "Begin with:
  callboard demo            a sample world, thrown away when it stops
  callboard serve           the server; its data in ./callboard-data

The commands for scripts speak to the running server through its control socket, or open the database
themselves if it is stopped. They act with the authority of whoever owns the data directory.

Exit codes: 0 done, 1 refused or failed (one line on standard error says why), 2 a wrong command line.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: every surface on one port
    Serve(Box<serve::Args>),
    /// Run a sample world in a throw-away database
    Demo(Box<demo::Args>),
    /// Sign people up and list them
    Account(people::AccountArgs),
    /// Show and rename an organization
    Organization(people::OrganizationArgs),
    /// Make, list, revoke and rotate API keys
    Key(key::Args),
    /// Make, list and delete venues
    Venue(place::Args<place::NewVenue>),
    /// Make, list and delete channels
    Channel(place::Args<place::NewChannel>),
    /// Make, list and delete box offices
    BoxOffice(place::Args<place::NewBoxOffice>),
    /// Prove from the ledgers that no ticket was sold twice
    Verify(verify::Args),
    /// Bring the database's schema up to date, or say whether it is
    Migrate(Box<migrate::Args>),
    /// Move the whole database to another place: SQLite to PostgreSQL, and back
    Move(Box<moving::Args>),
    /// Write the OpenAPI documents of every surface
    Openapi(openapi::Args),
}

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(*args),
        Command::Demo(args) => demo::run(*args),
        Command::Account(args) => people::account(&args),
        Command::Organization(args) => people::organization(&args),
        Command::Key(args) => key::run(&args),
        Command::Venue(args) => place::venue(&args),
        Command::Channel(args) => place::channel(&args),
        Command::BoxOffice(args) => place::box_office(&args),
        Command::Verify(args) => verify::run(args),
        Command::Migrate(args) => migrate::run(*args),
        Command::Move(args) => moving::run(*args),
        Command::Openapi(args) => openapi::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            out::aside(&format!("callboard: {line}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
