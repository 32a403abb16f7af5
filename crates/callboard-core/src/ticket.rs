//! Ticket types: what is sold, at what price, how many are left. Source: contracts.md §4.2, native-api.md §5, §7.

use crate::event::patch::Change;
use crate::ids::TicketTypeId;
use crate::money::MinorUnits;
use crate::rejection::Rejection;
use crate::slug::Slug;
use crate::time::Timestamp;

/// Most tickets of one type.
pub const QUANTITY_MAX: i64 = 10_000_000;
/// Most tickets in one order where `max_per_order` is not set.
pub const PER_ORDER_MAX: i64 = 100;
/// Longest name of a ticket type. Unit: characters.
pub const NAME_MAX: usize = 100;

/// A kind of ticket of one event. Invariant, also a CHECK of the table: `0 ≤ sold + held ≤ quantity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketType {
    pub id: TicketTypeId,
    pub terms: Terms,
    pub sold: i64,
    /// Tickets in unexpired holds.
    pub held: i64,
    /// When the first of these holds runs out.
    pub held_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What an organiser says about a ticket type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub name: String,
    pub description: Option<String>,
    pub price: MinorUnits,
    pub quantity: i64,
    pub sale_starts_at: Option<Timestamp>,
    pub sale_ends_at: Option<Timestamp>,
    pub min_per_order: i64,
    /// `None` = up to [`PER_ORDER_MAX`].
    pub max_per_order: Option<i64>,
    /// Hidden types are left out of public lists and T6; they sell by id.
    pub hidden: bool,
}

/// Changes to a ticket type; `None` keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsPatch {
    pub name: Option<String>,
    pub description: Change<String>,
    pub price: Option<MinorUnits>,
    pub quantity: Option<i64>,
    pub sale_starts_at: Change<Timestamp>,
    pub sale_ends_at: Change<Timestamp>,
    pub min_per_order: Option<i64>,
    pub max_per_order: Change<i64>,
    pub hidden: Option<bool>,
}

impl TicketType {
    /// Tickets left at this instant: quantity − sold − held, never negative.
    pub fn available(&self) -> i64 {
        let taken = self.sold.saturating_add(self.held);
        self.terms.quantity.saturating_sub(taken).max(0)
    }

    /// The sale window is open at `now`; the event itself must be selling besides.
    pub fn is_in_sale_window(&self, now: Timestamp) -> bool {
        self.terms.sale_starts_at.is_none_or(|start| start <= now)
            && self.terms.sale_ends_at.is_none_or(|end| now < end)
    }

    /// Decides whether it can be taken away.
    ///
    /// # Errors
    /// [`Rejection::TypeHasSales`] · [`Rejection::TypeHasHolds`].
    pub fn decide_removal(&self) -> Result<(), Rejection> {
        match (self.sold, self.held) {
            (1.., _) => Err(Rejection::TypeHasSales { name: self.terms.name.clone(), sold: self.sold }),
            (_, 1..) => Err(Rejection::TypeHasHolds { name: self.terms.name.clone(), held: self.held }),
            (_, _) => Ok(()),
        }
    }

    /// Decides a change of terms.
    ///
    /// # Errors
    /// [`Rejection::BelowStock`] when the quantity would be less than what is sold and held.
    pub fn revise(&self, patch: TermsPatch) -> Result<Terms, Rejection> {
        let before = &self.terms;
        let after = Terms {
            name: patch.name.unwrap_or_else(|| before.name.clone()),
            description: patch.description.unwrap_or_else(|| before.description.clone()),
            price: patch.price.unwrap_or(before.price),
            quantity: patch.quantity.unwrap_or(before.quantity),
            sale_starts_at: patch.sale_starts_at.unwrap_or(before.sale_starts_at),
            sale_ends_at: patch.sale_ends_at.unwrap_or(before.sale_ends_at),
            min_per_order: patch.min_per_order.unwrap_or(before.min_per_order),
            max_per_order: patch.max_per_order.unwrap_or(before.max_per_order),
            hidden: patch.hidden.unwrap_or(before.hidden),
        };
        if after.quantity < self.sold.saturating_add(self.held) {
            return Err(Rejection::BelowStock { quantity: after.quantity, sold: self.sold, held: self.held });
        }
        after.check().map_err(Rejection::Invalid)?;
        Ok(after)
    }
}

impl Terms {
    /// Cross-field rules, under core names.
    ///
    /// # Errors
    /// Issues at `saleEndsAt` or `maxPerOrder`.
    pub fn check(&self) -> Result<(), crate::issue::Issues> {
        use crate::issue::{Issue, IssueCode, Issues};
        let mut issues = Issues::new();
        if let (Some(start), Some(end)) = (self.sale_starts_at, self.sale_ends_at)
            && end <= start
        {
            issues.push(Issue::body("saleEndsAt", IssueCode::InvalidValue, "must be after saleStartsAt"));
        }
        if self.max_per_order.is_some_and(|max| max < self.min_per_order) {
            issues.push(Issue::body(
                "maxPerOrder",
                IssueCode::InvalidValue,
                "must not be less than minPerOrder",
            ));
        }
        issues.done()
    }
}

/// The slug of an event's title, or of `event`.
pub fn slug_of_title(title: Option<&str>) -> Slug {
    Slug::from_text(title.unwrap_or("event"), "event")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stock(quantity: i64, sold: i64, held: i64) -> TicketType {
        let terms = Terms {
            name: "GA".into(),
            description: None,
            price: MinorUnits(2500),
            quantity,
            sale_starts_at: None,
            sale_ends_at: None,
            min_per_order: 1,
            max_per_order: None,
            hidden: false,
        };
        let at = Timestamp::from_millis(0);
        let id = TicketTypeId(Uuid::nil());
        TicketType { id, terms, sold, held, held_until: None, created_at: at, updated_at: at }
    }

    #[test]
    fn availability_is_never_negative() {
        assert_eq!(stock(120, 20, 5).available(), 95);
        assert_eq!(stock(5, 5, 5).available(), 0);
    }

    #[test]
    fn sold_and_held_types_stay() {
        assert!(matches!(stock(5, 1, 1).decide_removal(), Err(Rejection::TypeHasSales { .. })));
        assert!(matches!(stock(5, 0, 1).decide_removal(), Err(Rejection::TypeHasHolds { .. })));
        assert!(stock(5, 0, 0).decide_removal().is_ok());
        let fewer = TermsPatch { quantity: Some(2), ..TermsPatch::default() };
        assert!(matches!(stock(5, 2, 1).revise(fewer), Err(Rejection::BelowStock { .. })));
    }
}
