//! Random events: what is wished for, and what is true of it by an account of its own (jiff and integers only).

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

/// Zones with whole, half and quarter hours, both hemispheres, and a half-hour of daylight saving.
pub(crate) const ZONES: [&str; 9] = [
    "America/New_York",
    "America/Chicago",
    "Europe/London",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Pago_Pago",
    "UTC",
];
/// Currencies with two, no and three digits.
pub(crate) const CURRENCIES: [(&str, u32); 3] = [("USD", 2), ("JPY", 0), ("KWD", 3)];
const MINUTE: i64 = 60_000;
/// 2026-06-01 to 2027-06-01: half of it is past when the tests begin.
const FIRST: i64 = 1_780_272_000_000;
const LAST: i64 = 1_811_808_000_000;

/// Through which surface it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    BoxOffice,
    Channel,
    NativeInstants,
    /// By the wall time of its start alone.
    NativeLocal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Draft,
    Published,
    Cancelled,
    Archived,
}

#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) price: i64,
    pub(crate) quantity: i64,
    pub(crate) sold: i64,
    pub(crate) hidden: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) way: Way,
    pub(crate) life: Life,
    pub(crate) zone: &'static str,
    pub(crate) start: i64,
    pub(crate) minutes: Option<i64>,
    pub(crate) doors_minutes: Option<i64>,
    /// The offset in which instants are written, whatever the zone's own is.
    pub(crate) offset_minutes: i32,
    pub(crate) visibility: &'static str,
    pub(crate) currency: (&'static str, u32),
    pub(crate) kinds: Vec<Kind>,
    pub(crate) online: Option<i64>,
    pub(crate) door: Option<i64>,
}

fn kind() -> impl Strategy<Value = Kind> {
    let sold = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64];
    (prop_oneof![Just(0), 1i64..200_000], 1i64..300, sold, prop::bool::weighted(0.2)).prop_map(
        |(price, quantity, part, hidden)| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 300")]
            let sold = (quantity as f64 * part) as i64;
            Kind { price, quantity, sold, hidden }
        },
    )
}

/// Mostly whole minutes, sometimes any millisecond, sometimes the very hours in which clocks are changed.
fn start() -> impl Strategy<Value = i64> {
    // The overlap of New York in November 2026, the gap in March 2027; the same for London.
    let changes = prop::sample::select(vec![
        1_793_511_000_000i64,
        1_793_514_600_000,
        1_805_007_600_000,
        1_792_890_000_000,
        1_806_195_600_000,
    ]);
    prop_oneof![
        6 => (FIRST / MINUTE..LAST / MINUTE).prop_map(|minute| minute * MINUTE),
        1 => FIRST..LAST,
        1 => (changes, -90i64..90).prop_map(|(at, minutes)| at + minutes * MINUTE),
    ]
}

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let way = prop::sample::select(vec![Way::BoxOffice, Way::Channel, Way::NativeInstants, Way::NativeLocal]);
    let life = prop::sample::select(vec![
        Life::Draft,
        Life::Published,
        Life::Published,
        Life::Cancelled,
        Life::Archived,
    ]);
    let times = (start(), prop::option::of(0i64..720), prop::option::of(0i64..180), -14 * 60..=14 * 60);
    let visibility = prop::sample::select(vec!["public", "public", "public", "unlisted", "private"]);
    let prices = (prop::option::of(0i64..1_000_000), prop::option::of(0i64..1_000_000));
    let rest =
        (visibility, prop::sample::select(&CURRENCIES[..]), prop::collection::vec(kind(), 0..4), prices);
    (way, life, prop::sample::select(&ZONES[..]), times, rest).prop_map(|(way, life, zone, times, rest)| {
        let (start, minutes, doors_minutes, offset_minutes) = times;
        let (visibility, currency, kinds, (online, door)) = rest;
        let wish = Wish {
            way,
            life,
            zone,
            start,
            minutes,
            doors_minutes,
            offset_minutes,
            visibility,
            currency,
            kinds,
            online,
            door,
        };
        wish.sayable()
    })
}

