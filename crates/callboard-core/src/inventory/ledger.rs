//! The ledger of a ticket type: one row per move, each hashed together with the one before it.
//!
//! A row's hash is the SHA-256 of its canonical text (see [`Row::text`]), in which the previous hash stands, so
//! that no row can be changed, left out or put in between without every later hash changing.

use crate::canonical::{hex, sha256};
use crate::ids::{OrganizationId, TicketTypeId};
use crate::inventory::{Delta, Kind, Move, Shortage, Stock};
use crate::time::Timestamp;
use uuid::Uuid;

pub type Hash = [u8; 32];

/// Before the first row.
pub const GENESIS: Hash = [0; 32];

/// Whose ledger it is; part of every hash, so that rows cannot move between ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Book {
    pub organization_id: OrganizationId,
    pub ticket_type: TicketTypeId,
}

/// The end of a ledger: how many rows it has, the last hash and the stock after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: Hash,
    pub stock: Stock,
}

/// One move of stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    pub kind: Kind,
    pub delta: Delta,
    pub after: Stock,
    /// The hold or order that moved it.
    pub reference: Option<Uuid>,
    pub prev_hash: Hash,
    pub hash: Hash,
}

/// What is wrong with a ledger, and from which row on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {seq}: {what}")]
pub struct Broken {
    pub seq: i64,
    pub what: &'static str,
}

impl Head {
    /// Of a ledger without rows.
    pub const EMPTY: Head = Head { seq: 0, hash: GENESIS, stock: Stock { quantity: 0, sold: 0, held: 0 } };

    /// Decides a move: the row to write and the head behind it.
    ///
    /// # Errors
    /// [`Shortage`] where the stock would not be sound.
    pub fn append(
        self,
        book: Book,
        act: Move,
        at: Timestamp,
        reference: Option<Uuid>,
    ) -> Result<(Row, Head), Shortage> {
        let after = self.stock.take(act)?;
        let mut row = Row {
            seq: self.seq.saturating_add(1),
            at,
            kind: act.kind(),
            delta: act.delta(self.stock),
            after,
            reference,
            prev_hash: self.hash,
            hash: GENESIS,
        };
        row.hash = row.digest(book);
        let head = Head { seq: row.seq, hash: row.hash, stock: after };
        Ok((row, head))
    }

    /// Follows one row, or says what is wrong with it.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn follow(self, book: Book, row: &Row) -> Result<Head, Broken> {
        let seq = self.seq.saturating_add(1);
        let wrong = |what| Err(Broken { seq, what });
        if row.seq != seq {
            return wrong("is missing");
        }
        if row.prev_hash != self.hash {
            return wrong("does not name the hash of the row before it");
        }
        if row.digest(book) != row.hash {
            return wrong("does not have the hash of what it says");
        }
        if self.stock.plus(row.delta) != Some(row.after) {
            return wrong("does not add up from the row before it");
        }
        let Stock { quantity, sold, held } = row.after;
        let sum = sold.saturating_add(held).saturating_add(row.after.free());
        if !row.after.is_sound() || sum != quantity {
            return wrong("has sold + held + free different from quantity");
        }
        Ok(Head { seq, hash: row.hash, stock: row.after })
    }

    /// Compares the end of a replay with what the ticket type says of its ledger and stock.
    ///
    /// # Errors
    /// [`Broken`] at the last row.
    pub fn agrees_with(self, stored: Head) -> Result<(), Broken> {
        let wrong = |what| Err(Broken { seq: self.seq.max(1), what });
        if self.seq != stored.seq {
            return wrong("is not the last row that the ticket type knows of");
        }
        if self.hash != stored.hash {
            return wrong("does not have the hash that the ticket type knows");
        }
        if self.stock != stored.stock {
            return wrong("leaves another stock than the ticket type has");
        }
        Ok(())
    }
}

