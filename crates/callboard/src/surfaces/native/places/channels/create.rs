//! `POST /v1/channels`. Source: native-api.md §3.

use callboard_core::issue::Issues;
use callboard_core::place::ChannelDetails;
use callboard_store::Tenant;
use callboard_store::channels::CreateChannel;
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{ChannelBody, DESCRIPTION_MAX, example};
use crate::http::grant::ChannelsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::places::wire::{NAME_MAX, long_text, text, wished_slug};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/channels", "createChannel")
        .tag(super::TAG)
        .says(
            "Create a channel",
            "The channel gets the next `number`, which the channel surface uses as its id. Without a `slug` one is \
             made from the name.",
        )
        .takes::<NewChannelBody>(json!({ "name": "Harbor Nights", "description": "What is on at the water" }))
        .answers::<Written<ChannelBody>>(StatusCode::CREATED, "The channel", written_example(example()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

/// A new channel.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewChannel)]
struct NewChannelBody {
    #[schema(format = "line", max_length = 200)]
    name: String,
    /// Made from the name if absent.
    #[schema(format = "slug", max_length = 100)]
    slug: Option<String>,
    #[schema(format = "lines", max_length = 5000)]
    description: Option<String>,
}

impl NewChannelBody {
    fn parse(self, tenant: &Tenant) -> Result<CreateChannel, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let name = text(i, "name", &self.name, NAME_MAX);
        let slug = wished_slug(i, self.slug.as_deref(), &self.name, "channel");
        let description =
            self.description.and_then(|text| long_text(i, "description", &text, DESCRIPTION_MAX));
        let (Some(name), Some((slug, on_clash))) = (name, slug) else { return Err(issues) };
        issues.done()?;
        let details = ChannelDetails { name, slug, description };
        Ok(CreateChannel { tenant: tenant.clone(), details, on_clash })
    }
}

async fn handle(call: Call, grant: Granted<ChannelsWrite>) -> Result<Reply, Refusal> {
    let command = call.body::<NewChannelBody>()?.parse(grant.tenant())?;
    call.write(grant.tenant(), command, |made| {
        Reply::created(&Written::plain(ChannelBody::from(made)))
            .versioned(made.stamp.version)
            .with(LOCATION, &format!("/v1/channels/{}", made.id))
    })
    .await
}
