//! What a series says: its dates, the local times of one show and the zone; and the shows that follow.

use std::cmp::Ordering;

use super::fault::Faults;
use super::recurrence::{Dates, Recurrence, Window};
use super::rule::Anchor;
use crate::event::schedule::{LocalTimes, Moment};
use crate::event::{Schedule, TimeBasis, When};
use crate::time::{ClockTime, DAY, Resolution, ShowDate, Timestamp, WallTime, Zone};

/// The local times of every show of a series. Doors after the start mean the evening before a start
/// after midnight; an end before the start is the next day's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShowTimes {
    pub doors: Option<ClockTime>,
    pub start: ClockTime,
    pub end: Option<ClockTime>,
}

/// When the shows of a series are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub recurrence: Recurrence,
    pub times: ShowTimes,
    pub zone: Zone,
}

/// One show of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The show date, which with the series names the occurrence for ever.
    pub date: ShowDate,
    pub starts_at: Timestamp,
    /// Wall times as a clock there shows them: after a gap, the shifted ones.
    pub schedule: Schedule,
    pub note: Option<Note>,
}

/// The clocks change during the show: what that does to its start, or else its doors, or else its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The wall time does not exist on that date and is shifted forward.
    Gap,
    /// The wall time happens twice on that date; the first is used.
    Overlap,
}

/// Shows to look at before anything is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub items: Vec<Occurrence>,
    /// There are, or may be, further shows beyond the limit or the bound.
    pub truncated: bool,
}

impl Note {
    pub fn as_str(self) -> &'static str {
        match self {
            Note::Gap => "gap",
            Note::Overlap => "overlap",
        }
    }
}

impl ShowTimes {
    pub fn on(self, date: ShowDate) -> LocalTimes {
        LocalTimes { date, doors: self.doors, start: Some(self.start), end: self.end }
    }
}

impl Occurrence {
    pub fn doors(&self) -> Option<WallTime> {
        self.schedule.doors.map(|moment| moment.wall)
    }
    pub fn start(&self) -> Option<WallTime> {
        self.schedule.start.map(|moment| moment.wall)
    }
    pub fn end(&self) -> Option<WallTime> {
        self.schedule.end.map(|moment| moment.wall)
    }
}

impl Plan {
    /// Reads the recurrence text for these times: its `UNTIL`, `EXDATE` and `RDATE` are held against
    /// them, so a change of time or zone is a new plan from the same text.
    ///
    /// # Errors
    /// All faults of the text. A rule without any date is none: ask [`Recurrence::first_date`].
    ///
    /// # Example
    /// ```
    /// # use callboard_core::series::{Plan, ShowTimes};
    /// # use callboard_core::time::{ClockTime, ShowDate, Zone};
    /// let times = ShowTimes { doors: None, start: ClockTime::parse("20:00").unwrap(), end: None };
    /// let start = ShowDate::parse("2026-10-23").unwrap();
    /// let zone = Zone::parse("America/New_York").unwrap();
    /// let plan = Plan::parse("FREQ=WEEKLY;COUNT=3", start, times, zone).unwrap();
    /// let starts: Vec<String> = plan.preview(10).items.iter().map(|show| show.starts_at.to_utc_text()).collect();
    /// assert_eq!(starts, ["2026-10-24T00:00:00Z", "2026-10-31T00:00:00Z", "2026-11-07T01:00:00Z"]);
    /// ```
    pub fn parse(text: &str, start: ShowDate, times: ShowTimes, zone: Zone) -> Result<Plan, Faults> {
        let recurrence = Recurrence::parse(text, Anchor { start, time: times.start, zone: &zone })?;
        Ok(Plan { recurrence, times, zone })
    }

    /// The first `limit` shows of the series.
    pub fn preview(&self, limit: usize) -> Preview {
        let from = self.recurrence.start();
        let Dates { dates, truncated } = self.recurrence.dates(Window { from, to: None, limit });
        Preview { items: dates.into_iter().filter_map(|date| self.show_on(date)).collect(), truncated }
    }

    /// The show that this plan puts on a date, whether or not the date is one of the series.
    ///
    /// `None` only for a date that the zone leaves out altogether, as Samoa did with 30 December 2011:
    /// shifting such a show would double the next one.
    pub fn show_on(&self, date: ShowDate) -> Option<Occurrence> {
        // The patch knows which of the times are the next day's.
        let patch = self.times.on(date).into_patch(None);
        let [doors, start, end] = [patch.doors, patch.start, patch.end].map(wall);
        let start = start?;
        let (starts_at, _) = self.zone.resolve(start);
        if millis_between(start, starts_at.wall(&self.zone)) >= DAY {
            return None;
        }
        let moment = |at: Timestamp| Moment { at, wall: at.wall(&self.zone) };
        // Where a gap would turn them round, doors and end keep their distance from the start: 02:30 to
        // 03:00 becomes 03:30 to 04:00, not a show that ends before it begins.
        let in_order = |wall: WallTime, order: Ordering| {
            let at = self.zone.resolve(wall).0;
            let beside = || starts_at.plus_millis(millis_between(start, wall));
            moment(if at.cmp(&starts_at) == order { beside() } else { at })
        };
        let schedule = Schedule {
            zone: self.zone.clone(),
            basis: TimeBasis::Local,
            show_date: date,
            doors: doors.map(|wall| in_order(wall, Ordering::Greater)),
            start: Some(moment(starts_at)),
            end: end.map(|wall| in_order(wall, Ordering::Less)),
        };
        let note = [Some(start), doors, end].into_iter().flatten().find_map(|wall| self.note(wall));
        Some(Occurrence { date, starts_at, schedule, note })
    }

