//! Recurrence rules: held against python-dateutil, and what must be true of every one of them.
//!
//! `CALLBOARD_TEST_FULL=1` compares 5,000 rules instead of 1,000.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails may stop where it fails"
)]

#[path = "recurrence/reference.rs"]
mod reference;
#[path = "recurrence/rules.rs"]
mod rules;

use callboard_core::series::{Anchor, Dates, INSTANCES_MAX, Recurrence, Rule, Window};
use callboard_core::time::{ClockTime, ShowDate, Zone};
use proptest::prelude::*;
use rules::{DAYS, Dice, First, tame, wild};
use serde_json::{Value, json};

const SEED: u64 = 5_545;

/// One rule to compare, with its surroundings.
#[derive(Debug)]
struct Case {
    rule: String,
    is_tame: bool,
    start: ShowDate,
    time: ClockTime,
    /// Hours from UTC; none for floating time.
    offset: Option<i64>,
    exdates: Vec<ShowDate>,
    rdates: Vec<ShowDate>,
}

fn case(dice: &mut Dice) -> Case {
    let offset = dice.chance(30).then(|| dice.range(-11, 12));
    let time = ClockTime::parse(&format!("{:02}:{:02}", dice.range(0, 23), dice.range(0, 59))).unwrap();
    let start = ShowDate::parse("2019-01-01").unwrap().plus_days(dice.range(0, 4_500));
    let first = First { show: start.at(time), offset };
    let is_tame = dice.chance(80);
    let rule = if is_tame { tame(dice, first) } else { wild(dice, first) };
    let mut extra = |share: i64| -> Vec<ShowDate> {
        let many = if dice.chance(share) { dice.range(1, 20) } else { 0 };
        (0..many).map(|_| start.plus_days(dice.range(0, 400))).collect()
    };
    Case { rule, is_tame, start, time, offset, exdates: extra(30), rdates: extra(20) }
}

impl Case {
    fn recurrence(&self) -> Result<Recurrence, String> {
        // The sign of these names is POSIX's: Etc/GMT+5 is five hours behind UTC.
        let zone = self.offset.map_or("UTC".to_owned(), |hours| format!("Etc/GMT{:+}", -hours));
        let zone = Zone::parse(&zone.replace("+0", "")).unwrap();
        let rule = Rule::parse(&self.rule).map_err(|faults| faults.to_string())?;
        let anchor = Anchor { start: self.start, time: self.time, zone: &zone };
        let mut recurrence = Recurrence::new(rule, anchor);
        recurrence.exdates.extend(&self.exdates);
        recurrence.rdates.extend(&self.rdates);
        Ok(recurrence)
    }

    fn dates(&self) -> Result<Dates, String> {
        let window = Window { from: self.start, to: None, limit: INSTANCES_MAX };
        self.recurrence().map(|recurrence| recurrence.dates(window))
    }

    fn horizon(&self) -> ShowDate {
        let years: i32 = 5;
        let (year, date) = (i32::from(self.start.civil().year()) + years, self.start.to_string());
        let there = |date: String| ShowDate::parse(&date).ok();
        there(format!("{year}{}", &date[4..])).or_else(|| there(format!("{year}-02-28"))).unwrap()
    }

    fn request(&self) -> Value {
        let texts = |dates: &[ShowDate]| dates.iter().map(ToString::to_string).collect::<Vec<_>>();
        json!({
            "rule": self.rule, "start": self.start.to_string(), "time": self.time.to_string(),
            "offset": self.offset, "horizon": self.horizon().to_string(), "limit": INSTANCES_MAX,
            "exdates": texts(&self.exdates), "rdates": texts(&self.rdates),
        })
    }
}

/// Says how ours differ from the reference's dates, if they do.
fn difference(ours: &Dates, answer: &Value) -> Option<String> {
    let Some(theirs) = answer["dates"].as_array() else {
        return Some(format!("refused by the reference: {}", answer["error"]));
    };
    let ours_text: Vec<String> = ours.dates.iter().map(ToString::to_string).collect();
    let at = (0..theirs.len().max(ours_text.len()))
        .find(|i| ours_text.get(*i).map(String::as_str) != theirs.get(*i).and_then(Value::as_str))?;
    Some(format!("date {at}: ours {:?}, theirs {:?}", ours_text.get(at), theirs.get(at)))
}

