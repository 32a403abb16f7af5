//! What every node of one database must agree on.

use crate::error::{Error, Result};
use crate::moving::NOTE;
use crate::sql::{Command, Conn, Tx, params};

/// Leaves this node's fingerprint of the signing secret, if none is there yet, and answers the one that counts.
#[derive(Debug, Clone)]
pub struct AgreeOnSecret {
    pub fingerprint: [u8; 32],
    /// Puts this one in the place of another.
    pub replaces: bool,
}

impl Command for AgreeOnSecret {
    type Out = Vec<u8>;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Vec<u8>> {
        let left = "INSERT INTO installation (name, value) VALUES ('signing_secret', $1)
                    ON CONFLICT (name) DO UPDATE SET value = CASE WHEN $2 THEN excluded.value ELSE installation.value END
                    RETURNING value";
        let agreed = tx.one(left, params![&self.fingerprint, self.replaces], |row| row.get(0)).await?;
        agreed.ok_or_else(|| Error::Driver("the fingerprint was not stored".to_owned()))
    }
}

/// A database that a move has not filled yet is no database to start on.
///
/// # Errors
/// [`Error::Unavailable`] that says so.
pub(crate) async fn check_whole(conn: &Conn) -> Result<()> {
    let note =
        conn.one("SELECT 1 FROM installation WHERE name = $1", params![NOTE], |row| row.get::<i64>(0)).await;
    match note {
        Ok(None) => Ok(()),
        // From before there was such a table: nothing can have been moved there.
        Err(Error::Driver(_)) => Ok(()),
        Err(fault) => Err(fault),
        Ok(Some(_)) => Err(Error::Unavailable(
            "a move into it is not complete: run the same `callboard move` again".to_owned(),
        )),
    }
}
