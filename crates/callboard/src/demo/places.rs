//! Who and where: an account with its organization, then venues, channels and box offices.

use callboard_core::event::Event;
use callboard_core::key::Secret;
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, BoxOfficeDetails, Channel, ChannelDetails, Venue, VenueDetails};
use callboard_core::slug::Slug;
use callboard_core::time::Zone;
use callboard_store::Tenant;
use callboard_store::accounts::{AccountSummary, Registration, SignUp};
use callboard_store::box_offices::CreateBoxOffice;
use callboard_store::channels::CreateChannel;
use callboard_store::organizations::Organization;
use callboard_store::slugs::OnClash;
use callboard_store::venues::CreateVenue;

use super::{House, write};
use crate::app::App;
use crate::identity::SessionClaims;

/// An organization while it is being furnished.
#[derive(Debug)]
pub(super) struct Founded {
    pub(super) tenant: Tenant,
    pub(super) organization: Organization,
    pub(super) account: AccountSummary,
    password: Secret,
    session: Secret,
    pub(super) venues: Vec<Venue>,
    pub(super) channels: Vec<Channel>,
    pub(super) box_offices: Vec<BoxOffice>,
}

impl Founded {
    pub(super) fn open(self, events: Vec<Event>) -> House {
        House {
            organization: self.organization,
            email: self.account.email,
            password: self.password,
            session: self.session,
            venues: self.venues,
            channels: self.channels,
            box_offices: self.box_offices,
            events,
        }
    }
}

/// A password, drawn anew, because a demo may be reachable by others, and its hash.
pub(super) async fn password(app: &App) -> (Secret, String) {
    let password =
        Secret::new(format!("harbour-{}", callboard_core::canonical::hex(&app.entropy.draw::<6>())));
    let hash = app.identities.passwords.hash(password.expose().to_owned(), app.entropy.draw()).await;
    (password, hash)
}

/// Signs an owner up.
pub(super) async fn found(
    app: &App,
    (organization, owner, email): (&str, &str, &str),
    (password, hash): (Secret, String),
) -> Result<Founded, String> {
    let lifetime = i64::try_from(app.settings.session_ttl.as_millis()).unwrap_or(i64::MAX);
    let now = app.clock.now();
    let sign_up = SignUp {
        email: email.to_owned(),
        name: owner.to_owned(),
        password_hash: hash,
        organization_name: Some(organization.to_owned()),
        registration: Registration::Open,
        invite: None,
        expires_at: now.plus_millis(lifetime),
    };
    let made = write(app, sign_up).await?;
    let claims = SessionClaims {
        session: made.session.id,
        account: made.session.account_id,
        organization: made.session.organization_id,
    };
    let session = Secret::new(app.identities.tokens.sign(claims, now, made.session.expires_at));
    let tenant = app.store.operator(made.organization.id).await.map_err(|error| error.to_string())?;
    Ok(Founded {
        tenant: tenant.ok_or("the sample organization is not there")?,
        organization: made.organization,
        account: made.account,
        password,
        session,
        venues: Vec::new(),
        channels: Vec::new(),
        box_offices: Vec::new(),
    })
}

/// Two venues in two zones, three channels, two box offices.
pub(super) async fn furnish_main(app: &App, house: Founded) -> Result<Founded, String> {
    let tenant = &house.tenant;
    let (hall, cellar, live, late, learn) = tokio::try_join!(
        venue(app, tenant, &HALL),
        venue(app, tenant, &CELLAR),
        channel(app, tenant, "Harbour Lights Live", "Concerts, comedy and theatre on the waterfront"),
        channel(app, tenant, "Harbour After Dark", "Club nights and late sets"),
        channel(app, tenant, "Harbour Workshops", "Courses, talks and open rehearsals"),
    )?;
    let (tickets, kasse) = tokio::try_join!(
        box_office(app, tenant, "Harbour Lights Tickets", "USD", (&hall, &live)),
        box_office(app, tenant, "Speicher Kasse", "EUR", (&cellar, &late)),
    )?;
    Ok(Founded {
        venues: vec![hall, cellar],
        channels: vec![live, late, learn],
        box_offices: vec![tickets, kasse],
        ..house
    })
}

pub(super) async fn furnish_other(app: &App, house: Founded) -> Result<Founded, String> {
    let tenant = &house.tenant;
    let (barn, sound) = tokio::try_join!(
        venue(app, tenant, &BARN),
        channel(app, tenant, "Quarry Sound", "Roots music in the old quarry")
    )?;
    let office = box_office(app, tenant, "Quarry Tickets", "USD", (&barn, &sound)).await?;
    Ok(Founded { venues: vec![barn], channels: vec![sound], box_offices: vec![office], ..house })
}

/// A venue in few words.
struct Sketch {
    name: &'static str,
    city: &'static str,
    region: &'static str,
    country: &'static str,
    zone: &'static str,
    capacity: i64,
    address: &'static str,
    position: (f64, f64),
}

const HALL: Sketch = Sketch {
    name: "Harbour Lights Hall",
    city: "Boston",
    region: "MA",
    country: "US",
    zone: "America/New_York",
    capacity: 420,
    address: "48 Commercial Wharf",
    position: (42.3621, -71.0505),
};
const CELLAR: Sketch = Sketch {
    name: "Speicher Neun",
    city: "Berlin",
    region: "BE",
    country: "DE",
    zone: "Europe/Berlin",
    capacity: 180,
    address: "Stralauer Allee 9",
    position: (52.5027, 13.4501),
};
const BARN: Sketch = Sketch {
    name: "The Quarry Barn",
    city: "Madison",
    region: "WI",
    country: "US",
    zone: "America/Chicago",
    capacity: 250,
    address: "1200 Quarry Road",
    position: (43.0722, -89.4008),
};

/// A zone of the sample world.
pub(super) fn zone(name: &str) -> Zone {
    Zone::parse(name).expect("the sample world's zones are in the bundled database; a test builds it")
}

async fn venue(app: &App, tenant: &Tenant, sketch: &Sketch) -> Result<Venue, String> {
    let details = VenueDetails {
        name: sketch.name.to_owned(),
        slug: Slug::from_text(sketch.name, "venue"),
        city: sketch.city.to_owned(),
        state_province: sketch.region.to_owned(),
        country: sketch.country.to_owned(),
        zone: zone(sketch.zone),
        capacity: sketch.capacity,
        address: Some(sketch.address.to_owned()),
        latitude: Some(sketch.position.0),
        longitude: Some(sketch.position.1),
    };
    write(app, CreateVenue { tenant: tenant.clone(), details, on_clash: OnClash::Number }).await
}

async fn channel(app: &App, tenant: &Tenant, name: &str, about: &str) -> Result<Channel, String> {
    let slug = Slug::from_text(name, "channel");
    let details = ChannelDetails { name: name.to_owned(), slug, description: Some(about.to_owned()) };
    write(app, CreateChannel { tenant: tenant.clone(), details, on_clash: OnClash::Number }).await
}

async fn box_office(
    app: &App,
    tenant: &Tenant,
    name: &str,
    currency: &str,
    (venue, channel): (&Venue, &Channel),
) -> Result<BoxOffice, String> {
    let details = BoxOfficeDetails {
        name: name.to_owned(),
        slug: Slug::from_text(name, "box-office"),
        zone: venue.details.zone.clone(),
        currency: Currency::parse(currency).map_err(|error| error.to_string())?,
        default_venue_id: Some(venue.id),
        default_channel_id: Some(channel.id),
    };
    write(app, CreateBoxOffice { tenant: tenant.clone(), details, on_clash: OnClash::Number }).await
}
