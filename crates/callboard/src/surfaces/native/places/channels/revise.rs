//! `PATCH /v1/channels/{id}`. Source: native-api.md §3.

use callboard_core::event::patch::Change;
use callboard_core::issue::Issues;
use callboard_core::place::ChannelPatch;
use callboard_core::rejection::Thing;
use callboard_store::channels::ReviseChannel;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{ChannelBody, DESCRIPTION_MAX, example};
use crate::http::grant::ChannelsWrite;
use crate::http::patch::double_option;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::places::wire::{NAME_MAX, long_text, slug, text};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/channels/{id}", "reviseChannel")
        .tag(super::TAG)
        .says(
            "Change a channel",
            "Absent members stay as they are. A patch that changes nothing raises no version.",
        )
        .placeholder("id", "The channel's id")
        .takes::<ChannelPatchBody>(json!({ "description": "What is on at the water, every night" }))
        .answers::<Written<ChannelBody>>(
            StatusCode::OK,
            "The channel as it is now",
            written_example(example()),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

/// What may change about a channel.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChannelPatch)]
struct ChannelPatchBody {
    #[schema(format = "line", max_length = 200, nullable = false)]
    name: Option<String>,
    #[schema(format = "slug", max_length = 100, nullable = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "lines", max_length = 5000)]
    description: Change<String>,
}

impl ChannelPatchBody {
    fn parse(self) -> Result<ChannelPatch, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let patch = ChannelPatch {
            name: self.name.and_then(|line| text(i, "name", &line, NAME_MAX)),
            slug: self.slug.and_then(|word| slug(i, &word)),
            description: self
                .description
                .map(|lines| lines.and_then(|lines| long_text(i, "description", &lines, DESCRIPTION_MAX))),
        };
        issues.done().map(|()| patch)
    }
}

async fn handle(call: Call, grant: Granted<ChannelsWrite>) -> Result<Reply, Refusal> {
    let patch = call.body::<ChannelPatchBody>()?.parse()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Channel))?;
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseChannel { tenant: grant.tenant().clone(), id, patch, if_match };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(ChannelBody::from(after))).versioned(after.stamp.version)
    })
    .await
}
