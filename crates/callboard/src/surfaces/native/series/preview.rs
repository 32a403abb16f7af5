//! `POST /v1/series/preview`: the shows of a series before there is one. Source: native-api.md §6.

use callboard_core::series::Preview;
use http::{HeaderName, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::NewSeries;
use super::contract::PREVIEW_MAX;
use super::view::ShowView;
use super::{parse, sample};
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Kind, Operation, Param, Refusal, Reply};

const PARAMS: &[Param] = &[Param {
    name: "limit",
    kind: Kind::Int { min: 1, max: PREVIEW_MAX, is_capped: false, default: Some(PREVIEW_MAX) },
    doc: "How many shows to answer.",
}];

pub(super) fn operation() -> Operation {
    Operation::post("/v1/series/preview", "previewSeries")
        .tag(super::TAG)
        .says(
            "Look at a series before it is made",
            "The shows from the start on, five years and 1000 shows at most, past ones too; nothing is stored. \
             `note` flags shows during which the clocks change.",
        )
        .query(PARAMS)
        .takes::<NewSeries>(sample::new_series())
        .answers::<PreviewView>(StatusCode::OK, "The shows", sample::preview())
        .granted(handle)
}

/// The shows of a series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesPreview)]
struct PreviewView {
    items: Vec<ShowView>,
    /// There are, or may be, further shows beyond the limit or five years.
    truncated: bool,
}

async fn handle(call: Call, _: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let patch = parse::new(call.body::<NewSeries>()?)?;
    let limit = call.args.int("limit").unwrap_or(PREVIEW_MAX);
    let plan = patch.first_plan(call.now)?;
    let Preview { items, truncated } = plan.preview(usize::try_from(limit).unwrap_or(0));
    let mut reply = Reply::ok(&PreviewView { items: items.iter().map(ShowView::from).collect(), truncated });
    if call.is_rehearsal() {
        reply.set(HeaderName::from_static("dry-run"), "true");
    }
    Ok(reply)
}
