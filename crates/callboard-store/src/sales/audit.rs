//! Ledgers as the machine's owner reads them, all organizations alike and beside a running server: nothing is
//! written and no lock is taken. For `callboard verify`.

use std::path::Path;

use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::inventory::ledger::{Book, Broken, GENESIS, Head, Row};
use callboard_core::inventory::{Delta, Kind, Stock};

use super::stock::hash_of;
use super::word;
use crate::error::Result;
use crate::installation;
use crate::sql::postgres::PgPool;
use crate::sql::{self, Conn, params, sqlite};

/// Rows read at a time.
const PAGE: i64 = 1_000;

/// A reader of ledgers.
#[derive(Debug)]
pub struct Auditor(Conn);

/// A ticket type's ledger: whose it is, and what the ticket type says of its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub book: Book,
    pub event_id: EventId,
    pub event_slug: String,
    pub name: String,
    pub head: Head,
}

impl Auditor {
    /// Opens a SQLite file for reading, which another process may be writing.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] if it cannot be opened.
    pub fn open_sqlite(path: &Path) -> Result<Auditor> {
        let conn = sqlite::open(path, true)?;
        sql::ready(installation::check_whole(&conn))??;
        Ok(Auditor(conn))
    }

    /// Connects to a PostgreSQL database.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] if it cannot be reached.
    pub async fn open_postgres(url: &str) -> Result<Auditor> {
        let conn = PgPool::new(url, crate::sql::postgres::Durability::Disk)?.take().await?;
        installation::check_whole(&conn).await?;
        Ok(Auditor(conn))
    }

    /// The ledgers of all ticket types, removed ones too, or of one event by its id or slug.
    ///
    /// # Errors
    /// Faults only.
    pub async fn ledgers(&self, event: Option<&str>) -> Result<Vec<Ledger>> {
        let all = "SELECT t.organization_id, t.id, t.event_id, e.slug, t.name, t.quantity, t.sold, t.held, t.ledger_seq,
                   t.ledger_hash FROM ticket_type t JOIN event e
                   ON e.organization_id = t.organization_id AND e.id = t.event_id";
        let order = " ORDER BY t.organization_id, t.event_id, t.position, t.id";
        let id: Option<EventId> = event.and_then(|text| text.parse().ok());
        match (id, event) {
            (Some(id), _) => self.0.rows(&format!("{all} WHERE e.id = $1{order}"), params![id], ledger).await,
            (None, Some(slug)) => {
                self.0.rows(&format!("{all} WHERE e.slug = $1{order}"), params![slug], ledger).await
            }
            (None, None) => self.0.rows(&format!("{all}{order}"), &[], ledger).await,
        }
    }

    /// Replays a ledger to its end, `PAGE` rows at a time.
    ///
    /// # Errors
    /// Faults; the inner error is the first row that is wrong.
    pub async fn replay(&self, ledger: &Ledger, on_rows: impl FnMut(u64)) -> Result<Result<Head, Broken>> {
        // One snapshot, so that sales that go on meanwhile do not look like a fault.
        let begin = match self.0 {
            Conn::Sqlite(_) => "BEGIN",
            Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.0.exec(begin, &[]).await?;
        let outcome = self.follow(ledger.book, on_rows).await;
        self.0.exec("COMMIT", &[]).await?;
        outcome
    }

    async fn follow(&self, book: Book, mut on_rows: impl FnMut(u64)) -> Result<Result<Head, Broken>> {
        let sql = "SELECT quantity, sold, held, ledger_seq, ledger_hash FROM ticket_type
                   WHERE organization_id = $1 AND id = $2";
        let values = params![book.organization_id, book.ticket_type];
        let stored = self.0.one(sql, values, |row| stored_head(row, 0)).await?.unwrap_or(Head::EMPTY);
        let mut head = Head::EMPTY;
        loop {
            let rows = self.rows(book, head.seq).await?;
            for row in &rows {
                let followed = row.as_ref().map_err(Clone::clone).and_then(|row| head.follow(book, row));
                match followed {
                    Ok(next) => head = next,
                    Err(broken) => return Ok(Err(broken)),
                }
            }
            on_rows(u64::try_from(rows.len()).unwrap_or(0));
            if i64::try_from(rows.len()).unwrap_or(0) < PAGE {
                break;
            }
        }
        // A type from before the ledger has no rows until something moves.
        if head.seq == 0 && stored.seq == 0 {
            return Ok(Ok(head));
        }
        Ok(head.agrees_with(stored).map(|()| head))
    }

    /// The next rows; one that cannot be read is broken like one that does not add up.
    async fn rows(&self, book: Book, after: i64) -> Result<Vec<Result<Row, Broken>>> {
        self.0
            .rows(
                "SELECT seq, at, kind, quantity_delta, sold_delta, held_delta, quantity, sold, held, reference,
                 prev_hash, hash FROM ledger WHERE organization_id = $1 AND ticket_type_id = $2 AND seq > $3
                 ORDER BY seq LIMIT $4",
                params![book.organization_id, book.ticket_type, after, PAGE],
                |found| {
                    let seq = found.get(0)?;
                    Ok(row(found).map_err(|_| Broken { seq, what: "cannot be read" }))
                },
            )
            .await
    }
}

fn ledger(row: &sql::Row<'_>) -> Result<Ledger> {
    let (organization_id, ticket_type): (OrganizationId, TicketTypeId) = (row.get(0)?, row.get(1)?);
    Ok(Ledger {
        book: Book { organization_id, ticket_type },
        event_id: row.get(2)?,
        event_slug: row.get(3)?,
        name: row.get(4)?,
        head: stored_head(row, 5)?,
    })
}

/// Stock and end of a ledger as the ticket type has them, from column `at` on.
fn stored_head(row: &sql::Row<'_>, at: usize) -> Result<Head> {
    let hash: Option<Vec<u8>> = row.get(at + 4)?;
    Ok(Head {
        seq: row.get(at + 3)?,
        hash: hash.map_or(Ok(GENESIS), hash_of)?,
        stock: Stock { quantity: row.get(at)?, sold: row.get(at + 1)?, held: row.get(at + 2)? },
    })
}

fn row(row: &sql::Row<'_>) -> Result<Row> {
    Ok(Row {
        seq: row.get(0)?,
        at: row.get(1)?,
        kind: word("ledger", &row.get::<String>(2)?, Kind::parse)?,
        delta: Delta { quantity: row.get(3)?, sold: row.get(4)?, held: row.get(5)? },
        after: Stock { quantity: row.get(6)?, sold: row.get(7)?, held: row.get(8)? },
        reference: row.get(9)?,
        prev_hash: hash_of(row.get(10)?)?,
        hash: hash_of(row.get(11)?)?,
    })
}
