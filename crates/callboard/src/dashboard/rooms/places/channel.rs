//! Channels that people follow; `number` is the channel surface's id. Source: native-api.md §3.

use callboard_core::ids::ChannelId;
use callboard_core::issue::Issues;
use callboard_core::place::{Channel, ChannelDetails, ChannelPatch, DESCRIPTION_MAX, NAME_MAX, Stamp};
use callboard_core::rejection::Thing;
use callboard_core::slug::SLUG_MAX;
use callboard_store::channels::{CreateChannel, DeleteChannel, ReviseChannel};
use callboard_store::page::{After, Page};
use callboard_store::slugs::OnClash;
use callboard_store::{Store, Tenant};

use super::kind::{Neighbours, Paths, Place, Words, paths};
use super::venue::slug;
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, line, optional_lines};
use crate::http::grant::{ChannelsRead, ChannelsWrite};

impl Place for Channel {
    type Id = ChannelId;
    type Read = ChannelsRead;
    type Write = ChannelsWrite;
    type Create = CreateChannel;
    type Revise = ReviseChannel;
    type Delete = DeleteChannel;
    const PATHS: Paths = paths!("/dashboard/channels");
    const WORDS: Words = Words {
        one: "channel",
        many: "Channels",
        about: "People follow a channel; partners create events in it through the channel API.",
        filter: "channelId",
    };
    const THING: Thing = Thing::Channel;

    async fn list(
        store: &Store,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> callboard_store::Result<Page<Channel>> {
        store.list_channels(tenant, after, limit).await
    }
    async fn find(store: &Store, tenant: &Tenant, id: ChannelId) -> callboard_store::Result<Option<Channel>> {
        store.find_channel(tenant, id).await
    }

    fn id(&self) -> ChannelId {
        self.id
    }
    fn name(&self) -> &str {
        &self.details.name
    }
    fn slug(&self) -> &str {
        self.details.slug.as_str()
    }
    fn stamp(&self) -> &Stamp {
        &self.stamp
    }
    fn summary(&self) -> String {
        format!("Number {}", self.number)
    }
    fn facts(&self, _: &Neighbours) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Number", self.number.to_string())];
        facts.extend(self.details.description.clone().map(|text| ("Description", text)));
        facts
    }
    fn sample(&self, url: &str) -> String {
        format!("curl -H \"Authorization: Bearer $KEY\" {url}/api/public/v1/channels")
    }

    fn fill(&self) -> Form {
        Form::filled([
            ("name", self.details.name.clone()),
            ("slug", self.details.slug.to_string()),
            ("description", self.details.description.clone().unwrap_or_default()),
        ])
    }
    fn fields(form: &Form, _: &Neighbours) -> Vec<Vec<Field>> {
        vec![
            vec![form.text("name", "Name").max(NAME_MAX).focused()],
            vec![form.area("description", "Description").max(DESCRIPTION_MAX).optional()],
            vec![
                form.text("slug", "Slug")
                    .max(SLUG_MAX)
                    .optional()
                    .hint("For addresses. Made from the name if you leave it empty."),
            ],
        ]
    }

    fn parse_new(form: &Form, tenant: &Tenant) -> Result<CreateChannel, Issues> {
        let on_clash = if form.some("slug").is_some() { OnClash::Refuse } else { OnClash::Number };
        Ok(CreateChannel { tenant: tenant.clone(), details: parse(form)?, on_clash })
    }
    fn parse_change(
        form: &Form,
        tenant: &Tenant,
        id: ChannelId,
        if_match: Option<i64>,
    ) -> Result<ReviseChannel, Issues> {
        let new = parse(form)?;
        let slug = form.some("slug").map(|_| new.slug);
        let patch = ChannelPatch { name: Some(new.name), slug, description: Some(new.description) };
        Ok(ReviseChannel { tenant: tenant.clone(), id, patch, if_match })
    }
    fn deletion(tenant: &Tenant, id: ChannelId) -> DeleteChannel {
        DeleteChannel { tenant: tenant.clone(), id, if_match: None }
    }
}

fn parse(form: &Form) -> Result<ChannelDetails, Issues> {
    let mut issues = Issues::new();
    let name = line(form, &mut issues, "name", NAME_MAX);
    let slug = slug(form, &mut issues, "channel");
    let description = optional_lines(form, &mut issues, "description", DESCRIPTION_MAX);
    let (Some(name), Some(slug)) = (name, slug) else { return Err(issues) };
    issues.done()?;
    Ok(ChannelDetails { name, slug, description })
}
