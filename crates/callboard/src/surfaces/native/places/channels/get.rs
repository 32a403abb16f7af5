//! `GET /v1/channels/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::wire::{ChannelBody, example};
use crate::http::grant::ChannelsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/channels/{id}", "getChannel")
        .tag(super::TAG)
        .says("Get a channel", "One channel.")
        .placeholder("id", "The channel's id")
        .answers::<ChannelBody>(StatusCode::OK, "The channel", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<ChannelsRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Channel))?;
    let found = call.app.store.find_channel(grant.tenant(), id).await?;
    let channel = found.ok_or(Refusal::not_found(Thing::Channel))?;
    Ok(Reply::ok(&ChannelBody::from(&channel)).versioned(channel.stamp.version))
}