#[test]
fn every_rule_has_the_dates_that_dateutil_gives_it() {
    let many = if std::env::var("CALLBOARD_TEST_FULL").is_ok_and(|v| v == "1") { 5_000 } else { 1_000 };
    let mut dice = Dice::new(SEED);
    let (mut accepted, mut refused, mut wrong) = (Vec::new(), 0, Vec::new());
    while accepted.len() < many && wrong.len() < 100 {
        let case = case(&mut dice);
        match case.dates() {
            Ok(ours) => accepted.push((case, ours)),
            Err(said) if case.is_tame => wrong.push(format!("refused: {said}\n  {case:?}")),
            Err(_) => refused += 1,
        }
    }
    // Refused rules are not asked for: the library never comes back from INTERVAL=0.
    let requests: Vec<Value> = accepted.iter().map(|(case, _)| case.request()).collect();
    let answers = reference::answers(&requests);
    for ((case, ours), answer) in accepted.iter().zip(&answers) {
        wrong.extend(difference(ours, answer).map(|what| format!("{what}\n  {case:?}")));
    }
    let with_dates = accepted.iter().filter(|(_, ours)| !ours.dates.is_empty()).count();
    println!("{many} rules compared, {with_dates} of them with dates; {refused} others refused");
    assert!(wrong.is_empty(), "{} of {many} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(with_dates * 10 >= many * 7, "the rules are too poor a sample");
}

/// A first show of whatever date; the rules' `UNTIL` lies around it.
fn first() -> First {
    First {
        show: ShowDate::parse("2040-12-04").unwrap().at(ClockTime::parse("20:00").unwrap()),
        offset: None,
    }
}
fn a_rule() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| tame(&mut Dice::new(seed), first()))
}
fn a_date() -> impl Strategy<Value = ShowDate> {
    (0i64..20_000).prop_map(|days| ShowDate::parse("2020-01-01").unwrap().plus_days(days))
}
fn recurrence(rule: &str, start: ShowDate) -> Recurrence {
    let zone = Zone::parse("America/New_York").unwrap();
    let time = ClockTime::parse("20:00").unwrap();
    Recurrence::parse(rule, Anchor { start, time, zone: &zone }).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dates_are_sorted_unique_and_within_their_bounds(
        rule in a_rule(), start in a_date(), skip in 0i64..3_000, length in 0i64..3_000, limit in 0usize..1_200,
    ) {
        let from = start.plus_days(skip - 100);
        let to = from.plus_days(length);
        let found = recurrence(&rule, start).dates(Window { from, to: Some(to), limit });
        prop_assert!(found.dates.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(found.dates.iter().all(|date| *date >= start && *date >= from && *date <= to));
        prop_assert!(found.dates.len() <= limit.min(INSTANCES_MAX));
        let endless = recurrence(&rule, start).dates(Window { from: start, to: None, limit: 5_000 });
        prop_assert!(endless.dates.len() <= INSTANCES_MAX);
        prop_assert!(endless.dates.iter().all(|date| *date <= start.plus_days(5 * 366)));
    }

    #[test]
    fn a_window_shows_what_the_whole_has_there(rule in a_rule(), start in a_date(), skip in 0i64..1_500) {
        let whole = recurrence(&rule, start).dates(Window { from: start, to: None, limit: INSTANCES_MAX });
        let (from, to) = (start.plus_days(skip), start.plus_days(skip + 200));
        let seen = recurrence(&rule, start).dates(Window { from, to: Some(to), limit: INSTANCES_MAX });
        let last = if whole.truncated { whole.dates.last().copied() } else { None };
        let known = |date: &&ShowDate| last.is_none_or(|last| **date <= last);
        let there: Vec<&ShowDate> =
            whole.dates.iter().filter(|date| **date >= from && **date <= to).collect();
        prop_assert_eq!(seen.dates.iter().filter(known).collect::<Vec<_>>(), there);
        for date in &seen.dates {
            prop_assert!(recurrence(&rule, start).contains(*date));
        }
    }

    #[test]
    fn a_split_loses_and_doubles_nothing(rule in a_rule(), start in a_date(), after in 0i64..800) {
        let whole = recurrence(&rule, start);
        let (first, second) = whole.split_at(start.plus_days(after));
        let window = Window { from: start, to: Some(start.plus_days(900)), limit: INSTANCES_MAX };
        let halves = [first.dates(window).dates, second.dates(window).dates].concat();
        prop_assert_eq!(whole.dates(window).dates, halves);
    }

    #[test]
    fn the_canonical_text_means_the_same(rule in a_rule()) {
        let parsed = Rule::parse(&rule).unwrap();
        prop_assert_eq!(&Rule::parse(&parsed.to_string()).unwrap(), &parsed);
        prop_assert_eq!(&Rule::parse(&format!("rrule:{}", rule.to_ascii_lowercase())).unwrap(), &parsed);
    }

    #[test]
    fn no_text_is_too_strange(noise in "\\PC{0,60}", seed in any::<u64>(), cut in 0usize..60) {
        let zone = Zone::utc();
        let start = ShowDate::parse("2026-12-01").unwrap();
        let anchor = Anchor { start, time: ClockTime::MIDNIGHT, zone: &zone };
        let mut rule = wild(&mut Dice::new(seed), first());
        let cut = cut.min(rule.len());
        rule.insert_str(cut, &noise);
        for text in [noise.clone(), rule.clone(), format!("{rule}\nEXDATE:{noise}\nRDATE:{}", DAYS.join(","))] {
            if let Ok(read) = Recurrence::parse(&text, anchor) {
                let window = Window { from: start, to: None, limit: 10 };
                prop_assert!(read.dates(window).dates.len() <= 10);
            }
        }
    }
}
