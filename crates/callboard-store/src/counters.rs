//! Numbers that people and published contracts see: channels, events and media count from 1, never reused.

use crate::error::{Error, Result};
use crate::sql::{Conn, Tx, params};

/// A sequence with its row in `counter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sequence {
    Channel,
    Event,
    Media,
}

impl Sequence {
    pub(crate) const ALL: [Sequence; 3] = [Sequence::Channel, Sequence::Event, Sequence::Media];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Sequence::Channel => "channel",
            Sequence::Event => "event",
            Sequence::Media => "media",
        }
    }
}

/// Takes the next `$2` numbers of `$1`; answers the last of them.
const TAKE: &str = "INSERT INTO counter (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value";

/// Takes the next `n` numbers, or gives back the last ones; answers the last that is taken.
pub(crate) async fn take(conn: &Conn, sequence: Sequence, n: i64) -> Result<i64> {
    let taken = conn.one(TAKE, params![sequence.as_str(), n], |row| row.get(0)).await?;
    taken.ok_or_else(|| Error::Driver("the counter gave no number".to_owned()))
}

/// Takes the next number. On SQLite a transaction that rolls back gives it back; on PostgreSQL it leaves a gap.
///
/// # Errors
/// Driver faults.
pub(crate) async fn next_number(tx: &Tx<'_>, sequence: Sequence) -> Result<i64> {
    if let Some(numbers) = tx.numbers() {
        return numbers.next(sequence).await;
    }
    tx.wrote();
    if tx.is_interleaved()
        && sequence == Sequence::Event
        && let Some(number) = tx.desk().number(tx).await?
    {
        return Ok(number);
    }
    take(tx, sequence, 1).await
}
