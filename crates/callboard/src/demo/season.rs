//! Writes the planned events: all at once, then what follows from their being there.

use callboard_core::event::{Event, Lifecycle, Transition};
use callboard_store::Tenant;
use callboard_store::events::{CreateEvent, EventRef, MoveEvent, SetStock};
use callboard_store::series::CreateSeries;
use futures_util::future::try_join_all;

use super::plan::{Fate, Plan};
use super::programme;
use crate::app::App;

/// Writes them side by side, so that they share commits; answers them as they are at the end.
pub(super) async fn write(app: &App, tenant: &Tenant, plans: Vec<Plan>) -> Result<Vec<Event>, String> {
    try_join_all(plans.iter().map(|plan| one(app, tenant, plan))).await
}

async fn one(app: &App, tenant: &Tenant, plan: &Plan) -> Result<Event, String> {
    let now = app.clock.now();
    let create = CreateEvent {
        tenant: tenant.clone(),
        patch: plan.patch(),
        ticket_types: plan.types.iter().map(|kind| kind.terms(now)).collect(),
        status: Some(if plan.fate == Fate::Draft { Lifecycle::Draft } else { Lifecycle::Published }),
        channel_number: None,
    };
    let made = super::write(app, create).await?.event;
    sell(app, tenant, plan, &made).await?;
    let step = match plan.fate {
        Fate::Draft | Fate::Published => return Ok(made),
        Fate::Cancelled => Transition::Cancel,
        Fate::Archived => Transition::Archive,
    };
    let moved = MoveEvent { tenant: tenant.clone(), event: EventRef::Id(made.id), step, if_match: None };
    super::write(app, moved).await
}

/// Counts the planned tickets as sold.
async fn sell(app: &App, tenant: &Tenant, plan: &Plan, event: &Event) -> Result<(), String> {
    let stock = plan.types.iter().zip(&event.ticket_types).filter(|(planned, _)| planned.sold > 0);
    let sold = stock.map(|(planned, stored)| {
        let sold = SetStock { tenant: tenant.clone(), ticket_type: stored.id, sold: planned.sold, held: 0 };
        super::write(app, sold)
    });
    try_join_all(sold).await.map(|_| ())
}

/// Writes a weekly evening as a series, and sells for its first date.
pub(super) async fn recurring(app: &App, tenant: &Tenant, plan: &Plan) -> Result<Vec<Event>, String> {
    let patch = plan.weekly(programme::WEEKS, app.clock.now());
    let born = super::write(app, CreateSeries { tenant: tenant.clone(), patch }).await?.born;
    if let Some(first) = born.first() {
        sell(app, tenant, plan, first).await?;
    }
    Ok(born)
}
