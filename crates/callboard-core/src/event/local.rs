//! Wall times of one day as people write them: said whole, or changed one by one.
//! Source: contracts.md §6.2, native-api.md §5 (`local`).

use super::patch::Change;
use super::schedule::{Moment, Schedule, SchedulePatch, When};
use crate::time::{ClockTime, ShowDate, WallTime, Zone};

/// The times of one day as people write them; an end or start before what precedes it is the next day's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTimes {
    pub date: ShowDate,
    pub doors: Option<ClockTime>,
    pub start: Option<ClockTime>,
    pub end: Option<ClockTime>,
}

/// Changes to such times: what is not said stays, and moves along with the date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LocalPatch {
    pub date: Option<ShowDate>,
    pub doors: Change<ClockTime>,
    pub start: Change<ClockTime>,
    pub end: Change<ClockTime>,
}

/// Puts times on a date, in their order: one that is earlier than what precedes it is the next day's.
struct Day {
    date: ShowDate,
    floor: WallTime,
}

impl Day {
    fn of(date: ShowDate) -> Day {
        Day { date, floor: date.at(ClockTime::MIDNIGHT) }
    }
    fn place(&mut self, time: ClockTime) -> When {
        let same_day = self.date.at(time);
        let wall = if same_day < self.floor { self.date.plus_days(1).at(time) } else { same_day };
        self.keep(wall)
    }
    fn keep(&mut self, wall: WallTime) -> When {
        self.floor = wall;
        When::Wall(wall)
    }
}

impl LocalTimes {
    /// Says all three times of a schedule; those that are missing are cleared.
    pub fn into_patch(self, zone: Option<Zone>) -> SchedulePatch {
        let mut day = Day::of(self.date);
        let mut put = |time: Option<ClockTime>| time.map(|time| day.place(time));
        let (doors, start, end) = (put(self.doors), put(self.start), put(self.end));
        SchedulePatch {
            zone,
            show_date: Some(self.date),
            doors: Some(doors),
            start: Some(start),
            end: Some(end),
            local: None,
        }
    }
}

impl LocalPatch {
    pub fn is_empty(&self) -> bool {
        *self == LocalPatch::default()
    }

    /// The times after this change; `None` where no date is known yet.
    ///
    /// What is not said and does not move keeps its instant too, so that the second of two equal wall
    /// times survives.
    pub(super) fn over(self, before: Option<&Schedule>, zone: Option<&Zone>) -> Option<SchedulePatch> {
        let date = self.date.or(before.map(|before| before.show_date))?;
        let days = before.map_or(0, |before| before.show_date.days_until(date));
        let stays = days == 0 && before.is_some_and(|before| zone.is_none_or(|zone| *zone == before.zone));
        let mut day = Day::of(date);
        let mut put = |said: Change<ClockTime>, kept: Option<Moment>| match (said, kept) {
            (Some(said), _) => Some(said.map(|time| day.place(time))),
            (None, Some(moment)) => {
                let moved = ShowDate::of(moment.wall).plus_days(days).with_time_of(moment.wall);
                let moved = day.keep(moved);
                (!stays).then_some(Some(moved))
            }
            (None, None) => None,
        };
        let doors = put(self.doors, before.and_then(|b| b.doors));
        let start = put(self.start, before.and_then(|b| b.start));
        let end = put(self.end, before.and_then(|b| b.end));
        Some(SchedulePatch { show_date: Some(date), doors, start, end, ..SchedulePatch::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> ClockTime {
        ClockTime::parse(text).unwrap()
    }
    fn date(text: &str) -> ShowDate {
        ShowDate::parse(text).unwrap()
    }
    fn show() -> Schedule {
        let times = LocalTimes {
            date: date("2026-12-04"),
            doors: Some(clock("19:00")),
            start: Some(clock("20:30")),
            end: Some(clock("01:00")),
        };
        let zone = Zone::parse("America/New_York").unwrap();
        Schedule::revise(None, &times.into_patch(Some(zone)), &Zone::utc()).unwrap().0
    }
    fn changed(local: LocalPatch) -> [String; 4] {
        let patch = SchedulePatch { local: Some(local), ..SchedulePatch::default() };
        let (after, _) = Schedule::revise(Some(&show()), &patch, &Zone::utc()).unwrap();
        let text = |moment: Option<Moment>| moment.map_or("-".to_owned(), |m| m.wall.to_string());
        [after.show_date.to_string(), text(after.doors), text(after.start), text(after.end)]
    }

    #[test]
    fn a_new_date_takes_the_times_along() {
        let moved = changed(LocalPatch { date: Some(date("2027-01-10")), ..LocalPatch::default() });
        assert_eq!(
            moved,
            ["2027-01-10", "2027-01-10T19:00:00", "2027-01-10T20:30:00", "2027-01-11T01:00:00"]
        );
    }

    #[test]
    fn one_time_changes_and_the_others_stay() {
        let later = changed(LocalPatch { start: Some(Some(clock("21:00"))), ..LocalPatch::default() });
        assert_eq!(
            later,
            ["2026-12-04", "2026-12-04T19:00:00", "2026-12-04T21:00:00", "2026-12-05T01:00:00"]
        );
        let shorter = changed(LocalPatch {
            doors: Some(None),
            end: Some(Some(clock("23:00"))),
            ..LocalPatch::default()
        });
        assert_eq!(shorter, ["2026-12-04", "-", "2026-12-04T20:30:00", "2026-12-04T23:00:00"]);
    }

    #[test]
    fn the_second_of_two_equal_wall_times_survives_a_change_of_the_end() {
        let zone = Zone::parse("America/New_York").unwrap();
        let second = crate::time::Timestamp::parse("2026-11-01T06:30:00Z").unwrap();
        let entered = SchedulePatch { start: Some(Some(When::At(second))), ..SchedulePatch::default() };
        let (before, _) = Schedule::revise(None, &entered, &zone).unwrap();
        let local = LocalPatch { end: Some(Some(clock("03:00"))), ..LocalPatch::default() };
        let patch = SchedulePatch { local: Some(local), ..SchedulePatch::default() };
        let (after, _) = Schedule::revise(Some(&before), &patch, &zone).unwrap();
        assert_eq!(after.start, before.start);
        assert_eq!(after.length_minutes(), Some(90));
    }

    #[test]
    fn a_first_schedule_needs_its_date() {
        let local = LocalPatch { start: Some(Some(clock("21:00"))), ..LocalPatch::default() };
        let patch = SchedulePatch { local: Some(local), ..SchedulePatch::default() };
        assert!(Schedule::revise(None, &patch, &Zone::utc()).is_err());
    }
}
