//! As many organizations and events as are asked for, for measurements: `callboard demo --events N`.
//!
//! `words` and `draw` make what is said and chosen, `houses` the organizations, `season` plans an event by its
//! ordinal, `import` writes some hundred of them in one transaction by the commands that the surfaces run, so that
//! ledgers, search terms, change rows and audit rows are what real writes leave. The sample world's organization
//! is the first; titles, dates, prices, stock and sales follow from the seed and the day.

mod draw;
mod houses;
mod import;
mod season;
mod words;

use callboard_core::ids::OrganizationId;
use callboard_core::key::Secret;
use callboard_core::time::{DAY, Timestamp};
use callboard_store::Context;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use self::import::{Import, Made};
use self::season::{Season, Stage};
use super::keys::Keys;
use super::{House, World};
use crate::app::App;

/// Most events and organizations that can be asked for.
pub const EVENTS_MAX: u64 = 10_000_000;
pub const ORGANIZATIONS_MAX: u64 = 100_000;
/// Events of one transaction.
const BATCH: u64 = 250;
/// Transactions that are prepared while one is written.
const AHEAD: usize = 3;
/// Organizations that are made side by side.
const SIDE_BY_SIDE: usize = 32;
/// Organizations that the JSON names, with so many events of the first and of each other one.
const ORGANIZATIONS_SHOWN: usize = 1_000;
const EVENTS_OF_FIRST: usize = 1_000;
const EVENTS_OF_OTHERS: usize = 10;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub events: u64,
    pub organizations: u64,
    pub seed: u64,
}

/// What was made besides the sample world.
#[derive(Debug)]
pub struct Large {
    size: Size,
    orders: u64,
    password: Secret,
    shown: Vec<Shown>,
}

/// An organization as the JSON names it.
#[derive(Debug)]
struct Shown {
    id: OrganizationId,
    body: Value,
    events: Vec<Made>,
}

/// How far the work is: `(done, of)`.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Adds to the sample world until there are `size.organizations` with `size.events` events spread evenly.
///
/// # Errors
/// One line that says what could not be made.
pub async fn extend(app: &App, world: &World, size: Size, progress: Progress<'_>) -> Result<Large, String> {
    let (password, hash) = super::places::password(app).await;
    let first = first(app, world).await?;
    let mut large = Large { size, orders: 0, password: password.clone(), shown: vec![first.1] };
    let mut stages = vec![first.0];
    let mut others = stream::iter(1..size.organizations)
        .map(|ordinal| other(app, size.seed, ordinal, (password.clone(), hash.clone())))
        .buffered(SIDE_BY_SIDE);
    while let Some((stage, shown)) = others.try_next().await? {
        stages.push(stage);
        if large.shown.len() < ORGANIZATIONS_SHOWN {
            large.shown.push(shown);
        }
    }
    drop(others);
    fill(app, &stages, &mut large, progress).await?;
    Ok(large)
}

async fn first(app: &App, world: &World) -> Result<(Stage, Shown), String> {
    let House { organization, venues, channels, box_offices, .. } = &world.main;
    let tenant = app.store.operator(organization.id).await.map_err(|error| error.to_string())?;
    let stage = Stage {
        tenant: tenant.ok_or("the sample organization is not there")?,
        ordinal: 0,
        venues: venues.iter().map(|venue| (venue.id, venue.details.zone.clone())).collect(),
        channels: channels.iter().map(|channel| channel.id).collect(),
        offices: box_offices.iter().map(|office| (office.id, office.details.zone.clone())).collect(),
    };
    let body =
        described(&world.main.email, &stage, channels.first().map(|channel| channel.number), &world.keys);
    Ok((stage, Shown { id: organization.id, body, events: Vec::new() }))
}

