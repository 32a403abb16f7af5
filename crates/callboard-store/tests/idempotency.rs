//! A write with a key happens once, and its answer is given again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use std::sync::Arc;

use callboard_core::rejection::Rejection;
use callboard_core::time::HOUR;
use callboard_store::idempotency::{Earlier, Once, OnceOutcome, Render, Repetition, StoredReply};
use callboard_store::slugs::OnClash;
use callboard_store::sweep::Sweep;
use callboard_store::venues::CreateVenue;
use callboard_store::{Command, Error, Result, Tenant, Tx};
use common::*;

fn reply(status: u16, body: &str, kept: Option<&str>) -> StoredReply {
    StoredReply {
        status,
        headers: vec![("Location".to_owned(), "/v1/venues/1".to_owned())],
        body: body.as_bytes().to_vec(),
        kept_body: kept.map(|text| text.as_bytes().to_vec()),
    }
}

fn once<C: Command>(tenant: &Tenant, key: &str, print: u8, inner: C, render: Render<C::Out>) -> Once<C> {
    let repetition =
        Repetition { route: "POST /v1/venues".to_owned(), key: key.to_owned(), fingerprint: [print; 32] };
    Once { tenant: tenant.clone(), repetition, expires_at: NOW.plus_millis(HOUR), inner, render }
}

fn venue(tenant: &Tenant, key: &str, print: u8) -> Once<CreateVenue> {
    let render: Render<callboard_core::place::Venue> = Arc::new(|result| match result {
        Ok(venue) => Some(reply(201, &format!("{} secret", venue.id), Some(&format!("{} null", venue.id)))),
        Err(Rejection::SlugTaken { .. }) => Some(reply(409, "taken", None)),
        Err(_) => None,
    });
    once(tenant, key, print, create_venue(tenant, "Ark"), render)
}

async fn venues(world: &World, tenant: &Tenant) -> usize {
    world.store.list_venues(tenant, None, 200).await.unwrap().items.len()
}

#[tokio::test]
async fn a_repetition_gets_the_stored_bytes_without_secrets_and_writes_nothing() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let OnceOutcome::Done { out, reply: Some(first) } = world.run(venue(&ada, "k", 1)).await.unwrap() else {
        panic!("not done")
    };
    assert_eq!(first.body, format!("{} secret", out.id).into_bytes());
    let counters = world.store.counters(ada.organization_id()).await.unwrap();
    let OnceOutcome::Replayed(again) = world.run(venue(&ada, "k", 1)).await.unwrap() else { panic!("ran") };
    assert_eq!(again.body, format!("{} null", out.id).into_bytes());
    assert_eq!((again.status, &again.headers), (201, &first.headers));
    assert_eq!(world.store.counters(ada.organization_id()).await.unwrap(), counters);
    assert_eq!(world.run(venue(&ada, "k", 2)).await.unwrap(), OnceOutcome::Mismatch);
    let asked = |print| venue(&ada, "k", print).repetition;
    assert_eq!(world.store.find_reply(&ada, &asked(1), NOW).await.unwrap(), Some(Earlier::Replay(again)));
    assert_eq!(world.store.find_reply(&ada, &asked(2), NOW).await.unwrap(), Some(Earlier::Mismatch));
    assert_eq!(world.store.find_reply(&ada, &asked(1), NOW.plus_millis(HOUR)).await.unwrap(), None);
    // Another caller's key of the same name is another key.
    let bea = world.person("bea@example.org").await;
    assert!(matches!(world.run(venue(&bea, "k", 1)).await.unwrap(), OnceOutcome::Done { .. }));
    assert_eq!(venues(&world, &ada).await, 1);
    // An expired row counts as absent and is written over.
    let later = NOW.plus_millis(HOUR);
    assert!(matches!(world.at(later, venue(&ada, "k", 2)).await.unwrap(), OnceOutcome::Done { .. }));
    assert_eq!(venues(&world, &ada).await, 2);
    let swept = world.run(Sweep { now: later, node: uuid::Uuid::nil() }).await.unwrap();
    assert_eq!(swept.idempotency, 2);
}

#[tokio::test]
async fn twins_make_one_thing() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let twins: Vec<_> = (0..40)
        .map(|_| {
            let (store, command) = (world.store.clone(), venue(&ada, "k", 1));
            tokio::spawn(async move { store.write(context(NOW), command).await })
        })
        .collect();
    let mut done = 0;
    for twin in twins {
        match twin.await.unwrap().unwrap() {
            OnceOutcome::Done { .. } => done += 1,
            OnceOutcome::Replayed(_) => (),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((done, venues(&world, &ada).await), (1, 1));
}

/// Writes, notes a change, and is refused all the same.
struct Regrets(CreateVenue);

impl Command for Regrets {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        self.0.run(tx).await?;
        Err(Rejection::LastOwner.into())
    }
}

#[tokio::test]
async fn a_kept_refusal_leaves_none_of_its_writes() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let counters = world.store.counters(ada.organization_id()).await.unwrap();
    let regrets = |keeps: bool| {
        let render: Render<()> = Arc::new(move |_| keeps.then(|| reply(409, "no", None)));
        once(&ada, "k", 1, Regrets(create_venue(&ada, "Ark")), render)
    };
    // Not kept: a refusal as any other, and the key stays free.
    assert_eq!(rejection(world.run(regrets(false)).await), Rejection::LastOwner);
    let refused = world.run(regrets(true)).await.unwrap();
    assert_eq!(
        refused,
        OnceOutcome::Refused { rejection: Rejection::LastOwner, reply: reply(409, "no", None) }
    );
    assert_eq!(world.run(regrets(true)).await.unwrap(), OnceOutcome::Replayed(reply(409, "no", None)));
    assert_eq!(venues(&world, &ada).await, 0);
    assert_eq!(world.store.counters(ada.organization_id()).await.unwrap(), counters);
}

#[tokio::test]
async fn a_refusal_that_is_not_kept_frees_the_key() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    world.venue(&ada, "Ark").await;
    let render: Render<callboard_core::place::Venue> = Arc::new(|r| r.ok().map(|_| reply(201, "", None)));
    let refused = CreateVenue { on_clash: OnClash::Refuse, ..create_venue(&ada, "Ark") };
    let result = world.run(once(&ada, "k", 1, refused, render)).await;
    assert!(matches!(result, Err(Error::Rejected(Rejection::SlugTaken { .. }))));
    assert!(matches!(world.run(venue(&ada, "k", 9)).await.unwrap(), OnceOutcome::Done { .. }));
    let silent: Render<callboard_core::place::Venue> = Arc::new(|_| None);
    let free = || once(&ada, "free", 1, create_venue(&ada, "Ark"), silent.clone());
    for _ in 0..2 {
        assert!(matches!(world.run(free()).await.unwrap(), OnceOutcome::Done { reply: None, .. }));
    }
}
