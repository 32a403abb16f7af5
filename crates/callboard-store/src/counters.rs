//! Numbers that people and published contracts see: channels, events and media count from 1, never reused.

use crate::error::{Error, Result};
use crate::sql::{Conn, params};

/// A sequence with its row in `counter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    Channel,
    Event,
    Media,
}

impl Sequence {
    fn as_str(self) -> &'static str {
        match self {
            Sequence::Channel => "channel",
            Sequence::Event => "event",
            Sequence::Media => "media",
        }
    }
}

/// Takes the next number; a transaction that rolls back gives it back.
///
/// # Errors
/// Driver faults.
pub(crate) async fn next_number(conn: &Conn, sequence: Sequence) -> Result<i64> {
    let taken = conn
        .one(
            "INSERT INTO counter (name, value) VALUES ($1, 1)
             ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
            params![sequence.as_str()],
            |row| row.get(0),
        )
        .await?;
    taken.ok_or_else(|| Error::Driver("the counter gave no number".to_owned()))
}
