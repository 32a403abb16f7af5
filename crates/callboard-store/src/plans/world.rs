//! A small world in which every list has something to answer, made by the commands that make it everywhere.

use callboard_core::account::Role;
use callboard_core::event::{Event, EventPatch, External, Lifecycle, SchedulePatch, When};
use callboard_core::ids::{AccountId, SeriesId};
use callboard_core::inventory::order::{Buyer, Ending, Payment, PaymentMethod};
use callboard_core::inventory::sale::Line;
use callboard_core::key::{ApiKey, Binding, Family};
use callboard_core::money::MinorUnits;
use callboard_core::place::{BoxOffice, Channel, Venue, VenuePatch};
use callboard_core::series::{Scope, SeriesPatch};
use callboard_core::ticket::Terms;
use callboard_core::time::{ClockTime, DAY, HOUR, MINUTE, ShowDate, Timestamp, Zone};
use uuid::Uuid;

use super::common::{NOW, World, context, hash, invite, rejection, sign_up};
use crate::accounts::ChangePassword;
use crate::events::{CreateEvent, DeleteEvent, EventRef, MoveEvent};
use crate::media::StoreMedia;
use crate::members::RemoveMember;
use crate::requests::{TrimRequests, WriteRequests};
use crate::retention::{Log, Trim};
use crate::sales::{CheckIn, CreateHold, EndOrder, PlaceOrder, UndoCheckIn, Wanted};
use crate::series::{CreateSeries, EndSeries, ExtendSeries, ReviseSeries};
use crate::sessions::{EndOwnSession, OpenSession, SessionUse, TouchSessions};
use crate::sweep::Sweep;
use crate::tenant::{Actor, Reach, Tenant};
use crate::venues::{DeleteVenue, ReviseVenue};

/// What the lists are asked for.
pub(super) struct Facts {
    pub(super) world: World,
    pub(super) tenant: Tenant,
    /// Everything through a channel key: all channels of the account.
    pub(super) account: Tenant,
    pub(super) account_id: AccountId,
    pub(super) venue: Venue,
    pub(super) channel: Channel,
    pub(super) office: BoxOffice,
    pub(super) event: Event,
    pub(super) series: SeriesId,
    pub(super) key: ApiKey,
    pub(super) code: String,
}

impl Facts {
    pub(super) async fn new(world: World) -> Facts {
        let tenant = world.person("ada@example.org").await;
        let account_id = tenant.account_id().unwrap();
        let venue = world.venue(&tenant, "Ark").await;
        let channel = world.channel(&tenant, "Nights").await;
        world.channel(&tenant, "Days").await;
        let office = world.box_office(&tenant, "Door").await;
        let key = world.mint(&tenant, Family::Developer, Binding::default(), "developer").await;
        world.mint(&tenant, Family::Channel, Binding::default(), "channel").await;
        let desk = Binding { box_office_id: Some(office.id), ..Binding::default() };
        world.mint(&tenant, Family::BoxOffice, desk, "box office").await;
        let picture = StoreMedia {
            tenant: tenant.clone(),
            mime: "image/png".to_owned(),
            width: 1,
            height: 1,
            alt: None,
            bytes: vec![1],
        };
        world.run(picture).await.unwrap();
        let account = Tenant::new(tenant.organization_id(), Reach::Account(account_id), tenant.actor());
        let make = Maker { world: &world, tenant: &tenant, places: (&venue, &channel, &office) };
        let event = make.event(3, 10, Some(Lifecycle::Published)).await;
        make.others().await;
        let code = make.sales(&event).await;
        let series = make.series().await;
        Facts { tenant, account, account_id, venue, channel, office, event, series, key, code, world }
    }

    /// The tenant narrowed to each kind of place, and not at all.
    pub(super) fn narrowed(&self) -> Vec<Tenant> {
        let none = Binding::default();
        let bindings = [
            none,
            Binding { venue_id: Some(self.venue.id), ..none },
            Binding { channel_id: Some(self.channel.id), ..none },
            Binding { box_office_id: Some(self.office.id), ..none },
            Binding { event_id: Some(self.event.id), ..none },
        ];
        let id = self.tenant.organization_id();
        bindings.map(|bound| Tenant::new(id, Reach::Organization(bound), Actor::Operator)).into()
    }