async fn other(
    app: &App,
    seed: u64,
    ordinal: u64,
    password: (Secret, String),
) -> Result<(Stage, Shown), String> {
    let (house, keys) = houses::make(app, seed, ordinal, password).await?;
    let stage = Stage {
        ordinal,
        venues: house.venues.iter().map(|venue| (venue.id, venue.details.zone.clone())).collect(),
        channels: house.channels.iter().map(|channel| channel.id).collect(),
        offices: house.box_offices.iter().map(|office| (office.id, office.details.zone.clone())).collect(),
        tenant: house.tenant,
    };
    let number = house.channels.first().map(|channel| channel.number);
    let body = described(&house.account.email, &stage, number, &keys);
    Ok((stage, Shown { id: house.organization.id, body, events: Vec::new() }))
}

fn described(email: &str, stage: &Stage, channel_number: Option<i64>, keys: &Keys) -> Value {
    json!({ "email": email, "keys": keys.tokens(), "venueId": stage.venues.first().map(|(id, _)| id),
        "channelNumber": channel_number, "boxOfficeId": stage.offices.first().map(|(id, _)| id) })
}

/// Writes every organization's events, one organization after the other, some transactions ahead of the writer.
async fn fill(app: &App, stages: &[Stage], large: &mut Large, progress: Progress<'_>) -> Result<(), String> {
    let Size { events, seed, .. } = large.size;
    let today = day_of(app.clock.now());
    let houses = u64::try_from(stages.len()).unwrap_or(u64::MAX).max(1);
    let batches = stages.iter().enumerate().flat_map(|(at, stage)| {
        let of = events / houses + u64::from(stage.ordinal < events % houses);
        let season = Season { seed, of, today };
        let starts = (0..of.div_ceil(BATCH)).map(|n| n * BATCH);
        starts.map(move |from| (at, stage, season, from..(from + BATCH).min(of)))
    });
    let mut written = stream::iter(batches)
        .map(|(at, stage, season, ordinals)| {
            let items = ordinals.map(|n| season.item(stage, n)).collect();
            let import = Import { tenant: stage.tenant.clone(), items };
            async move { write(app, import).await.map(|made| (at, made)) }
        })
        .buffered(AHEAD);
    let mut done = 0;
    while let Some((at, made)) = written.try_next().await? {
        done += u64::try_from(made.len()).unwrap_or(0);
        large.orders += made.iter().map(|event| event.orders).sum::<u64>();
        if let Some(shown) = large.shown.get_mut(at) {
            let room = if at == 0 { EVENTS_OF_FIRST } else { EVENTS_OF_OTHERS } - shown.events.len();
            shown.events.extend(made.into_iter().filter(|event| event.is_on_sale).take(room));
        }
        progress(done, events);
    }
    Ok(())
}

async fn write(app: &App, import: Import) -> Result<Vec<Made>, String> {
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: "demo".to_owned() };
    let written = app.store.write(context, import).await;
    written.map_err(|error| format!("the events cannot be written: {error}"))
}

/// The beginning of the day, so that the same seed makes the same world all day long.
fn day_of(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() - now.as_millis().rem_euclid(DAY))
}

impl Large {
    pub fn size(&self) -> Size {
        self.size
    }

    pub fn orders(&self) -> u64 {
        self.orders
    }

    /// For the JSON line: up to a thousand organizations with their keys and some events on sale.
    pub fn to_json(&self) -> Value {
        json!({ "seed": self.size.seed, "events": self.size.events, "organizationCount": self.size.organizations,
            "orders": self.orders, "password": self.password.expose(),
            "organizations": self.shown.iter().map(Shown::to_json).collect::<Vec<_>>() })
    }
}

impl Shown {
    fn to_json(&self) -> Value {
        let event = |made: &Made| json!({ "id": made.id, "number": made.number, "slug": made.slug, "ticketTypeIds": made.ticket_types });
        let mut body = self.body.clone();
        if let Value::Object(members) = &mut body {
            members.insert("id".to_owned(), json!(self.id));
            members.insert("events".to_owned(), self.events.iter().map(event).collect());
        }
        body
    }
}
