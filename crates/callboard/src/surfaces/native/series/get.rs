//! `GET /v1/series/{id}`. Source: native-api.md §6.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::view::SeriesView;
use super::{PATH_DOC, sample};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/series/{id}", "getSeries")
        .tag(super::TAG)
        .says("Get a series", "Its occurrences are listed by `GET /v1/events?seriesId=`.")
        .placeholder(PATH_DOC.0, PATH_DOC.1)
        .answers::<SeriesView>(StatusCode::OK, "The series", sample::series())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Series))?;
    let found = call.app.store.find_series(grant.tenant(), id).await?;
    let series = found.ok_or(Refusal::not_found(Thing::Series))?;
    Ok(Reply::ok(&SeriesView::from(&series)).versioned(series.stamp.version))
}
