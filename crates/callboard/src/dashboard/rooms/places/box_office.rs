//! Box offices; their default venue and channel fill what is created through them. Source: native-api.md §3.

use callboard_core::ids::BoxOfficeId;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, BoxOfficeDetails, BoxOfficePatch, NAME_MAX, Stamp};
use callboard_core::rejection::Thing;
use callboard_core::slug::SLUG_MAX;
use callboard_core::time::Zone;
use callboard_store::box_offices::{CreateBoxOffice, DeleteBoxOffice, ReviseBoxOffice};
use callboard_store::page::{After, LIMIT_MAX, Page};
use callboard_store::slugs::OnClash;
use callboard_store::{Store, Tenant};

use super::kind::{Neighbours, Paths, Place, Words, paths};
use super::venue::slug;
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, line};
use crate::http::grant::{BoxOfficesRead, BoxOfficesWrite};

impl Place for BoxOffice {
    type Id = BoxOfficeId;
    type Read = BoxOfficesRead;
    type Write = BoxOfficesWrite;
    type Create = CreateBoxOffice;
    type Revise = ReviseBoxOffice;
    type Delete = DeleteBoxOffice;
    const PATHS: Paths = paths!("/dashboard/box-offices");
    const WORDS: Words = Words {
        one: "box office",
        many: "Box offices",
        about: "A box office sells: events with ticket types, and what is left of each, live.",
        filter: "boxOfficeId",
    };
    const THING: Thing = Thing::BoxOffice;