    /// People who come and go, work that goes on behind requests, and ends of what there is; after the lists.
    pub(super) async fn work(&self) {
        let (world, tenant) = (&self.world, &self.tenant);
        world.run(invite(tenant, "bea@example.org", Role::Owner, 1)).await.unwrap();
        let bea = world.run(sign_up("bea@example.org")).await.unwrap();
        let members = world.store.list_members(tenant, None, 10).await.unwrap().items;
        let gone = members.iter().find(|member| member.account_id == Some(bea.account.id)).unwrap();
        let remove = RemoveMember { tenant: tenant.clone(), id: gone.id, if_match: None };
        world.run(remove).await.unwrap();
        let expires_at = NOW.plus_millis(HOUR);
        let open =
            OpenSession { account_id: self.account_id, organization_id: None, expires_at, clears: None };
        let opened = world.run(open).await.unwrap();
        let own = world.store.session(opened.id, NOW).await.unwrap().unwrap().tenant;
        let used = SessionUse { id: opened.id, at: NOW, from: "192.0.2.1".to_owned(), client: None };
        world.run(TouchSessions(vec![used])).await.unwrap();
        world.store.list_own_sessions(&own, NOW).await.unwrap();
        world.run(ChangePassword { tenant: own.clone(), password_hash: "new".to_owned() }).await.unwrap();
        world.run(EndOwnSession { tenant: own, id: opened.id }).await.unwrap();
        let patch = VenuePatch { zone: Some(Zone::utc()), ..VenuePatch::default() };
        let (id, if_match) = (self.venue.id, None);
        world.run(ReviseVenue { tenant: tenant.clone(), id, patch, if_match }).await.unwrap();
        rejection(world.run(DeleteVenue { tenant: tenant.clone(), id, if_match }).await);
        rejection(
            world
                .run(crate::channels::DeleteChannel { tenant: tenant.clone(), id: self.channel.id, if_match })
                .await,
        );
        rejection(
            world
                .run(crate::box_offices::DeleteBoxOffice {
                    tenant: tenant.clone(),
                    id: self.office.id,
                    if_match,
                })
                .await,
        );
        self.behind().await;
        let event = EventRef::Id(self.event.id);
        world.run(DeleteEvent { tenant: tenant.clone(), event, if_match }).await.ok();
    }

    async fn behind(&self) {
        let (world, organization_id) = (&self.world, self.tenant.organization_id());
        let (node, later) = (Uuid::from_u128(1), NOW.plus_millis(400 * DAY));
        world.at(later, ExtendSeries { organization_id, id: self.series, node }).await.unwrap();
        world.at(later, Sweep { now: later, node }).await.unwrap();
        for log in [Log::Changes, Log::Audit] {
            world.run(Trim { organization_id, log, before: NOW }).await.unwrap();
        }
        world.run(WriteRequests(Vec::new())).await.unwrap();
        world.run(TrimRequests { organization_id, before: "0".to_owned() }).await.unwrap();
    }
}

/// Makes events at the places.
struct Maker<'a> {
    world: &'a World,
    tenant: &'a Tenant,
    places: (&'a Venue, &'a Channel, &'a BoxOffice),
}

