//! Venues, channels, box offices, media and classifications.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use callboard_core::account::Role;
use callboard_core::ids::VenueId;
use callboard_core::key::{Binding, Family};
use callboard_core::place::{BoxOfficePatch, VenuePatch};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::Zone;
use callboard_store::box_offices::ReviseBoxOffice;
use callboard_store::media::StoreMedia;
use callboard_store::members::{RemoveMember, ReviseMember};
use callboard_store::slugs::OnClash;
use callboard_store::venues::{CreateVenue, DeleteVenue, ReviseVenue};
use common::*;

#[tokio::test]
async fn slugs_are_numbered_when_made_and_refused_when_given() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    for n in 1..=30 {
        let made = world.venue(&ada, "The Ark").await;
        if (2..=21).contains(&n) {
            assert_eq!(made.details.slug.as_str(), format!("the-ark-{n}"));
        }
    }
    assert_eq!(world.venue(&bea, "The Ark").await.details.slug.as_str(), "the-ark");
    let given = CreateVenue { on_clash: OnClash::Refuse, ..create_venue(&ada, "The Ark") };
    assert_eq!(rejection(world.run(given).await), Rejection::SlugTaken { slug: "the-ark".to_owned() });
}

#[tokio::test]
async fn a_venue_is_listed_revised_and_deleted_within_reach_only() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let ark = world.venue(&ada, "Ark").await;
    let barn = world.at(NOW.plus_millis(1), create_venue(&ada, "Barn")).await.unwrap();
    let first = world.store.list_venues(&ada, None, 1).await.unwrap();
    let second = world.store.list_venues(&ada, first.next, 1).await.unwrap();
    assert_eq!((&first.items[0], &second.items[0], second.next), (&ark, &barn, None));
    assert_eq!(world.store.find_venue(&bea, ark.id).await.unwrap(), None);

    let revise = |tenant: &callboard_store::Tenant, id: VenueId, if_match| ReviseVenue {
        tenant: tenant.clone(),
        id,
        patch: VenuePatch { capacity: Some(300), zone: Some(Zone::utc()), ..VenuePatch::default() },
        if_match,
    };
    assert_eq!(rejection(world.run(revise(&bea, ark.id, None)).await), Rejection::NotFound(Thing::Venue));
    assert_eq!(rejection(world.run(revise(&ada, ark.id, Some(9))).await), Rejection::Stale { current: 1 });
    let after = world.run(revise(&ada, ark.id, Some(1))).await.unwrap();
    assert_eq!((after.stamp.version, after.details.capacity), (2, 300));
    let counter = world.version(&ada).await;
    assert_eq!(world.run(revise(&ada, ark.id, None)).await.unwrap(), after);
    assert_eq!(world.version(&ada).await, counter, "a change that changes nothing raises nothing");
    assert_eq!(world.store.find_venue(&ada, ark.id).await.unwrap().unwrap(), after);

    let binding = Binding { venue_id: Some(ark.id), ..Binding::default() };
    world.mint(&ada, Family::Venue, binding, "narrow").await;
    let narrow = world.store.authenticate(&hash("narrow"), NOW).await.unwrap().unwrap().tenant;
    assert_eq!(world.store.list_venues(&narrow, None, 50).await.unwrap().items, [after]);
    assert_eq!(world.store.find_venue(&narrow, barn.id).await.unwrap(), None);
    assert!(world.store.list_channels(&narrow, None, 50).await.unwrap().items.is_empty());
    assert_eq!(rejection(world.run(create_venue(&narrow, "New")).await), Rejection::OutOfReach);
    assert_eq!(rejection(world.run(revise(&narrow, barn.id, None)).await), Rejection::NotFound(Thing::Venue));

    let office = world.run(create_box_office(&ada, "Door", Some(ark.id))).await.unwrap();
    let delete = || DeleteVenue { tenant: ada.clone(), id: ark.id, if_match: None };
    world.run(delete()).await.unwrap();
    assert_eq!(rejection(world.run(delete()).await), Rejection::NotFound(Thing::Venue));
    assert!(!world.authenticates("narrow", NOW).await, "keys of a deleted place are revoked with it");
    let office = world.store.find_box_office(&ada, office.id).await.unwrap().unwrap();
    assert_eq!((office.details.default_venue_id, office.stamp.version), (None, 2));
    assert_eq!(world.venue(&ada, "Ark").await.details.slug.as_str(), "ark", "a deleted slug is free");
}

#[tokio::test]
async fn a_box_office_takes_only_its_own_organizations_defaults() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let foreign = world.venue(&bea, "Ark").await;
    assert_eq!(
        places(world.run(create_box_office(&ada, "Door", Some(foreign.id))).await),
        ["defaultVenueId"]
    );
    let office = world.box_office(&ada, "Door").await;
    let channel = world.channel(&bea, "News").await;
    let revise = ReviseBoxOffice {
        tenant: ada.clone(),
        id: office.id,
        patch: BoxOfficePatch {
            default_venue_id: Some(Some(foreign.id)),
            default_channel_id: Some(Some(channel.id)),
            ..BoxOfficePatch::default()
        },
        if_match: None,
    };
    assert_eq!(places(world.run(revise).await), ["defaultVenueId", "defaultChannelId"]);
}

