//! Holds, orders and tickets, and the steps in their lives. Source: native-api.md §7.

use crate::event::words;
use crate::ids::{CheckInId, EventId, HoldId, OrderId, OrganizationId, TicketId, TicketTypeId};
use crate::inventory::sale::Line;
use crate::issue::{Issue, IssueCode, Issues};
use crate::money::{Currency, MinorUnits};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Longest name of a buyer and reference of a payment. Unit: characters. [inferred]
pub const BUYER_NAME_MAX: usize = 200;
pub const REFERENCE_MAX: usize = 200;
/// Longest name of a gate. Unit: characters. [inferred]
pub const GATE_MAX: usize = 100;

words! {
    OrderStatus { Completed = "completed", Cancelled = "cancelled", Refunded = "refunded" }
}
words! {
    PaymentMethod { Free = "free", Door = "door", External = "external" }
}
words! {
    TicketStatus { Valid = "valid", Void = "void" }
}
words! {
    /// What a scan at the door says.
    Scan { Admitted = "admitted", Duplicate = "duplicate", Void = "void", Unknown = "unknown" }
}
words! {
    HoldStatus { Active = "active", Released = "released", Used = "used", Expired = "expired" }
}

/// Stock that is kept for somebody until it runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub id: HoldId,
    pub organization_id: OrganizationId,
    pub event_id: EventId,
    pub items: Vec<Line>,
    pub expires_at: Timestamp,
    pub released_at: Option<Timestamp>,
    pub order_id: Option<OrderId>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub name: String,
    pub email: String,
}

/// How an order is paid; the payment itself happens elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub method: PaymentMethod,
    pub reference: Option<String>,
}

/// One line of an order at the price of its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderItem {
    pub ticket_type: TicketTypeId,
    pub quantity: i64,
    pub price: MinorUnits,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub organization_id: OrganizationId,
    /// `ORD-` and ten digits.
    pub number: String,
    pub event_id: EventId,
    pub status: OrderStatus,
    pub items: Vec<OrderItem>,
    pub total: MinorUnits,
    pub currency: Currency,
    pub buyer: Buyer,
    /// One id per organization and lower-cased e-mail address. Source: contracts.md §3.3.
    pub attendee_id: uuid::Uuid,
    pub payment: Payment,
    pub hold_id: Option<HoldId>,
    pub tickets: Vec<Ticket>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub code: String,
    pub order_id: OrderId,
    pub event_id: EventId,
    pub ticket_type: TicketTypeId,
    pub status: TicketStatus,
    pub checked_in: Option<Entry>,
}

/// When and where somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub check_in: CheckInId,
    pub at: Timestamp,
    pub gate: Option<String>,
}

/// A step at the end of an order's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Cancel,
    Refund,
}

/// What ending an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub status: OrderStatus,
    /// Its tickets become void and its stock free again: at the first ending only.
    pub gives_back: bool,
}

impl OrderStatus {
    /// Decides an ending; `None` where nothing changes.
    ///
    /// A cancelled order may be refunded later, which gives no stock back a second time; nothing follows a refund.
    pub fn end(self, ending: Ending) -> Option<Ended> {
        match (self, ending) {
            (OrderStatus::Completed, Ending::Cancel) => {
                Some(Ended { status: OrderStatus::Cancelled, gives_back: true })
            }
            (OrderStatus::Completed, Ending::Refund) => {
                Some(Ended { status: OrderStatus::Refunded, gives_back: true })
            }
            (OrderStatus::Cancelled, Ending::Refund) => {
                Some(Ended { status: OrderStatus::Refunded, gives_back: false })
            }
            (OrderStatus::Cancelled, Ending::Cancel) | (OrderStatus::Refunded, _) => None,
        }
    }
}

impl Hold {
    /// A hold lives until the very instant at which it expires.
    pub fn status(&self, now: Timestamp) -> HoldStatus {
        match (self.order_id, self.released_at) {
            (Some(_), _) => HoldStatus::Used,
            (None, Some(_)) => HoldStatus::Released,
            (None, None) if self.expires_at <= now => HoldStatus::Expired,
            (None, None) => HoldStatus::Active,
        }
    }

    /// It can still become an order.
    ///
    /// # Errors
    /// [`Rejection::HoldExpired`] · [`Rejection::HoldEnded`] where it was released or used.
    pub fn check_active(&self, now: Timestamp) -> Result<(), Rejection> {
        match self.status(now) {
            HoldStatus::Active => Ok(()),
            HoldStatus::Expired => Err(Rejection::HoldExpired { expires_at: self.expires_at }),
            HoldStatus::Released => Err(Rejection::HoldEnded { how: "released" }),
            HoldStatus::Used => Err(Rejection::HoldEnded { how: "used by an order" }),
        }
    }
}

impl Payment {
    /// Fits the total: `free` where nothing is to be paid, a reference with `external`.
    ///
    /// # Errors
    /// Issues at `payment.…`.
    pub fn check(&self, total: MinorUnits) -> Result<(), Issues> {
        let mut issues = Issues::new();
        if self.method == PaymentMethod::Free && total.0 != 0 {
            let message = "is for orders that cost nothing; this one has a total";
            issues.push(Issue::body("payment.method", IssueCode::InvalidValue, message));
        }
        if self.method == PaymentMethod::External && self.reference.is_none() {
            let message = "is required with `external`: it names the payment where it was made";
            issues.push(Issue::body("payment.reference", IssueCode::Required, message));
        }
        issues.done()
    }
}

