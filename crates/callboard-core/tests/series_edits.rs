//! Edits of a series whose occurrences exist: what moves, what goes, what stays, what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails may stop where it fails"
)]

use callboard_core::ids::EventId;
use callboard_core::series::{
    Edit, Existing, Plan, Reach, Scope, SeriesRejection, ShowTimes, Tie, Work, edit, ending, materialise,
};
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone};
use proptest::prelude::*;
use uuid::Uuid;

const NEW_YORK: &str = "America/New_York";
/// Fridays from 4 December 2026; now is Thursday the 10th, so the 11th is the first ahead.
const FRIDAYS: &str = "FREQ=WEEKLY;BYDAY=FR";
const SATURDAYS: &str = "FREQ=WEEKLY;BYDAY=SA";

fn date(text: &str) -> ShowDate {
    ShowDate::parse(text).unwrap()
}
fn plan(rule: &str, start: &str, zone: &str) -> Plan {
    let zone = Zone::parse(zone).unwrap();
    let times = ShowTimes { doors: None, start: ClockTime::parse(start).unwrap(), end: None };
    Plan::parse(rule, date("2026-12-04"), times, zone).unwrap()
}
fn reach() -> Reach {
    Reach { now: Timestamp::parse("2026-12-10T12:00:00-05:00").unwrap(), ahead_to: date("2027-01-03") }
}
fn event(date: ShowDate) -> EventId {
    EventId(Uuid::from_u128(u128::try_from(date.civil().day_of_year()).unwrap()))
}
fn start_of(plan: &Plan, date: ShowDate) -> Timestamp {
    plan.show_on(date).unwrap().starts_at
}
fn existing(text: &str, sold: i64, held: i64, tie: Tie) -> Existing {
    let starts_at = start_of(&plan(FRIDAYS, "20:00", NEW_YORK), date(text));
    Existing { date: date(text), event: event(date(text)), starts_at, sold, held, tie }
}
/// The Fridays of the series as events: one past, three ahead, one not there yet.
fn fridays() -> Vec<Existing> {
    ["2026-12-04", "2026-12-11", "2026-12-18", "2026-12-25"]
        .map(|day| existing(day, 0, 0, Tie::Attached))
        .to_vec()
}
fn decide(scope: Scope, before: &Plan, after: &Plan, existing: &[Existing]) -> Result<Work, SeriesRejection> {
    edit(&Edit { scope, before, after, template_changed: false }, existing, reach())
}
/// Work as a line: `~` rescheduled, `=` template only, `+` created, `-` removed.
fn told(work: &Work) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(work.update.iter().map(|u| format!("{}{}", if u.reschedule { '~' } else { '=' }, u.date)));
    words.extend(work.create.iter().map(|date| format!("+{date}")));
    words.extend(work.remove.iter().map(|event| format!("-{}", event.0.as_u128())));
    words.join(" ")
}

#[test]
fn dates_ahead_are_made_once() {
    let plan = plan(FRIDAYS, "20:00", NEW_YORK);
    let made = materialise(&plan, &[], reach());
    assert_eq!(made, ["2026-12-11", "2026-12-18", "2026-12-25", "2027-01-01"].map(date));
    assert_eq!(materialise(&plan, &fridays(), reach()), [date("2027-01-01")]);
    let gone = [existing("2026-12-11", 0, 0, Tie::Removed), existing("2026-12-18", 0, 0, Tie::Detached)];
    assert_eq!(materialise(&plan, &gone, reach()), ["2026-12-25", "2027-01-01"].map(date));
}

#[test]
fn a_new_time_moves_every_unsold_date_ahead() {
    let (before, after) = (plan(FRIDAYS, "20:00", NEW_YORK), plan(FRIDAYS, "21:00", NEW_YORK));
    let work = decide(Scope::All, &before, &after, &fridays()).unwrap();
    assert_eq!(told(&work), "~2026-12-11 ~2026-12-18 ~2026-12-25 +2027-01-01");
    assert_eq!((work.detach, work.split), (false, None));
    let work = decide(Scope::Following(date("2026-12-18")), &before, &after, &fridays()).unwrap();
    assert_eq!(told(&work), "~2026-12-18 ~2026-12-25 +2027-01-01");
    assert_eq!(work.split, Some(date("2026-12-18")));
}

