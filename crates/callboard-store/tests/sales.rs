//! Selling on either engine: stock, holds, orders and their ledgers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use callboard_core::event::{Event, EventPatch, Lifecycle, SchedulePatch, When};
use callboard_core::inventory::order::{Buyer, Ending, Order, Payment, PaymentMethod, Scan};
use callboard_core::inventory::sale::Line;
use callboard_core::money::MinorUnits;
use callboard_core::rejection::Rejection;
use callboard_core::ticket::{Terms, TermsPatch};
use callboard_core::time::{HOUR, MINUTE, Timestamp};
use callboard_store::Tenant;
use callboard_store::events::{CreateEvent, EventRef, RemoveTicketType, ReviseTicketType};
use callboard_store::idempotency::{Once, OnceOutcome, Render, Repetition, StoredReply};
use callboard_store::sales::{CheckIn, CreateHold, EndOrder, OrderList, PlaceOrder, UndoCheckIn, Wanted};
use common::*;

async fn show(world: &World, tenant: &Tenant, quantity: i64) -> Event {
    let start = When::At(NOW.plus_millis(24 * HOUR));
    let patch = EventPatch {
        title: Some(Some("Low Tide".to_owned())),
        schedule: SchedulePatch { start: Some(Some(start)), ..SchedulePatch::default() },
        ..EventPatch::default()
    };
    let terms = Terms {
        name: "GA".to_owned(),
        description: None,
        price: MinorUnits(1_800),
        quantity,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: None,
        hidden: false,
    };
    let tenant = tenant.clone();
    let status = Some(Lifecycle::Published);
    let create = CreateEvent { tenant, patch, ticket_types: vec![terms], status, channel_number: None };
    world.run(create).await.unwrap().event
}

fn line(event: &Event, quantity: i64) -> Vec<Line> {
    vec![Line { ticket_type: event.ticket_types[0].id, quantity }]
}

fn order(tenant: &Tenant, event: &Event, wanted: Wanted) -> PlaceOrder {
    PlaceOrder {
        tenant: tenant.clone(),
        event: event.id,
        wanted,
        buyer: Buyer { name: "Ada".to_owned(), email: "ada@example.org".to_owned() },
        payment: Some(Payment { method: PaymentMethod::Door, reference: None }),
    }
}

fn hold(tenant: &Tenant, event: &Event, quantity: i64) -> CreateHold {
    let (tenant, event_id) = (tenant.clone(), EventRef::Id(event.id));
    CreateHold { tenant, event: event_id, items: line(event, quantity), ttl_ms: MINUTE }
}

/// Sold, held and free as readers see it.
async fn stock(world: &World, tenant: &Tenant, event: &Event, now: Timestamp) -> (i64, i64, i64) {
    let found = world.store.find_event(tenant, &EventRef::Id(event.id), now).await.unwrap().unwrap();
    let kind = &found.ticket_types[0];
    (kind.sold, kind.held, kind.available())
}

#[tokio::test]
async fn stock_goes_out_and_comes_back() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let event = show(&world, &ada, 10).await;
    let held = world.run(hold(&ada, &event, 4)).await.unwrap();
    assert_eq!(stock(&world, &ada, &event, NOW).await, (0, 4, 6));
    let refused = rejection(world.run(order(&ada, &event, Wanted::Items(line(&event, 7)))).await);
    assert_eq!(refused, Rejection::SoldOut { available: 6 });
    let claimed = world.run(order(&ada, &event, Wanted::Hold(held.id))).await.unwrap();
    assert_eq!((claimed.total, claimed.tickets.len()), (MinorUnits(7_200), 4));
    world.run(hold(&ada, &event, 6)).await.unwrap();
    let later = NOW.plus_millis(MINUTE);
    assert_eq!(stock(&world, &ada, &event, NOW).await, (4, 6, 0));
    assert_eq!(stock(&world, &ada, &event, later).await, (4, 0, 6));
    let second = world.at(later, order(&ada, &event, Wanted::Items(line(&event, 6)))).await.unwrap();
    assert_eq!(second.attendee_id, claimed.attendee_id);
    for ending in [Ending::Cancel, Ending::Refund, Ending::Cancel] {
        world.at(later, EndOrder { tenant: ada.clone(), id: second.id, ending }).await.unwrap();
        assert_eq!(stock(&world, &ada, &event, later).await, (4, 0, 6));
    }
    let list = OrderList { event_id: Some(event.id), search: None, after: None, limit: 10 };
    let listed = world.store.list_orders(&ada, &list).await.unwrap().items;
    assert_eq!(listed.iter().map(|order| order.id).collect::<Vec<_>>(), [second.id, claimed.id]);
    assert_eq!(listed[1], world.store.find_order(&ada, claimed.id).await.unwrap().unwrap());
    let bea = world.person("bea@example.org").await;
    assert_eq!(world.store.find_order(&bea, claimed.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_type_is_revised_and_removed_under_its_stock() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let event = show(&world, &ada, 10).await;
    let id = event.ticket_types[0].id;
    world.run(hold(&ada, &event, 6)).await.unwrap();
    let shrink = |quantity| ReviseTicketType {
        tenant: ada.clone(),
        id,
        patch: TermsPatch { quantity: Some(quantity), ..TermsPatch::default() },
        if_match: None,
    };
    assert!(matches!(rejection(world.run(shrink(5)).await), Rejection::BelowStock { held: 6, .. }));
    let later = NOW.plus_millis(MINUTE);
    world.at(later, shrink(5)).await.unwrap();
    assert_eq!(stock(&world, &ada, &event, later).await, (0, 0, 5));
    let remove = RemoveTicketType { tenant: ada.clone(), id, if_match: None };
    assert!(world.at(later, remove).await.unwrap().ticket_types.is_empty());
}

#[tokio::test]
async fn a_ticket_admits_once() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let event = show(&world, &ada, 10).await;
    let bought = world.run(order(&ada, &event, Wanted::Items(line(&event, 1)))).await.unwrap();
    let scan = || CheckIn {
        tenant: ada.clone(),
        code: Some(bought.tickets[0].code.clone()),
        gate: Some("A".to_owned()),
    };
    let scans = futures(20, || world.run(scan())).await;
    let admitted: Vec<_> = scans
        .iter()
        .map(|scan| scan.as_ref().unwrap())
        .filter(|scan| scan.result == Scan::Admitted)
        .collect();
    assert_eq!(admitted.len(), 1);
    let id = admitted[0].ticket.as_ref().unwrap().checked_in.as_ref().unwrap().check_in;
    world.run(UndoCheckIn { tenant: ada.clone(), id }).await.unwrap();
    assert_eq!(world.run(scan()).await.unwrap().result, Scan::Admitted);
}

