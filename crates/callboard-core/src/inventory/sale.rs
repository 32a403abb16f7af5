//! Who may take how many of what, and when: the rules of holds and orders before the stock is asked.
//! Source: native-api.md §7.

use crate::event::Lifecycle;
use crate::ids::TicketTypeId;
use crate::issue::{Issue, IssueCode, Issues};
use crate::money::MinorUnits;
use crate::rejection::Rejection;
use crate::ticket::PER_ORDER_MAX;
use crate::time::Timestamp;

/// Most lines of one hold or order: as many ticket types as an event may have.
pub const LINES_MAX: usize = crate::event::TICKET_TYPES_MAX;
/// Life of a hold: least, most and usual. Unit: seconds. Source: native-api.md §7.
pub const HOLD_TTL_MIN_S: i64 = 60;
pub const HOLD_TTL_MAX_S: i64 = 1_800;
pub const HOLD_TTL_S: i64 = 600;

/// So many tickets of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub ticket_type: TicketTypeId,
    pub quantity: i64,
}

/// What an event says about selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    pub lifecycle: Lifecycle,
    /// The instant after which it is over.
    pub over_at: Timestamp,
}

/// What a ticket type says about selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub ticket_type: TicketTypeId,
    pub price: MinorUnits,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub min_per_order: i64,
    /// `None` = up to [`PER_ORDER_MAX`].
    pub max_per_order: Option<i64>,
}

impl Door {
    /// The event sells now.
    ///
    /// # Errors
    /// [`Rejection::NotOnSale`].
    pub fn check(self, now: Timestamp) -> Result<(), Rejection> {
        if self.lifecycle == Lifecycle::Published && now <= self.over_at {
            return Ok(());
        }
        Err(Rejection::NotOnSale { starts_at: None, ends_at: None })
    }
}

impl Offer {
    /// The type's own window is open now.
    ///
    /// # Errors
    /// [`Rejection::NotOnSale`] with the window.
    pub fn check_window(&self, now: Timestamp) -> Result<(), Rejection> {
        let (starts_at, ends_at) = (self.starts_at, self.ends_at);
        let is_open = starts_at.is_none_or(|start| start <= now) && ends_at.is_none_or(|end| now < end);
        if is_open { Ok(()) } else { Err(Rejection::NotOnSale { starts_at, ends_at }) }
    }

    /// As many as one order may have.
    fn check_quantity(&self, quantity: i64) -> Option<(IssueCode, String)> {
        let max = self.max_per_order.unwrap_or(PER_ORDER_MAX);
        match quantity {
            n if n > max => {
                Some((IssueCode::TooBig, format!("an order has at most {max} tickets of this type")))
            }
            n if n < self.min_per_order => {
                let min = self.min_per_order;
                Some((IssueCode::TooSmall, format!("an order has at least {min} tickets of this type")))
            }
            _ => None,
        }
    }
}

/// Lines are there, not too many, and no type is named twice.
///
/// # Errors
/// Issues at `items`.
pub fn check_lines(lines: &[Line]) -> Result<(), Issues> {
    let mut issues = Issues::new();
    if lines.is_empty() || lines.len() > LINES_MAX {
        let message = format!("has 1 to {LINES_MAX} entries");
        issues.push(Issue::body("items", IssueCode::InvalidValue, message));
    }
    for (at, line) in lines.iter().enumerate() {
        if line.quantity < 1 {
            issues.push(Issue::body(
                &format!("items.{at}.quantity"),
                IssueCode::TooSmall,
                "must be at least 1",
            ));
        }
        if lines.iter().take(at).any(|before| before.ticket_type == line.ticket_type) {
            let path = format!("items.{at}.ticketTypeId");
            issues.push(Issue::body(&path, IssueCode::DuplicateMember, "names a ticket type a second time"));
        }
    }
    issues.done()
}

/// Every line names an offer of the event and keeps to its limits; answers the offers in the order of the lines.
///
/// # Errors
/// Issues at `items.N.…`, then [`Rejection::NotOnSale`].
pub fn match_offers(lines: &[Line], offers: &[Offer], now: Timestamp) -> Result<Vec<Offer>, Rejection> {
    let mut issues = Issues::new();
    let mut matched = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let Some(offer) = offers.iter().find(|offer| offer.ticket_type == line.ticket_type) else {
            let path = format!("items.{at}.ticketTypeId");
            issues.push(Issue::body(&path, IssueCode::NotFound, "no such ticket type in this event"));
            continue;
        };
        if let Some((code, message)) = offer.check_quantity(line.quantity) {
            issues.push(Issue::body(&format!("items.{at}.quantity"), code, message));
        }
        matched.push(*offer);
    }
    issues.done()?;
    matched.iter().try_for_each(|offer| offer.check_window(now))?;
    Ok(matched)
}

/// What the lines cost together.
pub fn total(lines: &[Line], offers: &[Offer]) -> MinorUnits {
    let cost = |(line, offer): (&Line, &Offer)| offer.price.0.saturating_mul(line.quantity);
    MinorUnits(lines.iter().zip(offers).map(cost).fold(0, i64::saturating_add))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOON: Timestamp = Timestamp::from_millis(1_000);

    fn offer(n: u128) -> Offer {
        Offer {
            ticket_type: TicketTypeId(Uuid::from_u128(n)),
            price: MinorUnits(500),
            starts_at: None,
            ends_at: None,
            min_per_order: 2,
            max_per_order: Some(4),
        }
    }
    fn line(n: u128, quantity: i64) -> Line {
        Line { ticket_type: TicketTypeId(Uuid::from_u128(n)), quantity }
    }

    #[test]
    fn every_fault_of_the_lines_is_named() {
        let refused = match_offers(&[line(1, 5), line(9, 1), line(2, 1)], &[offer(1), offer(2)], NOON);
        let Err(Rejection::Invalid(Issues(all))) = refused else { panic!("{refused:?}") };
        let places: Vec<String> = all.iter().map(|issue| issue.place.dotted()).collect();
        assert_eq!(places, ["items.0.quantity", "items.1.ticketTypeId", "items.2.quantity"]);
        assert!(check_lines(&[line(1, 2), line(1, 2)]).is_err() && check_lines(&[]).is_err());
        assert_eq!(total(&[line(1, 3)], &[offer(1)]), MinorUnits(1_500));
    }

    #[test]
    fn a_window_is_open_from_its_start_until_before_its_end() {
        let window = Offer { starts_at: Some(NOON), ends_at: Some(NOON.plus_millis(1)), ..offer(1) };
        assert!(window.check_window(NOON).is_ok());
        for at in [-1, 1] {
            let refused = window.check_window(NOON.plus_millis(at));
            assert!(matches!(refused, Err(Rejection::NotOnSale { .. })));
        }
        let door = Door { lifecycle: Lifecycle::Published, over_at: NOON };
        assert!(door.check(NOON).is_ok() && door.check(NOON.plus_millis(1)).is_err());
        assert!(Door { lifecycle: Lifecycle::Draft, ..door }.check(NOON).is_err());
    }
}