#[test]
fn dates_with_sales_or_holds_are_listed_and_nothing_moves() {
    let (before, after) = (plan(FRIDAYS, "20:00", NEW_YORK), plan(FRIDAYS, "21:00", NEW_YORK));
    let mut all = fridays();
    (all[0].sold, all[1].sold, all[3].held) = (9, 3, 1);
    let refused = decide(Scope::All, &before, &after, &all).unwrap_err();
    let said = "2026-12-11, 2026-12-25 have tickets sold or held and would be moved or removed; edit or cancel those dates alone first";
    assert_eq!(refused.to_string(), said);
    let SeriesRejection::HasSales { dates } = refused else { panic!("{refused}") };
    assert_eq!(dates.iter().map(|d| (d.sold, d.held)).collect::<Vec<_>>(), [(3, 0), (0, 1)]);
    assert!(decide(Scope::Following(date("2026-12-12")), &before, &after, &all[..3]).is_ok());
}

#[test]
fn a_new_rule_makes_and_removes_but_never_a_sold_date() {
    let (before, after) = (plan(FRIDAYS, "20:00", NEW_YORK), plan(SATURDAYS, "20:00", NEW_YORK));
    let work = decide(Scope::All, &before, &after, &fridays()).unwrap();
    assert_eq!(told(&work), "+2026-12-12 +2026-12-19 +2026-12-26 +2027-01-02 -345 -352 -359");
    let mut all = fridays();
    all[2].sold = 1;
    let refused = decide(Scope::All, &before, &after, &all).unwrap_err();
    assert!(refused.to_string().starts_with("2026-12-18 has tickets"), "{refused}");
    // A wider rule leaves the sold date where it is.
    let both = plan("FREQ=WEEKLY;BYDAY=FR,SA", "20:00", NEW_YORK);
    let work = decide(Scope::Following(date("2026-12-18")), &before, &both, &all).unwrap();
    assert_eq!(told(&work), "+2026-12-19 +2026-12-26 +2027-01-01 +2027-01-02");
}

#[test]
fn what_does_not_move_a_show_is_open_to_sold_dates() {
    let before = plan(FRIDAYS, "20:00", NEW_YORK);
    let mut all = fridays();
    all[1].sold = 5;
    // Toronto's clocks show the same; an end is not a move.
    let mut after = plan(FRIDAYS, "20:00", "America/Toronto");
    after.times.end = Some(ClockTime::parse("22:30").unwrap());
    let work = decide(Scope::All, &before, &after, &all).unwrap();
    assert_eq!(told(&work), "~2026-12-11 ~2026-12-18 ~2026-12-25 +2027-01-01");
    let retitled = Edit { scope: Scope::All, before: &before, after: &before, template_changed: true };
    let work = edit(&retitled, &all, reach()).unwrap();
    assert_eq!(told(&work), "=2026-12-11 =2026-12-18 =2026-12-25 +2027-01-01");
    assert!(decide(Scope::All, &before, &plan(FRIDAYS, "20:00", "America/Chicago"), &all).is_err());
}

#[test]
fn occurrences_that_left_the_series_are_passed_by() {
    let (before, after) = (plan(FRIDAYS, "20:00", NEW_YORK), plan(SATURDAYS, "21:00", NEW_YORK));
    let all = [existing("2026-12-11", 9, 0, Tie::Detached), existing("2026-12-19", 0, 0, Tie::Removed)];
    let work = decide(Scope::All, &before, &after, &all).unwrap();
    assert_eq!(told(&work), "+2026-12-12 +2026-12-26 +2027-01-02");
}

