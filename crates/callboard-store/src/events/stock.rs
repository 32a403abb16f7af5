//! Stock set directly, for imports and tests; selling has commands of its own.

use callboard_core::ids::{OrganizationId, TicketTypeId};
use callboard_core::inventory::Move;
use callboard_core::rejection::{Rejection, Thing};

use crate::error::Result;
use crate::sales::stock;
use crate::sql::{Command, Tx};
use crate::tenant::Tenant;

/// Sets how many tickets of a type count as sold and held.
#[derive(Debug, Clone)]
pub struct SetStock {
    pub tenant: Tenant,
    pub ticket_type: TicketTypeId,
    pub sold: i64,
    pub held: i64,
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
