//! From a body to the core's terms of a ticket type.

use callboard_core::issue::Issues;
use callboard_core::money::MinorUnits;
use callboard_core::text;
use callboard_core::ticket::{NAME_MAX, Terms, TermsPatch};
use callboard_core::time::Timestamp;

use super::body::{NewTicketType, TicketTypeChange};
use crate::surfaces::native::events::Reading;

/// Longest description of a ticket type. Unit: characters. [inferred]
const DESCRIPTION_MAX: usize = 2_000;

/// Reads a new ticket type that stands at `path` of the body (`ticketTypes.0.`, or nothing).
pub(in crate::surfaces::native) fn terms(r: &mut Reading, path: &str, said: NewTicketType) -> Option<Terms> {
    let at = |member: &str| format!("{path}{member}");
    let name = r.value(&at("name"), Some(said.name), |name| text::line(&name, NAME_MAX));
    let description =
        r.value(&at("description"), said.description, |words| text::lines(&words, DESCRIPTION_MAX));
    let sale_starts_at = r.value(&at("saleStartsAt"), said.sale_starts_at, |text| Timestamp::parse(&text));
    let sale_ends_at = r.value(&at("saleEndsAt"), said.sale_ends_at, |text| Timestamp::parse(&text));
    let terms = Terms {
        name: name?,
        description,
        price: MinorUnits(said.price),
        quantity: said.quantity,
        sale_starts_at,
        sale_ends_at,
        min_per_order: said.min_per_order.unwrap_or(1),
        max_per_order: said.max_per_order,
        hidden: said.hidden.unwrap_or(false),
    };
    if let Err(Issues(faults)) = terms.check() {
        for mut fault in faults {
            fault.place = callboard_core::issue::Place::body(&at(&fault.place.dotted()));
            r.0.push(fault);
        }
    }
    Some(terms)
}

/// Reads a change.
///
/// # Errors
/// All faults.
pub(super) fn change(said: TicketTypeChange) -> Result<TermsPatch, Issues> {
    let mut reading = Reading::default();
    let r = &mut reading;
    let patch = TermsPatch {
        name: r.value("name", said.name, |name| text::line(&name, NAME_MAX)),
        description: r.lines("description", said.description, DESCRIPTION_MAX),
        price: said.price.map(MinorUnits),
        quantity: said.quantity,
        sale_starts_at: r.each("saleStartsAt", said.sale_starts_at, |text| Timestamp::parse(&text)),
        sale_ends_at: r.each("saleEndsAt", said.sale_ends_at, |text| Timestamp::parse(&text)),
        min_per_order: said.min_per_order,
        max_per_order: said.max_per_order,
        hidden: said.hidden,
    };
    reading.0.done()?;
    Ok(patch)
}
