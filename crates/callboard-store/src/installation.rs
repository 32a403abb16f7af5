//! What every node of one database must agree on.

use crate::error::{Error, Result};
use crate::sql::{Command, Tx, params};

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