/// Order numbers that differ in their last four digits only.
const NUMBERS_OF_A_BLOCK: u64 = 10_000;
/// From one number of a block to the next: no factor of ten, so that all are met, and more than one digit apart.
const NUMBER_STEP: u64 = 3_891;

/// `ORD-` and ten digits: the `nth` of a block of numbers that random bits choose. Orders that are stored together
/// take numbers of one block, which lie on one page of an index. Source: native-api.md §7.
pub fn order_number(random: u64, nth: u64) -> String {
    let first = random % 10_000_000_000;
    let (block, at) = (first / NUMBERS_OF_A_BLOCK, first % NUMBERS_OF_A_BLOCK);
    let steps = (nth % NUMBERS_OF_A_BLOCK).saturating_mul(NUMBER_STEP);
    format!("ORD-{block:06}{:04}", at.saturating_add(steps) % NUMBERS_OF_A_BLOCK)
}

/// Letters of a ticket code: Crockford's base 32, which a QR code packs in its alphanumeric mode.
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a ticket code: 26 × 5 = 130 bits.
pub const CODE_LEN: usize = 26;

/// The letters of a code that follow from its instant, as their places in its milliseconds: the same again after nine
/// hours.
const CODE_TIME: [u32; 5] = [20, 15, 10, 5, 0];

/// A ticket's code: 21 letters, 105 bits, out of random bytes, which nobody can guess. The five before them are the
/// same for tickets that are sold at once, so that these lie beside each other in an index.
pub fn ticket_code(at: Timestamp, random: [u8; 32]) -> String {
    let millis = at.as_millis();
    let time = CODE_TIME.iter().map(|place| u8::try_from((millis >> place) & 31).unwrap_or(0));
    let random = random.iter().copied().take(CODE_LEN - CODE_TIME.len());
    time.chain(random).map(code_letter).collect()
}

fn code_letter(byte: u8) -> char {
    // The low five bits of each byte: 32 letters, all equally likely.
    CODE_LETTERS.get(usize::from(byte & 31)).map_or('0', |letter| char::from(*letter))
}

/// The text has the form of a code; any letter case is read.
pub fn parse_code(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let is_code = text.len() == CODE_LEN && text.bytes().all(|byte| CODE_LETTERS.contains(&byte));
    is_code.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_comes_back_at_the_first_ending_only() {
        use Ending::{Cancel, Refund};
        for first in [Cancel, Refund] {
            let ended = OrderStatus::Completed.end(first).unwrap();
            assert!(ended.gives_back);
            assert_eq!(ended.status.end(Cancel), None);
            assert!(ended.status.end(Refund).is_none_or(|again| !again.gives_back));
        }
        assert_eq!(OrderStatus::Refunded.end(Refund), None);
    }

    #[test]
    fn codes_and_numbers_have_their_shapes() {
        let code = ticket_code(Timestamp::from_millis(1_764_000_000_000), crate::canonical::sha256(b"x"));
        assert_eq!(parse_code(&code.to_lowercase()), Some(code));
        assert_eq!(parse_code("short"), None);
        assert_eq!(order_number(42, 0), "ORD-0000000042");
        assert_eq!(order_number(12_345_609_999, 2), "ORD-2345607781");
        assert_eq!(order_number(u64::MAX, u64::MAX).len(), 14);
    }

    #[test]
    fn numbers_of_one_block_differ_and_share_their_beginning() {
        let numbers: std::collections::BTreeSet<String> =
            (0..10_000).map(|n| order_number(7_777_777, n)).collect();
        assert_eq!(numbers.len(), 10_000);
        assert!(numbers.iter().all(|number| number.starts_with("ORD-000777")));
    }

    #[test]
    fn codes_of_one_instant_share_five_letters_and_no_more() {
        let at = Timestamp::from_millis(1_764_000_000_000);
        let (one, other) = (
            ticket_code(at, crate::canonical::sha256(b"x")),
            ticket_code(at, crate::canonical::sha256(b"y")),
        );
        assert_eq!(one.get(..5), other.get(..5));
        assert_ne!(one.get(5..), other.get(5..));
        let later = ticket_code(at.plus_millis(1), crate::canonical::sha256(b"x"));
        assert!(one < later && one.get(5..) == later.get(5..));
    }

    #[test]
    fn a_payment_fits_its_total() {
        let payment =
            |method, reference: Option<&str>| Payment { method, reference: reference.map(str::to_owned) };
        assert!(payment(PaymentMethod::Free, None).check(MinorUnits(0)).is_ok());
        assert!(payment(PaymentMethod::Free, None).check(MinorUnits(1)).is_err());
        assert!(payment(PaymentMethod::External, None).check(MinorUnits(1)).is_err());
        assert!(payment(PaymentMethod::External, Some("pi_1")).check(MinorUnits(1)).is_ok());
        assert!(payment(PaymentMethod::Door, None).check(MinorUnits(1)).is_ok());
    }
}