#[test]
fn one_date_is_edited_alone_and_leaves_the_series() {
    let (before, after) = (plan(FRIDAYS, "20:00", NEW_YORK), plan(FRIDAYS, "21:00", NEW_YORK));
    let this = |day: &str| Scope::This(date(day));
    let work = decide(this("2026-12-18"), &before, &after, &fridays()).unwrap();
    assert_eq!((told(&work).as_str(), work.detach, work.split), ("~2026-12-18", true, None));
    let not_yet = decide(this("2027-06-04"), &before, &after, &fridays()).unwrap();
    assert_eq!((told(&not_yet).as_str(), not_yet.detach), ("+2027-06-04", true));
    assert_eq!(decide(this("2026-12-18"), &before, &before, &fridays()), Ok(Work::default()));

    let no_such = |day: &str| Err(SeriesRejection::NoSuchDate { date: date(day) });
    for day in ["2026-12-04", "2026-12-12"] {
        assert_eq!(decide(this(day), &before, &after, &fridays()), no_such(day));
    }
    let removed = [existing("2026-12-18", 0, 0, Tie::Removed)];
    assert_eq!(decide(this("2026-12-18"), &before, &after, &removed), no_such("2026-12-18"));
    let other_rule = plan(SATURDAYS, "20:00", NEW_YORK);
    let refused = decide(this("2026-12-18"), &before, &other_rule, &fridays());
    assert_eq!(refused, Err(SeriesRejection::RuleForOne));
    let sold = [existing("2026-12-18", 1, 0, Tie::Attached)];
    assert!(matches!(
        decide(this("2026-12-18"), &before, &after, &sold),
        Err(SeriesRejection::HasSales { dates }) if dates.len() == 1
    ));
}

#[test]
fn ending_a_series_removes_what_nobody_has_bought() {
    let plan = plan(FRIDAYS, "20:00", NEW_YORK);
    let mut all = fridays();
    (all[2].sold, all[3].tie) = (2, Tie::Detached);
    all.push(existing("2027-01-01", 0, 0, Tie::Removed));
    let ended = ending(&plan, &all, reach().now);
    assert_eq!(ended.remove, [event(date("2026-12-11")), event(date("2026-12-25"))]);
    assert_eq!(ended.keep.iter().map(|kept| kept.date).collect::<Vec<_>>(), [date("2026-12-18")]);
}

/// The occurrences after the work is done.
fn done(work: &Work, plan: &Plan, existing: &[Existing]) -> Vec<Existing> {
    let mut after: Vec<Existing> =
        existing.iter().filter(|o| !work.remove.contains(&o.event)).copied().collect();
    for occurrence in &mut after {
        if work.update.iter().any(|update| update.reschedule && update.event == occurrence.event) {
            occurrence.starts_at = start_of(plan, occurrence.date);
        }
    }
    let next = u128::try_from(1_000 + existing.len()).unwrap();
    after.extend((next..).zip(&work.create).map(|(id, date)| Existing {
        date: *date,
        event: EventId(Uuid::from_u128(id)),
        starts_at: start_of(plan, *date),
        sold: 0,
        held: 0,
        tie: Tie::Attached,
    }));
    after
}

