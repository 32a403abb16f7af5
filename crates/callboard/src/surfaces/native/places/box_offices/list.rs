//! `GET /v1/box-offices`. Source: native-api.md §3.

use http::StatusCode;
use serde_json::json;

use super::wire::{BoxOfficeBody, example};
use crate::http::grant::BoxOfficesRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/box-offices", "listBoxOffices")
        .tag(super::TAG)
        .says(
            "List box offices",
            "The organization's box offices in the order of their making. A narrowed key sees what it is narrowed to.",
        )
        .query(list::PARAMS)
        .answers::<List<BoxOfficeBody>>(
            StatusCode::OK,
            "A page of box offices",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<BoxOfficesRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_box_offices(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |box_office| BoxOfficeBody::from(box_office)))
}
