//! `/dashboard/organization`: going over to another organization of the same account. A session acts in one: the
//! old one ends, a new one begins that lasts no longer.

use callboard_core::rejection::Thing;
use callboard_store::sessions::{EndSession, OpenSession};

use super::sign_in::enter;
use crate::dashboard::page::Page;
use crate::dashboard::visit::Visit;
use crate::http::{Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::post("/dashboard/organization").member(switch)]
}

async fn switch(visit: Visit) -> Result<Reply, Refusal> {
    let member = visit.member()?;
    let wish = visit.form.get("organization").parse().ok().ok_or(Refusal::not_found(Thing::Organization))?;
    let open = OpenSession {
        account_id: member.account.id,
        organization_id: Some(wish),
        expires_at: member.expires_at,
        clears: None,
    };
    let opened = visit.app.store.write(visit.context(), open).await?;
    let tenant = member.tenant.clone();
    visit.app.store.write(visit.context(), EndSession { tenant }).await?;
    Ok(enter(&visit, &opened, "/dashboard"))
}
