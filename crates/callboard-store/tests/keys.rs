//! Keys: minted, limited, rotated, revoked, and remembered exactly.
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
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::{HOUR, SECOND};
use callboard_store::keys::{DeleteDeveloperKey, MintKey, ReviseKey, RevokeKey, RotateKey, TouchKeys};
use callboard_store::{Actor, Reach, Tenant};
use common::*;

fn revise(tenant: &Tenant, id: callboard_core::ids::KeyId) -> ReviseKey {
    ReviseKey {
        tenant: tenant.clone(),
        id,
        label: None,
        rate_limit_per_minute: None,
        expires_at: None,
        disabled: None,
        if_match: None,
    }
}

fn rotate(tenant: &Tenant, id: callboard_core::ids::KeyId, grace_seconds: i64, token: &str) -> RotateKey {
    RotateKey { tenant: tenant.clone(), id, grace_seconds, hash: hash(token), hint: "efgh".to_owned() }
}

#[tokio::test]
async fn a_key_stands_for_its_organization_until_the_very_answer_that_ends_it() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let key = world.mint(&ada, Family::Native, Binding::default(), "n").await;
    let access = world.store.authenticate(&hash("n"), NOW).await.unwrap().unwrap();
    assert_eq!(*access.key, key);
    assert_eq!(access.tenant.reach(), Reach::Organization(Binding::default()));
    assert_eq!(access.tenant.actor(), Actor::Key { key: key.id, account: ada.account_id() });
    assert!(!world.authenticates("other", NOW).await);

    let off = ReviseKey { disabled: Some(true), ..revise(&ada, key.id) };
    world.run(off).await.unwrap();
    assert!(!world.authenticates("n", NOW).await);
    let on = ReviseKey {
        disabled: Some(false),
        expires_at: Some(Some(NOW.plus_millis(HOUR))),
        ..revise(&ada, key.id)
    };
    let on = world.run(on).await.unwrap();
    assert!(world.authenticates("n", NOW).await);
    assert!(!world.authenticates("n", NOW.plus_millis(HOUR)).await, "expiry binds a remembered key too");
    assert_eq!(world.run(revise(&ada, key.id)).await.unwrap(), on, "nothing changed");
    let revoked = world.run(RevokeKey { tenant: ada.clone(), id: key.id }).await.unwrap();
    assert!(!world.authenticates("n", NOW).await);
    assert_eq!(world.run(RevokeKey { tenant: ada.clone(), id: key.id }).await.unwrap(), revoked);
    let eve = world.person("eve@example.org").await;
    let foreign = world.run(RevokeKey { tenant: eve, id: key.id }).await;
    assert_eq!(rejection(foreign), Rejection::NotFound(Thing::Key));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_reader_brings_a_revoked_key_back_into_memory() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    for n in 0..50 {
        let token = format!("t{n}");
        let key = world.mint(&ada, Family::Native, Binding::default(), &token).await;
        let (store, asked) = (world.store.clone(), hash(&token));
        let reading = tokio::spawn(async move {
            for _ in 0..50 {
                store.authenticate(&asked, NOW).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        world.run(RevokeKey { tenant: ada.clone(), id: key.id }).await.unwrap();
        assert!(!world.authenticates(&token, NOW).await);
        reading.await.unwrap();
        assert!(!world.authenticates(&token, NOW).await);
    }
}

#[tokio::test]
async fn the_eleventh_active_key_of_a_box_office_is_refused() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let office = world.box_office(&ada, "Door").await;
    let binding = Binding { box_office_id: Some(office.id), ..Binding::default() };
    let mut first = None;
    for n in 0..10 {
        let key = world.mint(&ada, Family::BoxOffice, binding, &format!("t{n}")).await;
        first.get_or_insert(key);
    }
    let first = first.unwrap();
    let full = Rejection::KeyLimit { limit: 10 };
    assert_eq!(rejection(world.run(mint(&ada, Family::BoxOffice, binding, "t10")).await), full);
    assert_eq!(rejection(world.run(rotate(&ada, first.id, 60, "r")).await), full);
    let second = world.run(rotate(&ada, first.id, 0, "r")).await.unwrap();
    assert!(!world.authenticates("t0", NOW).await);
    assert!(world.authenticates("r", NOW).await);
    world.run(RevokeKey { tenant: ada.clone(), id: second.id }).await.unwrap();
    world.mint(&ada, Family::BoxOffice, binding, "t11").await;
    // A disabled key counts: it can be enabled at any time.
    assert_eq!(rejection(world.run(mint(&ada, Family::BoxOffice, binding, "t12")).await), full);
    let other = world.box_office(&ada, "Second").await;
    let elsewhere = Binding { box_office_id: Some(other.id), ..Binding::default() };
    world.mint(&ada, Family::BoxOffice, elsewhere, "t13").await;
}

#[tokio::test]
async fn a_rotated_key_works_until_its_grace_ends_and_its_successor_is_like_it() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let venue = world.venue(&ada, "Ark").await;
    let binding = Binding { venue_id: Some(venue.id), ..Binding::default() };
    let old =
        world.run(MintKey { rate_limit_per_minute: Some(5), ..mint(&ada, Family::Venue, binding, "old") });
    let old = old.await.unwrap();
    let new = world.run(rotate(&ada, old.id, 60, "new")).await.unwrap();
    assert_ne!(new.id, old.id);
    assert_eq!((new.bound, &new.scopes, new.rate_limit_per_minute), (old.bound, &old.scopes, Some(5)));
    assert_eq!(new.hint, "efgh");
    for (seconds, works) in [(0, true), (59, true), (60, false)] {
        assert_eq!(world.authenticates("old", NOW.plus_millis(seconds * SECOND)).await, works, "{seconds}");
        assert!(world.authenticates("new", NOW.plus_millis(seconds * SECOND)).await);
    }
    let again = world.run(rotate(&ada, old.id, 0, "third")).await;
    assert_eq!(rejection(again), Rejection::NotFound(Thing::Key));
    world.run(RevokeKey { tenant: ada.clone(), id: old.id }).await.unwrap();
    assert!(!world.authenticates("old", NOW).await, "revoking cuts the grace short");
}

