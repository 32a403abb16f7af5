//! The SQLite driver: one writer thread with group commit, and a pool of read-only connections.
//!
//! WAL with `synchronous=FULL`: nothing is acknowledged before it is on disk. The writer takes the
//! first command and whatever else waits (at most [`BATCH_MAX`]) into one transaction, so that one sync
//! serves many; a lone command waits for nobody. Commands that interleave share what they look up and
//! the stock that they move, and their rows are written together; the others have a savepoint each, for which
//! SQLite copies every page that they touch. Where one of them spoils it, all run again with savepoints.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Statement};
use tokio::sync::mpsc;

use super::bulk::{Later, grouped, pieces, repeated};
use super::checkpoint::Checkpoints;
use super::foresight::Foreseen;
use super::job::{Job, Stopped, ready};
use super::notes::{Committed, Notes, Settled};
use super::shared::Shared;
use super::{Conn, Engine, Param, Row, Seen};
use crate::error::{Error, Result};
use crate::store::Projector;

/// Most commands that share one commit.
pub(crate) const BATCH_MAX: usize = 256;
/// Most commands that may wait for the writer; one more is answered "busy".
pub(crate) const QUEUE_MAX: usize = 4_096;
/// Most read connections kept open.
const READERS_MAX: usize = 16;
/// Statements that a connection keeps prepared.
const STATEMENTS_MAX: usize = 256;

/// One SQLite connection behind the seam. The lock is never contended: a connection has one user at a time.
#[derive(Debug)]
pub struct LiteConn(Mutex<Connection>);

impl LiteConn {
    pub(crate) fn exec(&self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        self.with(sql, params, |statement| Ok(statement.raw_execute().map_err(driver)? as u64))
    }

    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.with(sql, params, |statement| {
            let mut rows = statement.raw_query();
            let mut out = Vec::new();
            while let Some(row) = rows.next().map_err(driver)? {
                out.push(map(&Row::Lite(row))?);
            }
            Ok(out)
        })
    }

    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.with(sql, params, |statement| {
            let mut rows = statement.raw_query();
            let found = rows.next().map_err(driver)?.map(|row| map(&Row::Lite(row))).transpose()?;
            // An UPDATE … RETURNING is only complete when it was stepped to its end.
            while rows.next().map_err(driver)?.is_some() {}
            Ok(found)
        })
    }

    fn with<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        act: impl FnOnce(&mut Statement<'_>) -> Result<T>,
    ) -> Result<T> {
        let conn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = conn.prepare_cached(sql).map_err(driver)?;
        for index in 1..=statement.parameter_count() {
            let place = place_of(&statement, index)?;
            bind(&mut statement, index, params.get(place).copied())?;
        }
        act(&mut statement)
    }

    /// Writes rows that were put off, many with one statement: what a statement needs to begin is paid for once.
    pub(crate) fn insert_all(&self, rows: &[Later]) -> Result<()> {
        let conn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (sql, group) in grouped(rows) {
            for piece in pieces(sql, &group) {
                let many = repeated(sql, piece.len(), Engine::Sqlite);
                let mut statement = conn.prepare_cached(&many.text).map_err(driver)?;
                let values = piece.iter().flat_map(|row| many.places.iter().map(|place| row.param(*place)));
                for (index, value) in (1..).zip(values) {
                    bind(&mut statement, index, value)?;
                }
                statement.raw_execute().map_err(driver)?;
            }
        }
        Ok(())
    }

    fn batch(&self, sql: &str) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).execute_batch(sql).map_err(driver)
    }

    fn is_autocommit(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_autocommit()
    }
}

/// The place in the parameter list of a statement's parameter, by the number in its name: SQLite would take `$2` for the
/// first parameter if it stands first.
fn place_of(statement: &Statement<'_>, index: usize) -> Result<usize> {
    let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
    let number = name.and_then(|digits| digits.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
    number.ok_or_else(|| Error::Driver(format!("parameter {index} has no number")))
}

fn bind(statement: &mut Statement<'_>, index: usize, value: Option<Param<'_>>) -> Result<()> {
    let value = value.ok_or_else(|| Error::Driver(format!("no value for parameter {index}")))?;
    statement.raw_bind_parameter(index, value).map_err(driver)
}

pub(crate) fn driver(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Constraint(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy("the database is locked"),
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory,
        ) => Error::Unavailable(text),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt(text),
        _ => Error::Driver(text),
    }
}

/// Opens a connection with the pragmas of this store; `busy_timeout` first, since switching to WAL may wait.
pub(crate) fn open(path: &Path, reads_only: bool) -> Result<Conn> {
    let mode = if reads_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(driver)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(driver)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(driver)?;
    // Without this a statement with a bound range is planned anew each time that another value is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(driver)?;
    let common = "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;";
    conn.execute_batch(common).map_err(driver)?;
    // What is mapped counts as this process's memory, once for each connection that touched it.
    let own = if reads_only {
        "PRAGMA query_only=ON; PRAGMA cache_size=-2000; PRAGMA mmap_size=50331648;"
    } else {
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=0;"
    };
    conn.execute_batch(own).map_err(driver)?;
    Ok(Conn::Sqlite(LiteConn(Mutex::new(conn))))
}

/// The read connections of a store; each is taken by one reader at a time.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Conn>>,
}

/// A reader on loan; it returns to the pool when dropped.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    conn: Option<Conn>,
    pool: &'a Readers,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Readers {
        Readers { path, idle: Mutex::new(Vec::new()) }
    }

    pub(crate) fn take(&self) -> Result<Reader<'_>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = idle.map_or_else(|| open(&self.path, true), Ok)?;
        Ok(Reader { conn: Some(conn), pool: self })
    }
}

