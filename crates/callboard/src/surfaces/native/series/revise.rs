//! `PATCH /v1/series/{id}`: one date, a date and those after it, or all that are ahead. Source: native-api.md §6.

use callboard_core::account::Capability;
use callboard_core::event::Lifecycle;
use callboard_core::rejection::Thing;
use callboard_store::series::{ReviseSeries, SeriesWritten};
use http::StatusCode;
use serde_json::json;

use super::body::SeriesChange;
use super::view::SeriesView;
use super::{PATH_DOC, parse, sample, written};
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/series/{id}", "reviseSeries")
        .tag(super::TAG)
        .says(
            "Change a series",
            "What is left out stays as it is. Shows that have begun are left alone. A change that would move or \
             remove dates with tickets sold or held is refused whole with `has_sales`, and `dates` lists them; what \
             does not move a show, such as its title or end, is open to them. Occurrences that were changed or \
             cancelled alone are passed by, and `warnings` names them; one that was deleted alone is not made \
             again. `this` changes one occurrence, which then stands alone, and leaves the series itself as it is. \
             `following` goes on under the same id: the answer is the series as it is from `fromDate` on, and \
             `earlier` what it says until then.",
        )
        .placeholder(PATH_DOC.0, PATH_DOC.1)
        .takes::<SeriesChange>(json!({ "scope": "all", "title": "Friday Jazz & Friends", "local": { "end": "23:00" } }))
        .answers::<Written<SeriesView>>(StatusCode::OK, "The series as it is now", written_example(sample::series()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (scope, patch, warnings) = parse::change(call.body::<SeriesChange>()?)?;
    if patch.status == Some(Lifecycle::Published) {
        call.require(Capability::EventsPublish)?;
    }
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Series))?;
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseSeries { tenant: grant.tenant().clone(), id, scope, patch, if_match };
    let reply = call.write(grant.tenant(), command, move |after| {
        let warnings = [&warnings[..], &after.warnings].concat();
        written(StatusCode::OK, &SeriesWritten { warnings, ..after.clone() })
    });
    reply.await.map_err(parse::refusal)
}
