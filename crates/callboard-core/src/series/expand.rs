//! The dates of a rule, one after the other, in civil time.
//!
//! Works period by period (a day, week, month or year): all admitted dates of a period, then
//! `BYSETPOS`, then the bounds. As in python-dateutil, the first date is in the series only if the rule
//! admits it, and the first week of a weekly rule begins at the first date, for `BYSETPOS` too.
//! Where that library yields nothing, for `BYDAY` lists that mix plain and numbered days, this takes
//! both, as RFC 5545 says. Source: RFC 5545 §3.3.10, promises.md R25 and R32.

use std::vec;

use jiff::ToSpan;
use jiff::civil::Date;

use super::rule::{Ends, Frequency, Rule};
use crate::time::ShowDate;

/// Most dates of one expansion. Source: promises.md R32.
pub const INSTANCES_MAX: usize = 1_000;
/// An expansion ends this long after the first date that it was asked for. Source: promises.md R32.
pub const YEARS_MAX: i64 = 5;

/// The stretch of the calendar to expand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first date of the series; the rule is counted and aligned from here.
    pub start: ShowDate,
    /// Dates before this one are counted but not answered; the bound of five years runs from here.
    pub from: ShowDate,
    /// The last date, inclusive.
    pub until: Option<ShowDate>,
}

/// The dates of a rule, ascending, without duplicates; ends always, by the rule or by the bound.
#[derive(Debug, Clone)]
pub struct Expansion {
    rule: Rule,
    start: Date,
    from: Date,
    until: Option<Date>,
    horizon: Date,
    /// The number of the next period, 0 for the one of the start.
    period: i64,
    ready: vec::IntoIter<Date>,
    /// What is left of `COUNT`.
    left: Option<u32>,
    answered: usize,
    most: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// The rule has no further date.
    Over,
    /// The bound was reached; there may be further dates.
    Truncated,
}

impl Expansion {
    /// The expansion of `rule` over `span`; `UNTIL` counts only as `span.until` says it.
    ///
    /// Memory: one period, so 366 dates at most. Cost: days passed over; a rule without `COUNT`
    /// goes straight to `span.from`.
    pub fn new(rule: &Rule, span: Span) -> Expansion {
        let (start, from) = (span.start.civil(), span.from.max(span.start).civil());
        let rule = rule.completed_by(start);
        let left = match rule.ends {
            Ends::Count(count) => Some(count),
            Ends::Never | Ends::Until(_) => None,
        };
        let mut expansion = Expansion {
            start,
            from,
            until: span.until.map(ShowDate::civil),
            horizon: from.saturating_add(YEARS_MAX.years()),
            period: 0,
            ready: Vec::new().into_iter(),
            left,
            answered: 0,
            most: INSTANCES_MAX,
            state: State::Running,
            rule,
        };
        if left.is_none() {
            expansion.period = expansion.period_of(from);
        }
        expansion
    }

    /// Answers so many dates more, for a caller that will leave as many out.
    pub(super) fn and(self, more: usize) -> Expansion {
        Expansion { most: self.most.saturating_add(more), ..self }
    }

    /// The last date that the bound of five years lets through.
    pub fn horizon(&self) -> ShowDate {
        ShowDate::from(self.horizon)
    }

    /// Whether the bound, and not the rule, ended it. Definite once the iterator has ended.
    pub fn is_truncated(&self) -> bool {
        self.state == State::Truncated
    }

    /// The number of the last period that begins on or before a date.
    fn period_of(&self, date: Date) -> i64 {
        let steps = match self.rule.frequency {
            Frequency::Daily => days_between(self.start, date),
            Frequency::Weekly => days_between(self.week_of(self.start), self.week_of(date)).div_euclid(7),
            Frequency::Monthly => month_number(date).saturating_sub(month_number(self.start)),
            Frequency::Yearly => i64::from(date.year()).saturating_sub(i64::from(self.start.year())),
        };
        steps.div_euclid(i64::from(self.rule.interval))
    }

    /// The first day of a date's week.
    fn week_of(&self, date: Date) -> Date {
        let since = self.rule.week_start.until(date.weekday());
        plus_days(date, i64::from(since).saturating_neg()).unwrap_or(date)
    }

