//! Events and their ticket types: finding, listing, and every command that changes them.
//!
//! `occurrence` makes and changes the events of a series for `crate::series`.
//! `row` reads rows, `columns` writes them, `load` gathers them, `known` remembers them, `source` reads from both,
//! `find` and `list*` read inside a tenant, `create`, `duplicate`, `put`, `revise`,
//! `transition` and `ticket_types` are the commands, `refs` checks what an event refers to, `derived` keeps what follows
//! from it (the venue's date and time), `words` keeps the terms for searching and asks for them, `totals` and `counts` count, `sketch` is a new
//! event before its transaction, `desk` is what creates of one transaction look up once.

mod columns;
pub(crate) mod counts;
mod create;
mod derived;
pub(crate) mod desk;
mod duplicate;
mod facets;
mod find;
pub(crate) mod known;
mod list;
mod list_channel;
mod list_venue;
mod load;
pub(crate) mod occurrence;
mod put;
mod refs;
mod revise;
mod row;
mod sketch;
mod source;
mod stock;
mod ticket_types;
mod totals;
mod transition;
pub(crate) mod words;

pub use create::{CreateEvent, Written};
pub use duplicate::DuplicateEvent;
pub use facets::Facets;
pub use find::EventRef;
pub use list::{BoxOfficeList, EventList, EventOrder, Paged, Position, Recurring, Slice};
pub use list_channel::ChannelList;
#[cfg(test)]
pub(crate) use list_channel::MERGED_MAX;
pub use list_venue::{VenueList, VenueStatus};
pub use put::{Put, PutEvent};
pub use revise::ReviseEvent;
pub use stock::SetStock;
pub use ticket_types::{AddTicketType, RemoveTicketType, ReviseTicketType};
pub use transition::{DeleteEvent, MoveEvent};

pub(crate) use create::check_terms;
pub(crate) use derived::venue_changed;
pub(crate) use find::find_id;
pub(crate) use refs::{bind, box_office, check_references};
