//! The seam between SQL text and the drivers: one parameter type, one row type, one connection type.
//!
//! SQL uses `$1…$n`, bound by the number in the name (SQLite alone would number them by first
//! appearance). Methods are `async` and take `&self`, so that PostgreSQL can pipeline them; on SQLite
//! every future is ready at its first poll.

mod address;
mod ahead;
mod bulk;
pub(crate) mod checkpoint;
mod command;
pub(crate) mod foresight;
pub(crate) mod haul;
mod job;
pub(crate) mod lanes;
mod mint;
pub(crate) mod neighbours;
mod notes;
pub(crate) mod numbers;
mod param;
pub(crate) mod postgres;
#[cfg(test)]
pub(crate) mod recorder;
mod shared;
pub(crate) mod sqlite;
pub(crate) mod statistics;
mod tls;
mod tx;

pub use ahead::{Maker, Prepared, Seen};
pub(crate) use bulk::Later;
pub use command::{Command, Context};
pub use foresight::Foreseen;
pub(crate) use job::{Job, Pending, ready};
pub(crate) use notes::{ChangeNote, Committed, Notes, Raised};
pub(crate) use param::params;
pub use param::{Column, Param, Row};
pub(crate) use postgres::LOCKED;
pub use tx::Tx;

use crate::error::Result;

/// Which engine a store stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A connection: a pooled reader, or the writer's inside its transaction.
#[derive(Debug)]
pub enum Conn {
    Sqlite(sqlite::LiteConn),
    Postgres(postgres::PgConn),
}

impl Conn {
    /// Runs a statement and answers how many rows it changed.
    pub async fn exec(&self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        #[cfg(test)]
        recorder::note(sql, params);
        match self {
            Conn::Sqlite(conn) => conn.exec(sql, params),
            Conn::Postgres(conn) => conn.exec(sql, params).await,
        }
    }

    /// All rows, mapped.
    pub async fn rows<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        #[cfg(test)]
        recorder::note(sql, params);
        match self {
            Conn::Sqlite(conn) => conn.rows(sql, params, map),
            Conn::Postgres(conn) => conn.rows(sql, params, map).await,
        }
    }

    /// The first row, if there is one.
    pub async fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        #[cfg(test)]
        recorder::note(sql, params);
        match self {
            Conn::Sqlite(conn) => conn.one(sql, params, map),
            Conn::Postgres(conn) => conn.one(sql, params, map).await,
        }
    }

    /// Writes rows that were put off, many with one statement; on PostgreSQL all statements at once.
    pub(crate) async fn insert_all(&self, rows: &[Later]) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => conn.insert_all(rows),
            Conn::Postgres(conn) => conn.insert_all(rows).await,
        }
    }
}