#[tokio::test]
async fn sixty_four_buyers_cannot_oversell() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let event = show(&world, &ada, 100).await;
    let buy = || world.run(order(&ada, &event, Wanted::Items(line(&event, 3))));
    let bought = futures(64, buy).await;
    let mut done = Vec::new();
    for outcome in bought {
        match outcome {
            Ok(order) => done.push(order.id),
            refused => assert_eq!(rejection(refused), Rejection::SoldOut { available: 1 }),
        }
    }
    assert_eq!((done.len(), stock(&world, &ada, &event, NOW).await), (33, (99, 0, 1)));
    let cancel = || world.run(EndOrder { tenant: ada.clone(), id: done[0], ending: Ending::Cancel });
    for outcome in futures(5, cancel).await {
        outcome.unwrap();
    }
    assert_eq!(stock(&world, &ada, &event, NOW).await, (96, 0, 4));
}

/// The n-th purchase of many: 70 buyers, in any letter case, and 90 keys.
fn purchase(tenant: &Tenant, event: &Event, n: usize, print: u8) -> Once<PlaceOrder> {
    let mut inner = order(tenant, event, Wanted::Items(line(event, 1)));
    let name = if n.is_multiple_of(3) { "Buyer" } else { "bUYER" };
    inner.buyer.email = format!("{name}-{}@example.org", n % 70);
    let repetition =
        Repetition { route: "rush".to_owned(), key: format!("k{}", n % 90), fingerprint: [print; 32] };
    let render: Render<Order> = Arc::new(|outcome| {
        let body = outcome.ok()?.id.to_string().into_bytes();
        Some(StoredReply { status: 201, headers: Vec::new(), body, kept_body: None })
    });
    Once { tenant: tenant.clone(), repetition, expires_at: NOW.plus_millis(HOUR), inner, render }
}

/// What is looked up for all orders of a transaction, more names than one statement takes, is what each would find.
#[tokio::test]
async fn orders_that_share_a_commit_find_their_buyers_and_their_keys() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let event = show(&world, &ada, 1_000).await;
    let mut attendees = HashMap::new();
    for n in 0..5 {
        let known = world.run(purchase(&ada, &event, n, 1).inner).await.unwrap();
        attendees.insert(known.buyer.email.to_lowercase(), known.attendee_id);
    }
    let mut at_once: Vec<_> = (0..100).map(|n| purchase(&ada, &event, n, 1)).collect();
    at_once.push(purchase(&ada, &event, 0, 2));
    let ended = futures_util::future::join_all(at_once.into_iter().map(|once| world.run(once))).await;
    let (mut done, mut replayed) = (Vec::new(), Vec::new());
    for (n, outcome) in ended.into_iter().enumerate() {
        match outcome.unwrap() {
            OnceOutcome::Done { out, .. } => done.push((n % 90, out)),
            OnceOutcome::Replayed(reply) => replayed.push((n % 90, reply.body)),
            OnceOutcome::Mismatch => assert_eq!(n, 100),
            refused @ OnceOutcome::Refused { .. } => panic!("{refused:?}"),
        }
    }
    assert_eq!((done.len(), replayed.len()), (90, 10));
    assert_eq!(stock(&world, &ada, &event, NOW).await.0, 95);
    let of_key =
        |key: usize| done.iter().find(|(of, _)| *of == key).map(|(_, order)| order.id.to_string()).unwrap();
    assert!(replayed.iter().all(|(key, body)| *body == of_key(*key).into_bytes()));
    for (_, order) in &done {
        let known = *attendees.entry(order.buyer.email.to_lowercase()).or_insert(order.attendee_id);
        assert_eq!(known, order.attendee_id, "{}", order.buyer.email);
    }
    let ids: HashSet<_> = attendees.values().collect();
    assert_eq!((attendees.len(), ids.len()), (70, 70));
    let numbers: HashSet<_> = done.iter().map(|(_, order)| &order.number).collect();
    let codes: HashSet<_> = done.iter().map(|(_, order)| &order.tickets[0].code).collect();
    assert_eq!((numbers.len(), codes.len()), (90, 90));
    let again = (0..90).map(|n| world.run(purchase(&ada, &event, n, 1)));
    for (n, outcome) in futures_util::future::join_all(again).await.into_iter().enumerate() {
        let OnceOutcome::Replayed(reply) = outcome.unwrap() else { panic!("k{n} ran again") };
        assert_eq!(reply.body, of_key(n).into_bytes());
    }
}

/// Runs a future many times at once.
async fn futures<T, F: Future<Output = T>>(n: usize, make: impl Fn() -> F) -> Vec<T> {
    futures_util::future::join_all((0..n).map(|_| make())).await
}
