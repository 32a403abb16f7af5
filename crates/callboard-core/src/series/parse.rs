//! Reads RRULE text into a [`Rule`], or says everything that is wrong with it.
//!
//! What lies outside the subset is refused by name: a rule that were read without one of its parts
//! would put shows on dates that nobody asked for. Source: RFC 5545 §3.3.10.

use jiff::civil::Weekday;

use super::fault::{Faults, RuleFault, quoted};
use super::rule::{
    ByDay, COUNT_MAX, Ends, Frequency, INTERVAL_MAX, OrdinalScope, RULE_TEXT_MAX, Rule, Until,
};
use crate::time::{ShowDate, Timestamp, parse_wall};

/// Parts of RFC 5545 and RFC 7529, and a well-known extension, that a series does not have.
const UNSUPPORTED: [&str; 8] =
    ["BYWEEKNO", "BYYEARDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYEASTER", "RSCALE", "SKIP"];

/// The parts as read, before they are held against one another.
#[derive(Debug, Default)]
struct Parts {
    frequency: Option<Frequency>,
    interval: Option<u32>,
    count: Option<u32>,
    until: Option<Until>,
    by_month: Option<Vec<i8>>,
    by_month_day: Option<Vec<i8>>,
    by_day: Option<Vec<ByDay>>,
    by_set_pos: Option<Vec<i16>>,
    week_start: Option<Weekday>,
    /// Names of the parts seen, read well or not.
    seen: Vec<&'static str>,
    faults: Vec<RuleFault>,
}

impl Rule {
    /// Reads `FREQ=…;…`, with or without a leading `RRULE:`; letter case does not matter.
    ///
    /// # Errors
    /// All faults of the text: what is unsupported, unknown, repeated, out of range or contradictory.
    ///
    /// # Example
    /// ```
    /// # use callboard_core::series::Rule;
    /// let rule = Rule::parse("RRULE:freq=monthly;byday=1fr;count=12").unwrap();
    /// assert_eq!(rule.to_string(), "FREQ=MONTHLY;COUNT=12;BYDAY=1FR");
    /// ```
    pub fn parse(text: &str) -> Result<Rule, Faults> {
        let text = text.trim();
        if text.chars().nth(RULE_TEXT_MAX).is_some() {
            return Err(Faults::new(vec![RuleFault::rule_too_long()]));
        }
        let upper = text.to_ascii_uppercase();
        let body = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        if body.is_empty() {
            return Err(Faults::new(vec![RuleFault::Empty]));
        }
        let mut parts = Parts::default();
        for part in body.split(';') {
            parts.read(part);
        }
        parts.agree()
    }
}

