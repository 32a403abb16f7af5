//! Scanning tickets at the door: the first scan wins, on however many devices. Source: native-api.md §7.

use callboard_core::ids::{CheckInId, OrganizationId, TicketId};
use callboard_core::inventory::order::{Entry, Scan, Ticket, TicketStatus};
use callboard_core::rejection::{Rejection, Thing};

use super::{reaches_event, read};
use crate::error::Result;
use crate::sql::{Command, Tx, params};
use crate::store::Subject;
use crate::tenant::Tenant;

/// Admits the bearer of a code, or says why not.
#[derive(Debug, Clone)]
pub struct CheckIn {
    pub tenant: Tenant,
    /// Its letters upper case, see [`callboard_core::inventory::order::parse_code`]; `None` is no code at all.
    pub code: Option<String>,
    pub gate: Option<String>,
}

/// What became of a scan; the ticket as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    pub result: Scan,
    pub ticket: Option<Ticket>,
}

/// Takes an admission back; the ticket admits again.
#[derive(Debug, Clone)]
pub struct UndoCheckIn {
    pub tenant: Tenant,
    pub id: CheckInId,
}

impl Command for CheckIn {
    type Out = Scanned;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    fn interleaves(&self) -> bool {
        true
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Scanned> {
        let unknown = Scanned { result: Scan::Unknown, ticket: None };
        let Some(code) = &self.code else { return Ok(unknown) };
        let Some(found) = read::ticket(tx, &self.tenant, code).await? else { return Ok(unknown) };
        let id: CheckInId = tx.mint();
        // The guarded update decides who was first.
        let admitted = tx
            .exec(
                "UPDATE ticket SET check_in_id = $3, checked_in_at = $4, gate = $5
                 WHERE organization_id = $1 AND id = $2 AND status = 'valid' AND checked_in_at IS NULL",
                params![self.tenant.organization_id(), found.id, id, tx.now(), &self.gate],
            )
            .await?;
        if admitted == 0 {
            let now = read::ticket(tx, &self.tenant, code).await?.unwrap_or(found);
            let is_valid = now.status == TicketStatus::Valid;
            let result = if is_valid { Scan::Duplicate } else { Scan::Void };
            return Ok(Scanned { result, ticket: Some(now) });
        }
        let entry = Entry { check_in: id, at: tx.now(), gate: self.gate.clone() };
        tx.exec(
            "INSERT INTO check_in (organization_id, id, ticket_id, at, gate) VALUES ($1, $2, $3, $4, $5)",
            params![self.tenant.organization_id(), id, found.id, tx.now(), &self.gate],
        )
        .await?;
        let ticket = Ticket { checked_in: Some(entry), ..found };
        noted(tx, &self.tenant, "ticket.checked_in", &ticket).await?;
        Ok(Scanned { result: Scan::Admitted, ticket: Some(ticket) })
    }
}

impl Command for UndoCheckIn {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let organization_id = self.tenant.organization_id();
        let not_found = || Rejection::NotFound(Thing::CheckIn);
        let sql = "SELECT id FROM ticket WHERE organization_id = $1 AND check_in_id = $2";
        let id: Option<TicketId> = tx.one(sql, params![organization_id, self.id], |row| row.get(0)).await?;
        let found = read::ticket_by_id(tx, organization_id, id.ok_or_else(not_found)?).await?;
        let ticket = found.ok_or_else(not_found)?;
        if !reaches_event(tx, &self.tenant, organization_id, ticket.event_id).await? {
            return Err(not_found().into());
        }
        let undone = tx
            .exec(
                "UPDATE ticket SET check_in_id = NULL, checked_in_at = NULL, gate = NULL
                 WHERE organization_id = $1 AND id = $2 AND check_in_id = $3",
                params![organization_id, ticket.id, self.id],
            )
            .await?;
        if undone == 0 {
            return Err(not_found().into());
        }
        let sql = "UPDATE check_in SET undone_at = $3 WHERE organization_id = $1 AND id = $2";
        tx.exec(sql, params![organization_id, self.id, tx.now()]).await?;
        noted(tx, &self.tenant, "ticket.check_in_undone", &Ticket { checked_in: None, ..ticket }).await
    }
}

async fn noted(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, ticket: &Ticket) -> Result<()> {
    let data = tx.project(Subject::Ticket(ticket));
    tx.moved(tenant.organization_id(), kind, "ticket", ticket.id.0, Some(data));
    tx.audit(tenant, kind, "ticket", ticket.id.0).await
}
