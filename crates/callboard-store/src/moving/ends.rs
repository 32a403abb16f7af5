//! The two ends of a move: opened for it alone, and refused where it would do harm.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::{End, NOTE, Place, Stop, Table};
use crate::error::{Error, Result};
use crate::sql::haul::Haul;
use crate::sql::postgres::{Durability, PgPool};
use crate::sql::{Param, sqlite};
use crate::{files, migrate};

/// How long the sessions of a process that has just ended may linger, and how often one looks.
const LINGER: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(200);

/// An end, for as long as the move lasts.
pub(super) struct Opened {
    pub(super) haul: Haul,
    /// A SQLite file is this process's alone.
    _lock: Option<File>,
}

/// Two spellings of one database.
pub(super) fn are_same(from: &Place, to: &Place) -> bool {
    match (from, to) {
        (Place::Sqlite(from), Place::Sqlite(to)) => {
            from.canonicalize().is_ok_and(|from| to.canonicalize().is_ok_and(|to| from == to))
        }
        (Place::Postgres(from), Place::Postgres(to)) => {
            let parsed = |url: &str| url.parse::<tokio_postgres::Config>().ok();
            let (Some(from), Some(to)) = (parsed(from), parsed(to)) else { return false };
            from.get_hosts() == to.get_hosts()
                && from.get_ports() == to.get_ports()
                && from.get_dbname() == to.get_dbname()
        }
        _ => false,
    }
}

/// Opens the source: whole, of this version, with nobody at work in it; from here on nobody writes.
pub(super) async fn source(place: &Place, tables: &[Table]) -> Result<Opened, Stop> {
    let refused = |words: &str| Stop::Refused(End::Source, words.to_owned());
    if let Place::Sqlite(path) = place
        && !path.exists()
    {
        return Err(refused("there is no database"));
    }
    let opened = open(place).await.map_err(|fault| stopped(End::Source, fault))?;
    alone(&opened.haul, End::Source).await?;
    let fault = |fault| stopped(End::Source, fault);
    match version(&opened.haul).await.map_err(fault)? {
        Version::Ours => (),
        Version::Empty => return Err(refused("there is no Callboard database")),
        Version::Older(missing) => return Err(refused(&lacks(&missing))),
        Version::Newer => return Err(refused(NEWER)),
    }
    opened.haul.freeze(tables).await.map_err(fault)?;
    let note = format!("SELECT 1 FROM installation WHERE name = '{NOTE}'");
    if !opened.haul.rows(&note, &[], |_| Ok(())).await.map_err(fault)?.is_empty() {
        return Err(refused("it is itself the target of a move that is not complete"));
    }
    Ok(opened)
}

/// Opens the target, and makes the schema where there is none.
pub(super) async fn target(place: &Place) -> Result<Opened, Stop> {
    let fault = |fault| stopped(End::Target, fault);
    let refused = |words: String| Stop::Refused(End::Target, words);
    let opened = open(place).await.map_err(fault)?;
    alone(&opened.haul, End::Target).await?;
    match version(&opened.haul).await.map_err(fault)? {
        Version::Ours => Ok(opened),
        Version::Older(missing) => Err(refused(lacks(&missing))),
        Version::Newer => Err(refused(NEWER.to_owned())),
        Version::Empty => {
            match place {
                Place::Sqlite(path) => {
                    sqlite::open(path, false).and_then(|conn| migrate::run_embedded(&conn)).map_err(fault)?;
                }
                Place::Postgres(url) => {
                    let conn =
                        PgPool::new(url, Durability::Disk).map_err(fault)?.take().await.map_err(fault)?;
                    migrate::run(&conn).await.map_err(fault)?;
                }
            }
            Ok(opened)
        }
    }
}

async fn open(place: &Place) -> Result<Opened> {
    match place {
        Place::Sqlite(path) => {
            let path: &Path = &files::prepare(path)?;
            let lock = files::lock(path)?;
            Ok(Opened { haul: Haul::sqlite(path)?, _lock: Some(lock) })
        }
        Place::Postgres(url) => Ok(Opened { haul: Haul::postgres(url).await?, _lock: None }),
    }
}

fn stopped(end: End, fault: Error) -> Stop {
    match fault {
        Error::Busy(why) => Stop::Refused(end, format!("{why}: stop whatever uses it first")),
        fault => Stop::Fault(end, fault),
    }
}

/// No node and no other mover is connected.
async fn alone(haul: &Haul, end: End) -> Result<(), Stop> {
    let mut waited = Duration::ZERO;
    loop {
        let others = haul.others().await.map_err(|fault| stopped(end, fault))?;
        if others.is_empty() {
            return Ok(());
        }
        if waited >= LINGER {
            let words = format!("it is in use by {}: stop every node first", others.join(" and "));
            return Err(Stop::Refused(end, words));
        }
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
    }
}

/// A database's migrations beside this program's.
enum Version {
    Ours,
    Empty,
    Older(Vec<i64>),
    Newer,
}

async fn version(haul: &Haul) -> Result<Version> {
    let applied = match haul.rows("SELECT version FROM migration", &[], |row| row.get::<i64>(0)).await {
        Ok(applied) => applied,
        // The table itself is made by the first migration.
        Err(Error::Driver(_)) => Vec::new(),
        Err(fault) => return Err(fault),
    };
    let known = migrate::numbers();
    let missing: Vec<i64> = known.iter().copied().filter(|number| !applied.contains(number)).collect();
    Ok(match (applied.is_empty(), missing.is_empty()) {
        (true, _) => Version::Empty,
        _ if applied.iter().any(|number| !known.contains(number)) => Version::Newer,
        (_, true) => Version::Ours,
        (_, false) => Version::Older(missing),
    })
}

const NEWER: &str = "it was migrated by a newer program: use that one";

fn lacks(missing: &[i64]) -> String {
    let numbers: Vec<String> = missing.iter().map(i64::to_string).collect();
    format!("it lacks the migrations {}: run `callboard migrate` on it first", numbers.join(", "))
}

/// Whether a table has rows other than those that a mere start leaves.
pub(super) async fn has_rows(haul: &Haul, table: &Table) -> Result<bool> {
    let sql = format!("SELECT 1 FROM {} LIMIT $1", table.name);
    Ok(!haul.rows(&sql, &[Param::Int(1)], |_| Ok(())).await?.is_empty())
}