    /// The admitted dates of a period with its first day; `None` beyond the calendar.
    fn period(&self, number: i64) -> Option<(Date, Vec<Date>)> {
        let steps = number.checked_mul(i64::from(self.rule.interval))?;
        let (first, mut dates) = match self.rule.frequency {
            Frequency::Daily => {
                let day = plus_days(self.start, steps)?;
                (day, vec![day])
            }
            Frequency::Weekly => {
                let first = plus_days(self.week_of(self.start), steps.checked_mul(7)?)?;
                let days = (0..7).filter_map(|n| plus_days(first, n));
                (first, days.filter(|day| *day >= self.start).collect())
            }
            Frequency::Monthly => {
                let month = month_number(self.start).checked_add(steps)?;
                let first = first_of_month(month.div_euclid(12), month.rem_euclid(12).saturating_add(1))?;
                (first, days_of_month(first).collect())
            }
            Frequency::Yearly => {
                let year = i64::from(self.start.year()).checked_add(steps)?;
                let in_months = |month: &i64| {
                    self.rule.by_month.is_empty()
                        || self.rule.by_month.iter().any(|m| i64::from(*m) == *month)
                };
                let months = (1..=12).filter(in_months).filter_map(|month| first_of_month(year, month));
                (first_of_month(year, 1)?, months.flat_map(days_of_month).collect())
            }
        };
        dates.retain(|date| self.rule.admits(*date));
        Some((first, self.chosen(dates)))
    }

    /// The dates at the positions of `BYSETPOS`, or all of them.
    fn chosen(&self, dates: Vec<Date>) -> Vec<Date> {
        let positions = &self.rule.by_set_pos;
        if positions.is_empty() {
            return dates;
        }
        let size = i64::try_from(dates.len()).unwrap_or(i64::MAX);
        let is_chosen = |index: usize| {
            let forward = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
            let backward = forward.saturating_sub(size).saturating_sub(1);
            positions.iter().map(|pos| i64::from(*pos)).any(|pos| pos == forward || pos == backward)
        };
        dates.into_iter().enumerate().filter(|(index, _)| is_chosen(*index)).map(|(_, date)| date).collect()
    }

    /// How the expansion ends when it comes to this date, if it does.
    fn end_at(&self, date: Date) -> Option<State> {
        if self.until.is_some_and(|until| date > until) {
            return Some(State::Over);
        }
        (date > self.horizon).then_some(State::Truncated)
    }

    /// Reads the next period into `ready`, or ends.
    fn advance(&mut self) {
        match self.period(self.period) {
            None => self.state = State::Over,
            Some((first, dates)) => match self.end_at(first) {
                Some(end) => self.state = end,
                None => {
                    self.period = self.period.saturating_add(1);
                    self.ready = dates.into_iter();
                }
            },
        }
    }
}

impl Iterator for Expansion {
    type Item = ShowDate;

    fn next(&mut self) -> Option<ShowDate> {
        while self.state == State::Running {
            if self.left == Some(0) {
                self.state = State::Over;
                break;
            }
            let Some(date) = self.ready.next() else {
                self.advance();
                continue;
            };
            if date < self.start {
                continue;
            }
            if let Some(end) = self.end_at(date) {
                self.state = end;
                break;
            }
            self.left = self.left.map(|left| left.saturating_sub(1));
            if date < self.from {
                continue;
            }
            if self.answered == self.most {
                self.state = State::Truncated;
                break;
            }
            self.answered = self.answered.saturating_add(1);
            return Some(ShowDate::from(date));
        }
        None
    }
}

fn plus_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours().div_euclid(24)
}

/// Months since the year 0.
fn month_number(date: Date) -> i64 {
    i64::from(date.year()).saturating_mul(12).saturating_add(i64::from(date.month())).saturating_sub(1)
}

fn first_of_month(year: i64, month: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()
}

