//! Rate windows that all nodes share: exact, by one guarded statement per admission. Source: storage.md §6.
//!
//! A window is one row with a ring of its last admissions. The row's lock puts the nodes in line, and the guard
//! looks at the ring as the one before left it, so no period ever holds more than the limit.

use callboard_core::time::Timestamp;

use crate::error::Result;
use crate::sql::params;
use crate::store::Store;

/// Bytes of one admission in the ring.
const STAMP_BYTES: usize = 8;

/// What a window said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub is_admitted: bool,
    /// Admissions that still count, oldest first; at most the limit.
    pub living: Vec<Timestamp>,
}

/// A window and the admission that is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub bucket: [u8; 32],
    pub now: Timestamp,
    /// The instant at which the admission counts; not before `now`.
    pub stamp: Timestamp,
    pub limit: u32,
    pub period_ms: i64,
}

impl Store {
    /// Admits one more, if the window has room. A refusal writes nothing.
    ///
    /// Cost: one statement; two for a refusal. Nothing is synced: a crash of the database may forget its last moments.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn count(&self, asked: Asked) -> Result<Counted> {
        let read = self.read_unsynced().await?;
        let ring_max = i64::from(asked.limit) * 8;
        let cutoff = asked.now.plus_millis(-asked.period_ms);
        let admitted = read
            .one(
                "INSERT INTO rate_slot (bucket, ring, idle_at) VALUES ($1, $2, $3)
                 ON CONFLICT (bucket) DO UPDATE SET idle_at = excluded.idle_at, ring =
                 CASE WHEN length(rate_slot.ring) < $4 THEN rate_slot.ring
                 ELSE substr(rate_slot.ring, CAST(length(rate_slot.ring) - $4 + 9 AS INTEGER)) END
                 || CASE WHEN substr(rate_slot.ring, length(rate_slot.ring) - 7) > excluded.ring
                 THEN substr(rate_slot.ring, length(rate_slot.ring) - 7) ELSE excluded.ring END
                 WHERE length(rate_slot.ring) < $4
                 OR substr(rate_slot.ring, CAST(length(rate_slot.ring) - $4 + 1 AS INTEGER), 8) <= $5
                 RETURNING ring",
                params![
                    &asked.bucket,
                    &stamp(asked.stamp),
                    asked.stamp.plus_millis(asked.period_ms),
                    ring_max,
                    &stamp(cutoff)
                ],
                |row| row.get::<Vec<u8>>(0),
            )
            .await?;
        let is_admitted = admitted.is_some();
        let ring = match admitted {
            Some(ring) => Some(ring),
            None => {
                let sql = "SELECT ring FROM rate_slot WHERE bucket = $1";
                read.one(sql, params![&asked.bucket], |row| row.get(0)).await?
            }
        };
        let mut living: Vec<Timestamp> =
            ring.unwrap_or_default().chunks_exact(STAMP_BYTES).map(read_stamp).collect();
        living.retain(|at| *at > cutoff);
        Ok(Counted { is_admitted, living })
    }
}

/// Bytes that compare as the instants do; no instant of a window lies before 1970.
fn stamp(at: Timestamp) -> [u8; STAMP_BYTES] {
    at.as_millis().max(0).to_be_bytes()
}

fn read_stamp(bytes: &[u8]) -> Timestamp {
    let millis = bytes.iter().fold(0_i64, |millis, byte| millis.wrapping_shl(8) | i64::from(*byte));
    Timestamp::from_millis(millis)
}
