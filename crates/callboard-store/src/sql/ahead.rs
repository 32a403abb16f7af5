//! What commands do before their transaction: on SQLite one thread writes for everybody, and whatever it need not do
//! itself makes all writes faster.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_core::ids::{BoxOfficeId, OrganizationId, VenueId, uuid_v7};
use callboard_core::place::{BoxOffice, Venue};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::bulk::Later;
use super::command::Context;
use super::mint::Mint;
use super::params;
use crate::store::{Projector, Subject};
use crate::tenant::Actor;

/// What a command made ready; its own business.
pub type Prepared = Box<dyn Any + Send>;

/// Makes what follows from a command's context, before and inside its transaction.
#[derive(Debug)]
pub struct Maker<'a> {
    context: &'a Context,
    projector: Projector,
    mint: Mint,
}

impl<'a> Maker<'a> {
    /// `ids` were made before.
    pub(super) fn new(context: &'a Context, projector: Projector, ids: u64) -> Maker<'a> {
        Maker { context, projector, mint: Mint::new(context.seed, ids) }
    }

    /// The same for another command.
    pub(super) fn of<'b>(&self, context: &'b Context) -> Maker<'b> {
        Maker::new(context, self.projector, 0)
    }

    /// When the command runs.
    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    /// The next id of this command: UUID v7, the same in every run of it.
    pub fn mint<T: From<Uuid>>(&self) -> T {
        T::from(uuid_v7(self.context.now, self.mint.id()))
    }

    pub(super) fn draw(&self) -> [u8; 32] {
        self.mint.draw()
    }

    /// How many ids it has made, with those before it.
    pub(super) fn ids(&self) -> u64 {
        self.mint.ids()
    }

    /// A resource's stored members as the change log keeps them.
    pub(crate) fn project(&self, subject: Subject<'_>) -> String {
        (self.projector)(subject)
    }

    /// Stands for a number that is not known yet: nineteen digits that nobody outside could have said.
    pub(crate) fn stand_in(&self) -> i64 {
        const LEAST: i64 = 1 << 61;
        let low = self.context.seed.iter().skip(8).fold(0_i64, |low, byte| (low << 8) | i64::from(*byte));
        (low & (LEAST - 1)) | LEAST
    }

    /// One line of the audit log: who, with which key, did what to which object. Never bodies.
    pub(crate) fn audit(
        &self,
        organization_id: OrganizationId,
        actor: Actor,
        action: &str,
        (resource, resource_id): (&str, Uuid),
    ) -> Later {
        let (key, account) = match actor {
            Actor::Key { key, account } => (Some(key), account),
            Actor::Session { account, .. } => (None, Some(account)),
            Actor::Operator => (None, None),
        };
        let (id, request_id) = (self.mint::<Uuid>(), &self.context.request_id);
        Later::new(
            "INSERT INTO audit (organization_id, id, at, key_id, account_id, action, resource, resource_id, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![organization_id, id, self.now(), key, account, action, resource, resource_id, request_id],
        )
    }
}

/// Most places of a kind that are remembered.
const PLACES_MAX: usize = 1_024;

type Places<K, T> = Mutex<HashMap<(OrganizationId, K), Arc<T>>>;

/// What the last transactions found: most likely still so, and to be looked up again by whoever builds on it.
#[derive(Debug, Default)]
pub struct Seen {
    box_offices: Places<BoxOfficeId, BoxOffice>,
    venues: Places<VenueId, Venue>,
}

impl Seen {
    pub(crate) fn box_office(
        &self,
        organization_id: OrganizationId,
        id: BoxOfficeId,
    ) -> Option<Arc<BoxOffice>> {
        get(&self.box_offices, (organization_id, id))
    }

    pub(crate) fn venue(&self, organization_id: OrganizationId, id: VenueId) -> Option<Arc<Venue>> {
        get(&self.venues, (organization_id, id))
    }

    pub(crate) fn saw_box_office(&self, found: &Arc<BoxOffice>) {
        put(&self.box_offices, (found.organization_id, found.id), found);
    }

    pub(crate) fn saw_venue(&self, found: &Arc<Venue>) {
        put(&self.venues, (found.organization_id, found.id), found);
    }
}

fn get<K: Eq + std::hash::Hash, T>(places: &Places<K, T>, key: (OrganizationId, K)) -> Option<Arc<T>> {
    places.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
}

fn put<K: Eq + std::hash::Hash, T>(places: &Places<K, T>, key: (OrganizationId, K), found: &Arc<T>) {
    let mut places = places.lock().unwrap_or_else(PoisonError::into_inner);
    // Whoever is forgotten is remembered again by its next write.
    if places.len() >= PLACES_MAX && !places.contains_key(&key) {
        places.clear();
    }
    places.insert(key, Arc::clone(found));
}