    /// The first show date that is still ahead: its show has not begun at `now`.
    ///
    /// Looks at the day before as well, for shows that begin after midnight.
    pub fn first_ahead(&self, now: Timestamp) -> ShowDate {
        let today = ShowDate::of(now.wall(&self.zone));
        let is_ahead = |date: &ShowDate| self.show_on(*date).is_some_and(|show| show.starts_at > now);
        let candidates = [today.plus_days(-1), today];
        candidates.into_iter().find(is_ahead).unwrap_or_else(|| today.plus_days(1))
    }

    fn note(&self, wall: WallTime) -> Option<Note> {
        match self.zone.resolve(wall).1 {
            Resolution::Exact => None,
            Resolution::Gap => Some(Note::Gap),
            Resolution::Overlap => Some(Note::Overlap),
        }
    }
}

fn wall(said: Option<Option<When>>) -> Option<WallTime> {
    match said.flatten()? {
        When::Wall(wall) => Some(wall),
        When::At(_) => None,
    }
}

fn millis_between(from: WallTime, to: WallTime) -> i64 {
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> ShowDate {
        ShowDate::parse(text).unwrap()
    }
    fn clock(text: &str) -> Option<ClockTime> {
        (!text.is_empty()).then(|| ClockTime::parse(text).unwrap())
    }
    fn plan(rule: &str, start: &str, [doors, at, end]: [&str; 3], zone: &str) -> Plan {
        let zone = Zone::parse(zone).unwrap();
        let times = ShowTimes { doors: clock(doors), start: clock(at).unwrap(), end: clock(end) };
        Plan::parse(rule, date(start), times, zone).unwrap()
    }
    fn told(show: &Occurrence) -> String {
        let wall = |wall: Option<WallTime>| wall.map(|w| format!("{:02}:{:02}", w.hour(), w.minute()));
        let [doors, start, end] =
            [show.doors(), show.start(), show.end()].map(|w| wall(w).unwrap_or_default());
        let note = show.note.map_or("", Note::as_str);
        format!("{} {doors}-{start}-{end} {} {note}", show.date, show.starts_at.to_utc_text())
    }

    #[test]
    fn every_friday_stays_at_eight_through_the_change() {
        let weekly =
            plan("FREQ=WEEKLY;COUNT=3", "2026-10-23", ["19:00", "20:00", "22:00"], "America/New_York");
        let preview = weekly.preview(10);
        let lines: Vec<String> = preview.items.iter().map(told).collect();
        assert_eq!(
            lines,
            [
                "2026-10-23 19:00-20:00-22:00 2026-10-24T00:00:00Z ",
                "2026-10-30 19:00-20:00-22:00 2026-10-31T00:00:00Z ",
                "2026-11-06 19:00-20:00-22:00 2026-11-07T01:00:00Z ",
            ]
        );
        assert!(!preview.truncated);
        assert!(weekly.preview(2).truncated);
    }

    #[test]
    fn a_gap_shifts_the_show_and_keeps_its_order() {
        let show =
            |times| told(&plan("FREQ=DAILY", "2026-03-08", times, "America/New_York").preview(1).items[0]);
        assert_eq!(show(["", "02:30", ""]), "2026-03-08 -03:30- 2026-03-08T07:30:00Z gap");
        assert_eq!(show(["", "02:30", "03:00"]), "2026-03-08 -03:30-04:00 2026-03-08T07:30:00Z gap");
        assert_eq!(show(["02:30", "03:00", ""]), "2026-03-08 01:30-03:00- 2026-03-08T07:00:00Z gap");
        assert_eq!(show(["", "01:00", "02:30"]), "2026-03-08 -01:00-03:30 2026-03-08T06:00:00Z gap");
        let twice = plan("FREQ=DAILY", "2026-11-01", ["", "01:30", ""], "America/New_York").preview(1);
        assert_eq!(told(&twice.items[0]), "2026-11-01 -01:30- 2026-11-01T05:30:00Z overlap");
    }

    #[test]
    fn a_date_that_a_zone_left_out_has_no_show() {
        let apia = plan("FREQ=DAILY;COUNT=3", "2011-12-29", ["", "20:00", ""], "Pacific/Apia");
        let dates: Vec<String> = apia.preview(9).items.iter().map(|show| show.date.to_string()).collect();
        assert_eq!(dates, ["2011-12-29", "2011-12-31"]);
    }

    #[test]
    fn a_show_is_ahead_until_it_begins() {
        let now = |text: &str| Timestamp::parse(text).unwrap();
        let evening = plan("FREQ=DAILY", "2026-12-01", ["19:00", "20:00", ""], "America/New_York");
        assert_eq!(evening.first_ahead(now("2026-12-04T19:59:00-05:00")), date("2026-12-04"));
        assert_eq!(evening.first_ahead(now("2026-12-04T20:00:00-05:00")), date("2026-12-05"));
        let club = plan("FREQ=DAILY", "2026-12-01", ["23:00", "00:30", "05:00"], "America/New_York");
        assert_eq!(club.first_ahead(now("2026-12-05T00:10:00-05:00")), date("2026-12-04"));
        assert_eq!(club.first_ahead(now("2026-12-05T00:40:00-05:00")), date("2026-12-05"));
    }
}
