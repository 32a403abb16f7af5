//! Inventory: what may happen to the stock of a ticket type, and the proof of what happened.
//!
//! [`Stock`] decides moves, [`sale`] decides who may buy what and when, [`ledger`] chains every move to the one
//! before it and replays them. Plain functions: the store applies what they decide in one transaction.
//! Source: native-api.md §7, design.md §6.

pub mod ledger;
pub mod order;
pub mod sale;
#[cfg(test)]
mod simulation;

use crate::event::words;

/// The stock of one ticket type. Invariant: `0 ≤ sold`, `0 ≤ held`, `sold + held ≤ quantity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    pub quantity: i64,
    pub sold: i64,
    pub held: i64,
}

words! {
    /// Why stock moved: one kind of ledger row each.
    Kind {
        /// The type came into being, or its ledger began.
        Opened = "opened",
        Resized = "resized",
        Held = "held",
        Released = "released",
        /// A hold ran out and its stock was taken back.
        Expired = "expired",
        Sold = "sold",
        /// Sold out of a hold.
        Claimed = "claimed",
        Cancelled = "cancelled",
        Refunded = "refunded",
        /// Set by an import.
        Imported = "imported",
        Removed = "removed",
    }
}

/// One thing that happens to stock. Units: tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Open { quantity: i64 },
    Resize { quantity: i64 },
    Hold(i64),
    Release(i64),
    Expire(i64),
    Sell(i64),
    Claim(i64),
    Cancel(i64),
    Refund(i64),
    Import { sold: i64, held: i64 },
    Remove,
}

/// By how much a move changes each figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delta {
    pub quantity: i64,
    pub sold: i64,
    pub held: i64,
}

/// The move would leave the stock's bounds; so many are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stock has {free} free tickets, less than the move takes")]
pub struct Shortage {
    pub free: i64,
}

impl Stock {
    /// Neither sold nor held, never negative. `sold + held + free = quantity`.
    pub fn free(self) -> i64 {
        self.quantity.saturating_sub(self.sold.saturating_add(self.held)).max(0)
    }

    /// The invariant holds.
    pub fn is_sound(self) -> bool {
        let taken = self.sold.checked_add(self.held);
        self.sold >= 0 && self.held >= 0 && taken.is_some_and(|taken| taken <= self.quantity)
    }

    /// The stock after a move.
    ///
    /// # Errors
    /// [`Shortage`] where it would not be sound.
    pub fn take(self, act: Move) -> Result<Stock, Shortage> {
        let after = self.plus(act.delta(self)).filter(|after| after.is_sound());
        after.ok_or(Shortage { free: self.free() })
    }

    /// Adds without judging; `None` where a figure overflows.
    pub(crate) fn plus(self, delta: Delta) -> Option<Stock> {
        Some(Stock {
            quantity: self.quantity.checked_add(delta.quantity)?,
            sold: self.sold.checked_add(delta.sold)?,
            held: self.held.checked_add(delta.held)?,
        })
    }
}

impl Move {
    /// The word of its ledger row.
    pub fn kind(self) -> Kind {
        match self {
            Move::Open { .. } => Kind::Opened,
            Move::Resize { .. } => Kind::Resized,
            Move::Hold(_) => Kind::Held,
            Move::Release(_) => Kind::Released,
            Move::Expire(_) => Kind::Expired,
            Move::Sell(_) => Kind::Sold,
            Move::Claim(_) => Kind::Claimed,
            Move::Cancel(_) => Kind::Cancelled,
            Move::Refund(_) => Kind::Refunded,
            Move::Import { .. } => Kind::Imported,
            Move::Remove => Kind::Removed,
        }
    }

    /// By how much it changes a stock.
    pub fn delta(self, stock: Stock) -> Delta {
        let none = Delta::default();
        match self {
            Move::Open { quantity } | Move::Resize { quantity } => {
                Delta { quantity: quantity.saturating_sub(stock.quantity), ..none }
            }
            Move::Hold(n) => Delta { held: n, ..none },
            Move::Release(n) | Move::Expire(n) => Delta { held: n.saturating_neg(), ..none },
            Move::Sell(n) => Delta { sold: n, ..none },
            Move::Claim(n) => Delta { sold: n, held: n.saturating_neg(), ..none },
            Move::Cancel(n) | Move::Refund(n) => Delta { sold: n.saturating_neg(), ..none },
            Move::Import { sold, held } => {
                Delta { sold: sold.saturating_sub(stock.sold), held: held.saturating_sub(stock.held), ..none }
            }
            Move::Remove => none,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_ticket_is_sold_once() {
        let one_left = Stock { quantity: 10, sold: 6, held: 3 };
        assert_eq!(one_left.take(Move::Sell(1)).unwrap().free(), 0);
        assert_eq!(one_left.take(Move::Sell(2)), Err(Shortage { free: 1 }));
        assert_eq!(one_left.take(Move::Claim(3)).unwrap(), Stock { quantity: 10, sold: 9, held: 0 });
        assert!(one_left.take(Move::Claim(4)).is_err());
        assert!(one_left.take(Move::Resize { quantity: 8 }).is_err());
        assert_eq!(one_left.take(Move::Resize { quantity: 9 }).unwrap().free(), 0);
    }

    fn moves() -> impl Strategy<Value = Move> {
        let n = 0..20_i64;
        prop_oneof![
            n.clone().prop_map(|quantity| Move::Resize { quantity }),
            n.clone().prop_map(Move::Hold),
            n.clone().prop_map(Move::Release),
            n.clone().prop_map(Move::Expire),
            n.clone().prop_map(Move::Sell),
            n.clone().prop_map(Move::Claim),
            n.clone().prop_map(Move::Cancel),
            n.clone().prop_map(Move::Refund),
            (n.clone(), n).prop_map(|(sold, held)| Move::Import { sold, held }),
            Just(Move::Remove),
            (i64::MIN..i64::MAX).prop_map(Move::Sell),
        ]
    }

    proptest! {
        #[test]
        fn no_moves_leave_the_bounds(all in prop::collection::vec(moves(), 0..60)) {
            let mut stock = Stock { quantity: 20, ..Stock::default() };
            for act in all {
                if let Ok(after) = stock.take(act) {
                    prop_assert!(after.is_sound());
                    prop_assert_eq!(after.sold + after.held + after.free(), after.quantity);
                    stock = after;
                }
            }
        }
    }
}
