//! The stock of ticket types inside a transaction: taken in id order, expired holds given back first, moved with a
//! ledger row each, put back by a guarded update. Source: design.md §6.

use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::inventory::ledger::{Book, GENESIS, Hash, Head, Row};
use callboard_core::inventory::sale::Offer;
use callboard_core::inventory::{Move, Stock};
use callboard_core::rejection::Rejection;
use callboard_core::ticket::TicketType;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::places::expect_changed;
use crate::sql::{self, Tx, params};
use crate::store::Subject;

/// A ticket type whose row this transaction holds; others wait until it ends.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) organization_id: OrganizationId,
    pub(crate) event_id: EventId,
    pub(crate) offer: Offer,
    /// As stored, and as moved since.
    stored: Head,
    head: Head,
}

/// An update that changes nothing is the one way to lock a row that both engines know.
const TAKE: &str = "UPDATE ticket_type SET ledger_seq = ledger_seq
     WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL
     RETURNING event_id, id, price_minor, sale_starts_at, sale_ends_at, min_per_order, max_per_order,
     quantity, sold, held, ledger_seq, ledger_hash";

/// Takes the live ticket types of these ids, in id order, and gives expired holds back.
///
/// An id of nothing is left out: the caller compares.
pub(crate) async fn take(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    ids: impl IntoIterator<Item = TicketTypeId>,
) -> Result<Vec<Shelf>> {
    let mut ids: Vec<TicketTypeId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut shelves = Vec::with_capacity(ids.len());
    for id in ids {
        let found = tx.one(TAKE, params![organization_id, id], |row| read(organization_id, row)).await?;
        if let Some(mut shelf) = found {
            shelf.give_back_expired(tx).await?;
            shelves.push(shelf);
        }
    }
    Ok(shelves)
}

/// As [`take`], every live ticket type of an event.
pub(crate) async fn take_all(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    event: EventId,
) -> Result<Vec<Shelf>> {
    let sql =
        "SELECT id FROM ticket_type WHERE organization_id = $1 AND event_id = $2 AND deleted_at IS NULL";
    let ids = tx.rows(sql, params![organization_id, event], |row| row.get(0)).await?;
    take(tx, organization_id, ids).await
}

fn read(organization_id: OrganizationId, row: &sql::Row<'_>) -> Result<Shelf> {
    let hash: Option<Vec<u8>> = row.get(11)?;
    let stock = Stock { quantity: row.get(7)?, sold: row.get(8)?, held: row.get(9)? };
    let head = Head { seq: row.get(10)?, hash: hash.map_or(Ok(GENESIS), hash_of)?, stock };
    Ok(Shelf {
        organization_id,
        event_id: row.get(0)?,
        offer: Offer {
            ticket_type: row.get(1)?,
            price: row.get(2)?,
            starts_at: row.get(3)?,
            ends_at: row.get(4)?,
            min_per_order: row.get(5)?,
            max_per_order: row.get(6)?,
        },
        stored: head,
        head,
    })
}

pub(super) fn hash_of(bytes: Vec<u8>) -> Result<Hash> {
    bytes.try_into().map_err(|_| Error::Corrupt("a ledger hash has not 32 bytes".to_owned()))
}

impl Shelf {
    pub(crate) fn id(&self) -> TicketTypeId {
        self.offer.ticket_type
    }

    /// Moves stock and writes the ledger row; [`Shelf::put_back`] stores the figures.
    ///
    /// # Errors
    /// [`Rejection::SoldOut`] with what is free; driver faults.
    pub(crate) async fn act(&mut self, tx: &Tx<'_>, act: Move, reference: Option<Uuid>) -> Result<()> {
        if self.head.seq == 0 {
            self.open(tx).await?;
        }
        let moved = self.head.append(self.book(), act, tx.now(), reference);
        let (row, head) = moved.map_err(|short| Rejection::SoldOut { available: short.free })?;
        insert(tx, self.book(), &row).await?;
        self.head = head;
        Ok(())
    }

