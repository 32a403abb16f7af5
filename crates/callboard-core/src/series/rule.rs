//! A recurrence rule: the part of RFC 5545's RRULE that a series of shows needs.
//!
//! A [`Rule`] is valid by construction: the parts agree with one another, and nothing outside the
//! subset was dropped in silence. Reading one from text is in [`super::parse`].
//! Source: RFC 5545 §3.3.10, dependencies.md (RRULE).

use std::fmt;

use jiff::civil::{Date, Weekday};

use crate::time::{ClockTime, ShowDate, Timestamp, WallTime, Zone};

/// Longest text of one rule. Unit: characters. Source: promises.md R32.
pub const RULE_TEXT_MAX: usize = 1_000;
/// Most occurrences that `COUNT` may ask for. Source: promises.md R32.
pub const COUNT_MAX: u32 = 1_000;
/// Largest `INTERVAL`: five years of days; beyond it a rule could not recur within its bound.
pub const INTERVAL_MAX: u32 = 1_826;

/// A rule whose parts agree, e.g. `FREQ=MONTHLY;BYDAY=1FR`.
///
/// Lists are sorted and free of duplicates. Displays as canonical RRULE text, which parses to the
/// same rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) ends: Ends,
    pub(super) by_month: Vec<i8>,
    pub(super) by_month_day: Vec<i8>,
    pub(super) by_day: Vec<ByDay>,
    pub(super) by_set_pos: Vec<i16>,
    pub(super) week_start: Weekday,
}

/// The period that a rule repeats in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// How a rule ends; `COUNT` and `UNTIL` exclude one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Never,
    /// After so many occurrences, 1 to [`COUNT_MAX`], those later excepted included.
    Count(u32),
    Until(Until),
}

/// The last moment of a rule, inclusive, as its text said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The whole of this date.
    Date(ShowDate),
    /// A wall time where the series plays.
    Wall(WallTime),
    /// An instant (`…Z`).
    Instant(Timestamp),
}

/// A day of the week, or the nth (from the end: negative) one of its month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByDay {
    pub ordinal: Option<i8>,
    pub weekday: Weekday,
}

/// What ordinals count in: `1FR` is the first Friday of the month or of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrdinalScope {
    Month,
    Year,
}

/// What makes a rule's wall times definite: the first date, the time of day, the zone.
#[derive(Debug, Clone, Copy)]
pub struct Anchor<'a> {
    pub start: ShowDate,
    pub time: ClockTime,
    pub zone: &'a Zone,
}

impl Rule {
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }
    pub fn interval(&self) -> u32 {
        self.interval
    }
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// The rule with the parts filled in that RFC 5545 takes from the first date: a yearly rule
    /// without days is held on its month and day, a monthly one on its day, a weekly one on its weekday.
    pub(super) fn completed_by(&self, start: Date) -> Rule {
        let mut rule = self.clone();
        if self.by_day.is_empty() && self.by_month_day.is_empty() {
            match self.frequency {
                Frequency::Daily => {}
                Frequency::Weekly => rule.by_day.push(ByDay { ordinal: None, weekday: start.weekday() }),
                Frequency::Monthly => rule.by_month_day.push(start.day()),
                Frequency::Yearly => {
                    rule.by_month_day.push(start.day());
                    if self.by_month.is_empty() {
                        rule.by_month.push(start.month());
                    }
                }
            }
        }
        rule
    }

    /// Whether `BYMONTH`, `BYMONTHDAY` and `BYDAY` all admit a date.
    pub(super) fn admits(&self, date: Date) -> bool {
        let in_month = self.by_month.is_empty() || self.by_month.contains(&date.month());
        let from_end = date.day().saturating_sub(date.days_in_month()).saturating_sub(1);
        let on_month_day = self.by_month_day.is_empty()
            || self.by_month_day.contains(&date.day())
            || self.by_month_day.contains(&from_end);
        let scope = self.ordinal_scope();
        in_month
            && on_month_day
            && (self.by_day.is_empty() || self.by_day.iter().any(|day| day.is(date, scope)))
    }

    pub(super) fn ordinal_scope(&self) -> OrdinalScope {
        match self.frequency {
            Frequency::Yearly if self.by_month.is_empty() => OrdinalScope::Year,
            Frequency::Yearly | Frequency::Monthly | Frequency::Weekly | Frequency::Daily => {
                OrdinalScope::Month
            }
        }
    }
}

