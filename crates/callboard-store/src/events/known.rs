//! Events that were read before, decoded, at most so many bytes of them. An entry is true of one version of its event,
//! which every write of a description raises: who lists events asks the rows for ids and versions alone and decodes
//! what is not here. Nothing has to be told to this memory, so that it holds on any number of nodes.
//!
//! Where this process is alone the organization's counters, taken before rows are read, spare even that: a description
//! that was seen to stand under them stands while they do, and so does stock until the next hold runs out.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use callboard_core::event::Event;
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;
use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use serde_json::Value;

use crate::stamp::Counters;

/// What an entry costs besides its event: the key, counters, the cache's own links.
const ENTRY_BYTES: usize = 256;
/// A usual event, from which the number of entries to prepare for is guessed.
const USUAL_BYTES: usize = 3 * 1_024;
/// What the allocator adds to a piece of memory.
const PIECE_BYTES: usize = 16;
/// A counter that no organization has.
const NEVER: i64 = i64::MIN;

type Key = (OrganizationId, EventId);

/// The events; which part of the memory one is in follows from its key, and each part has a lock of its own.
#[derive(Debug)]
pub(crate) struct KnownEvents(Cache<Key, Arc<Known>, Weigh, RandomState>);

/// An event as it was read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) event: Arc<Event>,
    /// From then until the first of its holds runs out the clock leaves its stock alone.
    read_at: Timestamp,
    stock_until: Option<Timestamp>,
    /// The organization's counters under which description and stock were last seen to stand.
    version_seen: AtomicI64,
    stock_seen: AtomicI64,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Weigh;

impl Weighter<Key, Arc<Known>> for Weigh {
    fn weight(&self, _: &Key, known: &Arc<Known>) -> u64 {
        known.bytes as u64
    }
}

impl KnownEvents {
    /// A memory of so many bytes; none at all for 0.
    pub(crate) fn new(bytes_max: usize) -> Option<KnownEvents> {
        let (count, weight) = (bytes_max / USUAL_BYTES, bytes_max as u64);
        let made = || Cache::with(count, weight, Weigh, RandomState::default(), DefaultLifecycle::default());
        (bytes_max > 0).then(|| KnownEvents(made()))
    }

    pub(super) fn find(&self, organization_id: OrganizationId, id: EventId) -> Option<Arc<Known>> {
        self.0.get(&(organization_id, id))
    }

    pub(super) fn keep(&self, known: &Arc<Known>) {
        let event = &known.event;
        self.0.insert((event.organization_id, event.id), known.clone());
    }

    /// How many bytes of events there are.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.weight()
    }
}

impl Known {
    /// An event that was read at `now`; [`Known::seen`] says under which counters.
    pub(super) fn new(event: Event, now: Timestamp) -> Known {
        Known {
            stock_until: event.ticket_types.iter().filter_map(|kind| kind.held_until).min(),
            read_at: now,
            version_seen: AtomicI64::new(NEVER),
            stock_seen: AtomicI64::new(NEVER),
            bytes: bytes_of(&event),
            event: Arc::new(event),
        }
    }

    /// The description was found to be as it is here after these counters were taken.
    pub(super) fn seen(&self, counters: Counters) {
        self.version_seen.fetch_max(counters.version, Ordering::Relaxed);
    }

    /// As [`Known::seen`], of the stock.
    pub(super) fn stock_seen(&self, counters: Counters) {
        self.stock_seen.fetch_max(counters.stock, Ordering::Relaxed);
    }

    /// Whether no write has touched the description since it was seen.
    pub(super) fn stands(&self, counters: Counters) -> bool {
        self.version_seen.load(Ordering::Relaxed) >= counters.version
    }

    /// Whether neither a write nor the clock has touched the stock since it was seen; what has none has none to touch.
    pub(super) fn stock_stands(&self, counters: Option<Counters>, now: Timestamp) -> bool {
        let is_seen = |counters: Counters| self.stock_seen.load(Ordering::Relaxed) >= counters.stock;
        let is_in_time = || self.read_at <= now && self.stock_until.is_none_or(|until| now < until);
        self.event.ticket_types.is_empty() || (counters.is_some_and(is_seen) && is_in_time())
    }

    /// The same description with other stock, read at `now`.
    pub(super) fn restocked(&self, ticket_types: Vec<TicketType>, now: Timestamp) -> Known {
        let made = Known::new(Event { ticket_types, ..Event::clone(&self.event) }, now);
        made.version_seen.store(self.version_seen.load(Ordering::Relaxed), Ordering::Relaxed);
        made
    }
}

/// About how much memory an event takes.
fn bytes_of(event: &Event) -> usize {
    let details = &event.details;
    let (place, links) = (&details.place, &details.links);
    let mut texts = vec![details.slug.as_str()];
    let optional = [
        &details.title,
        &details.description,
        &details.notes,
        &details.producer_name,
        &details.door_seller,
        &details.poster_url,
        &details.audience,
        &place.name,
        &place.address,
        &place.city,
        &place.region,
        &place.country,
        &place.place_id,
        &links.ticketing,
        &links.facebook_event,
        &links.website,
    ];
    texts.extend(optional.into_iter().flatten().map(String::as_str));
    texts.extend(details.classifications.iter().map(String::as_str));
    texts.extend(details.external.iter().flat_map(|one| [one.source.as_str(), one.id.as_str()]));
    for performer in &details.performers {
        texts.push(&performer.name);
        texts.extend([&performer.band_slug, &performer.banner_url].into_iter().flatten().map(String::as_str));
    }
    for offer in &details.offers {
        texts.push(&offer.url);
        texts.extend([&offer.name, &offer.availability].into_iter().flatten().map(String::as_str));
    }
    for kind in &event.ticket_types {
        texts.push(&kind.terms.name);
        texts.extend(kind.terms.description.as_deref());
    }
    let said: usize = texts.iter().map(|text| text.len() + PIECE_BYTES).sum();
    let metadata: usize = details.metadata.iter().map(|(name, value)| name.len() + weight(value)).sum();
    let lists = size_of_val(event.ticket_types.as_slice())
        + size_of_val(details.performers.as_slice())
        + size_of_val(details.offers.as_slice())
        + size_of_val(details.classifications.as_slice());
    ENTRY_BYTES + size_of::<Event>() + said + metadata + lists
}

/// About how much memory a value takes besides its own cell. Its depth was bounded when it was read.
fn weight(value: &Value) -> usize {
    let inner = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(all) => all.iter().map(weight).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
    };
    size_of::<Value>() + 2 * PIECE_BYTES + inner
}