impl Wish {
    /// P has no doors; a wall time has minutes, and the first of two equal ones.
    fn sayable(mut self) -> Wish {
        match self.way {
            Way::BoxOffice | Way::NativeInstants => {}
            Way::Channel => self.doors_minutes = None,
            Way::NativeLocal => {
                (self.minutes, self.doors_minutes) = (None, None);
                let wall = civil(self.start, self.zone).round(jiff::Unit::Minute).unwrap();
                self.start =
                    zone(self.zone).to_ambiguous_timestamp(wall).compatible().unwrap().as_millisecond();
            }
        }
        self
    }

    pub(crate) fn end(&self) -> Option<i64> {
        self.minutes.map(|minutes| self.start + minutes * MINUTE)
    }
    pub(crate) fn doors(&self) -> Option<i64> {
        self.doors_minutes.map(|minutes| self.start - minutes * MINUTE)
    }
    /// An instant of it as it is sent.
    pub(crate) fn said(&self, at: i64) -> String {
        let offset = Offset::from_seconds(self.offset_minutes * 60).unwrap();
        instant(at).display_with_offset(offset).to_string()
    }
    /// Date and time of day of its start in its own zone.
    pub(crate) fn wall(&self) -> (String, String) {
        let wall = civil(self.start, self.zone);
        (wall.date().to_string(), clock(self.start, self.zone))
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.end().unwrap_or(self.start) < now
    }
    pub(crate) fn is_sold_out(&self) -> bool {
        let visible: Vec<&Kind> = self.kinds.iter().filter(|kind| !kind.hidden).collect();
        !visible.is_empty() && visible.iter().all(|kind| kind.sold == kind.quantity)
    }
    /// The word of T. Source: contracts.md §6.4.
    pub(crate) fn box_office_status(&self, now: i64) -> &'static str {
        match self.life {
            Life::Draft => "DRAFT",
            Life::Cancelled => "CANCELLED",
            Life::Archived => "ARCHIVED",
            Life::Published if self.is_over(now) => "COMPLETED",
            Life::Published if self.is_sold_out() => "SOLD_OUT",
            Life::Published => "PUBLISHED",
        }
    }
    pub(crate) fn native_status(&self) -> &'static str {
        match self.life {
            Life::Draft => "draft",
            Life::Published => "published",
            Life::Cancelled => "cancelled",
            Life::Archived => "archived",
        }
    }
    /// The word of H; nothing where its feed has no such event.
    pub(crate) fn venue_status(&self) -> Option<&'static str> {
        match self.life {
            Life::Draft | Life::Archived => None,
            Life::Published | Life::Cancelled if self.visibility == "private" => None,
            Life::Published => Some("filled"),
            Life::Cancelled => Some("cancelled"),
        }
    }
    /// What H says of the price online: the one that is set, else the lowest that is visible.
    pub(crate) fn online_price(&self) -> Option<i64> {
        self.online.or_else(|| self.kinds.iter().filter(|kind| !kind.hidden).map(|kind| kind.price).min())
    }
    /// An amount as an exact decimal text, by integers only.
    pub(crate) fn decimal(&self, minor: i64) -> String {
        let (_, digits) = self.currency;
        match 10i64.pow(digits) {
            1 => minor.to_string(),
            unit => format!("{}.{:0>width$}", minor / unit, minor % unit, width = digits as usize),
        }
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}
pub(crate) fn instant(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap()
}
pub(crate) fn civil(at: i64, name: &str) -> jiff::civil::DateTime {
    zone(name).to_datetime(instant(at))
}
/// When every test begins.
pub(crate) fn now() -> i64 {
    crate::support::NOW.parse::<Timestamp>().unwrap().as_millisecond()
}
/// What a clock in the zone shows, to the minute below.
pub(crate) fn clock(at: i64, name: &str) -> String {
    let wall = civil(at, name);
    format!("{:02}:{:02}", wall.hour(), wall.minute())
}
/// The zone's own offset at an instant: `-05:00`.
pub(crate) fn offset(at: i64, name: &str) -> String {
    let seconds = zone(name).to_offset(instant(at)).seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
/// An instant as it was answered.
#[track_caller]
pub(crate) fn millis(text: &serde_json::Value) -> i64 {
    let text = text.as_str().unwrap();
    text.parse::<Timestamp>().unwrap().as_millisecond()
}