#[tokio::test]
async fn a_channel_key_reaches_the_channels_of_its_accounts_editing_roles_as_they_are_now() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let mut numbers = Vec::new();
    for tenant in [&ada, &bea, &ada] {
        numbers.push(world.channel(tenant, "News").await.number);
    }
    assert_eq!(numbers, [1, 2, 3]);
    world.mint(&ada, Family::Channel, Binding::default(), "p").await;
    let key = world.store.authenticate(&hash("p"), NOW).await.unwrap().unwrap().tenant;
    let reached = async || {
        let (channels, total) = world.store.list_account_channels(&key, 1, 50).await.unwrap();
        assert_eq!(channels.len() as i64, total);
        channels.iter().map(|c| c.number).collect::<Vec<_>>()
    };
    assert_eq!(reached().await, [1, 3]);
    let member = world.run(invite(&bea, "ada@example.org", Role::Viewer, 1)).await.unwrap();
    assert_eq!(reached().await, [1, 3]);
    let editor = ReviseMember { tenant: bea.clone(), id: member.id, role: Role::Editor, if_match: Some(1) };
    world.run(editor).await.unwrap();
    assert_eq!(reached().await, [1, 2, 3]);
    assert!(world.store.find_account_channel(&key, 2).await.unwrap().is_some());
    world.run(RemoveMember { tenant: bea.clone(), id: member.id, if_match: None }).await.unwrap();
    assert_eq!(reached().await, [1, 3]);
    assert!(world.store.find_account_channel(&key, 2).await.unwrap().is_none());
    let (second, total) = world.store.list_account_channels(&key, 2, 1).await.unwrap();
    assert_eq!((second[0].number, total), (3, 2));
    assert!(world.store.list_channels(&key, None, 50).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn media_come_back_byte_for_byte() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let bytes: Vec<u8> = (0..700_000u32).map(|i| i as u8).collect();
    let store = StoreMedia {
        tenant: ada.clone(),
        mime: "image/png".to_owned(),
        width: 800,
        height: 600,
        alt: None,
        bytes: bytes.clone(),
    };
    let made = world.run(store).await.unwrap();
    assert_eq!(world.store.find_media(made.number).await.unwrap().unwrap(), (made, bytes));
    assert!(world.store.find_media(99).await.unwrap().is_none());
}

#[tokio::test]
async fn classifications_are_seeded_once() {
    let world = World::new().await;
    let (rows, total) = world.store.list_classifications(2, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].number, total), (5, 11, 15));
}

/// An event of a venue, written by hand: what matters is that it exists.
struct RawEvent {
    tenant: callboard_store::Tenant,
    venue: VenueId,
    lifecycle: &'static str,
    over_at: i64,
}

impl callboard_store::Command for RawEvent {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a callboard_store::Tx<'a>) -> callboard_store::Result<()> {
        use callboard_store::sql::Param;
        let id: callboard_core::ids::EventId = tx.mint();
        let sql = "INSERT INTO event (organization_id, id, number, lifecycle, slug, booking, visibility, category,
             classifications, timezone, time_basis, show_date, effective_start, over_at, venue_id, venue_date, venue_start,
             place, performers, offers, links, currency, metadata, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 'open', 'public', 'other', '[]', 'UTC', 'local', '2027-01-01', 0, $3, $6,
             '2027-01-01', '~', '{}', '[]', '[]', '{}', 'USD', '{}', 0, 0)";
        let slug = id.to_string();
        let values = [
            Param::from(self.tenant.organization_id()),
            Param::from(id),
            Param::Int(self.over_at),
            Param::Text(self.lifecycle),
            Param::Text(&slug),
            Param::from(self.venue),
        ];
        tx.exec(sql, &values).await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_place_with_upcoming_events_is_not_deleted() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let ark = world.venue(&ada, "Ark").await;
    let now = NOW.as_millis();
    for (lifecycle, over_at) in
        [("published", now), ("cancelled", now + 1), ("draft", now + 2), ("published", now + 3)]
    {
        let event = RawEvent { tenant: ada.clone(), venue: ark.id, lifecycle, over_at };
        world.run(event).await.unwrap();
    }
    let delete = || DeleteVenue { tenant: ada.clone(), id: ark.id, if_match: None };
    let in_use = Rejection::InUse { what: Thing::Venue, upcoming: 2 };
    assert_eq!(rejection(world.run(delete()).await), in_use);
    world.at(NOW.plus_millis(3), delete()).await.unwrap();
}
