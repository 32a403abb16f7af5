//! Stock and series set directly, for imports and tests; selling and series have commands of their own.

use callboard_core::ids::{EventId, OrganizationId, SeriesId, TicketTypeId};
use callboard_core::inventory::Move;
use callboard_core::rejection::{Rejection, Thing};

use crate::error::Result;
use crate::sales::stock;
use crate::sql::{Command, Tx, params};
use crate::tenant::Tenant;

/// Sets how many tickets of a type count as sold and held.
#[derive(Debug, Clone)]
pub struct SetStock {
    pub tenant: Tenant,
    pub ticket_type: TicketTypeId,
    pub sold: i64,
    pub held: i64,
}

/// Makes an event count as an occurrence of a series.
#[derive(Debug, Clone)]
pub struct SetSeries {
    pub tenant: Tenant,
    pub event: EventId,
    pub series_id: Option<SeriesId>,
}

impl Command for SetStock {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let organization_id = self.tenant.organization_id();
        let shelf = stock::take(tx, organization_id, [self.ticket_type]).await?.into_iter().next();
        let shelf = shelf.ok_or(Rejection::NotFound(Thing::TicketType))?;
        shelf.act(tx, Move::Import { sold: self.sold, held: self.held }, None)?;
        shelf.put_back(tx).await
    }
}

impl Command for SetSeries {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let organization_id = self.tenant.organization_id();
        let sql =
            "UPDATE event SET series_id = $3 WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
        let changed = tx.exec(sql, params![organization_id, self.event, self.series_id]).await?;
        tx.touched(organization_id);
        if changed == 0 { Err(Rejection::NotFound(Thing::Event).into()) } else { Ok(()) }
    }
}
