//! A series through many edits: its stretches never overlap, leave no gap, and agree with what was said.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails may stop where it fails"
)]

use std::collections::BTreeMap;

use callboard_core::event::Lifecycle;
use callboard_core::ids::EventId;
use callboard_core::money::Currency;
use callboard_core::rejection::Rejection;
use callboard_core::series::{Course, Existing, Reach, Scope, SeriesPatch, Stretch, Template, Tie};
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone};
use proptest::prelude::*;
use uuid::Uuid;

fn day(n: i64) -> ShowDate {
    ShowDate::parse("2026-12-01").unwrap().plus_days(n)
}
fn clock(text: &str) -> ClockTime {
    ClockTime::parse(text).unwrap()
}
/// The afternoon of 10 December; 60 days are made ahead.
fn reach() -> Reach {
    Reach { now: Timestamp::parse("2026-12-10T12:00:00-05:00").unwrap(), ahead_to: day(69) }
}
fn begun(rule: &str) -> Course {
    let patch = SeriesPatch {
        rrule: Some(rule.to_owned()),
        zone: Some(Zone::parse("America/New_York").unwrap()),
        start_date: Some(day(3)),
        start: Some(clock("20:00")),
        ..SeriesPatch::default()
    };
    let plan = patch.first_plan(reach().now).unwrap();
    let template = Template::new(Template::blank(Currency::USD), Vec::new(), Lifecycle::Draft);
    Course::new(Stretch { plan, template })
}

/// The occurrences as a store keeps them, and when each begins.
#[derive(Debug, Clone, Default)]
struct World {
    rows: Vec<Existing>,
    made: u128,
}

impl World {
    fn bear(&mut self, stretch: &Stretch, date: ShowDate, tie: Tie) {
        let starts_at = stretch.plan.show_on(date).unwrap().starts_at;
        self.made += 1;
        assert!(self.rows.iter().all(|row| row.date != date), "{date} is made twice");
        let event = EventId(Uuid::from_u128(self.made));
        self.rows.push(Existing { date, event, starts_at, sold: 0, held: 0, tie });
    }

    fn extend(&mut self, course: &Course) -> usize {
        let missing = course.missing(&self.rows, reach());
        missing.iter().for_each(|(date, stretch)| self.bear(stretch, *date, Tie::Attached));
        missing.len()
    }

    fn revise(&mut self, course: &Course, scope: Scope, patch: &SeriesPatch) -> Result<Course, Rejection> {
        let revision = course.revise(scope, patch, &self.rows, reach())?;
        for step in &revision.steps {
            self.rows.retain(|row| !step.work.remove.contains(&row.event));
            for update in &step.work.update {
                let row = self.rows.iter_mut().find(|row| row.event == update.event).unwrap();
                assert!(
                    !update.reschedule || row.sold + row.held == 0 || {
                        step.after.plan.show_on(update.date).unwrap().starts_at == row.starts_at
                    }
                );
                row.starts_at = step.after.plan.show_on(update.date).unwrap().starts_at;
                if step.work.detach {
                    row.tie = Tie::Detached;
                }
            }
            let tie = if step.work.detach { Tie::Detached } else { Tie::Attached };
            step.work.create.iter().for_each(|date| self.bear(&step.after, *date, tie));
        }
        Ok(revision.course)
    }
}

/// Every date that a course would have, with its start.
fn calendar(course: &Course, from: ShowDate) -> BTreeMap<ShowDate, Timestamp> {
    let mut all = BTreeMap::new();
    let far = Reach { ahead_to: day(400), ..reach() };
    for (date, stretch) in course.missing(&[], far) {
        assert!(
            all.insert(date, stretch.plan.show_on(date).unwrap().starts_at).is_none(),
            "{date} in two stretches"
        );
    }
    all.into_iter().filter(|(date, _)| *date >= from).collect()
}

#[derive(Debug, Clone)]
enum Act {
    Edit(Scope, Box<SeriesPatch>),
    Sell(usize),
    Delete(usize),
    Touch(usize),
}