impl Parts {
    fn read(&mut self, part: &str) {
        match part.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => self.read_named(name, value),
            Some(_) | None => self.faults.push(RuleFault::NotAPart { part: quoted(part) }),
        }
    }

    fn read_named(&mut self, name: &str, value: &str) {
        match name {
            "FREQ" => self.frequency = self.once("FREQ", frequency(value)),
            "INTERVAL" => self.interval = self.once("INTERVAL", interval(value)),
            "COUNT" => self.count = self.once("COUNT", count(value)),
            "UNTIL" => self.until = self.once("UNTIL", until(value)),
            "BYMONTH" => self.by_month = self.once("BYMONTH", list("BYMONTH", value, by_month)),
            "BYMONTHDAY" => {
                self.by_month_day = self.once("BYMONTHDAY", list("BYMONTHDAY", value, by_month_day));
            }
            "BYDAY" => self.by_day = self.once("BYDAY", list("BYDAY", value, by_day)),
            "BYSETPOS" => self.by_set_pos = self.once("BYSETPOS", list("BYSETPOS", value, by_set_pos)),
            "WKST" => self.week_start = self.once("WKST", week_start(value)),
            other if UNSUPPORTED.contains(&other) => {
                self.faults.push(RuleFault::Unsupported { part: other.to_owned() });
            }
            other => self.faults.push(RuleFault::Unknown { part: quoted(other) }),
        }
    }

    /// Keeps the value of a part that was not seen before; notes its fault otherwise.
    fn once<T>(&mut self, name: &'static str, value: Result<T, RuleFault>) -> Option<T> {
        if self.seen.contains(&name) {
            self.faults.push(RuleFault::Repeated { part: name });
        }
        self.seen.push(name);
        value.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// The rule, if the parts agree with one another.
    fn agree(mut self) -> Result<Rule, Faults> {
        if !self.seen.contains(&"FREQ") {
            self.faults.push(RuleFault::NoFrequency);
        }
        if self.seen.contains(&"COUNT") && self.seen.contains(&"UNTIL") {
            self.faults.push(RuleFault::CountAndUntil);
        }
        if self.frequency == Some(Frequency::Weekly) && self.seen.contains(&"BYMONTHDAY") {
            self.faults.push(RuleFault::MonthDayOfWeek);
        }
        let chooses = |name: &&str| matches!(*name, "BYMONTH" | "BYMONTHDAY" | "BYDAY");
        if self.seen.contains(&"BYSETPOS") && !self.seen.iter().any(chooses) {
            self.faults.push(RuleFault::LonelySetPos);
        }
        let rule = Rule {
            frequency: self.frequency.unwrap_or(Frequency::Daily),
            interval: self.interval.unwrap_or(1),
            ends: match (self.count, self.until) {
                (Some(count), _) => Ends::Count(count),
                (None, Some(until)) => Ends::Until(until),
                (None, None) => Ends::Never,
            },
            by_month: self.by_month.unwrap_or_default(),
            by_month_day: self.by_month_day.unwrap_or_default(),
            by_day: self.by_day.unwrap_or_default(),
            by_set_pos: self.by_set_pos.unwrap_or_default(),
            week_start: self.week_start.unwrap_or(Weekday::Monday),
        };
        if self.frequency.is_some() {
            self.faults.extend(ordinal_fault(&rule));
        }
        if self.faults.is_empty() { Ok(rule) } else { Err(Faults::new(self.faults)) }
    }
}

/// An ordinal weekday counts in a month or a year, and no month has six Fridays.
fn ordinal_fault(rule: &Rule) -> Option<RuleFault> {
    let numbered = rule.by_day.iter().find_map(|day| day.ordinal.map(|_| day.to_string()));
    let beyond = rule.by_day.iter().find(|day| day.ordinal.is_some_and(|n| !(-5..=5).contains(&n)));
    match rule.frequency {
        Frequency::Daily | Frequency::Weekly => numbered.map(|value| RuleFault::OrdinalNeedsMonth { value }),
        Frequency::Monthly | Frequency::Yearly if rule.ordinal_scope() == OrdinalScope::Month => {
            beyond.map(|day| RuleFault::OrdinalBeyondMonth { value: day.to_string() })
        }
        Frequency::Monthly | Frequency::Yearly => None,
    }
}

fn frequency(value: &str) -> Result<Frequency, RuleFault> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        other => Err(RuleFault::FrequencyUnsupported { value: quoted(other) }),
    }
}

fn interval(value: &str) -> Result<u32, RuleFault> {
    let read = unsigned(value).filter(|n| (1..=INTERVAL_MAX).contains(n));
    read.ok_or_else(|| RuleFault::value("INTERVAL", value, "1 to 1826"))
}

fn count(value: &str) -> Result<u32, RuleFault> {
    let read = unsigned(value).filter(|n| *n > 0);
    let count = read.ok_or_else(|| RuleFault::value("COUNT", value, "a number from 1 to 1000"))?;
    if count > COUNT_MAX { Err(RuleFault::CountTooBig { value: count }) } else { Ok(count) }
}

fn until(value: &str) -> Result<Until, RuleFault> {
    parse_until(value).ok_or_else(|| {
        RuleFault::value("UNTIL", value, "a real date or time such as 20271231, 20271231T200000 or …Z")
    })
}

