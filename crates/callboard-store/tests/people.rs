//! Accounts, sessions, members and organizations.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use callboard_core::account::Role;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::sign_in::Attempt;
use callboard_core::time::{DAY, HOUR, MINUTE};
use callboard_store::accounts::{ChangePassword, Registration, SignUp};
use callboard_store::members::{RemoveMember, ReviseMember};
use callboard_store::organizations::ReviseOrganization;
use callboard_store::sessions::{
    EndOtherSessions, EndOwnSession, EndSession, OpenSession, SessionUse, TouchSessions,
};
use callboard_store::sign_in::{Bucket, CountAttempt};
use callboard_store::sweep::Sweep;
use common::*;

#[tokio::test]
async fn the_first_person_makes_account_organization_and_session_and_closes_the_door() {
    let world = World::new().await;
    assert!(world.store.has_no_account().await.unwrap());
    let first = |email: &str| SignUp { registration: Registration::First, ..sign_up(email) };
    let up = world
        .run(SignUp { organization_name: Some("The Ark".to_owned()), ..first("Ada@example.org") })
        .await
        .unwrap();
    assert_eq!(up.organization.slug.as_str(), "the-ark");
    assert_eq!(rejection(world.run(first("b@example.org")).await), Rejection::RegistrationClosed);
    assert_eq!(rejection(world.run(sign_up("ADA@example.org")).await), Rejection::EmailTaken);
    let found = world.store.find_account_by_email("ada@EXAMPLE.org").await.unwrap().unwrap();
    assert_eq!((found.account.id, found.password_hash.expose()), (up.account.id, "$argon2id$"));
    assert_eq!(found.memberships[0].role, Role::Owner);
    let access = world.store.session(up.session.id, NOW).await.unwrap().unwrap();
    assert_eq!((access.role, access.tenant.organization_id()), (Role::Owner, up.organization.id));
    let same_name = world
        .run(SignUp { organization_name: Some("The Ark".to_owned()), ..sign_up("c@example.org") })
        .await
        .unwrap();
    assert_eq!(same_name.organization.slug.as_str(), "the-ark-2");
}

#[tokio::test]
async fn an_invited_person_signs_up_in_every_mode_and_joins() {
    let world = World::new().await;
    let (ada, bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let invited = world.run(invite(&ada, "Cy@example.org", Role::Editor, 7)).await.unwrap();
    assert_eq!(invited.status(), "invited");
    world.run(invite(&bea, "cy@example.org", Role::Viewer, 8)).await.unwrap();
    let closed = |token: Option<u8>, email: &str| SignUp {
        registration: Registration::Closed,
        invite: token.map(|byte| [byte; 32]),
        ..sign_up(email)
    };
    assert_eq!(rejection(world.run(closed(None, "cy@example.org")).await), Rejection::RegistrationClosed);
    // Another address cannot use the token.
    assert_eq!(rejection(world.run(closed(Some(7), "eve@x.org")).await), Rejection::RegistrationClosed);
    let up = world.run(closed(Some(7), "cy@example.org")).await.unwrap();
    assert_eq!(up.organization.id, ada.organization_id());
    let joined = world.store.list_memberships(up.account.id).await.unwrap();
    let role = |id| joined.iter().find(|m| m.organization_id == id).map(|m| m.role);
    assert_eq!(role(ada.organization_id()), Some(Role::Editor));
    assert_eq!(role(bea.organization_id()), Some(Role::Viewer));
    assert_eq!(rejection(world.run(closed(Some(7), "cy@example.org")).await), Rejection::RegistrationClosed);
}

#[tokio::test]
async fn sessions_end_with_logout_expiry_and_membership() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let bea = world.sign_up("bea@example.org").await;
    let later = NOW.plus_millis(1);
    let member = world.at(later, invite(&ada, "bea@example.org", Role::Admin, 1)).await.unwrap();
    assert_eq!(member.status(), "joined");
    let open = |organization_id| OpenSession {
        account_id: bea.account.id,
        organization_id,
        expires_at: NOW.plus_millis(HOUR),
        clears: None,
    };
    let own = world.run(open(None)).await.unwrap();
    assert_eq!(own.organization_id, bea.organization.id);
    let there = world.run(open(Some(ada.organization_id()))).await.unwrap();
    let access = world.store.session(there.id, NOW).await.unwrap().unwrap();
    assert_eq!(access.role, Role::Admin);
    assert!(world.store.session(there.id, NOW.plus_millis(HOUR)).await.unwrap().is_none());
    world.run(RemoveMember { tenant: ada.clone(), id: member.id, if_match: None }).await.unwrap();
    assert!(world.store.session(there.id, NOW).await.unwrap().is_none());
    // Coming back does not revive the old session.
    world.run(invite(&ada, "bea@example.org", Role::Viewer, 2)).await.unwrap();
    assert!(world.store.session(there.id, NOW).await.unwrap().is_none());
    let tenant = world.store.session(own.id, NOW).await.unwrap().unwrap().tenant;
    world.run(EndSession { tenant }).await.unwrap();
    assert!(world.store.session(own.id, NOW).await.unwrap().is_none());
    let stranger = world.person("eve@example.org").await;
    let denied = world.run(open(Some(stranger.organization_id()))).await;
    assert_eq!(rejection(denied), Rejection::NotFound(Thing::Organization));
}

