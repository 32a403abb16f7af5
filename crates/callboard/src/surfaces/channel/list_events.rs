//! `GET /api/public/v1/events` (P4): the events of all channels that the owner may use now, drafts too.
//! Source: contracts.md §1.4, §1.8. Cases: P-05, P-10, P-17.

use callboard_core::event::{Event, Lifecycle};
use callboard_store::Depends;
use callboard_store::events::ChannelList;
use http::StatusCode;
use serde_json::json;

use super::contract::{EVENTS, ID_MAX, LIMIT, PAGE};
use super::examples;
use super::list::{Asked, EventList};
use super::render::{self, Shown};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Kind, Operation, Param, Refusal, Reply};

/// Ours besides page and limit [inferred].
const PARAMS: &[Param] = &[
    PAGE,
    LIMIT,
    Param {
        name: "channelId",
        kind: Kind::Int { min: 1, max: ID_MAX, is_capped: false, default: None },
        doc: "Only events of this channel.",
    },
    Param {
        name: "status",
        kind: Kind::Word(&["draft", "published", "cancelled", "archived"]),
        doc: "Only events of this status. Left out: all but archived ones.",
    },
    Param { name: "from", kind: Kind::Instant, doc: "Only events that start at this instant or later." },
    Param { name: "to", kind: Kind::Instant, doc: "Only events that start at this instant or earlier." },
];

pub(super) fn operation() -> Operation {
    Operation::get(EVENTS, "listEvents")
        .tag("Events")
        .says(
            "List events",
            "The events of all channels that the owner of the key may use now, drafts too, by their start. There are \
             more pages while `page` × `limit` is less than `totalDocs`.",
        )
        .query(PARAMS)
        .kept(Depends::OnStock)
        .answers::<EventList>(
            StatusCode::OK,
            "One page of events",
            json!({ "docs": [examples::doc()], "totalDocs": 1, "limit": 20, "page": 1 }),
        )
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let (asked, args) = (Asked::of(&call.args), &call.args);
    let list = ChannelList {
        channel_number: args.int("channelId"),
        status: args.word("status").and_then(Lifecycle::parse),
        from: args.instant("from"),
        to: args.instant("to"),
        page: asked.page,
        limit: asked.limit,
        now: call.now,
    };
    let store = &call.app.store;
    let found = store.list_channel_events(grant.tenant(), &list).await?;
    let facets = store.list_facets(grant.tenant(), &found.items).await?;
    // Every one of these has a channel: that is how it was found.
    let shown = found.items.iter().filter_map(|event| {
        let channel_number = facets.channel_number(event)?;
        Some(Shown { event, channel_number, venue: facets.venue(event), now: call.now })
    });
    let docs = shown.map(|shown| render::event(&call.app, shown)).collect();
    let until = Event::first_change(&found.items, call.now);
    let list = EventList { docs, total_docs: found.total, limit: asked.limit, page: asked.page };
    Ok(Reply::ok(&list).fresh_until(until))
}