/// Reads `YYYYMMDD`, `YYYYMMDDTHHMMSS` or the latter with `Z`, in upper case.
pub(super) fn parse_until(value: &str) -> Option<Until> {
    let (date, time) = match value.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (value, None),
    };
    let date = match (date.get(..4), date.get(4..6), date.get(6..)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => return None,
    };
    let Some(time) = time else { return ShowDate::parse(&date).ok().map(Until::Date) };
    let (clock, is_utc) = time.strip_suffix('Z').map_or((time, false), |clock| (clock, true));
    let clock = match (clock.get(..2), clock.get(2..4), clock.get(4..)) {
        (Some(hour), Some(minute), Some(second)) if second.len() == 2 => format!("{hour}:{minute}:{second}"),
        _ => return None,
    };
    let text = format!("{date}T{clock}");
    if is_utc {
        Timestamp::parse(&format!("{text}Z")).ok().map(Until::Instant)
    } else {
        parse_wall(&text).ok().map(Until::Wall)
    }
}

fn week_start(value: &str) -> Result<Weekday, RuleFault> {
    weekday(value).ok_or_else(|| RuleFault::value("WKST", value, "one of MO, TU, WE, TH, FR, SA, SU"))
}

/// Reads a comma-separated list in which nothing occurs twice, and sorts it.
fn list<T: Copy + Eq, K: Ord>(
    part: &'static str,
    text: &str,
    read: fn(&str) -> Result<(K, T), RuleFault>,
) -> Result<Vec<T>, RuleFault> {
    let mut values: Vec<(K, T)> = Vec::new();
    for item in text.split(',') {
        let (key, value) = read(item)?;
        if values.iter().any(|(_, known)| *known == value) {
            return Err(RuleFault::RepeatedValue { part, value: quoted(item) });
        }
        values.push((key, value));
    }
    values.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

fn by_month(item: &str) -> Result<(i8, i8), RuleFault> {
    let month = unsigned(item).and_then(|n| i8::try_from(n).ok()).filter(|n| (1..=12).contains(n));
    month.map(|n| (n, n)).ok_or_else(|| RuleFault::value("BYMONTH", item, "1 to 12"))
}

fn by_month_day(item: &str) -> Result<(i8, i8), RuleFault> {
    let day = signed(item).and_then(|n| i8::try_from(n).ok()).filter(|n| *n != 0 && (-31..=31).contains(n));
    day.map(|n| (n, n)).ok_or_else(|| RuleFault::value("BYMONTHDAY", item, "1 to 31 or -31 to -1"))
}

fn by_set_pos(item: &str) -> Result<(i16, i16), RuleFault> {
    let pos = signed(item).filter(|n| *n != 0 && (-366..=366).contains(n));
    pos.map(|n| (n, n)).ok_or_else(|| RuleFault::value("BYSETPOS", item, "1 to 366 or -366 to -1"))
}

fn by_day(item: &str) -> Result<((i8, i8), ByDay), RuleFault> {
    let fault = || RuleFault::value("BYDAY", item, "days such as FR, or 1FR to -53FR by the month or year");
    let letters = item.len().checked_sub(2).ok_or_else(fault)?;
    let (number, letters) = (item.get(..letters).ok_or_else(fault)?, item.get(letters..).ok_or_else(fault)?);
    let weekday = weekday(letters).ok_or_else(fault)?;
    let ordinal = match number {
        "" => None,
        number => {
            let ordinal = signed(number).and_then(|n| i8::try_from(n).ok());
            Some(ordinal.filter(|n| *n != 0 && (-53..=53).contains(n)).ok_or_else(fault)?)
        }
    };
    let key = (ordinal.unwrap_or(0), weekday.to_monday_zero_offset());
    Ok((key, ByDay { ordinal, weekday }))
}

fn weekday(letters: &str) -> Option<Weekday> {
    match letters {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// One to nine digits.
fn unsigned(text: &str) -> Option<u32> {
    let shaped = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if shaped { text.parse().ok() } else { None }
}

/// One to three digits, with a sign or without.
fn signed(text: &str) -> Option<i16> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let shaped = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if shaped { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Rule::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_reads_back_as_it_was_written() {
        for text in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231;BYDAY=MO,WE,FR;WKST=SU",
            "FREQ=MONTHLY;COUNT=1000;BYDAY=-1FR,1MO",
            "FREQ=MONTHLY;UNTIL=20271231T200000;BYMONTHDAY=-1,15",
            "FREQ=YEARLY;UNTIL=20271231T200000Z;BYMONTH=6,12;BYDAY=MO,TU;BYSETPOS=-1,1",
            "FREQ=YEARLY;BYDAY=-53SU,53SU",
        ] {
            assert_eq!(Rule::parse(text).unwrap().to_string(), text);
        }
        let loose = Rule::parse("rrule:byday=fr,+1mo;freq=monthly;interval=01").unwrap();
        assert_eq!(loose.to_string(), "FREQ=MONTHLY;BYDAY=FR,1MO");
    }

    #[test]
    fn what_is_outside_the_subset_is_refused_by_name() {
        for (part, value) in [
            ("BYWEEKNO", "20"),
            ("BYYEARDAY", "100"),
            ("BYHOUR", "9"),
            ("BYMINUTE", "0"),
            ("BYSECOND", "0"),
            ("BYEASTER", "0"),
            ("RSCALE", "GREGORIAN"),
            ("SKIP", "FORWARD"),
        ] {
            let said = refusal(&format!("FREQ=YEARLY;{part}={value}"));
            assert!(said.starts_with(&format!("{part} is not supported")), "{said}");
        }
        for value in ["SECONDLY", "MINUTELY", "HOURLY", "FORTNIGHTLY"] {
            assert!(refusal(&format!("FREQ={value}")).starts_with(&format!("FREQ={value} is not supported")));
        }
        assert_eq!(refusal("FREQ=DAILY;X-MOON=FULL"), "`X-MOON` is not a part of a recurrence rule");
    }

    #[test]
    fn contradictions_and_nonsense_are_refused() {
        for (text, says) in [
            ("", "must have a rule"),
            ("RRULE:", "must have a rule"),
            ("BYDAY=MO", "FREQ is missing"),
            ("FREQ=DAILY;", "NAME=VALUE"),
            ("FREQ=DAILY;COUNT=", "NAME=VALUE"),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ is written twice"),
            ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "exclude each other"),
            ("FREQ=DAILY;COUNT=0", "COUNT=0: must be"),
            ("FREQ=DAILY;COUNT=1001", "at most 1000"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0: must be"),
            ("FREQ=DAILY;INTERVAL=1827", "1 to 1826"),
            ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230: must be"),
            ("FREQ=DAILY;UNTIL=20270101T2000", "must be a real date"),
            ("FREQ=WEEKLY;BYDAY=MO,MO", "BYDAY names MO twice"),
            ("FREQ=WEEKLY;BYDAY=1MO", "needs FREQ=MONTHLY or YEARLY"),
            ("FREQ=DAILY;BYDAY=-1MO", "needs FREQ=MONTHLY or YEARLY"),
            ("FREQ=MONTHLY;BYDAY=6MO", "at most five"),
            ("FREQ=YEARLY;BYMONTH=2;BYDAY=-6MO", "at most five"),
            ("FREQ=YEARLY;BYDAY=54MO", "BYDAY=54MO: must be"),
            ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO: must be"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0: must be"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "must be 1 to 31"),
            ("FREQ=MONTHLY;BYMONTH=13", "must be 1 to 12"),
            ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs another BY part"),
            ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS=0: must be"),
            ("FREQ=WEEKLY;WKST=XX", "WKST=XX: must be"),
            ("FREQ=WEEKLY;BYDAY=MÖ", "must be days"),
        ] {
            assert!(refusal(text).contains(says), "{text}: {}", refusal(text));
        }
        assert!(Rule::parse(&format!("FREQ=DAILY;X={}", "A".repeat(1_000))).is_err());
    }

    #[test]
    fn every_fault_is_said_at_once() {
        let faults = Rule::parse("FREQ=HOURLY;BYHOUR=3;INTERVAL=0;COUNT=2;UNTIL=x").unwrap_err();
        assert_eq!(faults.clone().into_vec().len(), 5, "{faults}");
        let issues = faults.into_issues("rrule");
        assert!(issues.0.iter().all(|issue| issue.place.dotted() == "rrule"));
        assert_eq!(Rule::parse(&";".repeat(900)).unwrap_err().into_vec().len(), 20);
    }
}