impl Maker<'_> {
    /// An event of so many tickets that starts in so many days.
    async fn event(&self, days: i64, quantity: i64, status: Option<Lifecycle>) -> Event {
        let start = When::At(NOW.plus_millis(days * DAY));
        let external = External { source: "calendar".to_owned(), id: format!("{days}/{quantity}") };
        let patch = EventPatch {
            title: Some(Some("Jazz Night".to_owned())),
            schedule: SchedulePatch { start: Some(Some(start)), ..SchedulePatch::default() },
            venue_id: Some(Some(self.places.0.id)),
            channel_id: Some(Some(self.places.1.id)),
            box_office_id: Some(Some(self.places.2.id)),
            external: Some(Some(external)),
            ..EventPatch::default()
        };
        let create = CreateEvent {
            tenant: self.tenant.clone(),
            patch,
            ticket_types: vec![terms(quantity)],
            status,
            channel_number: None,
        };
        let made = NOW.plus_millis(days.min(0) * DAY - DAY);
        self.world.store.write(context(made), create).await.unwrap().event
    }

    /// One of every life that T, P and N can ask for.
    async fn others(&self) {
        self.event(4, 0, Some(Lifecycle::Published)).await;
        self.event(-9, 5, Some(Lifecycle::Published)).await;
        self.event(5, 5, None).await;
        for (days, step) in [(6, "cancel"), (7, "archive")] {
            let event = self.event(days, 5, Some(Lifecycle::Published)).await;
            let step = callboard_core::event::Transition::parse(step).unwrap();
            let (tenant, event) = (self.tenant.clone(), EventRef::Id(event.id));
            self.world.run(MoveEvent { tenant, event, step, if_match: None }).await.unwrap();
        }
    }

    /// Orders from stock and from a hold, one taken back, one at the door; the code of a ticket.
    async fn sales(&self, event: &Event) -> String {
        let items = vec![Line { ticket_type: event.ticket_types[0].id, quantity: 2 }];
        let tenant = self.tenant.clone();
        let hold = |ttl_ms| CreateHold {
            tenant: tenant.clone(),
            event: EventRef::Id(event.id),
            items: items.clone(),
            ttl_ms,
        };
        let order = |wanted| PlaceOrder {
            tenant: tenant.clone(),
            event: event.id,
            wanted,
            buyer: Buyer { name: "Bea".to_owned(), email: "bea@example.org".to_owned() },
            payment: Some(Payment { method: PaymentMethod::Door, reference: None }),
        };
        let held = self.world.run(hold(MINUTE)).await.unwrap();
        self.world.run(hold(5 * MINUTE)).await.unwrap();
        let first = self.world.run(order(Wanted::Hold(held.id))).await.unwrap();
        let second = self.world.run(order(Wanted::Items(items.clone()))).await.unwrap();
        let end = EndOrder { tenant: tenant.clone(), id: second.id, ending: Ending::Refund };
        self.world.run(end).await.unwrap();
        let code = first.tickets[0].code.clone();
        let scan = CheckIn { tenant: tenant.clone(), code: Some(code.clone()), gate: None };
        let scanned = self.world.run(scan).await.unwrap().ticket.unwrap();
        let id = scanned.checked_in.unwrap().check_in;
        self.world.run(UndoCheckIn { tenant, id }).await.unwrap();
        code
    }

    /// A series that goes on, and one that ended.
    async fn series(&self) -> SeriesId {
        let words = SeriesPatch {
            rrule: Some("FREQ=WEEKLY".to_owned()),
            zone: Some(Zone::utc()),
            start_date: Some(ShowDate::parse("2027-01-18").unwrap()),
            start: Some(ClockTime::parse("20:00").unwrap()),
            event: EventPatch { title: Some(Some("Jam".to_owned())), ..EventPatch::default() },
            status: Some(Lifecycle::Published),
            ..SeriesPatch::default()
        };
        let create = CreateSeries { tenant: self.tenant.clone(), patch: words };
        let (kept, ended) =
            (self.world.run(create.clone()).await.unwrap(), self.world.run(create).await.unwrap());
        let patch = SeriesPatch { start: Some(ClockTime::parse("21:00").unwrap()), ..SeriesPatch::default() };
        let (tenant, id) = (self.tenant.clone(), kept.series.id);
        let revise = ReviseSeries { tenant: tenant.clone(), id, scope: Scope::All, patch, if_match: None };
        self.world.run(revise).await.unwrap();
        self.world.run(EndSeries { tenant, id: ended.series.id, if_match: None }).await.unwrap();
        id
    }
}

fn terms(quantity: i64) -> Terms {
    Terms {
        name: "GA".to_owned(),
        description: None,
        price: MinorUnits(1_800),
        quantity,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: None,
        hidden: false,
    }
}

/// Hashes of tokens, for look-ups.
pub(super) fn tokens() -> [callboard_core::key::KeyHash; 2] {
    ["developer", "channel"].map(hash)
}

/// Long after everything.
pub(super) const LATER: Timestamp = NOW.plus_millis(900 * DAY);
