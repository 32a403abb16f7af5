//! Venues: what H's published types require is always there. Source: native-api.md §3.

use callboard_core::ids::VenueId;
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::place::{
    ADDRESS_MAX, CAPACITY_MAX, NAME_MAX, Stamp, Venue, VenueDetails, VenuePatch, country,
};
use callboard_core::rejection::Thing;
use callboard_core::slug::{SLUG_MAX, Slug};
use callboard_core::time::Zone;
use callboard_store::page::{After, Page};
use callboard_store::slugs::OnClash;
use callboard_store::venues::{CreateVenue, DeleteVenue, ReviseVenue};
use callboard_store::{Store, Tenant};

use super::kind::{Neighbours, Paths, Place, Words, paths};
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, line, optional_decimal, optional_line, whole};
use crate::http::grant::{VenuesRead, VenuesWrite};

impl Place for Venue {
    type Id = VenueId;
    type Read = VenuesRead;
    type Write = VenuesWrite;
    type Create = CreateVenue;
    type Revise = ReviseVenue;
    type Delete = DeleteVenue;
    const PATHS: Paths = paths!("/dashboard/venues");
    const WORDS: Words = Words {
        one: "venue",
        many: "Venues",
        about: "A venue's website shows what is on with one key and one request.",
        filter: "venueId",
    };
    const THING: Thing = Thing::Venue;

    async fn list(
        store: &Store,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> callboard_store::Result<Page<Venue>> {
        store.list_venues(tenant, after, limit).await
    }
    async fn find(store: &Store, tenant: &Tenant, id: VenueId) -> callboard_store::Result<Option<Venue>> {
        store.find_venue(tenant, id).await
    }

    fn id(&self) -> VenueId {
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
        let details = &self.details;
        format!(
            "{}, {}, {} · {} people",
            details.city, details.state_province, details.country, details.capacity
        )
    }
    fn facts(&self, _: &Neighbours) -> Vec<(&'static str, String)> {
        let details = &self.details;
        let town = format!("{}, {}, {}", details.city, details.state_province, details.country);
        let mut facts = vec![("Where", town)];
        facts.extend(details.address.clone().map(|address| ("Address", address)));
        if let (Some(latitude), Some(longitude)) = (details.latitude, details.longitude) {
            facts.push(("Coordinates", format!("{latitude}, {longitude}")));
        }
        facts.push(("Time zone", details.zone.name().to_owned()));
        facts.push(("Capacity", details.capacity.to_string()));
        facts
    }
    fn sample(&self, url: &str) -> String {
        format!("curl -H \"Authorization: Bearer $KEY\" {url}/api/v1/events")
    }

    fn fill(&self) -> Form {
        let details = &self.details;
        let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
        Form::filled([
            ("name", details.name.clone()),
            ("slug", details.slug.to_string()),
            ("city", details.city.clone()),
            ("stateProvince", details.state_province.clone()),
            ("country", details.country.clone()),
            ("timezone", details.zone.name().to_owned()),
            ("capacity", details.capacity.to_string()),
            ("address", details.address.clone().unwrap_or_default()),
            ("latitude", number(details.latitude)),
            ("longitude", number(details.longitude)),
        ])
    }

    fn fields(form: &Form, _: &Neighbours) -> Vec<Vec<Field>> {
        vec![
            vec![form.text("name", "Name").max(NAME_MAX).focused()],
            vec![
                form.text("address", "Street address")
                    .max(ADDRESS_MAX)
                    .autocomplete("street-address")
                    .optional(),
            ],
            vec![
                form.text("city", "City").max(NAME_MAX),
                form.text("stateProvince", "State or province").max(NAME_MAX),
                form.text("country", "Country").max(2).hint("Two letters, such as US or DE."),
            ],
            vec![
                form.text("timezone", "Time zone")
                    .max(64)
                    .list("zones")
                    .placeholder("Europe/Berlin")
                    .hint("Times are shown in it."),
                form.number("capacity", "Capacity", ("1", "10000000"), "1")
                    .hint("The most people that it holds."),
            ],
            vec![
                form.number("latitude", "Latitude", ("-90", "90"), "any").optional(),
                form.number("longitude", "Longitude", ("-180", "180"), "any").optional(),
            ],
            vec![
                form.text("slug", "Slug")
                    .max(SLUG_MAX)
                    .optional()
                    .hint("For addresses. Made from the name if you leave it empty."),
            ],
        ]
    }

    fn parse_new(form: &Form, tenant: &Tenant) -> Result<CreateVenue, Issues> {
        let (details, is_named) = parse(form)?;
        let on_clash = if is_named { OnClash::Refuse } else { OnClash::Number };
        Ok(CreateVenue { tenant: tenant.clone(), details, on_clash })
    }

    fn parse_change(
        form: &Form,
        tenant: &Tenant,
        id: VenueId,
        if_match: Option<i64>,
    ) -> Result<ReviseVenue, Issues> {
        let (new, is_named) = parse(form)?;
        let patch = VenuePatch {
            name: Some(new.name),
            slug: is_named.then_some(new.slug),
            city: Some(new.city),
            state_province: Some(new.state_province),
            country: Some(new.country),
            zone: Some(new.zone),
            capacity: Some(new.capacity),
            address: Some(new.address),
            latitude: Some(new.latitude),
            longitude: Some(new.longitude),
        };
        Ok(ReviseVenue { tenant: tenant.clone(), id, patch, if_match })
    }

    fn deletion(tenant: &Tenant, id: VenueId) -> DeleteVenue {
        DeleteVenue { tenant: tenant.clone(), id, if_match: None }
    }
}

/// The details that a form describes, and whether it names the slug.
fn parse(form: &Form) -> Result<(VenueDetails, bool), Issues> {
    let mut issues = Issues::new();
    let i = &mut issues;
    let name = line(form, i, "name", NAME_MAX);
    let slug = slug(form, i, "venue");
    let city = line(form, i, "city", NAME_MAX);
    let state_province = line(form, i, "stateProvince", NAME_MAX);
    let country = i.keep("country", IssueCode::InvalidFormat, country(form.get("country")));
    let zone = i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(form.get("timezone").trim()));
    let capacity = whole(form, i, "capacity", 1..=CAPACITY_MAX);
    let address = optional_line(form, i, "address", ADDRESS_MAX);
    let latitude = optional_decimal(form, i, "latitude", -90.0..=90.0);
    let longitude = optional_decimal(form, i, "longitude", -180.0..=180.0);
    let (Some(name), Some(slug), Some(city), Some(state_province), Some(country), Some(zone), Some(capacity)) =
        (name, slug, city, state_province, country, zone, capacity)
    else {
        return Err(issues);
    };
    issues.done()?;
    let details = VenueDetails {
        name,
        slug,
        city,
        state_province,
        country,
        zone,
        capacity,
        address,
        latitude,
        longitude,
    };
    Ok((details, form.some("slug").is_some()))
}

/// The slug that is named, or one made from the name.
pub(super) fn slug(form: &Form, issues: &mut Issues, kind: &str) -> Option<Slug> {
    match form.some("slug") {
        Some(text) => issues.keep("slug", IssueCode::InvalidFormat, Slug::parse(text)),
        None => Some(Slug::from_text(form.get("name"), kind)),
    }
}
