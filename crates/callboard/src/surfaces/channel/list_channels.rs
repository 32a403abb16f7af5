//! `GET /api/public/v1/channels` (P1): the channels that the key's owner may publish to now.
//! Source: contracts.md §1.4. Cases: P-01, P-02, P-03, P-16, P-18.

use callboard_store::Depends;
use http::StatusCode;
use serde_json::json;

use super::contract::{CHANNELS, LIMIT, PAGE};
use super::list::{Asked, ChannelList};
use super::wire::ChannelDoc;
use crate::http::grant::ChannelsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(CHANNELS, "listChannels")
        .tag("Channels")
        .says(
            "List channels",
            "The channels that the owner of the key may publish to now, by their id. An event is created in one of them: \
             its `id` is what `channelId` takes.",
        )
        .query(&[PAGE, LIMIT])
        .kept(Depends::OnDescriptions)
        .answers::<ChannelList>(
            StatusCode::OK,
            "One page of channels",
            json!({ "docs": [{ "id": 7, "name": "Harbour Jazz", "slug": "harbour-jazz" }], "page": 1, "limit": 20,
                "totalDocs": 1, "totalPages": 1, "hasNextPage": false, "hasPrevPage": false }),
        )
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<ChannelsRead>) -> Result<Reply, Refusal> {
    let asked = Asked::of(&call.args);
    let (channels, total) =
        call.app.store.list_account_channels(grant.tenant(), asked.page, asked.limit).await?;
    let docs = channels.into_iter().map(|channel| ChannelDoc {
        id: channel.number,
        name: channel.details.name,
        slug: channel.details.slug.to_string(),
    });
    Ok(Reply::ok(&ChannelList::new(docs.collect(), asked, total)).fresh_until(None))
}
