//! `GET /v1/events/{idOrSlug}/availability`: what is left, small and live. Source: native-api.md §5, contracts.md §4.2 (T6).

use callboard_core::event::{Event, Lifecycle};
use callboard_core::rejection::Thing;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;
use callboard_store::Depends;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{named, words};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/events/{idOrSlug}/availability", "getAvailability")
        .tag(super::TAG)
        .says(
            "Read what is left",
            "Visible ticket types only, straight from the stock. Revalidate with `If-None-Match`; never cache it by age.",
        )
        .kept(Depends::OnStock)
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .answers::<Availability>(StatusCode::OK, "What is left now", example())
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .granted(handle)
}

/// What is left of an event's visible ticket types.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Availability {
    #[schema(format = "uuid")]
    event_id: String,
    slug: String,
    #[schema(schema_with = words::status)]
    status: Lifecycle,
    over: bool,
    currency: String,
    sold_out: bool,
    /// Of all visible ticket types together.
    available: i64,
    ticket_types: Vec<TypeAvailability>,
    /// The last change of the event, its ticket types or their stock.
    #[schema(format = "date-time")]
    updated_at: String,
}

/// What is left of one ticket type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TypeAvailability {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// In minor units of `currency`.
    price: i64,
    available: i64,
    sold_out: bool,
    on_sale: bool,
}

impl Availability {
    fn of(event: &Event, now: Timestamp) -> Availability {
        let visible = || event.ticket_types.iter().filter(|one| !one.terms.hidden);
        let left = |one: &TicketType| TypeAvailability {
            id: one.id.to_string(),
            name: one.terms.name.clone(),
            price: one.terms.price.0,
            available: one.available(),
            sold_out: one.available() == 0,
            on_sale: event.is_on_sale(one, now),
        };
        // A sale changes its ticket type, not the event's description.
        let changed = visible().map(|one| one.updated_at).max();
        Availability {
            event_id: event.id.to_string(),
            slug: event.details.slug.to_string(),
            status: event.lifecycle,
            over: event.is_over(now),
            currency: event.details.currency.to_string(),
            sold_out: event.is_sold_out(),
            available: visible().fold(0, |sum, one| one.available().saturating_add(sum)),
            ticket_types: visible().map(left).collect(),
            updated_at: changed.map_or(event.updated_at, |at| at.max(event.updated_at)).to_utc_text(),
        }
    }
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let found = call.app.store.find_event(grant.tenant(), &named(&call)?, call.now).await?;
    let event = found.ok_or(Refusal::not_found(Thing::Event))?;
    let reply = Reply::ok(&Availability::of(&event, call.now)).fresh_until(event.next_change(call.now));
    Ok(reply.with(CACHE_CONTROL, "private, no-cache"))
}

fn example() -> serde_json::Value {
    json!({
        "eventId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "slug": "low-tide-quartet", "status": "published",
        "over": false, "currency": "USD", "soldOut": false, "available": 100,
        "ticketTypes": [{
            "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "name": "General admission", "price": 1800,
            "available": 100, "soldOut": false, "onSale": true,
        }],
        "updatedAt": "2026-11-23T10:00:00Z",
    })
}