fn a_plan() -> impl Strategy<Value = Plan> {
    let rules =
        [FRIDAYS, SATURDAYS, "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2;COUNT=30", "FREQ=MONTHLY;BYDAY=3FR"];
    let with_exception = "FREQ=WEEKLY;BYDAY=WE,FR\nEXDATE:20261218\nRDATE:20261224";
    let rules = [&rules[..], &[with_exception]].concat();
    let times = ["20:00", "21:00", "00:30"];
    let zones = [NEW_YORK, "America/Toronto", "Asia/Tokyo"];
    (prop::sample::select(rules), prop::sample::select(times.to_vec()), prop::sample::select(zones.to_vec()))
        .prop_map(|(rule, time, zone)| plan(rule, time, zone))
}
/// A plan and occurrences of it, or of what it was once.
fn a_series() -> impl Strategy<Value = (Plan, Vec<Existing>)> {
    let tie = prop::sample::select(&[Tie::Attached, Tie::Attached, Tie::Detached, Tie::Removed][..]);
    let one = (any::<bool>(), 0i64..3, 0i64..2, tie);
    (a_plan(), prop::collection::vec(one, 45)).prop_map(|(plan, all)| {
        let days = (0i64..).map(|n| date("2026-12-01").plus_days(n)).zip(all);
        let there = days.filter(|(_, (is_there, ..))| *is_there);
        let made = there.map(|(date, (_, sold, held, tie))| {
            let (event, starts_at) = (event(date), start_of(&plan, date));
            Existing { date, event, starts_at, sold: (sold - 1).max(0), held, tie }
        });
        let existing = made.collect();
        (plan, existing)
    })
}
fn a_scope() -> impl Strategy<Value = Scope> {
    let day = |n: i64| date("2026-12-01").plus_days(n);
    prop_oneof![
        Just(Scope::All),
        (0i64..45).prop_map(move |n| Scope::Following(day(n))),
        (0i64..45).prop_map(move |n| Scope::This(day(n))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn materialising_twice_makes_nothing_new((plan, existing) in a_series()) {
        let create = materialise(&plan, &existing, reach());
        let after = done(&Work { create: create.clone(), ..Work::default() }, &plan, &existing);
        prop_assert_eq!(materialise(&plan, &after, reach()), vec![]);
        let mut dates: Vec<ShowDate> = after.iter().map(|o| o.date).collect();
        dates.sort();
        prop_assert!(dates.windows(2).all(|pair| pair[0] != pair[1]));
        prop_assert!(create.iter().all(|date| plan.recurrence.contains(*date) && *date <= reach().ahead_to));
        prop_assert!(create.iter().all(|date| start_of(&plan, *date) > reach().now));
    }

    #[test]
    fn no_edit_moves_a_taken_date_or_makes_one_twice(
        (before, existing) in a_series(), after in a_plan(), scope in a_scope(), template in any::<bool>(),
    ) {
        let change = Edit { scope, before: &before, after: &after, template_changed: template };
        let of = |event: EventId| existing.iter().find(|o| o.event == event).unwrap();
        match edit(&change, &existing, reach()) {
            Err(SeriesRejection::HasSales { dates }) => {
                prop_assert!(!dates.is_empty());
                prop_assert!(dates.iter().all(|d| d.sold + d.held > 0 && of(d.event).starts_at > reach().now));
            }
            Err(SeriesRejection::RuleForOne | SeriesRejection::NoSuchDate { .. }) => {
                prop_assert!(matches!(scope, Scope::This(_)));
            }
            Err(SeriesRejection::NoDates | SeriesRejection::TooManyStretches { .. }) => {
                prop_assert!(false, "these are of whole series");
            }
            Ok(work) => {
                for event in &work.remove {
                    prop_assert!(of(*event).sold + of(*event).held == 0 && of(*event).tie == Tie::Attached);
                    prop_assert!(of(*event).starts_at > reach().now);
                }
                for update in &work.update {
                    let is_moved = start_of(&before, update.date) != start_of(&after, update.date);
                    prop_assert!(of(update.event).sold + of(update.event).held == 0 || !is_moved);
                    prop_assert!(of(update.event).starts_at > reach().now && !work.remove.contains(&update.event));
                }
                prop_assert!(work.create.iter().all(|date| existing.iter().all(|o| o.date != *date)));
                // Done once, the same plan leaves nothing to do.
                if !matches!(scope, Scope::This(_)) {
                    let then = done(&work, &after, &existing);
                    let again = Edit { scope, before: &after, after: &after, template_changed: false };
                    let rest = edit(&again, &then, reach()).unwrap();
                    prop_assert!(rest.update.is_empty() && rest.create.is_empty() && rest.remove.is_empty());
                }
            }
        }
    }

    #[test]
    fn ending_leaves_only_the_past_and_what_is_taken((plan, existing) in a_series()) {
        let ended = ending(&plan, &existing, reach().now);
        for occurrence in existing.iter().filter(|o| o.tie != Tie::Removed) {
            let (is_ahead, is_taken) = (occurrence.starts_at > reach().now, occurrence.sold + occurrence.held > 0);
            prop_assert_eq!(ended.remove.contains(&occurrence.event), is_ahead && !is_taken);
            prop_assert_eq!(ended.keep.iter().any(|k| k.event == occurrence.event), is_ahead && is_taken);
        }
        let mut over = plan;
        over.recurrence.until = Some(ended.until);
        prop_assert_eq!(materialise(&over, &[], reach()), vec![]);
    }
}
