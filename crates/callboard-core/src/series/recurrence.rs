//! A series' dates: the rule's, with extra dates added and excepted ones taken out.

use std::collections::BTreeSet;

use super::expand::{Expansion, INSTANCES_MAX, Span};
use super::fault::{Faults, RuleFault, quoted};
use super::parse::parse_until;
use super::rule::{Anchor, Ends, Rule, Until};
use crate::time::ShowDate;

/// Most dates in all `EXDATE` lines, and in all `RDATE` lines. Source: promises.md R32.
pub const EXTRA_DATES_MAX: usize = 1_000;
/// Longest recurrence text: a rule and both lists in full. Unit: bytes.
pub const TEXT_MAX: usize = 36_000;

/// A rule from its first date, with exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    rule: Rule,
    start: ShowDate,
    /// The rule's own `UNTIL` as a date; extra dates may lie beyond it.
    rule_until: Option<ShowDate>,
    pub exdates: BTreeSet<ShowDate>,
    pub rdates: BTreeSet<ShowDate>,
    /// Dates before it belong to the series that this one continues.
    pub since: Option<ShowDate>,
    /// The last date of the series, inclusive, whatever the rule says.
    pub until: Option<ShowDate>,
}

/// Which dates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: ShowDate,
    /// Inclusive. The bound of five years from `from` holds besides.
    pub to: Option<ShowDate>,
    /// Most dates; [`INSTANCES_MAX`] holds besides.
    pub limit: usize,
}

/// Dates in ascending order, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    pub dates: Vec<ShowDate>,
    /// The window may hold further dates, which a bound or the limit left out.
    pub truncated: bool,
}

impl Recurrence {
    pub fn new(rule: Rule, anchor: Anchor<'_>) -> Recurrence {
        let rule_until = match rule.ends() {
            Ends::Until(until) => Some(until.last_date(anchor)),
            Ends::Never | Ends::Count(_) => None,
        };
        Recurrence {
            rule,
            start: anchor.start,
            rule_until,
            exdates: BTreeSet::new(),
            rdates: BTreeSet::new(),
            since: None,
            until: None,
        }
    }

    /// Reads a rule and, on lines of their own, `EXDATE` and `RDATE`.
    ///
    /// Dates are `YYYYMMDD`; a date-time is taken if it is the series' own time of day. The start, the
    /// zone and the last date come from the series, so `DTSTART` is refused.
    ///
    /// # Errors
    /// All faults of all lines.
    pub fn parse(text: &str, anchor: Anchor<'_>) -> Result<Recurrence, Faults> {
        if text.len() > TEXT_MAX {
            return Err(Faults::new(vec![RuleFault::TooLong { limit: TEXT_MAX }]));
        }
        let mut lines =
            Lines { anchor, rule: None, exdates: BTreeSet::new(), rdates: BTreeSet::new(), faults: vec![] };
        text.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| lines.read(line));
        lines.done()
    }

    pub fn rule(&self) -> &Rule {
        &self.rule
    }
    pub fn start(&self) -> ShowDate {
        self.start
    }

    /// The dates in a window: the rule's and the extra ones, without the excepted ones.
    pub fn dates(&self, window: Window) -> Dates {
        let from = window.from.max(self.start).max(self.since.unwrap_or(self.start));
        let until = earlier(window.to, self.until);
        let span = Span { start: self.start, from, until: earlier(until, self.rule_until) };
        let mut expansion = Expansion::new(&self.rule, span).and(self.exdates.len());
        let bound = until.map_or(expansion.horizon(), |until| until.min(expansion.horizon()));
        let mut extra = self.rdates.iter().copied().filter(|date| (from..=bound).contains(date)).peekable();
        let mut regular = expansion.next();

        let limit = window.limit.min(INSTANCES_MAX);
        let mut dates = Vec::new();
        while let Some(next) = earlier(regular, extra.peek().copied()) {
            if regular == Some(next) {
                regular = expansion.next();
            }
            extra.next_if_eq(&next);
            if self.exdates.contains(&next) {
                continue;
            }
            if dates.len() == limit {
                return Dates { dates, truncated: true };
            }
            dates.push(next);
        }
        let is_left_out = |date: &ShowDate| *date > bound && until.is_none_or(|until| *date <= until);
        Dates { dates, truncated: expansion.is_truncated() || self.rdates.iter().any(is_left_out) }
    }

    /// The first date of all, if there is one in the five years from the start.
    pub fn first_date(&self) -> Option<ShowDate> {
        let window = Window { from: self.start, to: None, limit: 1 };
        self.dates(window).dates.first().copied()
    }

    /// Whether a date is one of the series.
    pub fn contains(&self, date: ShowDate) -> bool {
        !self.dates(Window { from: date, to: Some(date), limit: 1 }).dates.is_empty()
    }

    /// The dates before `date`, and those from it on, which keep their count and rhythm.
    pub fn split_at(&self, date: ShowDate) -> (Recurrence, Recurrence) {
        let before = Recurrence { until: earlier(self.until, Some(date.plus_days(-1))), ..self.clone() };
        let since = self.since.map_or(date, |since| since.max(date));
        (before, Recurrence { since: Some(since), ..self.clone() })
    }

    /// Whether another recurrence was said in the same words, whatever its time of day.
    pub(super) fn says_the_same(&self, other: &Recurrence) -> bool {
        Recurrence { rule_until: other.rule_until, ..self.clone() } == *other
    }
}

