//! Series through every change of the clocks: no show lost, none doubled, none on a wrong day.
//!
//! Every zone of the tz database × its transitions 2024 to 2032 × daily, weekly and monthly rules at the
//! wall times around the transition. `CALLBOARD_TEST_FULL=1` takes all; otherwise a fixed sample.
//! Source: promises.md R25.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails may stop where it fails"
)]

use callboard_core::series::{Note, Occurrence, Plan, ShowTimes};
use callboard_core::time::{ClockTime, MINUTE, ShowDate, Timestamp, WallTime, Zone};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Zones with a rule of their own: half an hour, at midnight, before midnight, in Ramadan, none.
const SAMPLE: [&str; 12] = [
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Chatham",
];

/// A change of a zone's clocks.
#[derive(Debug, Clone, Copy)]
struct Transition {
    /// What a clock shows when it is changed, and what it shows then.
    before: WallTime,
    after: WallTime,
}

fn transitions(zone: &str) -> Vec<Transition> {
    let zone = TimeZone::get(zone).unwrap();
    let start: jiff::Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let end: jiff::Timestamp = "2033-01-01T00:00:00Z".parse().unwrap();
    let changes = zone.following(start).map(|change| change.timestamp()).take_while(|at| *at < end);
    let wall = |at: jiff::Timestamp, offset_at: jiff::Timestamp| zone.to_offset(offset_at).to_datetime(at);
    let last_tick = jiff::SignedDuration::from_nanos(1);
    changes.map(|at| Transition { before: wall(at, at - last_tick), after: wall(at, at) }).collect()
}

impl Transition {
    /// Times of day in and beside the gap or overlap, with the date that they fall on.
    fn probes(self) -> Vec<(ShowDate, ClockTime)> {
        let (low, high) = (self.before.min(self.after), self.before.max(self.after));
        let half = high.duration_since(low) / 2;
        let minute = jiff::SignedDuration::from_mins(1);
        let walls = [low - minute, low, low + half, high - minute, high];
        walls.into_iter().map(|wall| (ShowDate::of(wall), ClockTime::of(wall))).collect()
    }
}

/// The plan of a rule, its first date, and the dates that it must have, reckoned without it.
fn plans(zone: &Zone, date: ShowDate, start: ClockTime) -> Vec<(Plan, Vec<ShowDate>)> {
    let plan = |rule: String, first: ShowDate| {
        let times = ShowTimes { doors: None, start, end: None };
        Plan::parse(&rule, first, times, zone.clone()).unwrap()
    };
    let every = |days: i64| (-2..=2).map(|n| date.plus_days(n * days)).collect::<Vec<_>>();
    let (daily, weekly) = (every(1), every(7));
    let day = date.civil().day();
    let months = (-2..=2).filter_map(|n| {
        let month = i32::from(date.civil().year()) * 12 + i32::from(date.civil().month()) - 1 + n;
        let (year, month) = (i16::try_from(month / 12).ok()?, i8::try_from(month % 12 + 1).ok()?);
        Date::new(year, month, day).ok().map(ShowDate::from)
    });
    let monthly: Vec<ShowDate> = months.collect();
    vec![
        (plan("FREQ=DAILY;COUNT=5".to_owned(), daily[0]), daily),
        (plan("FREQ=WEEKLY;COUNT=5".to_owned(), weekly[0]), weekly),
        (plan(format!("FREQ=MONTHLY;COUNT={};BYMONTHDAY={day}", monthly.len()), monthly[0]), monthly),
    ]
}

/// What is wrong with the shows of a plan that must be on `dates` at the plan's time.
fn fault(plan: &Plan, dates: &[ShowDate]) -> Option<String> {
    let shows = plan.preview(100).items;
    let found: Vec<ShowDate> = shows.iter().map(|show| show.date).collect();
    if found != dates {
        return Some(format!("on {found:?} instead of {dates:?}"));
    }
    if shows.windows(2).any(|pair| pair[0].starts_at >= pair[1].starts_at) {
        return Some("two shows at once, or in the wrong order".to_owned());
    }
    shows.iter().find_map(|show| wrong_start(plan, show))
}