fn a_rule() -> impl Strategy<Value = String> {
    let rules = [
        "FREQ=WEEKLY;BYDAY=FR",
        "FREQ=WEEKLY;BYDAY=SA,SU",
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=40",
        "FREQ=MONTHLY;BYDAY=3FR",
        "FREQ=WEEKLY;COUNT=9",
    ];
    prop::sample::select(rules.map(str::to_owned).to_vec())
}
fn a_patch() -> impl Strategy<Value = SeriesPatch> {
    let date = || (0i64..120).prop_map(day);
    (
        prop::option::of(a_rule()),
        prop::option::of(prop::sample::select(vec!["19:00", "20:00", "00:30"])),
        prop::option::weighted(0.3, prop::collection::btree_set(date(), 0..4)),
        prop::option::weighted(0.2, prop::option::of((20i64..120).prop_map(day))),
        prop::option::of(0i64..5),
    )
        .prop_map(|(rrule, start, exdates, until, capacity)| {
            let mut patch =
                SeriesPatch { rrule, exdates, until, start: start.map(clock), ..SeriesPatch::default() };
            patch.event.capacity = capacity.map(Some);
            patch
        })
}
fn an_act() -> impl Strategy<Value = Act> {
    let scope = prop_oneof![
        Just(Scope::All),
        (0i64..90).prop_map(|n| Scope::Following(day(n))),
        (0i64..90).prop_map(|n| Scope::This(day(n))),
    ];
    prop_oneof![
        6 => (scope, a_patch()).prop_map(|(scope, patch)| Act::Edit(scope, Box::new(patch))),
        1 => (0usize..60).prop_map(Act::Sell),
        1 => (0usize..60).prop_map(Act::Delete),
        1 => (0usize..60).prop_map(Act::Touch),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a series: no date is made twice, what is sold stays, what was deleted stays deleted, and
    /// what follows the series is exactly what the series says.
    #[test]
    fn the_occurrences_are_what_the_course_says(rule in a_rule(), acts in prop::collection::vec(an_act(), 1..9)) {
        let (mut course, mut world) = (begun(&rule), World::default());
        world.extend(&course);
        for act in acts {
            let before = (course.clone(), world.clone());
            match act {
                Act::Edit(scope, patch) => match world.revise(&course, scope, &patch) {
                    Ok(after) => {
                        // What lies before "following" is as it was.
                        if let Scope::Following(date) = scope {
                            let until = |all: BTreeMap<ShowDate, Timestamp>| -> Vec<_> {
                                all.into_iter().filter(|(one, _)| *one < date).collect()
                            };
                            prop_assert_eq!(until(calendar(&course, day(0))), until(calendar(&after, day(0))));
                        }
                        // The same words again change nothing, but for a rule that is anchored anew.
                        if !matches!(scope, Scope::This(_)) {
                            let again = after.revise(scope, &patch, &world.rows, reach()).unwrap();
                            prop_assert!(again.steps.is_empty(), "{:?}", again.steps);
                            prop_assert_eq!(calendar(&again.course, day(0)), calendar(&after, day(0)));
                        }
                        course = after;
                    }
                    Err(_) => prop_assert_eq!(&world.rows, &before.1.rows),
                },
                Act::Sell(n) => { if let Some(row) = world.rows.get_mut(n) { row.sold = 1; } }
                Act::Delete(n) => { if let Some(row) = world.rows.get_mut(n).filter(|row| row.sold == 0) { row.tie = Tie::Removed; } }
                Act::Touch(n) => { if let Some(row) = world.rows.get_mut(n).filter(|row| row.tie == Tie::Attached) { row.tie = Tie::Detached; } }
            }
            prop_assert_eq!(world.extend(&course), 0, "an edit makes all that is to be made");
            for sold in before.1.rows.iter().filter(|row| row.sold > 0) {
                let still = world.rows.iter().find(|row| row.event == sold.event);
                prop_assert_eq!(still.map(|row| row.starts_at), Some(sold.starts_at));
            }
            for gone in before.1.rows.iter().filter(|row| row.tie == Tie::Removed) {
                prop_assert!(world.rows.iter().any(|row| row.event == gone.event && row.tie == Tie::Removed));
            }
            let said = calendar(&course, day(0));
            let is_ahead = |row: &&Existing| row.tie == Tie::Attached && row.starts_at > reach().now;
            for row in world.rows.iter().filter(is_ahead) {
                prop_assert_eq!(said.get(&row.date), Some(&row.starts_at), "{} as the series says", row.date);
            }
        }
    }
}
