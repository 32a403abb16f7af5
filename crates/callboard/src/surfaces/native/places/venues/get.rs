//! `GET /v1/venues/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::wire::{VenueBody, example};
use crate::http::grant::VenuesRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/venues/{id}", "getVenue")
        .tag(super::TAG)
        .says("Get a venue", "One venue.")
        .placeholder("id", "The venue's id")
        .answers::<VenueBody>(StatusCode::OK, "The venue", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<VenuesRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Venue))?;
    let found = call.app.store.find_venue(grant.tenant(), id).await?;
    let venue = found.ok_or(Refusal::not_found(Thing::Venue))?;
    Ok(Reply::ok(&VenueBody::from(&venue)).versioned(venue.stamp.version))
}
