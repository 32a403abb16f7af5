//! The change feed and the audit log: read, followed and ended, on either engine. Source: native-api.md §8.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod common;

use std::time::Duration;

use callboard_core::ids::OrganizationId;
use callboard_core::key::{Binding, Family};
use callboard_core::rejection::Rejection;
use callboard_core::time::DAY;
use callboard_store::audit::AuditList;
use callboard_store::retention::{Log, Trim};
use common::{NOW, World, rejection};
use tokio::time::timeout;

const SOON: Duration = Duration::from_millis(200);

#[tokio::test]
async fn the_feed_ends_from_below_and_remembers_where() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let organization_id = ada.organization_id();
    let old = world.store.changes(&ada, 0, 200).await.unwrap().len();
    let old = i64::try_from(old).unwrap();
    world.at(NOW.plus_millis(2 * DAY), common::create_venue(&ada, "Pier")).await.unwrap();
    let seqs: Vec<i64> = world.store.changes(&ada, 0, 200).await.unwrap().iter().map(|one| one.seq).collect();
    assert_eq!(seqs, (1..=old + 1).collect::<Vec<_>>());

    let before = NOW.plus_millis(DAY);
    let first = OrganizationId(uuid::Uuid::nil());
    let due = world.store.with_old_lines(Log::Changes, before, first).await.unwrap();
    assert_eq!(due, [organization_id]);
    assert!(world.store.with_old_lines(Log::Changes, before, organization_id).await.unwrap().is_empty());
    let trim = Trim { organization_id, log: Log::Changes, before };
    assert!(!world.run(trim).await.unwrap());
    assert!(!world.run(trim).await.unwrap(), "again changes nothing");
    assert!(world.store.with_old_lines(Log::Changes, before, first).await.unwrap().is_empty());
    let gone = rejection(world.store.changes(&ada, 0, 200).await);
    assert_eq!(gone, Rejection::ChangesGone { oldest: old + 1, newest: old + 1 });
    assert_eq!(world.store.changes(&ada, old, 200).await.unwrap().len(), 1);
    world.run(Trim { before: NOW.plus_millis(3 * DAY), ..trim }).await.unwrap();
    let gone = rejection(world.store.changes(&ada, old, 200).await);
    assert_eq!(gone, Rejection::ChangesGone { oldest: old + 2, newest: old + 1 });
    assert!(world.store.changes(&ada, old + 1, 200).await.unwrap().is_empty());
    assert!(matches!(rejection(world.store.changes(&ada, old + 2, 200).await), Rejection::Invalid(_)));
}

#[tokio::test]
async fn the_audit_log_filters_pages_and_ends() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let organization_id = ada.organization_id();
    let pier = world.venue(&ada, "Pier").await;
    world.at(NOW.plus_millis(2 * DAY), common::create_venue(&ada, "Hall")).await.unwrap();
    let all = AuditList { limit: 200, ..AuditList::default() };
    let lines = world.store.list_audit(&ada, &all).await.unwrap();
    assert!(lines.items.is_sorted_by(|a, b| a.id > b.id) && lines.next.is_none());
    let made = AuditList { action: Some("venue.created".to_owned()), ..all.clone() };
    assert_eq!(world.store.list_audit(&ada, &made).await.unwrap().items.len(), 2);
    let only = AuditList {
        resource_id: Some(pier.id.0),
        account_id: ada.account_id(),
        resource: Some("venue".to_owned()),
        ..made.clone()
    };
    assert_eq!(world.store.list_audit(&ada, &only).await.unwrap().items.len(), 1);
    let late = AuditList { from: Some(NOW.plus_millis(DAY)), ..made.clone() };
    assert_eq!(world.store.list_audit(&ada, &late).await.unwrap().items.len(), 1);
    let early = AuditList { to: Some(NOW), ..made.clone() };
    assert_eq!(world.store.list_audit(&ada, &early).await.unwrap().items.len(), 1);
    let first = world.store.list_audit(&ada, &AuditList { limit: 1, ..made.clone() }).await.unwrap();
    let rest = AuditList { after: first.next, ..made.clone() };
    assert_eq!(world.store.list_audit(&ada, &rest).await.unwrap().items[0].resource_id, pier.id.0);

    let before = NOW.plus_millis(DAY);
    let due =
        world.store.with_old_lines(Log::Audit, before, OrganizationId(uuid::Uuid::nil())).await.unwrap();
    assert_eq!(due, [organization_id]);
    assert!(!world.run(Trim { organization_id, log: Log::Audit, before }).await.unwrap());
    assert_eq!(world.store.list_audit(&ada, &all).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn followers_wake_for_their_own_organization_only() {
    let world = World::new().await;
    let (ada, bob) = (world.person("ada@example.org").await, world.person("bob@example.org").await);
    let mut follow = world.store.follow(&ada);
    world.venue(&bob, "Elsewhere").await;
    assert!(timeout(SOON, follow.committed()).await.is_err());
    world.venue(&ada, "Pier").await;
    assert!(timeout(SOON, follow.committed()).await.is_ok());
    assert!(timeout(SOON, follow.committed()).await.is_err());
}

#[tokio::test]
async fn a_narrowed_key_reads_neither_log() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let venue = world.venue(&ada, "Pier").await;
    let binding = Binding { venue_id: Some(venue.id), ..Binding::default() };
    world.mint(&ada, Family::Native, binding, "narrow").await;
    let access = world.store.authenticate(&common::hash("narrow"), NOW).await.unwrap().unwrap();
    assert_eq!(rejection(world.store.changes(&access.tenant, 0, 1).await), Rejection::OutOfReach);
    let lines = world.store.list_audit(&access.tenant, &AuditList::default()).await;
    assert_eq!(rejection(lines.map(|page| page.items)), Rejection::OutOfReach);
}
