//! Forward-only migrations: numbered files, one text for both engines, each applied once in a transaction.
//! Steps only add (expand/contract), so that two versions of the program can share a database. On PostgreSQL
//! one node at a time migrates, by a lease in a row (advisory locks are no-ops on some of its relatives).

use std::time::Duration;

use crate::error::{Error, Result};
use crate::sql::{Conn, params};

/// The migrations in order; a file, once released, is never edited (its checksum is kept).
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_first.sql")),
    (2, include_str!("../migrations/0002_sales.sql")),
    (3, include_str!("../migrations/0003_retention.sql")),
    (4, include_str!("../migrations/0004_nodes.sql")),
    (5, include_str!("../migrations/0005_series.sql")),
    (6, include_str!("../migrations/0006_reading.sql")),
    (7, include_str!("../migrations/0007_totals.sql")),
    (8, include_str!("../migrations/0008_requests.sql")),
    (9, include_str!("../migrations/0009_plans.sql")),
    (10, include_str!("../migrations/0010_orders.sql")),
    (11, include_str!("../migrations/0011_search.sql")),
    (12, include_str!("../migrations/0012_sessions.sql")),
    (13, include_str!("../migrations/0013_counts.sql")),
];

/// What the DDL's tokens become on SQLite. Ids are 16 bytes; every text is compared byte by byte.
const SQLITE: &[(&str, &str)] = &[
    ("{id}", "BLOB"),
    ("{bytes}", "BLOB"),
    ("{text}", "TEXT"),
    ("{int}", "INTEGER"),
    ("{bool}", "INTEGER"),
    ("{real}", "REAL"),
    ("{strict}", "STRICT"),
    ("{clustered}", "STRICT, WITHOUT ROWID"),
];

/// And on PostgreSQL, where byte order must be asked for.
const POSTGRES: &[(&str, &str)] = &[
    ("{id}", "UUID"),
    ("{bytes}", "BYTEA"),
    ("{text}", "TEXT COLLATE \"C\""),
    ("{int}", "BIGINT"),
    ("{bool}", "BOOLEAN"),
    ("{real}", "DOUBLE PRECISION"),
    ("{strict}", ""),
    ("{clustered}", ""),
];

/// The oldest bundled SQLite without the WAL-reset race.
const SQLITE_MIN: i32 = 3_051_003;
/// How long a node may migrate before another may take over, and how often that one looks.
const LEASE_MS: i64 = 60_000;
const LOOK: Duration = Duration::from_millis(250);
/// Looks before a node gives up: a minute and a half.
const LOOKS: u32 = 360;

/// Applies what is missing to an embedded database.
///
/// # Errors
/// [`Error::Unavailable`] when the database was migrated by a newer program or a file was changed.
pub(crate) fn run_embedded(conn: &Conn) -> Result<()> {
    if rusqlite::version_number() < SQLITE_MIN {
        let found = rusqlite::version();
        return Err(Error::Unavailable(format!("SQLite {found} is too old: 3.51.3 is needed")));
    }
    crate::sql::ready(migrate(conn, "BEGIN IMMEDIATE"))?
}

/// Applies what is missing to a shared database, one node at a time.
///
/// # Errors
/// As [`run_embedded`]; [`Error::Busy`] if another node does not finish.
pub(crate) async fn run(conn: &Conn) -> Result<()> {
    let lock = "CREATE TABLE IF NOT EXISTS migration_lock (id BIGINT PRIMARY KEY, owner BIGINT NOT NULL, expires BIGINT NOT NULL)";
    for _ in 0..LOOKS {
        // Two nodes that make the table at once: one of them is refused by the catalogue and looks again.
        let taken = match conn.exec(lock, &[]).await {
            Ok(_) => take_lease(conn).await?,
            Err(Error::Constraint(_)) => false,
            Err(error) => return Err(error),
        };
        if taken {
            let migrated = migrate(conn, "BEGIN").await;
            let freed = "UPDATE migration_lock SET expires = 0 WHERE id = 1 AND owner = pg_backend_pid()";
            conn.exec(freed, &[]).await?;
            return migrated;
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Error::Busy("another node is still migrating the database"))
}

async fn take_lease(conn: &Conn) -> Result<bool> {
    let taken = conn
        .exec(
            "INSERT INTO migration_lock (id, owner, expires)
             VALUES (1, pg_backend_pid(), CAST(extract(epoch FROM now()) * 1000 AS BIGINT) + $1)
             ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, expires = excluded.expires
             WHERE migration_lock.expires < excluded.expires - $1",
            params![LEASE_MS],
        )
        .await?;
    Ok(taken == 1)
}

/// The texts of all migrations, with their tokens.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|(_, text)| *text)
}

/// The numbers of all migrations.
pub(crate) fn numbers() -> Vec<i64> {
    MIGRATIONS.iter().map(|(number, _)| *number).collect()
}

/// The numbers of those that a database lacks; all, where none was ever applied.
pub(crate) async fn missing(conn: &Conn) -> Result<Vec<i64>> {
    let applied = conn.rows("SELECT version FROM migration", &[], |row| row.get::<i64>(0)).await;
    let applied = match applied {
        Ok(applied) => applied,
        // The table itself is made by the first migration.
        Err(Error::Driver(_)) => Vec::new(),
        Err(fault) => return Err(fault),
    };
    Ok(numbers().into_iter().filter(|number| !applied.contains(number)).collect())
}

async fn migrate(conn: &Conn, begin: &str) -> Result<()> {
    let table = "CREATE TABLE IF NOT EXISTS migration (version {int} PRIMARY KEY, checksum {bytes} NOT NULL)";
    conn.exec(&spelt(conn, table), &[]).await?;
    let applied = conn
        .rows("SELECT version, checksum FROM migration ORDER BY version", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?))
        })
        .await?;
    for (version, checksum) in &applied {
        let known = MIGRATIONS.iter().find(|(known, _)| known == version);
        if known.is_some_and(|(_, text)| {
            callboard_core::canonical::sha256(text.as_bytes()) != checksum.as_slice()
        }) {
            return Err(Error::Unavailable(format!(
                "migration {version} differs from the one in the database"
            )));
        }
    }
    for (version, text) in MIGRATIONS {
        if !applied.iter().any(|(done, _)| done == version) {
            apply(conn, begin, *version, text).await?;
        }
    }
    conn.exec(begin, &[]).await?;
    crate::classifications::seed(conn).await?;
    if matches!(conn, Conn::Sqlite(_)) {
        crate::sql::statistics::write(conn).await?;
    }
    conn.exec("COMMIT", &[]).await?;
    Ok(())
}

async fn apply(conn: &Conn, begin: &str, version: i64, text: &str) -> Result<()> {
    conn.exec(begin, &[]).await?;
    for statement in statements(&spelt(conn, text)) {
        let done = conn.exec(statement, &[]).await;
        done.map_err(|e| Error::Driver(format!("migration {version}: {e} in {statement}")))?;
    }
    let checksum = callboard_core::canonical::sha256(text.as_bytes());
    conn.exec("INSERT INTO migration (version, checksum) VALUES ($1, $2)", params![version, &checksum])
        .await?;
    conn.exec("COMMIT", &[]).await?;
    Ok(())
}

fn spelt(conn: &Conn, text: &str) -> String {
    let words = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    words.iter().fold(text.to_owned(), |text, (token, word)| text.replace(token, word))
}

/// The statements of a file: separated by `;` at a line's end, comment lines left out.
pub(crate) fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n")
        .map(str::trim)
        .filter(|s| s.lines().any(|line| !line.trim_start().starts_with("--") && !line.trim().is_empty()))
}
