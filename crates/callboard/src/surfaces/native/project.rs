//! Resources as `/v1` shows them, for the change log. Source: native-api.md §8.

use callboard_store::Subject;
use serde::Serialize;

use super::events;
use super::places::box_offices::BoxOfficeBody;
use super::places::channels::ChannelBody;
use super::places::venues::VenueBody;
use super::{sales, series};

/// A resource's stored members as JSON; what follows from the clock or the stock is left out.
pub fn project(subject: Subject<'_>) -> String {
    match subject {
        Subject::Event(event) => text(&events::stored(event)),
        Subject::Venue(venue) => text(&VenueBody::from(venue)),
        Subject::Channel(channel) => text(&ChannelBody::from(channel)),
        Subject::BoxOffice(box_office) => text(&BoxOfficeBody::from(box_office)),
        Subject::Series(one) => text(&series::SeriesView::from(one)),
        Subject::Order(order) => text(&sales::OrderView::from(order)),
        Subject::Ticket(ticket) => text(&sales::TicketView::from(ticket)),
        Subject::Stock { event, ticket_type, stock } => {
            text(&sales::StockView::new(event, ticket_type, stock))
        }
    }
}

fn text(body: &impl Serialize) -> String {
    // Wire types hold strings, numbers and lists only; serialising them cannot fail.
    serde_json::to_string(body).unwrap_or_default()
}
