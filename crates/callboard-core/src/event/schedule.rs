//! When an event happens: its zone, its show date, and doors, start and end as instants.
//! Source: contracts.md §6.2, native-api.md §5.

use super::local::LocalPatch;
pub use super::local::LocalTimes;
use super::words;
use crate::issue::{Issue, IssueCode, Issues, Place, Warning};
use crate::time::{ClockTime, MINUTE, Resolution, ShowDate, Timestamp, WallTime, Zone};

words! {
    /// Which of the two an event was entered as. On a change of the tz database, only events
    /// entered as local get new instants.
    TimeBasis { Instant = "instant", Local = "local" }
}

/// When an event happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub zone: Zone,
    pub basis: TimeBasis,
    /// The date on the poster, local; one day before the start for a club night after midnight.
    pub show_date: ShowDate,
    pub doors: Option<Moment>,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
}

/// An instant with the wall time that was entered for it (or that follows from it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub wall: WallTime,
}

/// A time as a client said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    At(Timestamp),
    Wall(WallTime),
}

/// Changes to a schedule: `None` keeps, `Some(None)` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchedulePatch {
    pub zone: Option<Zone>,
    pub show_date: Option<ShowDate>,
    pub doors: Option<Option<When>>,
    pub start: Option<Option<When>>,
    pub end: Option<Option<When>>,
    /// Wall times changed one by one; instead of the three times and the date above.
    pub local: Option<LocalPatch>,
}

impl Schedule {
    /// When it begins for ordering and comparing: start, else doors, else local midnight of the show date.
    pub fn effective_start(&self) -> Timestamp {
        let midnight = || self.zone.resolve(self.show_date.at(ClockTime::MIDNIGHT)).0;
        self.start.or(self.doors).map_or_else(midnight, |moment| moment.at)
    }

    /// The instant from which it is over: the end, else the start; an untimed slot lasts its whole show date.
    pub fn over_at(&self) -> Timestamp {
        let next_midnight = || self.zone.resolve(self.show_date.plus_days(1).at(ClockTime::MIDNIGHT)).0;
        self.end.or(self.start).map_or_else(next_midnight, |moment| moment.at)
    }

    pub fn is_time_tba(&self) -> bool {
        self.start.is_none()
    }

    /// End − start in whole minutes.
    pub fn length_minutes(&self) -> Option<i64> {
        Some(self.end?.at.millis_since(self.start?.at).div_euclid(MINUTE))
    }

    /// Date and start time as a venue in `zone` shows them.
    ///
    /// In the event's own zone the show date as set; in another zone the date follows from the instant.
    pub fn seen_in(&self, zone: &Zone) -> (ShowDate, Option<ClockTime>) {
        let start = self.start.map(|moment| moment.at.wall(zone));
        let date = if *zone == self.zone {
            self.show_date
        } else {
            let first = self.start.or(self.doors);
            first.map_or(self.show_date, |moment| ShowDate::of(moment.at.wall(zone)))
        };
        (date, start.map(ClockTime::of))
    }

