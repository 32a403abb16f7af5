//! Attempts to sign in, counted per account and address where every node sees them.
//! Source: native-api.md §2, promises R20; the rule is `callboard_core::sign_in`.

use callboard_core::canonical::sha256;
use callboard_core::sign_in::{Attempt, Failures, attempt};
use callboard_core::text::fold_email;
use callboard_core::time::Timestamp;

use crate::error::Result;
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::Store;

/// One account (or an address that has none) tried from one network address; a hash, so that the table
/// holds neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket(pub [u8; 32]);

impl Bucket {
    pub fn of(email: &str, address: &str) -> Bucket {
        Bucket(sha256(format!("{}\0{address}", fold_email(email)).as_bytes()))
    }
}

/// Counts an attempt before its password is looked at; one that succeeds is cleared by
/// [`crate::sessions::OpenSession`] or [`ClearFailures`].
#[derive(Debug, Clone)]
pub struct CountAttempt {
    pub bucket: Bucket,
}

/// Forgets the failures of a bucket.
#[derive(Debug, Clone)]
pub struct ClearFailures {
    pub bucket: Bucket,
}

impl Store {
    /// Whole seconds that an attempt has to wait, without counting one; `None` if it may be made.
    ///
    /// # Errors
    /// Faults only.
    pub async fn sign_in_wait(&self, bucket: Bucket, now: Timestamp) -> Result<Option<i64>> {
        let read = self.read().await?;
        Ok(match attempt(find(&read, bucket).await?, now) {
            Attempt::Admitted(_) => None,
            Attempt::Blocked { retry_after_s } => Some(retry_after_s),
        })
    }
}

impl Command for CountAttempt {
    type Out = Attempt;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Attempt> {
        let decided = attempt(find(tx, self.bucket).await?, tx.now());
        if let Attempt::Admitted(after) = decided {
            tx.exec(
                "INSERT INTO login_failure (bucket, failures, first_at, blocked_until) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at,
                 blocked_until = excluded.blocked_until",
                params![&self.bucket.0, after.count, after.since, after.blocked_until],
            )
            .await?;
        }
        Ok(decided)
    }
}

impl Command for ClearFailures {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        clear(tx, self.bucket).await
    }
}

pub(crate) async fn clear(tx: &Tx<'_>, bucket: Bucket) -> Result<()> {
    tx.exec("DELETE FROM login_failure WHERE bucket = $1", params![&bucket.0]).await?;
    Ok(())
}

async fn find(conn: &Conn, bucket: Bucket) -> Result<Option<Failures>> {
    conn.one(
        "SELECT failures, first_at, blocked_until FROM login_failure WHERE bucket = $1",
        params![&bucket.0],
        |row: &Row<'_>| Ok(Failures { count: row.get(0)?, since: row.get(1)?, blocked_until: row.get(2)? }),
    )
    .await
}
