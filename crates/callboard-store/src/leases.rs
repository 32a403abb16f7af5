//! Work that one node does for all: a row says whose turn it is, and until when.

use callboard_core::time::Timestamp;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::{Tx, params};

/// Takes or keeps a lease until `until`; `None` while another node has it, else the fence of this turn.
///
/// The row stays locked until the transaction ends, so whatever else the transaction does is done by the owner
/// alone. Work outside of it carries the fence: a higher one in the row means that the turn is over.
///
/// # Errors
/// Driver faults.
pub(crate) async fn take(tx: &Tx<'_>, name: &str, owner: Uuid, until: Timestamp) -> Result<Option<i64>> {
    tx.one(
        "INSERT INTO lease (name, owner, fence, expires_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at,
         fence = lease.fence + CASE WHEN lease.owner = excluded.owner THEN 0 ELSE 1 END
         WHERE lease.owner = excluded.owner OR lease.expires_at <= $4 RETURNING fence",
        params![name, owner, until, tx.now()],
        |row| row.get(0),
    )
    .await
}