    /// Applies a patch to a schedule, or makes the first one.
    ///
    /// # Errors
    /// Issues at `start`, `end` or `showDate` (core names; surfaces translate them).
    pub fn revise(
        before: Option<&Schedule>,
        patch: &SchedulePatch,
        default_zone: &Zone,
    ) -> Result<(Schedule, Vec<Warning>), Issues> {
        let merged = patch.local.and_then(|local| local.over(before, patch.zone.as_ref()));
        let merged = merged.map(|times| SchedulePatch { zone: patch.zone.clone(), ..times });
        let patch = merged.as_ref().unwrap_or(patch);
        let zone = patch
            .zone
            .clone()
            .or_else(|| before.map(|b| b.zone.clone()))
            .unwrap_or_else(|| default_zone.clone());
        let basis = basis_after(before, patch);
        let moved = before.is_some_and(|b| b.zone != zone && b.basis == TimeBasis::Local);
        let mut warnings = Vec::new();
        let mut resolve = |name: &str, said: Option<Option<When>>, kept: Option<Moment>| match said {
            Some(said) => said.map(|when| when.resolve(&zone, name, &mut warnings)),
            None if moved => kept.map(|moment| When::Wall(moment.wall).resolve(&zone, name, &mut warnings)),
            None => kept.map(|moment| Moment {
                at: moment.at,
                wall: if zone_kept(before, &zone) { moment.wall } else { moment.at.wall(&zone) },
            }),
        };
        let doors = resolve("doors", patch.doors, before.and_then(|b| b.doors));
        let start = resolve("start", patch.start, before.and_then(|b| b.start));
        let end = resolve("end", patch.end, before.and_then(|b| b.end));

        let mut issues = Issues::new();
        let follows = start.or(doors).map(|moment| ShowDate::of(moment.wall));
        let untouched = patch.doors.is_none() && patch.start.is_none() && (moved || zone_kept(before, &zone));
        let kept_date = before.filter(|_| untouched).map(|b| b.show_date);
        let Some(show_date) =
            patch.show_date.or(kept_date).or(follows).or_else(|| before.map(|b| b.show_date))
        else {
            issues.push(Issue::body("start", IssueCode::Required, "say when it starts"));
            return Err(issues);
        };
        if follows.is_some_and(|date| date != show_date && date != show_date.plus_days(1)) {
            issues.push(Issue::body(
                "showDate",
                IssueCode::InvalidValue,
                "must be the local date of the start, or the day before it",
            ));
        }
        if let (Some(start), Some(end)) = (start.or(doors), end)
            && end.at < start.at
        {
            issues.push(Issue::body("end", IssueCode::InvalidValue, "must not be before the start"));
        }
        issues.done()?;
        Ok((Schedule { zone, basis, show_date, doors, start, end }, warnings))
    }
}

fn zone_kept(before: Option<&Schedule>, zone: &Zone) -> bool {
    before.is_none_or(|b| b.zone == *zone)
}

/// Local as soon as a wall time (or only a date) is said for the start; instant when an instant is.
fn basis_after(before: Option<&Schedule>, patch: &SchedulePatch) -> TimeBasis {
    let said = [patch.start, patch.doors, patch.end].into_iter().flatten().flatten().next();
    match (said, patch.show_date, before) {
        (Some(When::At(_)), _, _) => TimeBasis::Instant,
        (Some(When::Wall(_)), _, _) | (None, Some(_), None) => TimeBasis::Local,
        (None, _, Some(before)) => before.basis,
        (None, None, None) => TimeBasis::Instant,
    }
}