impl std::ops::Deref for Reader<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS_MAX {
            idle.extend(self.conn.take());
        }
    }
}

/// How the commands of a transaction run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Those that may share what they read and write it together.
    Together,
    /// A savepoint each.
    OneByOne,
}

/// The one writer: a thread that owns the connection.
pub(crate) struct Writer {
    pub(crate) conn: Conn,
    pub(crate) path: PathBuf,
    pub(crate) committed: Committed,
    pub(crate) projector: Projector,
    pub(crate) seen: Arc<Seen>,
    pub(crate) checkpoints: Checkpoints,
}

impl Writer {
    /// Serves until every sender is gone.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = queue.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH_MAX
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.serve(batch);
        }
    }

    fn serve(&mut self, mut batch: Vec<Box<dyn Job>>) {
        let is_mixed = batch.len() > 1 || batch.iter().any(|job| job.interleaves());
        let together = self.transact(&mut batch, Manner::Together);
        let ended = match together {
            // A command was refused too late, or failed: with savepoints only its own part is undone.
            Err(fault) if is_mixed && !matches!(fault, Error::Unavailable(_)) => {
                tracing::debug!(batch = batch.len(), "commands run again one by one: {fault}");
                self.transact(&mut batch, Manner::OneByOne)
            }
            ended => ended,
        };
        match ended {
            Ok(settled) => {
                (self.committed)(&settled, batch.len());
                batch.into_iter().for_each(|job| job.answer(None));
                self.checkpoints.after_commit(&self.conn);
            }
            Err(fault) if batch.len() > 1 && !matches!(fault, Error::Unavailable(_)) => {
                // One of them spoilt the transaction for all: each alone, so that only it fails.
                tracing::warn!(
                    batch = batch.len(),
                    "a shared transaction failed, its commands run alone: {fault}"
                );
                batch.into_iter().for_each(|job| self.serve(vec![job]));
            }
            Err(fault) => {
                tracing::error!("a transaction failed: {fault}");
                self.reopen();
                batch.into_iter().for_each(|job| job.answer(Some(&fault)));
            }
        }
    }

    /// Runs a batch in one transaction. On `Err` nothing of it is stored.
    fn transact(&self, batch: &mut [Box<dyn Job>], manner: Manner) -> Result<Settled> {
        let Conn::Sqlite(lite) = &self.conn else { return Err(Error::Driver("not SQLite".to_owned())) };
        lite.exec("BEGIN IMMEDIATE", &[])?;
        let done = self.run_all(lite, batch, manner).and_then(|notes| settle(&self.conn, notes));
        let ended = done.and_then(|settled| lite.exec("COMMIT", &[]).map(|_| settled));
        if ended.is_err() && !lite.is_autocommit() {
            lite.batch("ROLLBACK")?;
        }
        ended
    }

    fn run_all(&self, lite: &LiteConn, batch: &mut [Box<dyn Job>], manner: Manner) -> Result<Notes> {
        let mut notes = Notes::default();
        let (together, mut one_by_one): (Vec<_>, Vec<_>) =
            batch.iter_mut().partition(|job| manner == Manner::Together && job.interleaves());
        if !together.is_empty() {
            let postponed = self.together(lite, together, &mut notes)?;
            one_by_one.splice(0..0, postponed);
        }
        for job in one_by_one {
            lite.exec("SAVEPOINT command", &[])?;
            match ready(job.run(&self.conn, &Shared::default(), self.projector))? {
                Ok(noted) => notes.absorb(noted),
                Err(_) if lite.is_autocommit() => return Err(rolled_back()),
                Err(_) => {
                    lite.exec("ROLLBACK TO command", &[])?;
                }
            }
            lite.exec("RELEASE command", &[])?;
        }
        Ok(notes)
    }

    /// Runs commands that interleave and writes their rows; those that must wait for these.
    fn together<'a>(
        &self,
        lite: &LiteConn,
        jobs: Vec<&'a mut Box<dyn Job>>,
        notes: &mut Notes,
    ) -> Result<Vec<&'a mut Box<dyn Job>>> {
        let shared = Shared::interleaved(jobs.len());
        ready(shared.look_up(&self.conn, Foreseen::of(&jobs)))??;
        let mut postponed = Vec::new();
        for job in jobs {
            let ended = ready(job.run(&self.conn, &shared, self.projector))?;
            if lite.is_autocommit() {
                return Err(rolled_back());
            }
            match ended {
                Ok(noted) => notes.absorb(noted),
                Err(Stopped::Refused) => {}
                Err(Stopped::Postponed) => postponed.push(job),
                Err(Stopped::Untidy) => {
                    let fault = job.fault().cloned();
                    return Err(fault.unwrap_or(Error::Busy("a refused command had written")));
                }
            }
        }
        ready(shared.till.close(&self.conn, self.projector, notes))??;
        ready(shared.desk.close(&self.conn))??;
        shared.desk.tell(&self.seen);
        ready(notes.write_rows(&self.conn))??;
        Ok(postponed)
    }

    /// A connection that failed to commit is not trusted with another sync: it is replaced.
    fn reopen(&mut self) {
        match open(&self.path, false) {
            Ok(fresh) => self.conn = fresh,
            Err(fault) => tracing::error!("the database could not be reopened: {fault}"),
        }
    }
}

/// A full disk or an I/O error may roll the whole transaction back by itself.
fn rolled_back() -> Error {
    Error::Unavailable("the transaction was rolled back".to_owned())
}

fn settle(conn: &Conn, notes: Notes) -> Result<Settled> {
    ready(notes.settle(conn))?
}