    /// A type from before the ledger begins it with the stock that it has.
    async fn open(&mut self, tx: &Tx<'_>) -> Result<()> {
        let Stock { quantity, sold, held } = self.head.stock;
        let id = self.id();
        let unsound = |_| Error::Corrupt(format!("ticket type {id} has unsound stock"));
        let (opened, head) =
            Head::EMPTY.append(self.book(), Move::Open { quantity }, tx.now(), None).map_err(unsound)?;
        insert(tx, self.book(), &opened).await?;
        self.head = head;
        if (sold, held) != (0, 0) {
            let (row, head) =
                head.append(self.book(), Move::Import { sold, held }, tx.now(), None).map_err(unsound)?;
            insert(tx, self.book(), &row).await?;
            self.head = head;
        }
        Ok(())
    }

    /// Gives the stock of expired holds back, each with its ledger row.
    async fn give_back_expired(&mut self, tx: &Tx<'_>) -> Result<()> {
        if self.head.stock.held == 0 {
            return Ok(());
        }
        let expired = tx
            .rows(
                "UPDATE hold_item SET ended_at = $3 WHERE organization_id = $1 AND ticket_type_id = $2
                 AND ended_at IS NULL AND expires_at <= $3 RETURNING hold_id, quantity",
                params![self.organization_id, self.id(), tx.now()],
                |row| Ok((row.get::<Uuid>(0)?, row.get::<i64>(1)?)),
            )
            .await?;
        if expired.is_empty() {
            return Ok(());
        }
        for (hold, quantity) in expired {
            self.act(tx, Move::Expire(quantity), Some(hold)).await?;
        }
        self.put_back(tx).await
    }

    /// Stores what was moved, guarded: the row is as it was taken and the stock stays within its bounds.
    pub(crate) async fn put_back(&mut self, tx: &Tx<'_>) -> Result<()> {
        let Stock { quantity, sold, held } = self.head.stock;
        let changed = tx
            .exec(
                "UPDATE ticket_type SET quantity = $4, sold = $5, held = $6, ledger_seq = $7, ledger_hash = $8
                 WHERE organization_id = $1 AND event_id = $2 AND id = $3 AND ledger_seq = $9
                 AND $5 >= 0 AND $6 >= 0 AND $5 + $6 <= $4",
                params![
                    self.organization_id, self.event_id, self.id(), quantity, sold, held, self.head.seq,
                    &self.head.hash, self.stored.seq
                ],
            )
            .await?;
        expect_changed(changed)?;
        self.stored = self.head;
        tx.moved(
            self.organization_id,
            "availability.changed",
            "ticket_type",
            self.id().0,
            Some(tx.project(Subject::Stock {
                event: self.event_id,
                ticket_type: self.id(),
                stock: self.head.stock,
            })),
        );
        Ok(())
    }

    fn book(&self) -> Book {
        Book { organization_id: self.organization_id, ticket_type: self.id() }
    }
}

/// Begins the ledger of a new ticket type; the head to insert with it.
pub(crate) async fn open(tx: &Tx<'_>, organization_id: OrganizationId, made: &TicketType) -> Result<Head> {
    let book = Book { organization_id, ticket_type: made.id };
    let quantity = made.terms.quantity;
    let opened = Head::EMPTY.append(book, Move::Open { quantity }, tx.now(), None);
    let (row, head) =
        opened.map_err(|_| Error::Corrupt("a new ticket type with less than nothing".to_owned()))?;
    insert(tx, book, &row).await?;
    Ok(head)
}

async fn insert(tx: &Tx<'_>, book: Book, row: &Row) -> Result<()> {
    tx.exec(
        "INSERT INTO ledger (organization_id, ticket_type_id, seq, at, kind, quantity_delta, sold_delta, held_delta,
         quantity, sold, held, reference, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            book.organization_id, book.ticket_type, row.seq, row.at, row.kind.as_str(), row.delta.quantity,
            row.delta.sold, row.delta.held, row.after.quantity, row.after.sold, row.after.held, row.reference,
            &row.prev_hash, &row.hash
        ],
    )
    .await?;
    Ok(())
}
