//! The stock of ticket types inside a transaction: taken in id order, expired holds given back first, moved with a
//! ledger row each, put back by a guarded update. Source: design.md §6.

use std::sync::{Arc, Mutex, PoisonError};

use callboard_core::ids::{ChangeId, EventId, OrganizationId, TicketTypeId};
use callboard_core::inventory::ledger::{Book, GENESIS, Hash, Head, Row};
use callboard_core::inventory::sale::Offer;
use callboard_core::inventory::{Move, Stock};
use callboard_core::rejection::Rejection;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::places::expect_changed;
use crate::sql::{self, ChangeNote, Conn, Later, Notes, Param, Tx, params};
use crate::store::{Projector, Subject};

/// A ticket type whose row this transaction holds; others wait until it ends.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) organization_id: OrganizationId,
    pub(crate) event_id: EventId,
    pub(crate) offer: Offer,
    moved: Arc<Mutex<Moved>>,
}

/// The stock as stored, as moved since, and what the ledger has to say of it.
#[derive(Debug)]
struct Moved {
    stored: Head,
    head: Head,
    rows: Vec<Row>,
    /// The change that the last move makes.
    change: Option<(ChangeId, Timestamp)>,
}

/// The change that a move of stock makes in the feed.
const CHANGED: &str = "availability.changed";

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
        let cell = tx.till().shelf(organization_id, id);
        let taken = cell.get_or_try_init(|| async {
            let found =
                tx.conn().one(TAKE, params![organization_id, id], |row| read(organization_id, row)).await?;
            if let Some(shelf) = &found {
                shelf.give_back_expired(tx).await?;
            }
            Ok::<_, Error>(found)
        });
        shelves.extend(taken.await?.clone());
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
        moved: Arc::new(Mutex::new(Moved { stored: head, head, rows: Vec::new(), change: None })),
    })
}

pub(super) fn hash_of(bytes: Vec<u8>) -> Result<Hash> {
    bytes.try_into().map_err(|_| Error::Corrupt("a ledger hash has not 32 bytes".to_owned()))
}

impl Shelf {
    pub(crate) fn id(&self) -> TicketTypeId {
        self.offer.ticket_type
    }

    /// Moves stock; [`Shelf::put_back`] stores it with its ledger row.
    ///
    /// # Errors
    /// [`Rejection::SoldOut`] with what is free; then nothing has moved.
    pub(crate) fn act(&self, tx: &Tx<'_>, act: Move, reference: Option<Uuid>) -> Result<()> {
        act_all(tx, [(self, act)], reference)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Moved) -> T) -> T {
        act(&mut self.moved.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The rows that a move adds to the ledger, and its end after it.
    fn moved_by(
        &self,
        head: Head,
        act: Move,
        now: Timestamp,
        reference: Option<Uuid>,
    ) -> Result<(Vec<Row>, Head)> {
        let (mut rows, head) = if head.seq == 0 { self.opened(head, now)? } else { (Vec::new(), head) };
        let moved = head.append(self.book(), act, now, reference);
        let (row, head) = moved.map_err(|short| Rejection::SoldOut { available: short.free })?;
        rows.push(row);
        Ok((rows, head))
    }

    /// A type from before the ledger begins it with the stock that it has.
    fn opened(&self, head: Head, now: Timestamp) -> Result<(Vec<Row>, Head)> {
        let Stock { quantity, sold, held } = head.stock;
        let id = self.id();
        let unsound = |_| Error::Corrupt(format!("ticket type {id} has unsound stock"));
        let (opened, head) =
            Head::EMPTY.append(self.book(), Move::Open { quantity }, now, None).map_err(unsound)?;
        if (sold, held) == (0, 0) {
            return Ok((vec![opened], head));
        }
        let (row, head) =
            head.append(self.book(), Move::Import { sold, held }, now, None).map_err(unsound)?;
        Ok((vec![opened, row], head))
    }

    /// Gives the stock of expired holds back, each with its ledger row. What becomes of the command that finds
    /// them does not matter: they have expired for all.
    async fn give_back_expired(&self, tx: &Tx<'_>) -> Result<()> {
        if self.with(|moved| moved.head.stock.held == 0) {
            return Ok(());
        }
        let expired = tx
            .conn()
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
            let head = self.with(|moved| moved.head);
            let (rows, head) = self.moved_by(head, Move::Expire(quantity), tx.now(), Some(hold))?;
            self.moved_to(tx, rows, head);
        }
        self.put_back(tx).await
    }

    fn moved_to(&self, tx: &Tx<'_>, rows: Vec<Row>, head: Head) {
        let change = (tx.mint(), tx.now());
        self.with(|moved| {
            moved.rows.extend(rows);
            (moved.head, moved.change) = (head, Some(change));
        });
    }

    /// Stores what was moved, guarded: the row is as it was taken and the stock stays within its bounds. Beside
    /// other commands the transaction does it once for all, at its end.
    pub(crate) async fn put_back(&self, tx: &Tx<'_>) -> Result<()> {
        if tx.is_interleaved() {
            return Ok(());
        }
        let rows = self.with(|moved| std::mem::take(&mut moved.rows));
        let book = self.book();
        for row in &rows {
            insert(tx, book, row).await?;
        }
        self.store(tx.conn()).await?;
        let stock = self.with(|moved| moved.head.stock);
        let data = tx.project(self.subject(stock));
        tx.moved(self.organization_id, CHANGED, "ticket_type", self.id().0, Some(data));
        Ok(())
    }

    /// As [`Shelf::put_back`], for all who moved it.
    pub(super) async fn close(&self, conn: &Conn, projector: Projector, notes: &mut Notes) -> Result<()> {
        let (rows, change) = self.with(|moved| (std::mem::take(&mut moved.rows), moved.change.take()));
        let Some((id, at)) = change else { return Ok(()) };
        let book = self.book();
        notes.rows.extend(rows.iter().map(|row| Later::new(INSERT, &values(book, row))));
        self.store(conn).await?;
        let stock = self.with(|moved| moved.head.stock);
        let data = Some(projector(self.subject(stock)));
        let (organization_id, resource_id) = (self.organization_id, self.id().0);
        let (kind, resource) = (CHANGED, "ticket_type");
        notes.stock_moved(organization_id);
        let change = ChangeNote { organization_id, id, at, kind, resource, resource_id, data };
        notes.changes.insert(0, change);
        Ok(())
    }

    async fn store(&self, conn: &Conn) -> Result<()> {
        let (head, stored) = self.with(|moved| (moved.head, moved.stored));
        let Stock { quantity, sold, held } = head.stock;
        let changed = conn
            .exec(
                "UPDATE ticket_type SET quantity = $4, sold = $5, held = $6, ledger_seq = $7, ledger_hash = $8
                 WHERE organization_id = $1 AND event_id = $2 AND id = $3 AND ledger_seq = $9
                 AND $5 >= 0 AND $6 >= 0 AND $5 + $6 <= $4",
                params![
                    self.organization_id, self.event_id, self.id(), quantity, sold, held, head.seq,
                    &head.hash, stored.seq
                ],
            )
            .await?;
        expect_changed(changed)?;
        self.with(|moved| moved.stored = head);
        Ok(())
    }

    fn subject(&self, stock: Stock) -> Subject<'static> {
        Subject::Stock { event: self.event_id, ticket_type: self.id(), stock }
    }

    fn book(&self) -> Book {
        Book { organization_id: self.organization_id, ticket_type: self.id() }
    }
}

