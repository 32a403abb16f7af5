//! Many events in one transaction, each by the very commands that the surfaces run.

use callboard_core::event::{Lifecycle, Transition};
use callboard_core::ids::{EventId, TicketTypeId};
use callboard_core::inventory::order::Buyer;
use callboard_core::inventory::sale::Line;
use callboard_store::events::{CreateEvent, EventRef, MoveEvent, SetStock};
use callboard_store::sales::{PlaceOrder, Wanted};
use callboard_store::{Command, Result, Tenant, Tx};

use super::season::{Item, Sale};
use crate::demo::plan::Fate;

/// Writes some events of one organization, all or nothing.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) tenant: Tenant,
    pub(super) items: Vec<Item>,
}

/// An event that was written.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) id: EventId,
    pub(super) number: i64,
    pub(super) slug: String,
    pub(super) ticket_types: Vec<TicketTypeId>,
    pub(super) is_on_sale: bool,
    pub(super) orders: u64,
}

impl Command for Import {
    type Out = Vec<Made>;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Vec<Made>> {
        let mut made = Vec::with_capacity(self.items.len());
        for item in &self.items {
            made.push(self.one(tx, item).await?);
        }
        Ok(made)
    }
}

impl Import {
    async fn one(&self, tx: &Tx<'_>, item: &Item) -> Result<Made> {
        let (tenant, plan) = (&self.tenant, &item.plan);
        let mut patch = plan.patch();
        patch.slug = Some(item.slug.clone());
        let create = CreateEvent {
            tenant: tenant.clone(),
            patch,
            ticket_types: plan.types.iter().map(|kind| kind.terms(item.context.now)).collect(),
            status: Some(if plan.fate == Fate::Draft { Lifecycle::Draft } else { Lifecycle::Published }),
            channel_number: None,
        };
        let made = tx.nested(&item.context, &create).await?.event;
        let sold = plan.types.iter().zip(&made.ticket_types).filter(|(planned, _)| planned.sold > 0);
        for (n, (planned, stored)) in (1..).zip(sold) {
            let stock =
                SetStock { tenant: tenant.clone(), ticket_type: stored.id, sold: planned.sold, held: 0 };
            tx.nested(&another(&item.context, n), &stock).await?;
        }
        let ticket_types: Vec<TicketTypeId> = made.ticket_types.iter().map(|kind| kind.id).collect();
        for sale in &item.sales {
            self.sell(tx, made.id, ticket_types.first().copied(), sale).await?;
        }
        let step = match plan.fate {
            Fate::Draft | Fate::Published => None,
            Fate::Cancelled => Some(Transition::Cancel),
            Fate::Archived => Some(Transition::Archive),
        };
        if let Some(step) = step {
            let event = EventRef::Id(made.id);
            let moved = MoveEvent { tenant: tenant.clone(), event, step, if_match: None };
            tx.nested(&another(&item.context, 0), &moved).await?;
        }
        Ok(Made {
            id: made.id,
            number: made.number,
            slug: made.details.slug.to_string(),
            ticket_types,
            is_on_sale: item.is_on_sale,
            orders: u64::try_from(item.sales.len()).unwrap_or(0),
        })
    }

    async fn sell(&self, tx: &Tx<'_>, event: EventId, of: Option<TicketTypeId>, sale: &Sale) -> Result<()> {
        let lines = of.map(|ticket_type| Line { ticket_type, quantity: sale.tickets });
        let order = PlaceOrder {
            tenant: self.tenant.clone(),
            event,
            wanted: Wanted::Items(lines.into_iter().collect()),
            buyer: Buyer { name: sale.name.clone(), email: sale.email.clone() },
            payment: None,
        };
        tx.nested(&sale.context, &order).await.map(|_| ())
    }
}

/// A context for what follows: a command's ids follow from its seed, so each has its own.
fn another(context: &callboard_store::Context, n: u8) -> callboard_store::Context {
    let mut next = context.clone();
    next.now = context.now.plus_millis(1);
    if let Some(last) = next.seed.last_mut() {
        *last = last.wrapping_add(n).wrapping_add(1);
    }
    next
}
