//! Carrying a whole database to another place and engine: `callboard move`.
//!
//! Every table of the migrations is read in the order of its key, in pages, and put into the target; how far it came
//! is noted there in the same transaction, so that a move that was stopped goes on where it was. At the end both ends
//! are read once more and compared by counts and checksums. Until then a note in the target's `installation` keeps
//! every node from starting on it.

mod carry;
mod ends;
mod schema;
mod value;

use std::path::PathBuf;

use crate::error::Error;

pub use self::schema::{Kind, Table, tables};
pub(crate) use self::value::Cells;
pub use self::value::Sum;

/// The note in `installation` that a move into this database is not complete; those of its tables begin with it.
pub(crate) const NOTE: &str = "moving";

/// A database.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    Sqlite(PathBuf),
    /// The whole address, password included.
    Postgres(String),
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Sqlite(path) => write!(f, "{}", path.display()),
            Place::Postgres(_) => f.write_str("PostgreSQL"),
        }
    }
}

/// Which end of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Source,
    Target,
}

/// Why nothing, or no more, was moved. The words are for people and follow the end's address.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The two addresses are one.
    #[error("it cannot be moved onto itself")]
    Same,
    /// It must be mended at this end.
    #[error("{1}")]
    Refused(End, String),
    /// A fault of the database at this end.
    #[error("{1}")]
    Fault(End, Error),
    /// Both ends were read and are not the same.
    #[error("the ends differ in {}", names(.0))]
    Differs(Report),
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Carry,
    Verify,
}

/// How far a table is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub table: &'a str,
    pub phase: Phase,
    pub rows: u64,
    pub of: u64,
}

/// What a move came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// It went on where an earlier one had stopped.
    pub is_resumed: bool,
    pub tables: Vec<Carried>,
}

/// A table at both ends.
#[derive(Debug, Clone)]
pub struct Carried {
    pub table: String,
    /// Rows that this run put into the target.
    pub carried: u64,
    pub source: Sum,
    pub target: Sum,
}

fn names(report: &Report) -> String {
    let differ = report.tables.iter().filter(|table| table.source != table.target);
    differ.map(|table| format!("`{}`", table.table)).collect::<Vec<_>>().join(", ")
}

/// Moves everything, or what an earlier run left; with `anew` that run's rows are thrown away.
///
/// # Errors
/// [`Stop`]. The target stays closed to nodes, and another run goes on.
pub async fn run(
    from: &Place,
    to: &Place,
    anew: bool,
    watch: &mut (dyn FnMut(Step<'_>) + Send),
) -> Result<Report, Stop> {
    if from == to || ends::are_same(from, to) {
        return Err(Stop::Same);
    }
    let tables = tables();
    let source = ends::source(from, &tables).await?;
    let target = ends::target(to).await?;
    let mut move_ = carry::Move { source: &source.haul, target: &target.haul, watch };
    let is_resumed = move_.claim(&tables, anew).await?;
    let mut report = Report { is_resumed, tables: Vec::with_capacity(tables.len()) };
    for table in &tables {
        let carried = move_.carry(table).await?;
        let (source, target) = (Sum::default(), Sum::default());
        report.tables.push(Carried { table: table.name.clone(), carried, source, target });
    }
    for (table, carried) in tables.iter().zip(&mut report.tables) {
        (carried.source, carried.target) = move_.compare(table).await?;
    }
    if report.tables.iter().any(|table| table.source != table.target) {
        return Err(Stop::Differs(report));
    }
    move_.open(&tables).await?;
    Ok(report)
}