fn days_of_month(first: Date) -> impl Iterator<Item = Date> {
    (1..=first.days_in_month()).filter_map(move |day| Date::new(first.year(), first.month(), day).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> ShowDate {
        ShowDate::parse(text).unwrap()
    }
    fn expansion(rule: &str, start: &str) -> Expansion {
        let start = date(start);
        Expansion::new(&Rule::parse(rule).unwrap(), Span { start, from: start, until: None })
    }
    fn first(rule: &str, start: &str, many: usize) -> String {
        let dates: Vec<String> = expansion(rule, start).take(many).map(|d| d.to_string()).collect();
        dates.join(" ")
    }

    #[test]
    fn shows_fall_on_the_days_that_people_mean() {
        for (rule, start, expected) in [
            ("FREQ=DAILY;INTERVAL=3", "2026-02-26", "2026-02-26 2026-03-01 2026-03-04"),
            ("FREQ=WEEKLY", "2026-12-30", "2026-12-30 2027-01-06 2027-01-13"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SA", "2026-12-05", "2026-12-05 2026-12-18 2026-12-19"),
            ("FREQ=MONTHLY;BYDAY=1FR", "2026-12-05", "2027-01-01 2027-02-05 2027-03-05"),
            ("FREQ=MONTHLY;BYDAY=-1SU", "2026-01-01", "2026-01-25 2026-02-22 2026-03-29"),
            ("FREQ=MONTHLY", "2026-01-31", "2026-01-31 2026-03-31 2026-05-31"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31"),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", "2026-02-13 2026-03-13 2026-11-13"),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "2026-01-01",
                "2026-01-30 2026-02-27 2026-03-31",
            ),
            ("FREQ=YEARLY", "2026-07-04", "2026-07-04 2027-07-04 2028-07-04"),
            ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", "2026-11-26 2027-11-25 2028-11-23"),
            ("FREQ=YEARLY;BYDAY=1MO,-1MO", "2026-01-01", "2026-01-05 2026-12-28 2027-01-04"),
            ("FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2", "2026-01-01", "2028-02-29"),
        ] {
            assert_eq!(first(rule, start, 3), expected, "{rule}");
        }
    }

    #[test]
    fn the_start_is_in_only_if_the_rule_admits_it() {
        assert_eq!(first("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-12-01", 9), "2026-12-07 2026-12-14");
    }

    #[test]
    fn the_week_start_decides_which_weeks_alternate() {
        // The two examples of RFC 5545 that differ in WKST only.
        let rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=";
        let (monday, sunday) = (format!("{rule}MO"), format!("{rule}SU"));
        assert_eq!(first(&monday, "1997-08-05", 9), "1997-08-05 1997-08-10 1997-08-19 1997-08-24");
        assert_eq!(first(&sunday, "1997-08-05", 9), "1997-08-05 1997-08-17 1997-08-19 1997-08-31");
    }

    #[test]
    fn plain_and_numbered_days_add_up() {
        let dates = first("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=6", "2026-12-01", 9);
        assert_eq!(dates, "2026-12-01 2026-12-07 2026-12-14 2026-12-21 2026-12-28 2027-01-04");
    }

    #[test]
    fn a_rule_that_never_matches_ends_by_the_bound() {
        for rule in ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"] {
            let mut never = expansion(rule, "2026-01-01");
            assert_eq!(never.next(), None);
            assert!(never.is_truncated());
            assert_eq!(never.next(), None);
        }
    }

    #[test]
    fn both_bounds_hold_and_are_said() {
        let mut daily = expansion("FREQ=DAILY", "2026-01-01");
        assert_eq!(daily.by_ref().count(), INSTANCES_MAX);
        assert!(daily.is_truncated());
        let mut weekly = expansion("FREQ=WEEKLY", "2026-01-01");
        assert_eq!(weekly.by_ref().last(), Some(date("2030-12-26")));
        assert!(weekly.is_truncated());
        let mut exact = expansion("FREQ=DAILY;COUNT=1000", "2026-01-01");
        assert_eq!(exact.by_ref().count(), 1_000);
        assert!(!exact.is_truncated());
    }

    #[test]
    fn a_late_window_sees_the_same_dates() {
        for rule in ["FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SA;WKST=WE", "FREQ=DAILY;INTERVAL=7;COUNT=200"] {
            let whole: Vec<ShowDate> = expansion(rule, "2026-01-01").collect();
            let span =
                Span { start: date("2026-01-01"), from: date("2027-05-05"), until: Some(date("2028-01-01")) };
            let window: Vec<ShowDate> = Expansion::new(&Rule::parse(rule).unwrap(), span).collect();
            let expected: Vec<ShowDate> =
                whole.into_iter().filter(|d| *d >= span.from && Some(*d) <= span.until).collect();
            assert_eq!(window, expected, "{rule}");
            assert!(!window.is_empty());
        }
    }
}
