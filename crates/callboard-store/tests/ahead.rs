//! What is made before its transaction holds only where the transaction finds the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use callboard_core::event::{Event, EventPatch, SchedulePatch, When};
use callboard_core::place::BoxOfficePatch;
use callboard_core::rejection::Rejection;
use callboard_core::time::Zone;
use callboard_store::box_offices::ReviseBoxOffice;
use callboard_store::events::{CreateEvent, EventRef};
use common::*;

#[tokio::test]
async fn an_event_follows_its_box_office_as_it_is_and_not_as_it_was_seen() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let office = world.box_office(&ada, "Desk").await;
    let create = |title: &str, given: Option<&str>| CreateEvent {
        tenant: ada.clone(),
        patch: EventPatch {
            title: Some(Some(title.to_owned())),
            slug: given.map(slug),
            box_office_id: Some(Some(office.id)),
            schedule: SchedulePatch { start: Some(Some(When::At(NOW))), ..SchedulePatch::default() },
            ..EventPatch::default()
        },
        ticket_types: Vec::new(),
        status: None,
        channel_number: None,
    };
    let zone = |event: &Event| event.details.schedule.zone.name().to_owned();
    let mut made = Vec::new();
    for (at, name) in ["Asia/Tokyo", "Europe/Paris"].into_iter().enumerate() {
        let patch = BoxOfficePatch { zone: Some(Zone::parse(name).unwrap()), ..BoxOfficePatch::default() };
        let (tenant, id) = (ada.clone(), office.id);
        world.run(ReviseBoxOffice { tenant, id, patch, if_match: None }).await.unwrap();
        // The first of these finds the box office changed since it was last seen, the others as it was.
        for _ in 0..3 {
            let event = world.run(create("Low Tide", None)).await.unwrap().event;
            assert_eq!((zone(&event).as_str(), at), (name, at));
            made.push(event);
        }
    }
    let slugs: Vec<&str> = made.iter().map(|event| event.details.slug.as_str()).collect();
    assert_eq!(slugs, ["low-tide", "low-tide-2", "low-tide-3", "low-tide-4", "low-tide-5", "low-tide-6"]);
    let fresh = world.run(create("High Tide", None)).await.unwrap().event;
    made.push(fresh);
    for event in &made {
        let found = world.store.find_event(&ada, &EventRef::Number(event.number), NOW).await.unwrap();
        assert_eq!(found.as_deref(), Some(event), "it is stored as it was answered");
    }
    assert!(made.is_sorted_by_key(|event| event.number) && made.iter().all(|event| event.number < 1_000));
    let taken = rejection(world.run(create("Other", Some("high-tide"))).await);
    assert_eq!(taken, Rejection::SlugTaken { slug: "high-tide".to_owned() });
}