/// Moves the stock of several types, all or none.
///
/// # Errors
/// [`Rejection::SoldOut`] with what is free of the first that has too little; then nothing has moved.
pub(crate) fn act_all<'a>(
    tx: &Tx<'_>,
    acts: impl IntoIterator<Item = (&'a Shelf, Move)>,
    reference: Option<Uuid>,
) -> Result<()> {
    let mut moved = Vec::new();
    for (shelf, act) in acts {
        let head = shelf.with(|moved| moved.head);
        moved.push((shelf, shelf.moved_by(head, act, tx.now(), reference)?));
    }
    for (shelf, (rows, head)) in moved {
        tx.wrote();
        shelf.moved_to(tx, rows, head);
    }
    Ok(())
}

/// Begins the ledger of a new ticket type: its first row, and the head to insert with it.
pub(crate) fn opening(organization_id: OrganizationId, made: &TicketType) -> Result<(Later, Head)> {
    let book = Book { organization_id, ticket_type: made.id };
    let quantity = made.terms.quantity;
    let opened = Head::EMPTY.append(book, Move::Open { quantity }, made.created_at, None);
    let (row, head) =
        opened.map_err(|_| Error::Corrupt("a new ticket type with less than nothing".to_owned()))?;
    Ok((Later::new(INSERT, &values(book, &row)), head))
}

const INSERT: &str =
    "INSERT INTO ledger (organization_id, ticket_type_id, seq, at, kind, quantity_delta, sold_delta, held_delta,
     quantity, sold, held, reference, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

fn values(book: Book, row: &Row) -> [Param<'_>; 14] {
    [
        book.organization_id.into(),
        book.ticket_type.into(),
        row.seq.into(),
        row.at.into(),
        row.kind.as_str().into(),
        row.delta.quantity.into(),
        row.delta.sold.into(),
        row.delta.held.into(),
        row.after.quantity.into(),
        row.after.sold.into(),
        row.after.held.into(),
        row.reference.into(),
        (&row.prev_hash).into(),
        (&row.hash).into(),
    ]
}

async fn insert(tx: &Tx<'_>, book: Book, row: &Row) -> Result<()> {
    tx.insert(INSERT, &values(book, row)).await
}
