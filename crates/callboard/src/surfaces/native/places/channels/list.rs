//! `GET /v1/channels`. Source: native-api.md §3.

use http::StatusCode;
use serde_json::json;

use super::wire::{ChannelBody, example};
use crate::http::grant::ChannelsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/channels", "listChannels")
        .tag(super::TAG)
        .says(
            "List channels",
            "The organization's channels in the order of their making. A narrowed key sees what it is narrowed to.",
        )
        .query(list::PARAMS)
        .answers::<List<ChannelBody>>(
            StatusCode::OK,
            "A page of channels",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<ChannelsRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_channels(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |channel| ChannelBody::from(channel)))
}