impl When {
    fn resolve(self, zone: &Zone, name: &str, warnings: &mut Vec<Warning>) -> Moment {
        let wall = match self {
            When::At(at) => return Moment { at, wall: at.wall(zone) },
            When::Wall(wall) => wall,
        };
        let (at, how) = zone.resolve(wall);
        let warning = match how {
            Resolution::Exact => None,
            Resolution::Gap => Some((
                "time_in_gap",
                format!("{wall} does not exist in {}; {} is used", zone.name(), at.wall(zone)),
            )),
            Resolution::Overlap => Some((
                "time_in_overlap",
                format!("{wall} happens twice in {}; the first is used", zone.name()),
            )),
        };
        if let Some((code, message)) = warning {
            warnings.push(Warning { place: Place::body(name), code, message });
        }
        // A time that the clock jumped over is shown as the time that it became.
        Moment { at, wall: if how == Resolution::Gap { at.wall(zone) } else { wall } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_wall;
    use proptest::prelude::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }
    fn local(date: &str, doors: &str, start: &str, end: &str, name: &str) -> (Schedule, Vec<Warning>) {
        let clock = |text: &str| (!text.is_empty()).then(|| ClockTime::parse(text).unwrap());
        let times = LocalTimes {
            date: ShowDate::parse(date).unwrap(),
            doors: clock(doors),
            start: clock(start),
            end: clock(end),
        };
        Schedule::revise(None, &times.into_patch(Some(zone(name))), &Zone::utc()).unwrap()
    }
    fn at(text: &str) -> Option<Option<When>> {
        Some(Some(When::At(Timestamp::parse(text).unwrap())))
    }

    #[test]
    fn an_end_before_the_start_is_the_next_day() {
        let (schedule, _) = local("2026-12-04", "22:00", "23:30", "01:15", "America/New_York");
        assert_eq!(schedule.show_date.to_string(), "2026-12-04");
        assert_eq!(schedule.length_minutes(), Some(105));
        assert_eq!(schedule.end.unwrap().wall, parse_wall("2026-12-05T01:15:00").unwrap());
        let (late, _) = local("2026-12-04", "23:00", "00:30", "02:00", "America/New_York");
        assert_eq!(late.start.unwrap().wall, parse_wall("2026-12-05T00:30:00").unwrap());
        assert_eq!(late.show_date.to_string(), "2026-12-04");
    }

    #[test]
    fn a_gap_is_shifted_and_said() {
        let (schedule, warnings) = local("2026-03-08", "", "02:30", "", "America/New_York");
        assert_eq!(schedule.start.unwrap().at.to_utc_text(), "2026-03-08T07:30:00Z");
        assert_eq!(ClockTime::of(schedule.start.unwrap().wall).to_string(), "03:30");
        assert_eq!(warnings.first().map(|w| w.code), Some("time_in_gap"));
    }

    #[test]
    fn the_second_of_two_equal_wall_times_survives_as_an_instant() {
        let patch = SchedulePatch {
            zone: Some(zone("America/New_York")),
            start: at("2026-11-01T06:30:00Z"),
            ..SchedulePatch::default()
        };
        let (schedule, _) = Schedule::revise(None, &patch, &Zone::utc()).unwrap();
        assert_eq!(schedule.start.unwrap().at.to_utc_text(), "2026-11-01T06:30:00Z");
        assert_eq!(schedule.basis, TimeBasis::Instant);
    }

    #[test]
    fn a_change_of_zone_keeps_what_was_entered() {
        let (schedule, _) = local("2026-12-04", "", "20:00", "", "America/New_York");
        let change = SchedulePatch { zone: Some(zone("America/Chicago")), ..SchedulePatch::default() };
        let (moved, _) = Schedule::revise(Some(&schedule), &change, &Zone::utc()).unwrap();
        assert_eq!(ClockTime::of(moved.start.unwrap().wall).to_string(), "20:00");
        let entered = SchedulePatch {
            zone: Some(zone("America/New_York")),
            start: at("2026-12-05T01:00:00Z"),
            ..SchedulePatch::default()
        };
        let (instant, _) = Schedule::revise(None, &entered, &Zone::utc()).unwrap();
        let (kept, _) = Schedule::revise(Some(&instant), &change, &Zone::utc()).unwrap();
        assert_eq!(kept.start.unwrap().at, instant.start.unwrap().at);
        assert_eq!(ClockTime::of(kept.start.unwrap().wall).to_string(), "19:00");
    }

    #[test]
    fn an_end_before_its_start_is_refused() {
        let patch = SchedulePatch {
            start: at("2026-12-04T20:00:00Z"),
            end: at("2026-12-04T19:59:00Z"),
            ..SchedulePatch::default()
        };
        let issues = Schedule::revise(None, &patch, &Zone::utc()).unwrap_err();
        assert_eq!(issues.0.first().map(|i| i.place.dotted()), Some("end".to_owned()));
        assert!(Schedule::revise(None, &SchedulePatch::default(), &Zone::utc()).is_err());
    }

    proptest! {
        /// Round trip 1 and 2 of contracts.md §7: an instant comes back whatever the zone.
        #[test]
        fn instants_survive_every_zone(millis in 0i64..4_000_000_000_000, which in 0usize..5) {
            let name = ["America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"][which];
            let said = Timestamp::from_millis(millis);
            let patch = SchedulePatch { zone: Some(zone(name)), start: Some(Some(When::At(said))), ..SchedulePatch::default() };
            let (schedule, warnings) = Schedule::revise(None, &patch, &Zone::utc()).unwrap();
            prop_assert!(warnings.is_empty());
            prop_assert_eq!(schedule.effective_start(), said);
            prop_assert_eq!(Timestamp::parse(&said.to_offset_text(&zone(name))).unwrap(), said);
        }
    }
}
