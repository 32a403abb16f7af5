//! Series on either engine: what the schema itself makes impossible, and what a lease keeps apart.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use callboard_core::event::{EventPatch, Lifecycle};
use callboard_core::series::{Scope, SeriesPatch};
use callboard_core::time::{ClockTime, DAY, ShowDate, Zone};
use callboard_store::events::{DeleteEvent, EventRef};
use callboard_store::series::{BATCH, CreateSeries, EndSeries, ExtendSeries, ReviseSeries, SeriesWritten};
use callboard_store::sql::Tx;
use callboard_store::{Command, Error, Tenant};
use common::*;
use uuid::Uuid;

fn date(text: &str) -> ShowDate {
    ShowDate::parse(text).unwrap()
}

/// Now is 15 January 2027.
fn words(rule: &str) -> SeriesPatch {
    SeriesPatch {
        rrule: Some(rule.to_owned()),
        zone: Some(Zone::parse("Europe/Berlin").unwrap()),
        start_date: Some(date("2027-01-18")),
        start: Some(ClockTime::parse("20:00").unwrap()),
        event: EventPatch { title: Some(Some("Jam".to_owned())), ..EventPatch::default() },
        status: Some(Lifecycle::Published),
        ..SeriesPatch::default()
    }
}

async fn made(world: &World, tenant: &Tenant, rule: &str) -> SeriesWritten {
    world.run(CreateSeries { tenant: tenant.clone(), patch: words(rule) }).await.unwrap()
}

/// Any statement, past every rule.
struct Bypass(String);

impl Command for Bypass {
    type Out = u64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<u64, Error> {
        tx.exec(&self.0, &[]).await
    }
}

/// Takes the event of `to` for the date of `from` as well.
fn rename(from: &str, to: &str) -> Bypass {
    Bypass(format!("UPDATE series_occurrence SET date = '{to}' WHERE date = '{from}'"))
}

#[tokio::test]
async fn no_statement_makes_a_second_occurrence_of_a_date() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let series = made(&world, &ada, "FREQ=DAILY;COUNT=4").await;
    let gone = DeleteEvent { tenant: ada.clone(), event: EventRef::Id(series.born[1].id), if_match: None };
    world.run(gone).await.unwrap();
    // Another date's event may not take the name of one that is there, nor of one that was deleted.
    for taken in ["2027-01-18", "2027-01-19"] {
        let refused = world.run(rename("2027-01-20", taken)).await;
        assert!(matches!(refused, Err(Error::Constraint(_))), "{refused:?}");
    }
    assert_eq!(world.run(rename("2027-01-20", "2027-03-01")).await.unwrap(), 1);
    // An event is an occurrence of one date only.
    let twice = "INSERT INTO series_occurrence (organization_id, series_id, date, event_id, tie)
                 SELECT organization_id, series_id, '2027-04-01', event_id, tie FROM series_occurrence
                 WHERE date = '2027-01-18'";
    let refused = world.run(Bypass(twice.to_owned())).await;
    assert!(matches!(refused, Err(Error::Constraint(_))), "{refused:?}");
    let word = world.run(Bypass("UPDATE series_occurrence SET tie = 'loose'".to_owned())).await;
    assert!(matches!(word, Err(Error::Constraint(_))), "{word:?}");
}

#[tokio::test]
async fn what_a_series_says_comes_back_as_it_was_said() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let made = made(
        &world,
        &ada,
        "FREQ=MONTHLY;BYDAY=-1FR,2TU;UNTIL=20271231T190000Z\nEXDATE:20270226\nRDATE:20270301",
    )
    .await;
    let found = world.store.find_series(&ada, made.series.id).await.unwrap().unwrap();
    assert_eq!(found, made.series);
    let revise = ReviseSeries {
        tenant: ada.clone(),
        id: found.id,
        scope: Scope::Following(date("2027-06-01")),
        patch: SeriesPatch { start: Some(ClockTime::parse("21:00").unwrap()), ..SeriesPatch::default() },
        if_match: Some(1),
    };
    let after = world.run(revise).await.unwrap().series;
    assert_eq!(after.course.stretches().len(), 2);
    assert_eq!(world.store.find_series(&ada, found.id).await.unwrap().unwrap(), after);
    let bea = world.person("bea@example.org").await;
    assert_eq!(world.store.find_series(&bea, found.id).await.unwrap(), None);
    let end = EndSeries { tenant: bea, id: found.id, if_match: None };
    rejection(world.run(end).await);
}

#[tokio::test]
async fn occurrences_are_made_in_batches_by_the_node_whose_turn_it_is() {
    let world = World::new().await;
    let ada = world.person("ada@example.org").await;
    let series = made(&world, &ada, "FREQ=DAILY").await.series;
    let node = |n: u128| ExtendSeries {
        organization_id: series.organization_id,
        id: series.id,
        node: Uuid::from_u128(n),
    };
    let later = NOW.plus_millis(100 * DAY);
    let first = world.at(later, node(1)).await.unwrap();
    assert_eq!((first.made, first.is_done, first.is_elsewhere), (BATCH, false, false));
    let other = world.at(later, node(2)).await.unwrap();
    assert_eq!((other.made, other.is_elsewhere), (0, true));
    let second = world.at(later, node(1)).await.unwrap();
    assert_eq!((second.made, second.is_done), (100 - BATCH, true));
    let after_the_turn = later.plus_millis(90_001);
    let other = world.at(after_the_turn, node(2)).await.unwrap();
    assert_eq!((other.made, other.is_done, other.is_elsewhere), (0, true, false));
}
