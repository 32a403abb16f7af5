//! A store in a directory of its own, with people and places in it.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, reason = "each test file uses its part")]

pub mod postgres;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use callboard_core::account::Role;
use callboard_core::ids::{OrganizationId, VenueId};
use callboard_core::key::{ApiKey, Binding, Family, KeyHash};
use callboard_core::place::{BoxOffice, BoxOfficeDetails, Channel, ChannelDetails, Venue, VenueDetails};
use callboard_core::slug::Slug;
use callboard_core::time::{HOUR, Timestamp, Zone};
use callboard_store::accounts::{Registration, SignUp, SignedUp};
use callboard_store::box_offices::CreateBoxOffice;
use callboard_store::channels::CreateChannel;
use callboard_store::keys::MintKey;
use callboard_store::members::AddMember;
use callboard_store::slugs::OnClash;
use callboard_store::venues::CreateVenue;
use callboard_store::{Command, Context, Error, Store, StoreOptions, Tenant};

pub const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

static SEED: AtomicU64 = AtomicU64::new(1);

pub struct World {
    pub store: Store,
    pub commits: Arc<AtomicUsize>,
    pub dir: tempfile::TempDir,
    _database: Option<postgres::Database>,
}

pub fn context(now: Timestamp) -> Context {
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&SEED.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Context { now, seed, request_id: "req-test".to_owned() }
}

pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub fn hash(text: &str) -> KeyHash {
    KeyHash::of(text)
}

impl World {
    /// On PostgreSQL where `CALLBOARD_TEST_POSTGRES` names a server, each world in a database of its own.
    pub async fn new() -> World {
        World::on(postgres::server()).await
    }

    /// On SQLite, whatever the others stand on.
    pub async fn embedded() -> World {
        World::on(None).await
    }

    async fn on(server: Option<String>) -> World {
        let dir = tempfile::tempdir().unwrap();
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = commits.clone();
        let options = StoreOptions {
            on_commit: Arc::new(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            }),
            ..StoreOptions::default()
        };
        let database = server.map(|server| postgres::Database::make(&server));
        let store = match &database {
            Some(database) => Store::open_postgres(&database.url, options).await.unwrap(),
            None => Store::open_sqlite(&dir.path().join("callboard.db"), options).unwrap(),
        };
        World { store, commits, dir, _database: database }
    }

    /// The address of its database, on PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self._database.as_ref().map(|database| database.url.as_str())
    }

    pub async fn at<C: Command>(&self, now: Timestamp, command: C) -> Result<C::Out, Error> {
        self.store.write(context(now), command).await
    }

    pub async fn run<C: Command>(&self, command: C) -> Result<C::Out, Error> {
        self.at(NOW, command).await
    }

    pub async fn sign_up(&self, email: &str) -> SignedUp {
        self.run(sign_up(email)).await.unwrap()
    }

    /// A person of their own organization, signed in.
    pub async fn person(&self, email: &str) -> Tenant {
        let up = self.sign_up(email).await;
        self.store.session(up.session.id, NOW).await.unwrap().unwrap().tenant
    }

    pub async fn operator(&self, id: OrganizationId) -> Tenant {
        self.store.operator(id).await.unwrap().unwrap()
    }

    pub async fn venue(&self, tenant: &Tenant, name: &str) -> Venue {
        self.run(create_venue(tenant, name)).await.unwrap()
    }

    pub async fn channel(&self, tenant: &Tenant, name: &str) -> Channel {
        let details = ChannelDetails {
            name: name.to_owned(),
            slug: Slug::from_text(name, "channel"),
            description: None,
        };
        let tenant = tenant.clone();
        self.run(CreateChannel { tenant, details, on_clash: OnClash::Number }).await.unwrap()
    }

    pub async fn box_office(&self, tenant: &Tenant, name: &str) -> BoxOffice {
        self.run(create_box_office(tenant, name, None)).await.unwrap()
    }

    pub async fn mint(&self, tenant: &Tenant, family: Family, binding: Binding, token: &str) -> ApiKey {
        self.run(mint(tenant, family, binding, token)).await.unwrap()
    }

    pub async fn authenticates(&self, token: &str, now: Timestamp) -> bool {
        self.store.authenticate(&hash(token), now).await.unwrap().is_some()
    }

    pub async fn version(&self, tenant: &Tenant) -> i64 {
        self.store.counters(tenant.organization_id()).await.unwrap().version
    }
}

pub fn sign_up(email: &str) -> SignUp {
    SignUp {
        email: email.to_owned(),
        name: email.split('@').next().unwrap().to_owned(),
        password_hash: "$argon2id$".to_owned(),
        organization_name: None,
        registration: Registration::Open,
        invite: None,
        expires_at: NOW.plus_millis(12 * HOUR),
    }
}

pub fn invite(tenant: &Tenant, email: &str, role: Role, token: u8) -> AddMember {
    AddMember { tenant: tenant.clone(), email: email.to_owned(), role, invite_hash: [token; 32] }
}

pub fn create_venue(tenant: &Tenant, name: &str) -> CreateVenue {
    let details = VenueDetails {
        name: name.to_owned(),
        slug: Slug::from_text(name, "venue"),
        city: "Portland".to_owned(),
        state_province: "OR".to_owned(),
        country: "US".to_owned(),
        zone: Zone::parse("America/Los_Angeles").unwrap(),
        capacity: 200,
        address: None,
        latitude: Some(45.5),
        longitude: None,
    };
    CreateVenue { tenant: tenant.clone(), details, on_clash: OnClash::Number }
}

pub fn create_box_office(tenant: &Tenant, name: &str, venue: Option<VenueId>) -> CreateBoxOffice {
    let details = BoxOfficeDetails {
        name: name.to_owned(),
        slug: Slug::from_text(name, "box-office"),
        zone: Zone::utc(),
        currency: callboard_core::money::Currency::parse("USD").unwrap(),
        default_venue_id: venue,
        default_channel_id: None,
    };
    CreateBoxOffice { tenant: tenant.clone(), details, on_clash: OnClash::Number }
}

pub fn mint(tenant: &Tenant, family: Family, binding: Binding, token: &str) -> MintKey {
    MintKey {
        tenant: tenant.clone(),
        family,
        label: "test".to_owned(),
        prefix: family.default_prefix().to_owned(),
        hint: "abcd".to_owned(),
        hash: hash(token),
        scopes: family.default_scopes().iter().map(|s| (*s).to_owned()).collect(),
        binding,
        expires_at: None,
        rate_limit_per_minute: None,
        account_id: tenant.account_id(),
    }
}

#[track_caller]
pub fn rejection<T: std::fmt::Debug>(result: Result<T, Error>) -> callboard_core::rejection::Rejection {
    match result {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

/// The dotted places of an `Invalid` refusal.
#[track_caller]
pub fn places<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    match rejection(result) {
        callboard_core::rejection::Rejection::Invalid(issues) => {
            issues.0.iter().map(|issue| issue.place.dotted()).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}
