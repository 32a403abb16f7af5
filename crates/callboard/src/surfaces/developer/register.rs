//! `POST /api/developer/v1/registration`: an order of one ticket type, with a developer key.
//! Source: contracts.md §3.3, native-api.md §7. Cases: E-03, E-07, E-10.

use callboard_core::inventory::order::{Buyer, Order};
use callboard_core::inventory::sale::Line;
use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::text;
use callboard_store::Tenant;
use callboard_store::sales::{PlaceOrder, Wanted};
use http::StatusCode;
use serde_json::json;
use serde_json::value::RawValue;

use super::contract::{PERSON_NAME_MAX, REGISTRATION_PATH, TICKETS_MAX};
use super::render::seconds;
use super::wire::{Registered, RegisteredReply, Registration};
use crate::app::App;
use crate::http::grant::OrdersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::{Shown, Sight};

const EVENT: &str = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";

pub(super) fn operation() -> Operation {
    Operation::post(REGISTRATION_PATH, "register")
        .tag("Registration")
        .says(
            "Register somebody for an event",
            "Makes a completed order with its tickets; what a paid ticket costs counts as paid outside. 409 where too \
             few tickets are left or none are on sale, 403 with a key of another event. Send an `Idempotency-Key`: \
             repeated with it, the order is placed once.",
        )
        .takes::<Registration>(json!({
            "event_id": EVENT, "email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace",
            "ticket_id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "quantity": 2,
        }))
        .answers::<RegisteredReply>(
            StatusCode::CREATED,
            "The order",
            json!({ "success": true, "data": {
                "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c1", "event_id": EVENT,
                "attendee_id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c4", "order_number": "ORD-4820175936",
                "status": "completed", "total": 36.00, "created_at": "2026-11-23T10:00:00Z",
            } }),
        )
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .idempotent()
        .granted(register)
}

/// This API shows no event; it takes registrations for one.
pub(super) fn sight(_: &App, sight: &Sight<'_>) -> Shown {
    Shown::Nothing(match (sight.event.is_selling(sight.now), sight.event.ticket_types.is_empty()) {
        (_, true) => "This API takes registrations for ticket types, and the event has none.",
        (true, false) => "This API shows no events. It takes registrations while ticket types are on sale.",
        (false, false) => "This API shows no events. It refuses registrations while the event does not sell.",
    })
}

impl Registration {
    fn parse(self, tenant: &Tenant) -> Result<PlaceOrder, Issues> {
        let mut issues = Issues::new();
        let mut name = |path: &str, said: &str| {
            issues.keep(path, IssueCode::InvalidValue, text::line(said, PERSON_NAME_MAX)).unwrap_or_default()
        };
        let name = format!("{} {}", name("first_name", &self.first_name), name("last_name", &self.last_name));
        let email = issues.keep("email", IssueCode::InvalidFormat, text::email(&self.email));
        let quantity = self.quantity.unwrap_or(1);
        if !(1..=TICKETS_MAX).contains(&quantity) {
            let message = format!("must be 1 to {TICKETS_MAX}");
            issues.push(Issue::body("quantity", IssueCode::InvalidValue, message));
        }
        if self.promo_code.is_some() {
            issues.push(Issue::body("promo_code", IssueCode::NotSupported, "there are no promo codes yet"));
        }
        issues.done()?;
        Ok(PlaceOrder {
            tenant: tenant.clone(),
            event: self.event_id,
            wanted: Wanted::Items(vec![Line { ticket_type: self.ticket_id, quantity }]),
            buyer: Buyer { name, email: email.unwrap_or_default() },
            payment: None,
        })
    }
}

async fn register(call: Call, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let tenant = grant.tenant();
    let said: Registration = call.body()?;
    // A key of one event does not learn which others there are.
    if tenant.binding().event_id.is_some_and(|bound| bound != said.event_id) {
        return Err(Refusal::Rejected(Rejection::OutOfReach));
    }
    let command = said.parse(tenant)?;
    call.write(tenant, command, |order| {
        Reply::created(&RegisteredReply { success: true, data: registered(order) })
    })
    .await
    .map_err(spoken)
}

fn registered(order: &Order) -> Registered {
    let decimal = order.currency.decimal(order.total);
    Registered {
        id: order.id,
        event_id: order.event_id,
        attendee_id: order.attendee_id,
        order_number: order.number.clone(),
        status: order.status.as_str(),
        // A decimal text is a JSON number as it stands.
        total: RawValue::from_string(decimal).unwrap_or_default(),
        created_at: seconds(order.created_at),
    }
}

/// An event that is unknown or another organization's is 404 in this contract; the members have its names.
fn spoken(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(mut issues) = refusal else { return refusal };
    if issues.0.iter().any(|issue| issue.place.dotted() == "eventId") {
        return Refusal::not_found(Thing::Event);
    }
    for issue in &mut issues.0 {
        match issue.place.dotted().as_str() {
            "items.0.ticketTypeId" => issue.place = Place::body("ticket_id"),
            "items.0.quantity" => issue.place = Place::body("quantity"),
            _ => {}
        }
    }
    Refusal::Invalid(issues)
}