#[tokio::test]
async fn five_failures_block_the_account_at_that_address_until_the_wait_is_over() {
    let world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let bucket = Bucket::of("ADA@example.org", "192.0.2.1");
    for _ in 0..5 {
        assert!(matches!(world.run(CountAttempt { bucket }).await.unwrap(), Attempt::Admitted(_)));
    }
    let blocked = Attempt::Blocked { retry_after_s: 60 };
    assert_eq!(
        world.run(CountAttempt { bucket: Bucket::of("ada@example.org", "192.0.2.1") }).await.unwrap(),
        blocked
    );
    assert_eq!(world.store.sign_in_wait(bucket, NOW).await.unwrap(), Some(60));
    let elsewhere = Bucket::of("ada@example.org", "192.0.2.2");
    assert_eq!(world.store.sign_in_wait(elsewhere, NOW).await.unwrap(), None);
    let later = NOW.plus_millis(MINUTE);
    assert!(
        matches!(world.at(later, CountAttempt { bucket }).await.unwrap(), Attempt::Admitted(f) if f.count == 6)
    );
    let open = OpenSession {
        account_id: ada.account.id,
        organization_id: None,
        expires_at: later,
        clears: Some(bucket),
    };
    world.at(later, open).await.unwrap();
    assert_eq!(world.store.sign_in_wait(bucket, later).await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_password_ends_every_other_session_of_that_person() {
    let world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let bea = world.sign_up("bea@example.org").await;
    let open = OpenSession {
        account_id: ada.account.id,
        organization_id: None,
        expires_at: NOW.plus_millis(HOUR),
        clears: None,
    };
    let (other, own) = (world.run(open.clone()).await.unwrap(), world.run(open).await.unwrap());
    let tenant = world.store.session(own.id, NOW).await.unwrap().unwrap().tenant;
    let change = ChangePassword { tenant: tenant.clone(), password_hash: "new".to_owned() };
    assert!(!format!("{change:?}").contains("new"));
    // The one that signing up opened, and the other one.
    assert_eq!(world.run(change).await.unwrap(), 2);
    let found = world.store.find_account_by_email("ada@example.org").await.unwrap().unwrap();
    assert_eq!(found.password_hash.expose(), "new");
    for (id, lives) in [(other.id, false), (ada.session.id, false), (own.id, true), (bea.session.id, true)] {
        assert_eq!(world.store.session(id, NOW).await.unwrap().is_some(), lives);
    }
    assert_eq!(world.store.list_own_sessions(&tenant, NOW).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_sees_and_ends_own_sessions_only() {
    let world = World::new().await;
    let (ada, bea) = (world.sign_up("ada@example.org").await, world.sign_up("bea@example.org").await);
    let tenant = world.store.session(ada.session.id, NOW).await.unwrap().unwrap().tenant;
    let open = OpenSession {
        account_id: ada.account.id,
        organization_id: None,
        expires_at: NOW.plus_millis(HOUR),
        clears: None,
    };
    let later = NOW.plus_millis(MINUTE);
    let other = world.at(later, open).await.unwrap();
    let used = |id, at: callboard_core::time::Timestamp, from: &str| SessionUse {
        id,
        at,
        from: from.to_owned(),
        client: Some("curl/8".to_owned()),
    };
    world.run(TouchSessions(vec![used(other.id, later, "192.0.2.1")])).await.unwrap();
    // What comes late overwrites nothing.
    world.run(TouchSessions(vec![used(other.id, NOW, "192.0.2.2")])).await.unwrap();
    let seen = world.store.list_own_sessions(&tenant, later).await.unwrap();
    assert_eq!(seen.iter().map(|one| one.id).collect::<Vec<_>>(), [other.id, ada.session.id]);
    assert_eq!((seen[0].seen_at, seen[0].seen_from.as_deref()), (Some(later), Some("192.0.2.1")));
    assert_eq!((seen[0].client.as_deref(), seen[1].seen_at), (Some("curl/8"), None));
    assert_eq!(world.store.session(other.id, later).await.unwrap().unwrap().seen_at, Some(later));

    let end = |id| EndOwnSession { tenant: tenant.clone(), id };
    assert_eq!(rejection(world.run(end(bea.session.id)).await), Rejection::NotFound(Thing::Session));
    world.run(end(other.id)).await.unwrap();
    assert_eq!(rejection(world.run(end(other.id)).await), Rejection::NotFound(Thing::Session));
    assert!(world.store.session(other.id, later).await.unwrap().is_none());
    assert_eq!(world.run(EndOtherSessions { tenant: tenant.clone() }).await.unwrap(), 0);
    assert!(world.store.session(bea.session.id, NOW).await.unwrap().is_some());
    assert_eq!(world.store.list_own_sessions(&tenant, NOW).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_last_owner_stays_and_admins_make_no_owners() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let own = world.store.list_members(&ada, None, 50).await.unwrap().items[0].clone();
    let bea = world.sign_up("bea@example.org").await;
    let member = world.run(invite(&ada, "bea@example.org", Role::Admin, 1)).await.unwrap();
    let again = world.run(invite(&ada, "BEA@example.org", Role::Viewer, 3)).await;
    assert_eq!(rejection(again), Rejection::AlreadyMember);
    let to = |tenant: &callboard_store::Tenant, id, role| ReviseMember {
        tenant: tenant.clone(),
        id,
        role,
        if_match: None,
    };
    let remove =
        |tenant: &callboard_store::Tenant, id| RemoveMember { tenant: tenant.clone(), id, if_match: None };
    assert_eq!(rejection(world.run(to(&ada, own.id, Role::Admin)).await), Rejection::LastOwner);
    assert_eq!(rejection(world.run(remove(&ada, own.id)).await), Rejection::LastOwner);
    // An invited owner does not count: only the joined can act.
    world.run(invite(&ada, "new@example.org", Role::Owner, 9)).await.unwrap();
    assert_eq!(rejection(world.run(remove(&ada, own.id)).await), Rejection::LastOwner);
    let open = OpenSession {
        account_id: bea.account.id,
        organization_id: Some(ada.organization_id()),
        expires_at: NOW.plus_millis(HOUR),
        clears: None,
    };
    let session = world.run(open).await.unwrap();
    let admin = world.store.session(session.id, NOW).await.unwrap().unwrap().tenant;
    assert_eq!(rejection(world.run(to(&admin, member.id, Role::Owner)).await), Rejection::OutOfReach);
    assert_eq!(rejection(world.run(remove(&admin, own.id)).await), Rejection::OutOfReach);
    world.run(to(&ada, member.id, Role::Owner)).await.unwrap();
    world.run(remove(&ada, own.id)).await.unwrap();
    let foreign = world.person("eve@example.org").await;
    assert_eq!(rejection(world.run(remove(&foreign, member.id)).await), Rejection::NotFound(Thing::Member));
}

#[tokio::test]
async fn an_organization_is_renamed_against_its_version() {
    let world = World::new().await;
    let (ada, _bea) = (world.person("ada@example.org").await, world.person("bea@example.org").await);
    let before = world.store.organization(&ada).await.unwrap();
    let rename = |name: Option<&str>, to: Option<&str>, if_match| ReviseOrganization {
        tenant: ada.clone(),
        name: name.map(str::to_owned),
        slug: to.map(slug),
        if_match,
    };
    // Venues and the like raise the row's counter, not the resource's version.
    world.venue(&ada, "Ark").await;
    let after = world.run(rename(Some("Ark & Co"), None, Some(before.version()))).await.unwrap();
    assert_eq!(after.version(), before.version() + 1);
    let stale = world.run(rename(Some("x"), None, Some(before.version()))).await;
    assert_eq!(rejection(stale), Rejection::Stale { current: after.version() });
    let taken = world.run(rename(None, Some("bea"), None)).await;
    assert_eq!(rejection(taken), Rejection::SlugTaken { slug: "bea".to_owned() });
    let counter = world.version(&ada).await;
    assert_eq!(world.run(rename(Some("Ark & Co"), None, None)).await.unwrap(), after);
    assert_eq!(world.version(&ada).await, counter);
}

#[tokio::test]
async fn sweeping_takes_the_dead_only() {
    let world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let bucket = Bucket::of("ada@example.org", "::1");
    world.run(CountAttempt { bucket }).await.unwrap();
    assert_eq!(world.run(Sweep { now: NOW, node: uuid::Uuid::nil() }).await.unwrap(), Default::default());
    let swept = world.run(Sweep { now: NOW.plus_millis(31 * DAY), node: uuid::Uuid::nil() }).await.unwrap();
    assert_eq!((swept.sessions, swept.login_failures, swept.is_done()), (1, 1, true));
    assert!(world.store.session(ada.session.id, NOW).await.unwrap().is_none());
}
