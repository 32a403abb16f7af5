//! `GET /api/v1/events/{idOrSlug}/availability`: what is left, at this instant, in few bytes.
//! Source: contracts.md §4.2 (T6). Cases: T-19, T-20.

use callboard_store::Depends;
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::find::{self, ID_OR_SLUG};
use super::wire::Availability;
use super::{examples, render};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

/// Never a `max-age`: whoever shows the figure asks for it.
const CACHING: &str = "private, no-cache";

pub(super) fn operation() -> Operation {
    Operation::get("/api/v1/events/{idOrSlug}/availability", "getAvailability")
        .tag("Ticket types")
        .says(
            "Read live availability",
            "`available` is the quantity less what is sold and held, never negative. Hidden ticket types are left \
             out. Repeat the request with `If-None-Match`: an unchanged answer costs no body.",
        )
        .kept(Depends::OnStock)
        .placeholder(ID_OR_SLUG.0, ID_OR_SLUG.1)
        .answers::<Availability>(StatusCode::OK, "What is left now", examples::availability())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted::<EventsRead, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find::event(&call, grant.tenant()).await?;
    let reply = Reply::ok(&render::availability(&event, call.now)).fresh_until(event.next_change(call.now));
    Ok(reply.with(CACHE_CONTROL, CACHING))
}
