//! Searching answers at every instant as if all events were read, however their terms lie at the moment.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use std::collections::BTreeMap;

use callboard_core::event::{EventPatch, schedule::When};
use callboard_core::ids::{EventId, VenueId};
use callboard_core::place::VenuePatch;
use callboard_core::search::{query_words, words};
use callboard_store::events::{
    CreateEvent, DeleteEvent, EventList, EventOrder, EventRef, Recurring, ReviseEvent,
};
use callboard_store::sql::Tx;
use callboard_store::venues::ReviseVenue;
use callboard_store::{Command, Error, Store, StoreOptions, Tenant};
use common::*;
use futures_util::future::join_all;

const WORDS: [&str; 20] = [
    "low", "lowland", "Tide", "tidal", "Café", "cafes", "jazz", "JAZZY", "an", "and", "andante", "Straße",
    "7", "77", "quartet", "o'clock", "naïve", "night", "nightly", "ô",
];
const ASKED: [&str; 12] =
    ["low", "tid", "cafe", "jazz", "a", "and", "stra", "7", "ni naive", "quartet low", "o clock", "zzz"];

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn text(&mut self) -> String {
        let n = 1 + self.roll(5);
        (0..n).map(|_| WORDS[self.roll(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

/// What an event says.
#[derive(Debug, Clone)]
struct Said {
    title: String,
    description: Option<String>,
    is_at_venue: bool,
}

struct Model {
    world: World,
    tenant: Tenant,
    venue: VenueId,
    venue_name: String,
    dice: Dice,
    events: BTreeMap<EventId, Said>,
    /// Another node on the same database, where there can be one.
    other: Option<Store>,
}

impl Model {
    async fn new(seed: u64) -> Model {
        let world = World::new().await;
        let tenant = world.person("ada@example.org").await;
        let venue = world.venue(&tenant, "Night Café").await;
        let other = match world.url() {
            Some(url) => Some(Store::open_postgres(url, StoreOptions::default()).await.unwrap()),
            None => None,
        };
        let (dice, events) = (Dice(seed), BTreeMap::new());
        Model { venue: venue.id, venue_name: "Night Café".to_owned(), world, tenant, dice, events, other }
    }

    fn say(&mut self) -> (Said, EventPatch) {
        let (title, has_more, is_at_venue) =
            (self.dice.text(), self.dice.roll(3) == 0, self.dice.roll(4) == 0);
        let description = has_more.then(|| self.dice.text());
        let said = Said { title, description, is_at_venue };
        (said.clone(), self.patch(&said))
    }

    fn patch(&self, said: &Said) -> EventPatch {
        EventPatch {
            title: Some(Some(said.title.clone())),
            description: Some(said.description.clone()),
            venue_id: Some(said.is_at_venue.then_some(self.venue)),
            ..at_once()
        }
    }

    /// Makes events beside each other, which share transactions.
    async fn create(&mut self, count: usize) {
        let all: Vec<_> = (0..count).map(|_| self.say()).collect();
        let made = all.iter().map(|(_, patch)| self.world.run(create(&self.tenant, patch.clone())));
        let made: Vec<EventId> = join_all(made).await.into_iter().map(|w| w.unwrap().event.id).collect();
        self.events.extend(made.into_iter().zip(all.into_iter().map(|(said, _)| said)));
    }

    fn any(&mut self) -> EventId {
        let at = self.dice.roll(self.events.len());
        *self.events.keys().nth(at).unwrap()
    }

    async fn revise(&mut self) {
        let id = self.any();
        let (said, patch) = self.say();
        let patch = EventPatch { schedule: EventPatch::default().schedule, ..patch };
        self.world.run(revise(&self.tenant, id, patch)).await.unwrap();
        self.events.insert(id, said);
    }

    async fn delete(&mut self) {
        let id = self.any();
        let (tenant, event) = (self.tenant.clone(), EventRef::Id(id));
        self.world.run(DeleteEvent { tenant, event, if_match: None }).await.unwrap();
        self.events.remove(&id);
    }

    async fn rename_venue(&mut self) {
        self.venue_name = self.dice.text();
        let patch = VenuePatch { name: Some(self.venue_name.clone()), ..VenuePatch::default() };
        let (tenant, id) = (self.tenant.clone(), self.venue);
        self.world.run(ReviseVenue { tenant, id, patch, if_match: None }).await.unwrap();
    }

    fn is_found(&self, said: &Said, asked: &[String]) -> bool {
        let venue = said.is_at_venue.then_some(self.venue_name.as_str());
        let texts = [Some(said.title.as_str()), said.description.as_deref(), venue];
        let has: Vec<String> = texts.into_iter().flatten().flat_map(words).collect();
        asked.iter().all(|word| has.iter().any(|term| term.starts_with(word)))
    }

    /// Each search finds what reading everything finds, on every node.
    async fn check(&self, when: &str) {
        let first = self.events.len() % 3;
        for query in ASKED.iter().skip(first).step_by(3) {
            let asked = query_words(query);
            let fits = self.events.iter().filter(|(_, said)| self.is_found(said, &asked));
            let expected: Vec<EventId> = fits.map(|(id, _)| *id).collect();
            for store in [Some(&self.world.store), self.other.as_ref()].into_iter().flatten() {
                assert_eq!(found(store, &self.tenant, &asked).await, expected, "{query} {when}");
            }
        }
    }

    async fn rows(&self, sql: &'static str) -> i64 {
        self.world.run(Ask(sql)).await.unwrap()
    }
}

/// An instant for a new event.
fn at_once() -> EventPatch {
    let mut patch = EventPatch::default();
    patch.schedule.start = Some(Some(When::At(NOW)));
    patch
}

fn create(tenant: &Tenant, patch: EventPatch) -> CreateEvent {
    CreateEvent {
        tenant: tenant.clone(),
        patch,
        ticket_types: Vec::new(),
        status: None,
        channel_number: None,
    }
}

fn revise(tenant: &Tenant, id: EventId, patch: EventPatch) -> ReviseEvent {
    ReviseEvent {
        tenant: tenant.clone(),
        event: EventRef::Id(id),
        patch,
        if_match: None,
        remove_ticket_type: None,
        add_ticket_type: None,
        set_status: None,
    }
}

async fn found(store: &Store, tenant: &Tenant, words: &[String]) -> Vec<EventId> {
    let list = EventList {
        status: None,
        visibility: None,
        category: None,
        venue_id: None,
        channel_id: None,
        box_office_id: None,
        series_id: None,
        recurring: Recurring::Include,
        from: None,
        to: None,
        words: words.to_vec(),
        external_source: None,
        external_id: None,
        order: EventOrder::StartsAt,
        after: None,
        limit: 10_000,
        now: NOW,
    };
    let mut ids: Vec<_> =
        store.list_events(tenant, &list).await.unwrap().items.into_iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids
}

/// One number.
struct Ask(&'static str);

impl Command for Ask {
    type Out = i64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<i64, Error> {
        Ok(tx.one(self.0, &[], |row| row.get(0)).await?.unwrap_or(0))
    }
}

/// Any statement, past every rule.
struct Bypass(String);

impl Command for Bypass {
    type Out = u64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<u64, Error> {
        tx.exec(&self.0, &[]).await
    }
}

async fn live(seed: u64) {
    let mut model = Model::new(seed).await;
    // Another organization's events are in nobody's way.
    let bob = model.world.person("bob@example.org").await;
    for round in 0..40 {
        match model.dice.roll(if model.events.is_empty() { 1 } else { 8 }) {
            0..=2 => {
                let count = [1, 7, 60, 90][model.dice.roll(4)];
                model.create(count).await;
                let apart = EventPatch { venue_id: None, ..model.say().1 };
                model.world.run(create(&bob, apart)).await.unwrap();
            }
            3 | 4 => model.revise().await,
            5 => model.delete().await,
            6 => model.rename_venue().await,
            _ => (model.revise().await, model.delete().await).1,
        }
        model.check(&format!("after step {round} of {seed}")).await;
    }
    assert!(model.rows("SELECT count(*) FROM search_block").await > 0, "no segment was closed");
    assert_eq!(model.rows("SELECT count(*) FROM search_term").await, 0);
    let left = "SELECT count(*) FROM search_entry n WHERE NOT EXISTS (SELECT 1 FROM event e
                WHERE e.organization_id = n.organization_id AND e.search_segment = n.segment
                AND e.number = n.number AND e.deleted_at IS NULL)";
    assert_eq!(model.rows(left).await, 0, "entries of events that are gone");
    // Until nothing is left of any of them.
    for id in model.events.keys() {
        let (tenant, event) = (model.tenant.clone(), EventRef::Id(*id));
        model.world.run(DeleteEvent { tenant, event, if_match: None }).await.unwrap();
    }
    model.events.clear();
    model.check("when all are deleted").await;
    assert_eq!(model.rows("SELECT count(*) FROM search_block").await, 0, "blocks of events that are gone");
}

#[tokio::test]
async fn a_search_finds_what_reading_everything_finds_at_every_instant() {
    for seed in [1, 2] {
        live(seed).await;
    }
}

#[tokio::test]
async fn events_that_an_older_program_stored_are_found_and_change_with_the_others() {
    let mut model = Model::new(7).await;
    model.create(30).await;
    // As they lay before there were entries: a row for each term.
    let older = model.events.iter().map(|(id, said)| (*id, said.clone())).take(20).collect::<Vec<_>>();
    for (id, said) in &older {
        let id = id.0.simple();
        let (literal, is_this) = match model.other {
            Some(_) => (format!("'{id}'::uuid"), format!("id = '{id}'::uuid")),
            None => (format!("x'{id}'"), format!("id = x'{id}'")),
        };
        let venue = said.is_at_venue.then_some(model.venue_name.as_str());
        let texts = [Some(said.title.as_str()), said.description.as_deref(), venue];
        let terms: std::collections::BTreeSet<String> = texts.into_iter().flatten().flat_map(words).collect();
        for term in terms {
            let sql = format!(
                "INSERT INTO search_term SELECT organization_id, '{term}', {literal} FROM event WHERE {is_this}"
            );
            model.world.run(Bypass(sql)).await.unwrap();
        }
        for sql in [
            format!("DELETE FROM search_entry WHERE number = (SELECT number FROM event WHERE {is_this})"),
            format!("UPDATE event SET search_segment = NULL WHERE {is_this}"),
        ] {
            assert_eq!(model.world.run(Bypass(sql)).await.unwrap(), 1);
        }
    }
    model.check("as an older program left it").await;
    for round in 0..40 {
        match round % 4 {
            0 => model.rename_venue().await,
            1 => model.delete().await,
            _ => model.revise().await,
        }
        model.check(&format!("after step {round}")).await;
    }
}

#[tokio::test]
async fn beside_an_older_program_terms_are_stored_as_it_reads_them() {
    let mut model = Model::new(11).await;
    let Some(url) = model.world.url().map(str::to_owned) else { return };
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    let (client, connection) =
        config.application_name("callboard").connect(tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let beside = Store::open_postgres(&url, StoreOptions::default()).await.unwrap();
    let own = std::mem::replace(&mut model.world.store, beside);
    model.create(20).await;
    assert_eq!(model.rows("SELECT count(*) FROM search_entry").await, 0);
    assert!(model.rows("SELECT count(*) FROM search_term").await > 20);
    for _ in 0..10 {
        model.revise().await;
        model.rename_venue().await;
        model.check("beside an older program").await;
    }
    drop(client);
    connection.await.unwrap().unwrap();
    // The server needs a moment to notice.
    for _ in 0..100 {
        model.world.store.look_at_neighbours().await.unwrap();
        if model.rows("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'callboard'").await == 0
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    model.world.store.look_at_neighbours().await.unwrap();
    for _ in 0..10 {
        model.create(3).await;
        model.revise().await;
        model.delete().await;
        model.check("once it is gone").await;
    }
    assert!(model.rows("SELECT count(*) FROM search_entry").await > 20);
    drop(own);
}