#[tokio::test]
async fn nobody_gets_a_token_that_acts_for_another() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let bea = world.sign_up("bea@example.org").await;
    world.run(invite(&ada, "bea@example.org", Role::Editor, 1)).await.unwrap();
    let in_her_name =
        MintKey { account_id: Some(bea.account.id), ..mint(&ada, Family::Channel, Binding::default(), "x") };
    assert_eq!(rejection(world.run(in_her_name.clone()).await), Rejection::OutOfReach);
    let operator = world.operator(ada.organization_id()).await;
    let hers = world.run(MintKey { tenant: operator, ..in_her_name }).await.unwrap();
    assert_eq!(rejection(world.run(rotate(&ada, hers.id, 0, "y")).await), Rejection::OutOfReach);
    let key = world.store.authenticate(&hash("x"), NOW).await.unwrap().unwrap().tenant;
    let by_key = world.run(mint(&key, Family::Native, Binding::default(), "z")).await;
    assert_eq!(rejection(by_key), Rejection::OutOfReach);
}

#[tokio::test]
async fn bindings_fit_the_family_and_exist_in_the_organization() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let foreign = world.venue(&bea, "Ark").await;
    let of = |venue_id: Option<VenueId>| Binding { venue_id, ..Binding::default() };
    assert_eq!(places(world.run(mint(&ada, Family::Venue, of(None), "a")).await), ["venueId"]);
    assert_eq!(places(world.run(mint(&ada, Family::Venue, of(Some(foreign.id)), "a")).await), ["venueId"]);
    assert_eq!(places(world.run(mint(&ada, Family::Channel, of(Some(foreign.id)), "a")).await), ["venueId"]);
    assert_eq!(places(world.run(mint(&ada, Family::BoxOffice, of(None), "a")).await), ["boxOfficeId"]);
    let event_id = Some(callboard_core::ids::uuid_v7(NOW, [1; 10]).into());
    let event = Binding { event_id, ..Binding::default() };
    assert_eq!(places(world.run(mint(&ada, Family::Developer, event, "a")).await), ["eventId"]);
}

#[tokio::test]
async fn developer_keys_are_their_makers_and_leave_the_list_when_deleted() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let first = world.mint(&ada, Family::Developer, Binding::default(), "d1").await;
    world.mint(&ada, Family::Native, Binding::default(), "n").await;
    let later = NOW.plus_millis(SECOND);
    let second = world.at(later, mint(&ada, Family::Developer, Binding::default(), "d2")).await.unwrap();
    let listed = async || world.store.list_developer_keys(&ada, later).await.unwrap();
    assert_eq!(listed().await, [second.clone(), first.clone()]);
    let used = TouchKeys(vec![(first.id, first.organization_id, later)]);
    let version = world.version(&ada).await;
    world.run(used).await.unwrap();
    assert_eq!(world.version(&ada).await, version);
    assert_eq!(listed().await[1].last_used_at, Some(later));
    let eve = world.person("eve@example.org").await;
    let delete = |tenant: &Tenant| DeleteDeveloperKey { tenant: tenant.clone(), id: second.id };
    assert_eq!(rejection(world.at(later, delete(&eve)).await), Rejection::NotFound(Thing::Key));
    world.at(later, delete(&ada)).await.unwrap();
    assert_eq!(rejection(world.at(later, delete(&ada)).await), Rejection::NotFound(Thing::Key));
    assert_eq!(listed().await.len(), 1);
    assert!(!world.authenticates("d2", later).await);
    let page = world.store.list_keys(&ada, None, 2).await.unwrap();
    assert_eq!(page.items[0].id, second.id);
    let rest = world.store.list_keys(&ada, page.next, 2).await.unwrap();
    assert_eq!((page.items.len(), rest.items.len(), rest.next), (2, 1, None));
}

#[tokio::test]
async fn an_account_has_at_most_twenty_channel_keys() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    for n in 0..20 {
        world.mint(&ada, Family::Channel, Binding::default(), &format!("p{n}")).await;
    }
    let more = world.run(mint(&ada, Family::Channel, Binding::default(), "p20")).await;
    assert_eq!(rejection(more), Rejection::KeyLimit { limit: 20 });
}
