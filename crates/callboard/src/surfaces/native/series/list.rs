//! `GET /v1/series`. Source: native-api.md §6.

use http::StatusCode;
use serde_json::json;

use super::sample;
use super::view::SeriesView;
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/series", "listSeries")
        .tag(super::TAG)
        .says(
            "List series",
            "The organization's series in the order of their making; a key that is narrowed to a place lists those \
             there. The occurrences are listed by `GET /v1/events?seriesId=`.",
        )
        .query(list::PARAMS)
        .answers::<List<SeriesView>>(
            StatusCode::OK,
            "A page of series",
            json!({ "items": [sample::series()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_series(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |series| SeriesView::from(series)))
}
