//! What the clock and the stock say about an event: computed on reading, never stored.
//! Source: contracts.md §6.4.

use std::borrow::Borrow;

use super::{Event, Lifecycle, words};
use crate::ticket::TicketType;
use crate::time::Timestamp;

words! {
    /// The status that T answers, one word for lifecycle, clock and stock.
    /// The store's filter must be the same predicate; a property test holds them together.
    BoxOfficeStatus {
        Draft = "DRAFT", Published = "PUBLISHED", SoldOut = "SOLD_OUT",
        Cancelled = "CANCELLED", Completed = "COMPLETED", Archived = "ARCHIVED",
    }
}

impl Event {
    /// Its end (or start, if it has no end) is past.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.details.schedule.over_at() < now
    }

    /// At least one visible ticket type exists and none of them has stock.
    pub fn is_sold_out(&self) -> bool {
        let mut visible = self.ticket_types.iter().filter(|t| !t.terms.hidden).peekable();
        visible.peek().is_some() && visible.all(|t| t.available() == 0)
    }

    pub fn has_sales(&self) -> bool {
        self.ticket_types.iter().any(|t| t.sold > 0)
    }

    /// Tickets of this event can be bought at all now (each type has its own window besides).
    pub fn is_selling(&self, now: Timestamp) -> bool {
        self.lifecycle == Lifecycle::Published && !self.is_over(now)
    }

    /// Tickets of this type can be bought now, as long as some are left. [inferred]
    pub fn is_on_sale(&self, ticket_type: &TicketType, now: Timestamp) -> bool {
        self.is_selling(now) && ticket_type.is_in_sale_window(now)
    }

    /// The next instant at which something of the above changes though nobody writes: the event is over, a sale
    /// opens or closes, a hold runs out. `None` if nothing will.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let over = self.details.schedule.over_at().plus_millis(1);
        let of_types = self.ticket_types.iter().flat_map(|one| {
            [one.terms.sale_starts_at, one.terms.sale_ends_at, one.held_until].into_iter().flatten()
        });
        of_types.chain([over]).filter(|at| *at > now).min()
    }

    /// The first [`Event::next_change`] of several events.
    pub fn first_change(events: &[impl Borrow<Event>], now: Timestamp) -> Option<Timestamp> {
        events.iter().filter_map(|event| event.borrow().next_change(now)).min()
    }

    /// COMPLETED beats SOLD_OUT.
    pub fn box_office_status(&self, now: Timestamp) -> BoxOfficeStatus {
        match self.lifecycle {
            Lifecycle::Draft => BoxOfficeStatus::Draft,
            Lifecycle::Cancelled => BoxOfficeStatus::Cancelled,
            Lifecycle::Archived => BoxOfficeStatus::Archived,
            Lifecycle::Published if self.is_over(now) => BoxOfficeStatus::Completed,
            Lifecycle::Published if self.is_sold_out() => BoxOfficeStatus::SoldOut,
            Lifecycle::Published => BoxOfficeStatus::Published,
        }
    }
}
