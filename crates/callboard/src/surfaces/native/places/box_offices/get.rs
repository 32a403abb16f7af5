//! `GET /v1/box-offices/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::wire::{BoxOfficeBody, example};
use crate::http::grant::BoxOfficesRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/box-offices/{id}", "getBoxOffice")
        .tag(super::TAG)
        .says("Get a box office", "One box office.")
        .placeholder("id", "The box office's id")
        .answers::<BoxOfficeBody>(StatusCode::OK, "The box office", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<BoxOfficesRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::BoxOffice))?;
    let found = call.app.store.find_box_office(grant.tenant(), id).await?;
    let box_office = found.ok_or(Refusal::not_found(Thing::BoxOffice))?;
    Ok(Reply::ok(&BoxOfficeBody::from(&box_office)).versioned(box_office.stamp.version))
}
