//! Sales: holds, orders, tickets, check-ins, and the ledger under them.
//!
//! `stock` takes a ticket type's row, moves its stock and writes the ledger; `hold`, `order`, `ending` and
//! `check_in` are the commands; `read` finds and lists; `audit` reads ledgers for `callboard verify`.

mod audit;
mod check_in;
mod ending;
mod hold;
mod order;
mod read;
pub(crate) mod stock;
pub(crate) mod till;

pub use audit::{Auditor, Ledger};
pub use check_in::{CheckIn, Scanned, UndoCheckIn};
pub use ending::EndOrder;
pub use hold::{CreateHold, ReleaseHold};
pub use order::{PlaceOrder, Wanted};
pub use read::{Admitted, OrderList};

use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, OrganizationId, VenueId};
use callboard_core::inventory::sale::Door;
use callboard_core::money::Currency;

use crate::error::{Error, Result};
use crate::sql::{Conn, Tx, params};
use crate::tenant::{Reach, Tenant};

/// What a sale needs to know of its event.
#[derive(Debug, Clone)]
pub(crate) struct Selling {
    pub(crate) door: Door,
    pub(crate) currency: Currency,
    venue: Option<VenueId>,
    channel: Option<ChannelId>,
    box_office: Option<BoxOfficeId>,
}

/// The event, if the tenant reaches it.
pub(crate) async fn find_selling(tx: &Tx<'_>, tenant: &Tenant, id: EventId) -> Result<Option<Selling>> {
    let Reach::Organization(_) = tenant.reach() else { return Ok(None) };
    let cell = tx.till().event(tenant.organization_id(), id);
    let found = cell.get_or_try_init(|| load_selling(tx, tenant.organization_id(), id)).await?;
    let reached = |event: &&Selling| tenant.reaches(id, event.venue, event.channel, event.box_office);
    Ok(found.as_ref().filter(reached).cloned())
}

async fn load_selling(conn: &Conn, organization_id: OrganizationId, id: EventId) -> Result<Option<Selling>> {
    conn.one(
        "SELECT lifecycle, over_at, currency, venue_id, channel_id, box_office_id FROM event
         WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
        params![organization_id, id],
        |row| {
            let (lifecycle, currency): (String, String) = (row.get(0)?, row.get(2)?);
            let lifecycle = word("event", &lifecycle, callboard_core::event::Lifecycle::parse)?;
            Ok(Selling {
                door: Door { lifecycle, over_at: row.get(1)? },
                currency: word("event", &currency, |text| Currency::parse(text).ok())?,
                venue: row.get(3)?,
                channel: row.get(4)?,
                box_office: row.get(5)?,
            })
        },
    )
    .await
}

/// Makes sure that an event is within the tenant's reach, whatever became of it.
pub(crate) async fn reaches_event(
    conn: &Conn,
    tenant: &Tenant,
    organization_id: OrganizationId,
    id: EventId,
) -> Result<bool> {
    let Reach::Organization(bound) = tenant.reach() else { return Ok(false) };
    if organization_id != tenant.organization_id() {
        return Ok(false);
    }
    if bound == callboard_core::key::Binding::default() {
        return Ok(true);
    }
    let found = conn
        .one(
            "SELECT venue_id, channel_id, box_office_id FROM event WHERE organization_id = $1 AND id = $2",
            params![organization_id, id],
            |row| Ok(tenant.reaches(id, row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    Ok(found == Some(true))
}

/// A stored word as its type.
pub(crate) fn word<T>(table: &str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::corrupt(table, "word", text))
}
