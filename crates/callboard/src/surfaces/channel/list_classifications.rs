//! `GET /api/public/v1/classifications` (P2): the kinds of events; any valid key, no scope.
//! Source: contracts.md §1.4. Case: P-08 (which points here).

use http::StatusCode;
use serde_json::json;

use super::contract::{CLASSIFICATIONS, LIMIT, PAGE};
use super::list::{Asked, ClassificationList};
use super::wire::ClassificationDoc;
use crate::http::{Call, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(CLASSIFICATIONS, "listClassifications")
        .tag("Classifications")
        .says(
            "List classifications",
            "The kinds of events, by their id. Their slugs are what `classifications` of an event takes.",
        )
        .query(&[PAGE, LIMIT])
        .answers::<ClassificationList>(
            StatusCode::OK,
            "One page of classifications",
            json!({ "docs": [{ "id": 2, "slug": "music", "name": "Music" }], "page": 2, "limit": 1,
                "totalDocs": 15, "totalPages": 15, "hasNextPage": true, "hasPrevPage": true }),
        )
        .any(handler)
}

async fn handler(call: Call) -> Result<Reply, Refusal> {
    let asked = Asked::of(&call.args);
    let (found, total) = call.app.store.list_classifications(asked.page, asked.limit).await?;
    let docs = found.into_iter().map(|found| ClassificationDoc {
        id: found.number,
        slug: found.slug,
        name: found.name,
    });
    Ok(Reply::ok(&ClassificationList::new(docs.collect(), asked, total)))
}
