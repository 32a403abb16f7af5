//! Random recurrence rules from a seed: tame ones, valid by construction, and wild ones.

use jiff::ToSpan;
use jiff::civil::DateTime;

/// A small seeded generator (SplitMix64): the same rules on every machine.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % width).unwrap()
    }
    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.range(1, 100) <= percent
    }
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.range(0, i64::try_from(from.len()).unwrap() - 1)).unwrap()]
    }
    /// Up to `most` different values of `draw`.
    fn several(&mut self, most: i64, mut draw: impl FnMut(&mut Dice) -> String) -> String {
        let mut values: Vec<String> = Vec::new();
        for _ in 0..self.range(1, most) {
            let value = draw(self);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values.join(",")
    }
}

pub(crate) const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The first show of the series, which `UNTIL` is drawn around.
#[derive(Debug, Clone, Copy)]
pub(crate) struct First {
    pub(crate) show: DateTime,
    /// Hours from UTC; none for floating time.
    pub(crate) offset: Option<i64>,
}

/// A rule that RFC 5545 allows.
pub(crate) fn tame(dice: &mut Dice, first: First) -> String {
    let frequency = *dice.pick(&["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let mut parts = vec![format!("FREQ={frequency}")];
    if dice.chance(50) {
        let most = *dice.pick(&[3, 3, 12, 60, 400]);
        parts.push(format!("INTERVAL={}", dice.range(1, most)));
    }
    match dice.range(0, 9) {
        0..=2 => parts.push(format!("COUNT={}", dice.range(1, 40))),
        3 => parts.push(format!("COUNT={}", dice.range(1, 1_000))),
        4..=6 => parts.push(format!("UNTIL={}", until(dice, first))),
        _ => {}
    }
    let with_months = dice.chance(30);
    if with_months {
        parts.push(format!("BYMONTH={}", dice.several(4, |d| d.range(1, 12).to_string())));
    }
    let with_month_days = frequency != "WEEKLY" && dice.chance(30);
    if with_month_days {
        let day = |d: &mut Dice| if d.chance(70) { d.range(1, 31) } else { d.range(-31, -1) };
        parts.push(format!("BYMONTHDAY={}", dice.several(6, |d| day(d).to_string())));
    }
    let with_days = dice.chance(50);
    if with_days {
        parts.push(format!("BYDAY={}", week_days(dice, frequency, with_months)));
    }
    if (with_months || with_month_days || with_days) && dice.chance(30) {
        let most = if frequency == "YEARLY" { 60 } else { 6 };
        let pos = |d: &mut Dice| if d.chance(60) { d.range(1, most) } else { d.range(-most, -1) };
        parts.push(format!("BYSETPOS={}", dice.several(3, |d| pos(d).to_string())));
    }
    if dice.chance(40) {
        parts.push(format!("WKST={}", dice.pick(&DAYS)));
    }
    let tail = parts.len() - 1;
    let turn = usize::try_from(dice.range(0, 30)).unwrap() % tail.max(1);
    parts[1..].rotate_left(turn);
    parts.join(";")
}

fn week_days(dice: &mut Dice, frequency: &str, with_months: bool) -> String {
    let most = match frequency {
        "MONTHLY" => 5,
        "YEARLY" if with_months => 5,
        "YEARLY" => 53,
        _ => 0,
    };
    // Plain, numbered, or both.
    let share = if most == 0 { 0 } else { *dice.pick(&[0, 100, 50]) };
    dice.several(5, |d| {
        let day = *d.pick(&DAYS);
        let number = if d.chance(70) { d.range(1, most.max(1)) } else { d.range(-most.max(1), -1) };
        if d.chance(share) { format!("{number}{day}") } else { day.to_owned() }
    })
}

/// A date, or a moment that is often the start of a show, or a minute beside it.
fn until(dice: &mut Dice, first: First) -> String {
    let days = if dice.chance(50) { 7 * dice.range(0, 200) } else { dice.range(-10, 2_000) };
    let minutes = *dice.pick(&[0, 0, -1, 1, -300, 300]);
    let moment = first.show + days.days() + minutes.minutes();
    match first.offset {
        None if dice.chance(30) => moment.strftime("%Y%m%d").to_string(),
        None => moment.strftime("%Y%m%dT%H%M%S").to_string(),
        Some(hours) => (moment - hours.hours()).strftime("%Y%m%dT%H%M%SZ").to_string(),
    }
}

/// A rule with something done to it; often nonsense.
pub(crate) fn wild(dice: &mut Dice, first: First) -> String {
    let mut rule = tame(dice, first);
    for _ in 0..dice.range(1, 2) {
        rule = match dice.range(0, 5) {
            0 => rule.replacen("FREQ=", "FREQ=HOUR", 1),
            1 => {
                let extra =
                    ["BYHOUR=9", "BYWEEKNO=20", "BYYEARDAY=100", "COUNT=5", "BYDAY=1MO", "INTERVAL=0"];
                format!("{rule};{}", dice.pick(&extra))
            }
            2 => rule.replacen('=', "", 1),
            3 => rule.to_ascii_lowercase(),
            4 => {
                let more =
                    ["BYMONTHDAY=-32", "BYSETPOS=1", "BYMONTH=0", "BYDAY=XX", "UNTIL=20309999", "WKST=SU"];
                format!("{rule};{}", dice.pick(&more))
            }
            _ => {
                let frequency = *dice.pick(&["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
                let tail = rule.split_once(';').map_or(String::new(), |(_, tail)| format!(";{tail}"));
                format!("FREQ={frequency}{tail}")
            }
        };
    }
    rule
}
