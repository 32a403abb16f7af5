//! The organizations of the large world: an owner, places, and a key of each family.

use callboard_core::key::Secret;
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, BoxOfficeDetails, Channel, ChannelDetails, Venue, VenueDetails};
use callboard_core::slug::Slug;
use callboard_store::box_offices::CreateBoxOffice;
use callboard_store::channels::CreateChannel;
use callboard_store::slugs::OnClash;
use callboard_store::venues::CreateVenue;

use super::draw::Draw;
use super::words::{self, HOMES, Home};
use crate::app::App;
use crate::demo::keys::{self, Keys};
use crate::demo::places::{self, Founded, zone};
use crate::demo::write;

/// Most venues, box offices and channels of one organization.
const VENUES_MAX: i64 = 3;
const OFFICES_MAX: i64 = 2;
const CHANNELS_MAX: i64 = 2;

/// Makes the organization of this ordinal; all owners of the large world share a password.
pub(super) async fn make(
    app: &App,
    seed: u64,
    ordinal: u64,
    password: (Secret, String),
) -> Result<(Founded, Keys), String> {
    let mut draw = Draw::of(seed, ordinal, u64::MAX);
    let name = words::organization(&mut draw);
    let owner = words::person(&mut draw);
    let email = format!("owner-{ordinal}@large.example");
    let house = places::found(app, (&name, &owner, &email), password).await?;
    let house = furnish(app, house, &mut draw, &name).await?;
    let keys = keys::mint(app, &house).await?;
    Ok((house, keys))
}

async fn furnish(app: &App, mut house: Founded, draw: &mut Draw, name: &str) -> Result<Founded, String> {
    let home = draw.pick(&HOMES);
    for _ in 0..draw.within(1, VENUES_MAX) {
        house.venues.push(venue(app, &house, draw, home).await?);
    }
    for label in ["Live", "After Dark"].iter().take(count(draw.within(1, CHANNELS_MAX))) {
        house.channels.push(channel(app, &house, &format!("{name} {label}")).await?);
    }
    for (n, label) in ["Tickets", "Door"].iter().take(count(draw.within(1, OFFICES_MAX))).enumerate() {
        house.box_offices.push(box_office(app, &house, &format!("{name} {label}"), home, n).await?);
    }
    Ok(house)
}

fn count(drawn: i64) -> usize {
    usize::try_from(drawn).unwrap_or(1)
}

async fn venue(app: &App, house: &Founded, draw: &mut Draw, home: &Home) -> Result<Venue, String> {
    let name = words::hall(draw);
    let details = VenueDetails {
        slug: Slug::from_text(&name, "venue"),
        name,
        city: home.city.to_owned(),
        state_province: home.region.to_owned(),
        country: home.country.to_owned(),
        zone: zone(home.zone),
        capacity: draw.within(60, 900),
        address: Some(format!("{} Station Road", draw.within(1, 250))),
        latitude: Some(home.position.0),
        longitude: Some(home.position.1),
    };
    write(app, CreateVenue { tenant: house.tenant.clone(), details, on_clash: OnClash::Number }).await
}

async fn channel(app: &App, house: &Founded, name: &str) -> Result<Channel, String> {
    let slug = Slug::from_text(name, "channel");
    let details = ChannelDetails { name: name.to_owned(), slug, description: None };
    write(app, CreateChannel { tenant: house.tenant.clone(), details, on_clash: OnClash::Number }).await
}

/// Of the n-th venue and channel, or of the first.
async fn box_office(
    app: &App,
    house: &Founded,
    name: &str,
    home: &Home,
    n: usize,
) -> Result<BoxOffice, String> {
    let venue = house.venues.get(n).or(house.venues.first());
    let channel = house.channels.get(n).or(house.channels.first());
    let details = BoxOfficeDetails {
        name: name.to_owned(),
        slug: Slug::from_text(name, "box-office"),
        zone: zone(home.zone),
        currency: Currency::parse(home.currency).map_err(|error| error.to_string())?,
        default_venue_id: venue.map(|venue| venue.id),
        default_channel_id: channel.map(|channel| channel.id),
    };
    write(app, CreateBoxOffice { tenant: house.tenant.clone(), details, on_clash: OnClash::Number }).await
}
