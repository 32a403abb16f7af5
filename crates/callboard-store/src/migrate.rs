//! Forward-only migrations: numbered files, one text for both engines, each applied once in a transaction.
//! Steps only add (expand/contract), so that two versions of the program can share a database.

use crate::error::{Error, Result};
use crate::sql::{Conn, params};

/// The migrations in order; a file, once released, is never edited (its checksum is kept).
const MIGRATIONS: &[(i64, &str)] = &[(1, include_str!("../migrations/0001_first.sql"))];

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

/// The oldest bundled SQLite without the WAL-reset race.
const SQLITE_MIN: i32 = 3_051_003;

/// Applies what is missing.
///
/// # Errors
/// [`Error::Unavailable`] when the database was migrated by a newer program or a file was changed.
pub(crate) fn run(conn: &Conn) -> Result<()> {
    if rusqlite::version_number() < SQLITE_MIN {
        return Err(Error::Unavailable(format!(
            "SQLite {} is too old: 3.51.3 is needed",
            rusqlite::version()
        )));
    }
    block(async {
        conn.exec(
            "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, checksum BLOB NOT NULL)",
            &[],
        )
        .await?;
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
                apply(conn, *version, text).await?;
            }
        }
        conn.exec("BEGIN IMMEDIATE", &[]).await?;
        crate::classifications::seed(conn).await?;
        conn.exec("COMMIT", &[]).await?;
        Ok(())
    })
}

async fn apply(conn: &Conn, version: i64, text: &str) -> Result<()> {
    conn.exec("BEGIN IMMEDIATE", &[]).await?;
    for statement in statements(&spelt(text)) {
        conn.exec(statement, &[])
            .await
            .map_err(|e| Error::Driver(format!("migration {version}: {e} in {statement}")))?;
    }
    let checksum = callboard_core::canonical::sha256(text.as_bytes());
    conn.exec("INSERT INTO migration (version, checksum) VALUES ($1, $2)", params![version, &checksum])
        .await?;
    conn.exec("COMMIT", &[]).await?;
    Ok(())
}

fn spelt(text: &str) -> String {
    SQLITE.iter().fold(text.to_owned(), |text, (token, word)| text.replace(token, word))
}

/// The statements of a file: separated by `;` at a line's end, comment lines left out.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n")
        .map(str::trim)
        .filter(|s| s.lines().any(|line| !line.trim_start().starts_with("--") && !line.trim().is_empty()))
}

fn block<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    crate::sql::ready(future)
}
