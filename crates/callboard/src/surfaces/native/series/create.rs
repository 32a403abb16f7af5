//! `POST /v1/series`: a rule, and an event for each of its next dates, all or nothing. Source: native-api.md §6.

use callboard_core::account::Capability;
use callboard_core::event::Lifecycle;
use callboard_store::series::CreateSeries;
use http::StatusCode;
use http::header::LOCATION;

use super::body::NewSeries;
use super::view::SeriesView;
use super::{parse, sample, written};
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/series", "createSeries")
        .tag(super::TAG)
        .says(
            "Create a series",
            "Its occurrences are ordinary events with `seriesId`, each with its own stock, editable and cancellable \
             alone. Those of the next 180 days and more exist at once, and further ones follow as time passes; shows \
             that have begun are not made. Times are wall times of the zone, so that eight o'clock stays eight \
             o'clock when the clocks change. Births as `published` need the scope `events:publish` besides.",
        )
        .takes::<NewSeries>(sample::new_series())
        .answers::<Written<SeriesView>>(StatusCode::CREATED, "The series", written_example(sample::series()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let patch = parse::new(call.body::<NewSeries>()?)?;
    if patch.status == Some(Lifecycle::Published) {
        call.require(Capability::EventsPublish)?;
    }
    let command = CreateSeries { tenant: grant.tenant().clone(), patch };
    let reply = call.write(grant.tenant(), command, |made| {
        written(StatusCode::CREATED, made).with(LOCATION, &format!("/v1/series/{}", made.series.id))
    });
    reply.await.map_err(parse::refusal)
}
