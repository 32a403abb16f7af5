//! The flags of `./bench/run`.

use std::path::PathBuf;

use crate::measure::Effort;

pub const HELP: &str =
    "Measures Callboard against a bare axum server that returns the same bytes, in the same run.

Usage: ./bench/run [FLAGS]

  --quick                  3 alternations of 2 seconds instead of 5 of 4
  --only W1,W5             works whose name begins so (W1 takes W1h, W1t, ...)
  --engine sqlite|postgres|both   default sqlite
  --events N               events of the world, default 5000
  --seconds N              of each measurement
  --alternations N         of the two servers
  --binary FILE            the server under test, instead of building this tree's
  --flag TEXT              one more argument for the server under test; may be repeated
  --growth N,M             W6 as well: worlds of so many events, one after the other
  --organizations N,M      over how many organizations W6's events are spread, default 1
  --write                  put the table into docs/benchmarks.md";

/// The storage under the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Options {
    pub effort: Effort,
    pub only: Vec<String>,
    pub engines: Vec<Engine>,
    pub events: usize,
    pub binary: PathBuf,
    pub flags: Vec<String>,
    /// Sizes of W6's worlds; none leaves W6 out.
    pub growth: Vec<usize>,
    pub organizations: Vec<usize>,
    pub write: bool,
}

impl Options {
    pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            effort: Effort { seconds: 4, alternations: 5 },
            only: Vec::new(),
            engines: vec![Engine::Sqlite],
            events: 5_000,
            binary: PathBuf::from("target/release/callboard"),
            flags: Vec::new(),
            growth: Vec::new(),
            organizations: vec![1],
            write: false,
        };
        while let Some(flag) = args.next() {
            let mut value = || args.next().ok_or(format!("{flag} needs a value"));
            match flag.as_str() {
                "--quick" => options.effort = Effort { seconds: 2, alternations: 3 },
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--engine" => options.engines = engines(&value()?)?,
                "--events" => options.events = number(&value()?)?,
                "--seconds" => options.effort.seconds = number(&value()?)? as u64,
                "--alternations" => options.effort.alternations = number(&value()?)?,
                "--binary" => options.binary = PathBuf::from(value()?),
                "--flag" => options.flags.push(value()?),
                "--growth" => options.growth = numbers(&value()?)?,
                "--organizations" => options.organizations = numbers(&value()?)?,
                "--write" => options.write = true,
                "--help" | "-h" => return Err(HELP.to_owned()),
                other => return Err(format!("unknown flag {other}\n\n{HELP}")),
            }
        }
        Ok(options)
    }

    /// Whether this work is wanted.
    pub fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| id.starts_with(wanted.as_str()))
    }
}

fn engines(word: &str) -> Result<Vec<Engine>, String> {
    match word {
        "sqlite" => Ok(vec![Engine::Sqlite]),
        "postgres" => Ok(vec![Engine::Postgres]),
        "both" => Ok(vec![Engine::Sqlite, Engine::Postgres]),
        other => Err(format!("--engine is sqlite, postgres or both, not {other}")),
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("{text} is no number above 0"))
}

fn numbers(text: &str) -> Result<Vec<usize>, String> {
    text.split(',').map(number).collect()
}