impl Row {
    /// The canonical text, whose SHA-256 is the row's hash.
    pub fn text(&self, book: Book) -> String {
        let Row { seq, delta, after, .. } = self;
        let reference = self.reference.map_or_else(|| "-".to_owned(), |id| id.hyphenated().to_string());
        format!(
            "callboard-ledger-1|{}|{}|{seq}|{}|{}|{}|{}|{}|{}|{}|{}|{reference}|{}",
            book.organization_id,
            book.ticket_type,
            self.at.as_millis(),
            self.kind.as_str(),
            delta.quantity,
            delta.sold,
            delta.held,
            after.quantity,
            after.sold,
            after.held,
            hex(&self.prev_hash)
        )
    }

    fn digest(&self, book: Book) -> Hash {
        sha256(self.text(book).as_bytes())
    }
}

/// Replays a whole ledger.
///
/// # Errors
/// The first [`Broken`] row.
pub fn replay<'a>(book: Book, rows: impl IntoIterator<Item = &'a Row>) -> Result<Head, Broken> {
    rows.into_iter().try_fold(Head::EMPTY, |head, row| head.follow(book, row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOOK: Book = Book {
        organization_id: OrganizationId(Uuid::from_u128(1)),
        ticket_type: TicketTypeId(Uuid::from_u128(2)),
    };

    fn written(moves: &[Move]) -> (Vec<Row>, Head) {
        let (mut rows, mut head) = (Vec::new(), Head::EMPTY);
        for (n, act) in moves.iter().enumerate() {
            let at = Timestamp::from_millis(i64::try_from(n).unwrap());
            let Ok((row, next)) = head.append(BOOK, *act, at, Some(Uuid::from_u128(n as u128))) else {
                continue;
            };
            rows.push(row);
            head = next;
        }
        (rows, head)
    }

    fn sample() -> (Vec<Row>, Head) {
        written(&[
            Move::Open { quantity: 20 },
            Move::Hold(4),
            Move::Sell(3),
            Move::Claim(4),
            Move::Cancel(3),
            Move::Resize { quantity: 7 },
        ])
    }

    #[test]
    fn what_was_written_is_replayed() {
        let (rows, head) = sample();
        assert_eq!(rows.len(), 6);
        assert_eq!(replay(BOOK, &rows), Ok(head));
        assert_eq!(head.agrees_with(head), Ok(()));
        assert_eq!(head.stock, Stock { quantity: 7, sold: 4, held: 0 });
    }

    #[test]
    fn a_canonical_text_stays_what_it_is() {
        let (rows, _) = sample();
        assert_eq!(
            rows[1].text(BOOK),
            format!(
                "callboard-ledger-1|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002|2|1|held|\
                 0|0|4|20|0|4|00000000-0000-0000-0000-000000000001|{}",
                hex(&rows[0].hash)
            )
        );
    }

    #[test]
    fn rows_cannot_be_left_out_swapped_or_moved_to_another_book() {
        let (rows, head) = sample();
        let without: Vec<Row> = rows.iter().filter(|row| row.seq != 3).cloned().collect();
        assert_eq!(replay(BOOK, &without).unwrap_err().seq, 3);
        let cut = replay(BOOK, &rows[..5]).unwrap();
        assert_eq!(cut.agrees_with(head).unwrap_err().seq, 5);
        let other = Book { ticket_type: TicketTypeId(Uuid::from_u128(3)), ..BOOK };
        assert_eq!(replay(other, &rows).unwrap_err().seq, 1);
    }

    proptest! {
        #[test]
        fn any_change_of_a_row_is_found_at_that_row(at in 0..6_usize, field in 0..8_u8, by in 1..5_i64) {
            let (mut rows, _) = sample();
            let row = &mut rows[at];
            match field {
                0 => row.at = row.at.plus_millis(by),
                1 => row.delta.sold += by,
                2 => row.delta.held -= by,
                3 => row.after.sold += by,
                4 => row.after.quantity += by,
                5 => row.reference = None,
                6 => row.kind = if row.kind == Kind::Imported { Kind::Opened } else { Kind::Imported },
                _ => row.prev_hash[0] ^= 1,
            }
            prop_assert_eq!(replay(BOOK, &rows).unwrap_err().seq, rows[at].seq);
        }
    }
}