/// A start is at its wall time; only after a gap may it be later, by less than a day.
fn wrong_start(plan: &Plan, show: &Occurrence) -> Option<String> {
    let asked = show.date.at(plan.times.start);
    let shown = show.starts_at.wall(&plan.zone);
    let shift = shown.duration_since(asked);
    let is_right = match show.note {
        // The wall time once, or the earlier of two.
        None | Some(Note::Overlap) => shift.is_zero() && !is_shown_before(plan, asked, show.starts_at),
        Some(Note::Gap) => shift.is_positive() && shift.as_hours() < 24,
    };
    let same_schedule = show.start() == Some(shown) && show.schedule.show_date == show.date;
    (!is_right || !same_schedule).then(|| format!("{asked} became {shown}, noted {:?}", show.note))
}

/// Whether a clock there shows the wall time in the four hours before, too; no overlap is longer.
fn is_shown_before(plan: &Plan, wall: WallTime, at: Timestamp) -> bool {
    (1..=16).any(|quarters| at.plus_millis(-quarters * 15 * MINUTE).wall(&plan.zone) == wall)
}

#[test]
fn no_show_is_lost_doubled_or_on_a_wrong_day() {
    let is_full = std::env::var("CALLBOARD_TEST_FULL").is_ok_and(|value| value == "1");
    let all = jiff::tz::db().available().map(|name| name.to_string());
    let known = all.filter(|name| Zone::parse(name).is_ok());
    let zones: Vec<String> = if is_full { known.collect() } else { SAMPLE.map(str::to_owned).to_vec() };
    let (mut changes, mut series, mut shows, mut gaps, mut wrong) = (0, 0, 0, 0, Vec::new());
    for name in &zones {
        let zone = Zone::parse(name).unwrap();
        for transition in transitions(name) {
            changes += 1;
            for (date, time) in transition.probes() {
                for (plan, dates) in plans(&zone, date, time) {
                    series += 1;
                    shows += dates.len();
                    gaps += usize::from(plan.show_on(date).is_some_and(|show| show.note == Some(Note::Gap)));
                    let rule = plan.recurrence.rule().to_string();
                    wrong.extend(
                        fault(&plan, &dates).map(|what| format!("{name} {date} {time} {rule}: {what}")),
                    );
                }
            }
        }
    }
    println!(
        "{} zones, {changes} changes, {series} series, {shows} shows, {gaps} series with a gap",
        zones.len()
    );
    assert!(wrong.is_empty(), "{} of {series} series\n{}", wrong.len(), wrong.join("\n"));
    assert!(zones.len() >= 12 && changes >= 100 && gaps * 10 > series, "too little was tried");
}

#[test]
fn doors_start_and_end_stay_in_order_through_every_change() {
    let clock =
        |minute: i64| ClockTime::parse(&format!("{:02}:{:02}", minute / 60 % 24, minute % 60)).unwrap();
    for name in SAMPLE {
        let zone = Zone::parse(name).unwrap();
        for transition in transitions(name).into_iter().take(4) {
            let day = ShowDate::of(transition.before.min(transition.after));
            for (date, step) in [(day.plus_days(-1), 0), (day, 0), (day, 7)] {
                for minute in (step..24 * 60).step_by(15) {
                    let times = ShowTimes {
                        doors: Some(clock(minute)),
                        start: clock(minute + 20),
                        end: Some(clock(minute + 45)),
                    };
                    let plan = Plan::parse("FREQ=DAILY", date, times, zone.clone()).unwrap();
                    let schedule = plan.show_on(date).unwrap().schedule;
                    let [doors, start, end] =
                        [schedule.doors, schedule.start, schedule.end].map(|m| m.unwrap().at);
                    assert!(doors <= start && start <= end, "{name} {date} {times:?}");
                }
            }
        }
    }
}
