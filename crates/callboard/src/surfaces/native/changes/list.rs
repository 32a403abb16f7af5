//! `GET /v1/changes`. Source: native-api.md §8.
//!
//! Our choices where it is silent: a narrowed key is refused, since the numbers would have gaps without what it
//! may not see; `after` beyond the newest change is refused, since it can only come from another database or from
//! before a restored backup, and an empty page would hide that for ever.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::wire::{ChangeBody, ChangesBody, example};
use crate::http::grant::ChangesRead;
use crate::http::{Call, Granted, Kind, Operation, Param, Refusal, Reply};
use crate::surfaces::native::list::LIMIT;
use crate::use_cases::feed::{self, Wanted};

/// Longest wait. Unit: seconds. Source: native-api.md §8.
const WAIT_MAX: i64 = 60;

const PARAMS: &[Param] = &[
    Param {
        name: "after",
        kind: Kind::Int { min: 0, max: i64::MAX, is_capped: false, default: Some(0) },
        doc: "The last change that you have: `nextAfter` of the page before, 0 at the beginning.",
    },
    LIMIT,
    Param {
        name: "wait",
        kind: Kind::Int { min: 0, max: WAIT_MAX, is_capped: false, default: Some(0) },
        doc: "Seconds to wait for a change where there is none yet. The answer comes with the first one, or with \
              no items when the wait, or this server, ends.",
    },
];

pub(super) fn operation() -> Operation {
    Operation::get("/v1/changes", "listChanges")
        .tag(super::TAG)
        .says(
            "Follow changes",
            "Everything that was committed in the organization, numbered from 1 without a gap, in commit order. \
             A consumer that keeps `nextAfter` beside what it made of the items misses nothing and sees nothing \
             twice. Changes are kept for 30 days unless set otherwise; whoever asks for older ones gets 410 \
             `changes_gone` with `oldest`, the oldest change that there is, and `newest`: read the lists anew \
             then, and go on with `after=newest`. An `after` beyond the newest change is refused with 400. \
             Since the feed tells of everything, a key must reach the whole organization (403 otherwise).",
        )
        .query(PARAMS)
        .answers::<ChangesBody>(
            StatusCode::OK,
            "The next changes",
            json!({ "items": [example()], "nextAfter": 42 }),
        )
        .refuses(&[StatusCode::GONE])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<ChangesRead>) -> Result<Reply, Refusal> {
    if grant.tenant().binding().count() > 0 {
        let why = "the feed needs a key of the whole organization; this one is narrowed";
        return Err(Refusal::Forbidden(why.to_owned()));
    }
    let seconds = call.args.int("wait").and_then(|wait| u64::try_from(wait).ok()).unwrap_or(0);
    let wanted = Wanted {
        after: call.args.int("after").unwrap_or(0),
        limit: call.args.int("limit").unwrap_or(1),
        wait: Duration::from_secs(seconds),
    };
    let found = feed::next_changes(&call.app, grant.tenant(), &wanted).await?;
    let next_after = found.last().map_or(wanted.after, |last| last.seq);
    let items =
        found.into_iter().map(|change| ChangeBody::of(&call.app, change)).collect::<Result<_, _>>()?;
    Ok(Reply::ok(&ChangesBody { items, next_after }))
}
