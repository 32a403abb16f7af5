//! One end of a move: a connection of its own for whole tables, without the time limits of requests.
//!
//! What differs between the engines: how one sees that nobody else is at work, how writers are kept out, how many
//! rows are put in at once, and what follows a bulk load.

use std::path::Path;

use futures_util::pin_mut;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls};

use super::sqlite::{self, LiteConn};
use super::{Conn, Param, Row, address, postgres, tls};
use crate::error::{Error, Result};
use crate::moving::{Cells, Kind, Table};

/// What a mover calls itself, so that it is told from a node.
const NAME: &str = "callboard move";
/// No limits of time: a page of a large table may wait for a disk.
const SESSION: &str = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=4000";
/// The log of a SQLite target is emptied into the database every so many pages (16 MiB).
const LOG_PAGES: u32 = 4_096;

/// A connection to one end.
pub(crate) enum Haul {
    Sqlite(LiteConn),
    Postgres(Client),
}

impl Haul {
    /// Opens a SQLite file. References are not checked row by row: the checksums show that every row has arrived.
    pub(crate) fn sqlite(path: &Path) -> Result<Haul> {
        let Conn::Sqlite(lite) = sqlite::open(path, false)? else {
            return Err(Error::Driver("not SQLite".to_owned()));
        };
        lite.exec("PRAGMA foreign_keys=OFF", &[])?;
        lite.rows(&format!("PRAGMA wal_autocheckpoint={LOG_PAGES}"), &[], |_| Ok(()))?;
        Ok(Haul::Sqlite(lite))
    }

    pub(crate) async fn postgres(url: &str) -> Result<Haul> {
        let address = address::read(url)?;
        let mut config = address.config.clone();
        config.application_name(NAME).options(SESSION).connect_timeout(postgres::CONNECT_WAIT);
        let client = if config.get_ssl_mode() == tokio_postgres::config::SslMode::Disable {
            let (client, connection) = config.connect(NoTls).await.map_err(|e| postgres::driver(&e))?;
            tokio::spawn(connection);
            client
        } else {
            let (client, connection) =
                config.connect(tls::connector(&address)?).await.map_err(|e| postgres::driver(&e))?;
            tokio::spawn(connection);
            client
        };
        Ok(Haul::Postgres(client))
    }

    pub(crate) async fn exec(&self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        match self {
            Haul::Sqlite(lite) => lite.exec(sql, params),
            Haul::Postgres(client) => {
                client.execute(sql, &references(params)).await.map_err(|e| postgres::driver(&e))
            }
        }
    }

    pub(crate) async fn rows<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Haul::Sqlite(lite) => lite.rows(sql, params, map),
            Haul::Postgres(client) => {
                let rows = client.query(sql, &references(params)).await.map_err(|e| postgres::driver(&e))?;
                rows.iter().map(|row| map(&Row::Pg(row))).collect()
            }
        }
    }

    /// Keeps writers out until this connection ends, and reads one state of the database from here on.
    pub(crate) async fn freeze(&self, tables: &[Table]) -> Result<()> {
        match self {
            Haul::Sqlite(lite) => lite.exec("BEGIN IMMEDIATE", &[]).map(|_| ()),
            Haul::Postgres(_) => {
                self.exec("BEGIN ISOLATION LEVEL REPEATABLE READ", &[]).await?;
                let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
                self.exec(&format!("LOCK TABLE {} IN SHARE MODE NOWAIT", names.join(", ")), &[]).await?;
                Ok(())
            }
        }
    }

    /// Nodes and movers that are connected besides. A SQLite file has one user, which its lock file shows.
    pub(crate) async fn others(&self) -> Result<Vec<String>> {
        match self {
            Haul::Sqlite(_) => Ok(Vec::new()),
            Haul::Postgres(_) => {
                let sql = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()
                           AND pid <> pg_backend_pid() AND application_name LIKE 'callboard%'";
                self.rows(sql, &[], |row| row.get(0)).await
            }
        }
    }

    /// Puts rows into a table, inside the transaction that is open.
    pub(crate) async fn append(&self, table: &Table, columns: &str, rows: &[Cells]) -> Result<()> {
        match self {
            Haul::Sqlite(lite) => {
                let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
                let sql = format!("INSERT INTO {} ({columns}) VALUES ({})", table.name, places.join(", "));
                for cells in rows {
                    let params: Vec<Param<'_>> = cells.iter().map(|cell| cell.param()).collect();
                    lite.exec(&sql, &params)?;
                }
                Ok(())
            }
            Haul::Postgres(client) => {
                let sql = format!("COPY {} ({columns}) FROM STDIN BINARY", table.name);
                copy(client, &sql, table, rows).await.map_err(|e| postgres::driver(&e))
            }
        }
    }

    /// Waits until nobody's transaction that wrote to a table is under way. A program that was killed may have sent a
    /// COMMIT that PostgreSQL still works on: what it wrote is seen after this, and not before.
    pub(crate) async fn await_writers(&self, table: &str) -> Result<()> {
        if let Haul::Postgres(_) = self {
            self.exec("BEGIN", &[]).await?;
            self.exec(&format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"), &[]).await?;
            self.exec("COMMIT", &[]).await?;
        }
        Ok(())
    }

    /// What a planner wants after so many rows; SQLite's is told its figures by the migrations.
    pub(crate) async fn settle(&self, tables: &[Table]) -> Result<()> {
        if let Haul::Postgres(_) = self {
            for table in tables {
                self.exec(&format!("ANALYZE {}", table.name), &[]).await?;
            }
        }
        Ok(())
    }
}

async fn copy(
    client: &Client,
    sql: &str,
    table: &Table,
    rows: &[Cells],
) -> Result<(), tokio_postgres::Error> {
    let types: Vec<Type> = table.columns.iter().map(|(_, kind)| spelt(*kind)).collect();
    let writer = BinaryCopyInWriter::new(client.copy_in(sql).await?, &types);
    pin_mut!(writer);
    for cells in rows {
        let params: Vec<Param<'_>> = cells.iter().map(|cell| cell.param()).collect();
        writer.as_mut().write(&references(&params)).await?;
    }
    writer.finish().await.map(|_| ())
}

fn spelt(kind: Kind) -> Type {
    match kind {
        Kind::Id => Type::UUID,
        Kind::Bytes => Type::BYTEA,
        Kind::Text => Type::TEXT,
        Kind::Int => Type::INT8,
        Kind::Bool => Type::BOOL,
        Kind::Real => Type::FLOAT8,
    }
}

fn references<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
