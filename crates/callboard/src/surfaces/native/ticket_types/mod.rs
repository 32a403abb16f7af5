//! Ticket types. A change of one is a change of its event, whose version `If-Match` names. Source: native-api.md §5.

mod add;
mod body;
mod get;
mod list;
mod parse;
mod remove;
pub(super) mod render;
mod revise;
mod view;

pub(super) use body::NewTicketType;
pub(super) use parse::terms;
pub(super) use view::TicketTypeView;

use callboard_core::event::Event;
use callboard_core::ids::TicketTypeId;
use callboard_core::time::Timestamp;
use http::StatusCode;

use super::wire::Written;
use crate::http::{Operation, Reply};

const TAG: &str = "Ticket types";

pub(super) fn operations() -> Vec<Operation> {
    vec![list::operation(), add::operation(), get::operation(), revise::operation(), remove::operation()]
}

/// A ticket type after a write, at its event's version.
fn reply(status: StatusCode, event: &Event, id: TicketTypeId, now: Timestamp) -> Reply {
    let found = event.ticket_types.iter().find(|one| one.id == id);
    let body = found.map(|one| Written::plain(render::one(event, one, now)));
    Reply::json(status, &body).versioned(event.version)
}