    async fn list(
        store: &Store,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> callboard_store::Result<Page<BoxOffice>> {
        store.list_box_offices(tenant, after, limit).await
    }
    async fn find(
        store: &Store,
        tenant: &Tenant,
        id: BoxOfficeId,
    ) -> callboard_store::Result<Option<BoxOffice>> {
        store.find_box_office(tenant, id).await
    }
    /// The first 200 venues and channels: who has more names the default through the API.
    async fn neighbours(store: &Store, tenant: &Tenant) -> callboard_store::Result<Neighbours> {
        let venues = store.list_venues(tenant, None, LIMIT_MAX).await?.items;
        let channels = store.list_channels(tenant, None, LIMIT_MAX).await?.items;
        Ok(Neighbours {
            venues: venues
                .into_iter()
                .map(|venue| Choice::new(venue.id.to_string(), venue.details.name))
                .collect(),
            channels: channels
                .into_iter()
                .map(|one| Choice::new(one.id.to_string(), one.details.name))
                .collect(),
        })
    }

    fn id(&self) -> BoxOfficeId {
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
        format!("{} · {}", self.details.currency, self.details.zone.name())
    }
    fn facts(&self, neighbours: &Neighbours) -> Vec<(&'static str, String)> {
        let name = |choices: &[Choice], id: Option<String>| match id {
            None => "none".to_owned(),
            Some(id) => Neighbours::name(choices, &id).unwrap_or(&id).to_owned(),
        };
        let details = &self.details;
        vec![
            ("Currency", details.currency.to_string()),
            ("Time zone", details.zone.name().to_owned()),
            ("Default venue", name(&neighbours.venues, details.default_venue_id.map(|id| id.to_string()))),
            (
                "Default channel",
                name(&neighbours.channels, details.default_channel_id.map(|id| id.to_string())),
            ),
        ]
    }
    fn sample(&self, url: &str) -> String {
        format!("curl -H \"x-api-key: $KEY\" {url}/api/v1/events")
    }

    fn fill(&self) -> Form {
        let details = &self.details;
        Form::filled([
            ("name", details.name.clone()),
            ("slug", details.slug.to_string()),
            ("timezone", details.zone.name().to_owned()),
            ("currency", details.currency.to_string()),
            ("defaultVenueId", details.default_venue_id.map(|id| id.to_string()).unwrap_or_default()),
            ("defaultChannelId", details.default_channel_id.map(|id| id.to_string()).unwrap_or_default()),
        ])
    }
    fn fields(form: &Form, neighbours: &Neighbours) -> Vec<Vec<Field>> {
        let or_none = |name: &str, choices: &[Choice]| {
            let none = std::iter::once(Choice::new("", "None"));
            let chosen = form.get(name);
            // One that the list has no room for stays chosen.
            let beyond = (!chosen.is_empty() && Neighbours::name(choices, chosen).is_none())
                .then(|| Choice::new(chosen, format!("Id {chosen}")));
            none.chain(choices.iter().cloned()).chain(beyond).collect::<Vec<_>>()
        };
        vec![
            vec![form.text("name", "Name").max(NAME_MAX).focused()],
            vec![
                form.text("timezone", "Time zone").max(64).list("zones").hint("Such as America/New_York."),
                form.text("currency", "Currency").max(3).hint("Three letters, such as USD or EUR."),
            ],
            vec![
                form.select("defaultVenueId", "Default venue", or_none("defaultVenueId", &neighbours.venues))
                    .optional()
                    .hint("Where its events take place unless they say otherwise."),
                form.select(
                    "defaultChannelId",
                    "Default channel",
                    or_none("defaultChannelId", &neighbours.channels),
                )
                .optional()
                .hint("Which channel they appear in as well."),
            ],
            vec![
                form.text("slug", "Slug")
                    .max(SLUG_MAX)
                    .optional()
                    .hint("For addresses. Made from the name if you leave it empty."),
            ],
        ]
    }

    fn parse_new(form: &Form, tenant: &Tenant) -> Result<CreateBoxOffice, Issues> {
        let on_clash = if form.some("slug").is_some() { OnClash::Refuse } else { OnClash::Number };
        Ok(CreateBoxOffice { tenant: tenant.clone(), details: parse(form)?, on_clash })
    }
    fn parse_change(
        form: &Form,
        tenant: &Tenant,
        id: BoxOfficeId,
        if_match: Option<i64>,
    ) -> Result<ReviseBoxOffice, Issues> {
        let new = parse(form)?;
        let patch = BoxOfficePatch {
            name: Some(new.name),
            slug: form.some("slug").map(|_| new.slug),
            zone: Some(new.zone),
            currency: Some(new.currency),
            default_venue_id: Some(new.default_venue_id),
            default_channel_id: Some(new.default_channel_id),
        };
        Ok(ReviseBoxOffice { tenant: tenant.clone(), id, patch, if_match })
    }
    fn deletion(tenant: &Tenant, id: BoxOfficeId) -> DeleteBoxOffice {
        DeleteBoxOffice { tenant: tenant.clone(), id, if_match: None }
    }
}

fn parse(form: &Form) -> Result<BoxOfficeDetails, Issues> {
    let mut issues = Issues::new();
    let i = &mut issues;
    let name = line(form, i, "name", NAME_MAX);
    let slug = slug(form, i, "box-office");
    let zone = i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(form.get("timezone").trim()));
    let currency = i.keep("currency", IssueCode::InvalidFormat, Currency::parse(form.get("currency").trim()));
    let default_venue_id = id(form, i, "defaultVenueId");
    let default_channel_id = id(form, i, "defaultChannelId");
    let (Some(name), Some(slug), Some(zone), Some(currency)) = (name, slug, zone, currency) else {
        return Err(issues);
    };
    issues.done()?;
    Ok(BoxOfficeDetails { name, slug, zone, currency, default_venue_id, default_channel_id })
}

/// An id that may be left empty.
fn id<T: std::str::FromStr>(form: &Form, issues: &mut Issues, name: &str) -> Option<T> {
    let text = form.some(name)?;
    let id = text.parse().ok();
    if id.is_none() {
        issues.push(Issue::body(name, IssueCode::NotFound, "there is none with this id"));
    }
    id
}
