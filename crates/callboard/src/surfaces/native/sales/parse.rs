//! From bodies to the core's words.

use callboard_core::inventory::order::{
    BUYER_NAME_MAX, Buyer, GATE_MAX, Payment, PaymentMethod, REFERENCE_MAX, parse_code,
};
use callboard_core::inventory::sale::Line;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::text;
use callboard_store::Tenant;
use callboard_store::sales::{CheckIn, PlaceOrder, Wanted};

use super::body::{ItemBody, MethodWord, NewCheckIn, NewOrder};

pub(super) fn lines(items: &[ItemBody]) -> Vec<Line> {
    items.iter().map(|item| Line { ticket_type: item.ticket_type_id, quantity: item.quantity }).collect()
}

/// Reads an order.
///
/// # Errors
/// All faults.
pub(super) fn order(tenant: &Tenant, said: NewOrder) -> Result<PlaceOrder, Issues> {
    let mut issues = Issues::new();
    let wanted = match (&said.items, said.hold_id) {
        (Some(items), None) => Some(Wanted::Items(lines(items))),
        (None, Some(hold)) => Some(Wanted::Hold(hold)),
        (Some(_), Some(_)) => {
            issues.push(Issue::body("holdId", IssueCode::Conflict, "cannot be given together with `items`"));
            None
        }
        (None, None) => {
            issues.push(Issue::body("items", IssueCode::Required, "is required unless `holdId` is given"));
            None
        }
    };
    let name = text::line(&said.buyer.name, BUYER_NAME_MAX);
    let name = issues.keep("buyer.name", IssueCode::InvalidFormat, name);
    let email = issues.keep("buyer.email", IssueCode::InvalidFormat, text::email(&said.buyer.email));
    let reference = said.payment.reference.and_then(|reference| {
        let read = text::line(&reference, REFERENCE_MAX);
        issues.keep("payment.reference", IssueCode::InvalidFormat, read)
    });
    issues.done()?;
    let (Some(wanted), Some(name), Some(email)) = (wanted, name, email) else { return Err(Issues::new()) };
    Ok(PlaceOrder {
        tenant: tenant.clone(),
        event: said.event_id,
        wanted,
        buyer: Buyer { name, email },
        payment: Some(Payment { method: said.payment.method.into(), reference }),
    })
}

/// Reads a scan. What cannot be a code is an unknown one.
///
/// # Errors
/// A gate that is no line.
pub(super) fn check_in(tenant: &Tenant, said: NewCheckIn) -> Result<CheckIn, Issues> {
    let mut issues = Issues::new();
    let gate =
        said.gate.and_then(|gate| issues.keep("gate", IssueCode::InvalidFormat, text::line(&gate, GATE_MAX)));
    issues.done()?;
    Ok(CheckIn { tenant: tenant.clone(), code: parse_code(&said.code), gate })
}

impl From<MethodWord> for PaymentMethod {
    fn from(word: MethodWord) -> Self {
        match word {
            MethodWord::Free => PaymentMethod::Free,
            MethodWord::Door => PaymentMethod::Door,
            MethodWord::External => PaymentMethod::External,
        }
    }
}