fn earlier(a: Option<ShowDate>, b: Option<ShowDate>) -> Option<ShowDate> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// What was read of a recurrence text so far.
#[derive(Debug)]
struct Lines<'a> {
    anchor: Anchor<'a>,
    rule: Option<Rule>,
    exdates: BTreeSet<ShowDate>,
    rdates: BTreeSet<ShowDate>,
    faults: Vec<RuleFault>,
}

impl Lines<'_> {
    fn read(&mut self, line: &str) {
        let upper = line.to_ascii_uppercase();
        let (property, value) = upper.split_once(':').unwrap_or(("RRULE", &upper));
        let (name, parameters) = property.split_once(';').unwrap_or((property, ""));
        match name {
            "RRULE" if !parameters.is_empty() => {
                self.faults.push(RuleFault::Parameter { name: "RRULE", parameter: quoted(parameters) });
            }
            "RRULE" => self.read_rule(value),
            "EXDATE" => {
                let dates = self.read_dates("EXDATE", parameters, value);
                self.exdates.extend(dates);
            }
            "RDATE" => {
                let dates = self.read_dates("RDATE", parameters, value);
                let start = self.anchor.start;
                let early = dates.iter().find(|date| **date < start).map(ToString::to_string);
                self.faults.extend(early.map(|value| RuleFault::BeforeStart { value }));
                self.rdates.extend(dates);
            }
            other => {
                let instead = match other {
                    "DTSTART" => "the series' start date and local time say it",
                    "DTEND" | "DURATION" => "the series' local times say it",
                    "EXRULE" => "name the dates in EXDATE",
                    _ => "use RRULE, EXDATE and RDATE",
                };
                self.faults.push(RuleFault::PropertyUnsupported { name: quoted(other), instead });
            }
        }
    }

    fn read_rule(&mut self, value: &str) {
        if self.rule.is_some() {
            self.faults.push(RuleFault::TwoRules);
            return;
        }
        match Rule::parse(value) {
            Ok(rule) => self.rule = Some(rule),
            Err(faults) => self.faults.extend(faults.into_vec()),
        }
    }

    fn read_dates(&mut self, name: &'static str, parameters: &str, value: &str) -> BTreeSet<ShowDate> {
        let zone = self.anchor.zone.name();
        for parameter in parameters.split(';').filter(|parameter| !parameter.is_empty()) {
            let own_zone =
                parameter.strip_prefix("TZID=").is_some_and(|name| name.eq_ignore_ascii_case(zone));
            if !own_zone && !matches!(parameter, "VALUE=DATE" | "VALUE=DATE-TIME") {
                self.faults.push(RuleFault::Parameter { name, parameter: quoted(parameter) });
            }
        }
        let mut dates = BTreeSet::new();
        for item in value.split(',') {
            match self.read_date(name, item) {
                Ok(date) => {
                    dates.insert(date);
                }
                Err(fault) => self.faults.push(fault),
            }
        }
        dates
    }

    /// The date that `YYYYMMDD`, or a date-time at the series' time of day, stands for.
    fn read_date(&self, name: &'static str, item: &str) -> Result<ShowDate, RuleFault> {
        let Anchor { time, zone, .. } = self.anchor;
        let read = parse_until(item).ok_or_else(|| RuleFault::NotADate { name, value: quoted(item) })?;
        let date = match read {
            Until::Date(date) => return Ok(date),
            Until::Wall(wall) => Some(ShowDate::of(wall)).filter(|date| date.at(time) == wall),
            Until::Instant(at) => {
                let date = ShowDate::of(at.wall(zone));
                [date, date.plus_days(-1)].into_iter().find(|date| zone.resolve(date.at(time)).0 == at)
            }
        };
        date.ok_or_else(|| RuleFault::OtherTime { name, value: quoted(item) })
    }

    fn done(mut self) -> Result<Recurrence, Faults> {
        for (name, dates) in [("EXDATE", &self.exdates), ("RDATE", &self.rdates)] {
            if dates.len() > EXTRA_DATES_MAX {
                self.faults.push(RuleFault::TooManyDates { name, limit: EXTRA_DATES_MAX });
            }
        }
        match self.rule {
            Some(rule) if self.faults.is_empty() => Ok(Recurrence {
                exdates: self.exdates,
                rdates: self.rdates,
                ..Recurrence::new(rule, self.anchor)
            }),
            None if self.faults.is_empty() => Err(Faults::new(vec![RuleFault::Empty])),
            Some(_) | None => Err(Faults::new(self.faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{ClockTime, Zone};

    fn date(text: &str) -> ShowDate {
        ShowDate::parse(text).unwrap()
    }
    fn parse(text: &str) -> Result<Recurrence, Faults> {
        let zone = Zone::parse("America/New_York").unwrap();
        let time = ClockTime::parse("20:00").unwrap();
        Recurrence::parse(text, Anchor { start: date("2026-12-04"), time, zone: &zone })
    }
    fn dates(recurrence: &Recurrence, from: &str, to: &str) -> String {
        let window = Window { from: date(from), to: Some(date(to)), limit: 100 };
        let dates: Vec<String> = recurrence.dates(window).dates.iter().map(ToString::to_string).collect();
        dates.join(" ")
    }

    #[test]
    fn extra_dates_are_added_and_excepted_ones_removed() {
        let text = "RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE:20261211,20261225T200000\n\
                    RDATE;VALUE=DATE:20261231,20261218\nexdate;tzid=america/new_york:20261218T200000\n";
        let recurrence = parse(text).unwrap();
        assert_eq!(dates(&recurrence, "2026-01-01", "2027-12-31"), "2026-12-04 2026-12-31");
        assert!(recurrence.contains(date("2026-12-31")) && !recurrence.contains(date("2026-12-11")));
    }

    #[test]
    fn a_date_time_stands_for_its_date_at_the_series_time_only() {
        let utc = parse("FREQ=DAILY;COUNT=3\nEXDATE:20261206T010000Z").unwrap();
        assert_eq!(dates(&utc, "2026-12-01", "2026-12-31"), "2026-12-04 2026-12-06");
        let said = |text: &str| parse(text).unwrap_err().to_string();
        assert!(said("FREQ=DAILY\nEXDATE:20261205T193000").contains("not at the series' time of day"));
        assert!(said("FREQ=DAILY\nEXDATE;TZID=Europe/Berlin:20261205T200000").contains("TZID=EUROPE/BERLIN"));
        assert!(said("FREQ=DAILY\nEXDATE:2026-12-05").contains("is not a date written YYYYMMDD"));
    }

    #[test]
    fn only_rules_and_dates_are_understood() {
        for (text, says) in [
            ("", "must have a rule"),
            ("EXDATE:20261205", "must have a rule"),
            ("FREQ=DAILY\nDTSTART:20261204T200000", "DTSTART is not supported"),
            ("FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "name the dates in EXDATE"),
            ("FREQ=DAILY\nSUMMARY:Open mic", "SUMMARY is not supported"),
            ("FREQ=DAILY\nFREQ=WEEKLY", "two rules"),
            ("FREQ=DAILY\nRDATE:20261203", "before the series' first date"),
            ("FREQ=DAILY\nRDATE;VALUE=PERIOD:20261203T000000/PT1H", "VALUE=PERIOD"),
            ("RRULE;X=1:FREQ=DAILY", "parameter `X=1`"),
        ] {
            let said = parse(text).unwrap_err().to_string();
            assert!(said.contains(says), "{text}: {said}");
        }
        let many: Vec<String> = (0..1_001).map(|n| date("2027-01-01").plus_days(n).to_string()).collect();
        let text = format!("FREQ=DAILY\nEXDATE:{}", many.join(",").replace('-', ""));
        assert!(parse(&text).unwrap_err().to_string().contains("more than 1000 dates"));
        assert!(parse(&"\n".repeat(TEXT_MAX + 1)).is_err());
    }

    #[test]
    fn a_series_ends_at_its_own_date_and_a_rule_at_its_until() {
        let mut recurrence = parse("FREQ=DAILY;UNTIL=20261206T195959\nRDATE:20261220").unwrap();
        assert_eq!(dates(&recurrence, "2026-12-01", "2026-12-31"), "2026-12-04 2026-12-05 2026-12-20");
        recurrence.until = Some(date("2026-12-04"));
        assert_eq!(dates(&recurrence, "2026-12-01", "2026-12-31"), "2026-12-04");
    }

    #[test]
    fn the_limit_and_the_bound_are_said() {
        let recurrence = parse("FREQ=DAILY;COUNT=3\nRDATE:20261220,20350101").unwrap();
        let asked = |limit, to: Option<&str>| {
            let found = recurrence.dates(Window { from: date("2026-12-04"), to: to.map(date), limit });
            (found.dates.len(), found.truncated)
        };
        assert_eq!(asked(2, None), (2, true));
        assert_eq!(asked(4, Some("2026-12-31")), (4, false));
        assert_eq!(asked(9, None), (4, true));
        assert_eq!(asked(0, None), (0, true));
    }

    #[test]
    fn a_split_keeps_count_and_rhythm() {
        let whole = parse("FREQ=WEEKLY;INTERVAL=2;COUNT=5;BYDAY=FR,SA;BYSETPOS=1").unwrap();
        let (before, after) = whole.split_at(date("2026-12-20"));
        let all = dates(&whole, "2026-01-01", "2028-01-01");
        let (a, b) = (dates(&before, "2026-01-01", "2028-01-01"), dates(&after, "2026-01-01", "2028-01-01"));
        assert_eq!(all, format!("{a} {b}"));
        assert_eq!(whole.first_date(), Some(date("2026-12-04")));
        assert_eq!(after.first_date(), Some(date("2027-01-01")));
    }
}