impl Until {
    /// The last date whose show, beginning at the anchor's time of day, is not after this moment.
    ///
    /// A wall time is compared with wall times, an instant with the instants that they mean.
    pub fn last_date(self, anchor: Anchor<'_>) -> ShowDate {
        match self {
            Until::Date(date) => date,
            Until::Wall(wall) => {
                let date = ShowDate::of(wall);
                if date.at(anchor.time) <= wall { date } else { date.plus_days(-1) }
            }
            Until::Instant(instant) => {
                let date = ShowDate::of(instant.wall(anchor.zone));
                let is_not_after = |date: ShowDate| anchor.zone.resolve(date.at(anchor.time)).0 <= instant;
                // A gap at midnight can push a show past this instant's own date, hence the third.
                let candidates = [date, date.plus_days(-1)];
                candidates.into_iter().find(|date| is_not_after(*date)).unwrap_or(date.plus_days(-2))
            }
        }
    }
}

impl ByDay {
    fn is(self, date: Date, scope: OrdinalScope) -> bool {
        let Some(ordinal) = self.ordinal else { return self.weekday == date.weekday() };
        let (day, days) = match scope {
            OrdinalScope::Month => (i16::from(date.day()), i16::from(date.days_in_month())),
            OrdinalScope::Year => (date.day_of_year(), date.days_in_year()),
        };
        let nth = if ordinal > 0 { (day - 1) / 7 + 1 } else { -((days - day) / 7 + 1) };
        self.weekday == date.weekday() && nth == i16::from(ordinal)
    }
}

impl Frequency {
    pub fn as_str(self) -> &'static str {
        match self {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        }
    }
}

/// The two letters of a weekday in RRULE text.
pub(super) fn weekday_text(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.as_str())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.ends {
            Ends::Never => {}
            Ends::Count(count) => write!(f, ";COUNT={count}")?,
            Ends::Until(until) => write!(f, ";UNTIL={until}")?,
        }
        list(f, "BYMONTH", &self.by_month)?;
        list(f, "BYMONTHDAY", &self.by_month_day)?;
        list(f, "BYDAY", &self.by_day)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", weekday_text(self.week_start))?;
        }
        Ok(())
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, values: &[T]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 { write!(f, ";{name}={value}")? } else { write!(f, ",{value}")? }
    }
    Ok(())
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ordinal) = self.ordinal {
            write!(f, "{ordinal}")?;
        }
        f.write_str(weekday_text(self.weekday))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, mark) = match self {
            Until::Date(date) => return f.write_str(&date.to_string().replace('-', "")),
            Until::Wall(wall) => (*wall, ""),
            Until::Instant(instant) => (instant.wall(&Zone::utc()), "Z"),
        };
        let date = ShowDate::of(wall).to_string().replace('-', "");
        write!(f, "{date}T{:02}{:02}{:02}{mark}", wall.hour(), wall.minute(), wall.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_wall;

    fn last(until: Until, time: &str, zone: &str) -> String {
        let zone = Zone::parse(zone).unwrap();
        let start = ShowDate::parse("2026-01-01").unwrap();
        until.last_date(Anchor { start, time: ClockTime::parse(time).unwrap(), zone: &zone }).to_string()
    }

    #[test]
    fn until_is_the_last_show_that_begins_by_then() {
        let wall = |text: &str| Until::Wall(parse_wall(text).unwrap());
        let instant = |text: &str| Until::Instant(Timestamp::parse(text).unwrap());
        let new_york = "America/New_York";
        assert_eq!(
            last(Until::Date(ShowDate::parse("2026-12-31").unwrap()), "20:00", new_york),
            "2026-12-31"
        );
        assert_eq!(last(wall("2026-12-31T20:00:00"), "20:00", new_york), "2026-12-31");
        assert_eq!(last(wall("2026-12-31T19:59:59"), "20:00", new_york), "2026-12-30");
        // 01:00 UTC on New Year's Day is 20:00 on New Year's Eve in New York.
        assert_eq!(last(instant("2027-01-01T01:00:00Z"), "20:00", new_york), "2026-12-31");
        assert_eq!(last(instant("2027-01-01T00:59:59Z"), "20:00", new_york), "2026-12-30");
        assert_eq!(last(instant("2027-01-01T00:00:00Z"), "20:00", "Asia/Tokyo"), "2026-12-31");
    }

    #[test]
    fn until_in_a_gap_at_midnight_asks_the_clock() {
        // Nuuk's clocks go from 23:00 on the 28th to midnight, so 23:30 is played at 00:30.
        let zone = "America/Nuuk";
        let instant = |text: &str| Until::Instant(Timestamp::parse(text).unwrap());
        assert_eq!(last(instant("2026-03-29T01:30:00Z"), "23:30", zone), "2026-03-28");
        assert_eq!(last(instant("2026-03-29T01:10:00Z"), "23:30", zone), "2026-03-27");
    }
}
