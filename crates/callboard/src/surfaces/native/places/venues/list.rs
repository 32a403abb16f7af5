//! `GET /v1/venues`. Source: native-api.md §3.

use http::StatusCode;
use serde_json::json;

use super::wire::{VenueBody, example};
use crate::http::grant::VenuesRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/venues", "listVenues")
        .tag(super::TAG)
        .says(
            "List venues",
            "The organization's venues in the order of their making. A narrowed key sees what it is narrowed to.",
        )
        .query(list::PARAMS)
        .answers::<List<VenueBody>>(
            StatusCode::OK,
            "A page of venues",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<VenuesRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_venues(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |venue| VenueBody::from(venue)))
}
