//! Time: instants for order and comparison, wall times with their zone for people.
//!
//! Instants are UTC milliseconds. A wall time becomes an instant by the "compatible" rule of
//! RFC 5545: in an overlap the earlier offset, in a gap shifted forward. Source: contracts.md §6.2.

pub mod steer;

use std::fmt;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
///
/// Shape: years 1900 to 2200 when parsed from input. Answered without fractions when they are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A calendar date without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShowDate(civil::Date);

/// A wall-clock time of day to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime(civil::Time);

/// A wall date and time without a zone, to the second.
pub type WallTime = civil::DateTime;

/// A known IANA time zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// The text is not what it should be; the sentence says what would be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    #[error("must be a date-time with an offset, such as 2026-12-04T20:30:00-05:00 or 2026-12-05T01:30:00Z")]
    Instant,
    #[error("must be an ISO 8601 date-time, such as 2026-12-04T20:30:00Z")]
    DateTime,
    #[error("must be a real date written YYYY-MM-DD")]
    Date,
    #[error("must be a time of day written HH:MM")]
    Clock,
    #[error("must be an IANA time zone name, such as America/New_York")]
    Zone,
}

/// Whether a wall time existed once, never or twice in its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Exact,
    /// The clock jumped over it; the instant is shifted forward.
    Gap,
    /// The clock showed it twice; the instant is the earlier one.
    Overlap,
}

const FIRST_INSTANT: i64 = -2_208_988_800_000; // 1900-01-01T00:00:00Z
const LAST_INSTANT: i64 = 7_258_118_400_000; // 2200-01-01T00:00:00Z
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis)
    }
    pub const fn as_millis(self) -> i64 {
        self.0
    }
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }
    /// The instant `millis` later (or earlier), at the range's end at most.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Timestamp(self.0.saturating_add(millis))
    }
    pub const fn millis_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 / ISO 8601 with `Z` or a numeric offset.
    ///
    /// # Errors
    /// [`NotATime::Instant`] for anything else, a missing offset and zone annotations included.
    pub fn parse(text: &str) -> Result<Timestamp, NotATime> {
        let well_formed = date_time_length(text).is_some_and(|at| is_offset(text.get(at..).unwrap_or("")));
        if !well_formed {
            return Err(NotATime::Instant);
        }
        let upper = text.to_ascii_uppercase();
        let instant: jiff::Timestamp = upper.parse().map_err(|_| NotATime::Instant)?;
        let millis = instant.as_millisecond();
        if (FIRST_INSTANT..LAST_INSTANT).contains(&millis) {
            Ok(Timestamp(millis))
        } else {
            Err(NotATime::Instant)
        }
    }

    /// The UTC text with `Z`: `2026-12-05T01:30:00Z`, with milliseconds only when they are not zero.
    pub fn to_utc_text(self) -> String {
        let mut text = wall_text(self.wall(&Zone::utc()));
        text.push('Z');
        text
    }

    /// The text with the zone's own offset at that instant: `2026-12-04T20:30:00-05:00`.
    pub fn to_offset_text(self, zone: &Zone) -> String {
        let offset = zone.0.to_offset(self.jiff());
        let mut text = wall_text(offset.to_datetime(self.jiff()));
        let minutes = offset.seconds().unsigned_abs() / 60;
        text.push(if offset.seconds() < 0 { '-' } else { '+' });
        digits(&mut text, minutes / 60, 2);
        text.push(':');
        digits(&mut text, minutes % 60, 2);
        text
    }

    /// What a clock in `zone` shows at this instant.
    pub fn wall(self, zone: &Zone) -> WallTime {
        zone.0.to_datetime(self.jiff())
    }

    /// The calendar date in UTC.
    pub fn utc_date(self) -> ShowDate {
        ShowDate(self.wall(&Zone::utc()).date())
    }

    /// When the next calendar date begins in UTC.
    pub const fn next_utc_day(self) -> Timestamp {
        Timestamp(self.0.div_euclid(DAY).saturating_add(1).saturating_mul(DAY))
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Digits by hand: every answer has many times in it, and the formatting machinery costs ten times as much.
fn wall_text(wall: WallTime) -> String {
    let mut text = String::with_capacity(32);
    date_text(&mut text, wall.date());
    text.push('T');
    for (part, after) in [(wall.hour(), ":"), (wall.minute(), ":"), (wall.second(), "")] {
        digits(&mut text, part.unsigned_abs().into(), 2);
        text.push_str(after);
    }
    let millis = wall.subsec_nanosecond() / 1_000_000;
    if millis != 0 {
        text.push('.');
        digits(&mut text, millis.unsigned_abs(), 3);
    }
    text
}

fn date_text(text: &mut String, date: civil::Date) {
    digits(text, date.year().unsigned_abs().into(), 4);
    text.push('-');
    digits(text, date.month().unsigned_abs().into(), 2);
    text.push('-');
    digits(text, date.day().unsigned_abs().into(), 2);
}

/// A number in exactly so many decimal digits, at most four.
fn digits(text: &mut String, number: u32, count: usize) {
    let all = [number / 1_000, number / 100, number / 10, number];
    for digit in all.into_iter().skip(4usize.saturating_sub(count)) {
        text.push(char::from_digit(digit % 10, 10).unwrap_or('0'));
    }
}

/// The number that so many decimal digits from a place on mean; `None` if they are none.
fn number(bytes: &[u8], from: usize, count: usize) -> Option<i16> {
    let digits = bytes.get(from..from.checked_add(count)?)?;
    digits.iter().try_fold(0i16, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| i16::from(digit.wrapping_sub(b'0')))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// The date of a text that begins `YYYY-MM-DD`, if there is such a day.
fn date_of(bytes: &[u8]) -> Option<civil::Date> {
    let small = |from| number(bytes, from, 2).and_then(|n| i8::try_from(n).ok());
    civil::Date::new(number(bytes, 0, 4)?, small(5)?, small(8)?).ok()
}

/// Length of a leading `YYYY-MM-DDThh:mm[:ss[.fff]]`, if the text begins with one.
fn date_time_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let shape = |from: usize, pattern: &[u8]| {
        pattern.iter().enumerate().all(|(i, p)| match (bytes.get(from.saturating_add(i)), p) {
            (Some(b), b'0') => b.is_ascii_digit(),
            (Some(b), b'T') => b.eq_ignore_ascii_case(&b'T'),
            (Some(b), p) => b == p,
            (None, _) => false,
        })
    };
    if !shape(0, b"0000-00-00T00:00") {
        return None;
    }
    if !shape(16, b":00") {
        return Some(16);
    }
    if bytes.get(19) != Some(&b'.') {
        return Some(19);
    }
    let digits = bytes.iter().skip(20).take_while(|b| b.is_ascii_digit()).count();
    (1..=9).contains(&digits).then_some(digits.saturating_add(20))
}

fn is_offset(text: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    match text.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', _, _, b':', _, _] => {
            let (hour, minute) = (text.get(1..3).unwrap_or("x"), text.get(4..6).unwrap_or("x"));
            digits(hour) && digits(minute) && hour <= "23" && minute <= "59"
        }
        _ => false,
    }
}

/// Reads a date-time without an offset: a wall time in whatever zone the reader means.
///
/// # Errors
/// [`NotATime::DateTime`] for anything else, an offset included.
pub fn parse_wall(text: &str) -> Result<WallTime, NotATime> {
    if date_time_length(text) != Some(text.len()) {
        return Err(NotATime::DateTime);
    }
    if text.len() == 19 {
        return whole_seconds(text.as_bytes()).ok_or(NotATime::DateTime);
    }
    let wall: WallTime = text.to_ascii_uppercase().parse().map_err(|_| NotATime::DateTime)?;
    if (1900..2200).contains(&wall.year()) { Ok(wall) } else { Err(NotATime::DateTime) }
}

/// `YYYY-MM-DDThh:mm:ss`, as wall times are stored; a leap second is the second before it, as everywhere.
fn whole_seconds(bytes: &[u8]) -> Option<WallTime> {
    let small = |from| number(bytes, from, 2).and_then(|n| i8::try_from(n).ok());
    let second = small(17).map(|second| if second == 60 { 59 } else { second })?;
    let time = civil::Time::new(small(11)?, small(14)?, second, 0).ok()?;
    let date = date_of(bytes)?;
    (1900..2200).contains(&date.year()).then(|| date.to_datetime(time))
}

impl ShowDate {
    /// Reads exactly `YYYY-MM-DD`, a date that exists, in the years 1900 to 2199.
    ///
    /// # Errors
    /// [`NotATime::Date`].
    pub fn parse(text: &str) -> Result<ShowDate, NotATime> {
        let shaped = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        let date = date_of(text.as_bytes()).filter(|_| shaped).ok_or(NotATime::Date)?;
        if (1900..2200).contains(&date.year()) { Ok(ShowDate(date)) } else { Err(NotATime::Date) }
    }
    pub fn plus_days(self, days: i64) -> ShowDate {
        self.0.checked_add(jiff::Span::new().days(days)).map_or(self, ShowDate)
    }
    /// Whole days from this date to another; negative if that is earlier.
    pub fn days_until(self, other: ShowDate) -> i64 {
        self.0.until(other.0).map_or(0, |span| i64::from(span.get_days()))
    }
    /// This date with the time of day of a wall time.
    pub fn with_time_of(self, wall: WallTime) -> WallTime {
        self.0.to_datetime(wall.time())
    }
    pub fn at(self, time: ClockTime) -> WallTime {
        self.0.to_datetime(time.0)
    }
    pub fn of(wall: WallTime) -> ShowDate {
        ShowDate(wall.date())
    }
    /// 0 for Monday to 6 for Sunday.
    pub fn weekday_from_monday(self) -> i8 {
        self.0.weekday().to_monday_zero_offset()
    }
    pub fn civil(self) -> civil::Date {
        self.0
    }
}

impl From<civil::Date> for ShowDate {
    fn from(date: civil::Date) -> Self {
        ShowDate(date)
    }
}

impl ShowDate {
    /// `YYYY-MM-DD`.
    pub fn to_text(self) -> String {
        let mut text = String::with_capacity(10);
        date_text(&mut text, self.0);
        text
    }
}

impl fmt::Display for ShowDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl ClockTime {
    pub const MIDNIGHT: ClockTime = ClockTime(civil::Time::MIN);

    /// Reads exactly `HH:MM`, 00:00 to 23:59.
    ///
    /// # Errors
    /// [`NotATime::Clock`].
    pub fn parse(text: &str) -> Result<ClockTime, NotATime> {
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else { return Err(NotATime::Clock) };
        let two = |a: u8, b: u8| -> Option<i8> {
            let digit = |d: u8| d.is_ascii_digit().then(|| d.wrapping_sub(b'0'));
            i8::try_from(digit(a)?.checked_mul(10)?.checked_add(digit(b)?)?).ok()
        };
        let (hour, minute) = (two(h1, h2).ok_or(NotATime::Clock)?, two(m1, m2).ok_or(NotATime::Clock)?);
        civil::Time::new(hour, minute, 0, 0).map(ClockTime).map_err(|_| NotATime::Clock)
    }
    /// `HH:MM`.
    pub fn to_text(self) -> String {
        let mut text = String::with_capacity(5);
        digits(&mut text, self.0.hour().unsigned_abs().into(), 2);
        text.push(':');
        digits(&mut text, self.0.minute().unsigned_abs().into(), 2);
        text
    }
    /// The time of day of a wall time, seconds dropped.
    pub fn of(wall: WallTime) -> ClockTime {
        civil::Time::new(wall.hour(), wall.minute(), 0, 0).map_or(ClockTime::MIDNIGHT, ClockTime)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Zone {
    /// Finds a zone by its IANA name; another letter case is accepted and corrected.
    ///
    /// # Errors
    /// [`NotATime::Zone`] if the bundled tz database has no such name.
    pub fn parse(name: &str) -> Result<Zone, NotATime> {
        let plausible = !name.is_empty()
            && name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
        if !plausible || name.eq_ignore_ascii_case("Etc/Unknown") {
            return Err(NotATime::Zone);
        }
        let zone = TimeZone::get(name).map_err(|_| NotATime::Zone)?;
        if zone.iana_name().is_some() { Ok(Zone(zone)) } else { Err(NotATime::Zone) }
    }
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }
    /// The names of all known zones, in alphabetical order.
    pub fn names() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect()
    }
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The instant that a wall time means here, and whether it had to be adjusted.
    ///
    /// Overlap: the earlier offset. Gap: shifted forward by the gap's length, so that 02:30 becomes
    /// 03:30. Source: contracts.md §6.2, vectors of §7.
    pub fn resolve(&self, wall: WallTime) -> (Timestamp, Resolution) {
        let ambiguous = self.0.to_ambiguous_timestamp(wall);
        let resolution = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => Resolution::Exact,
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
            AmbiguousOffset::Fold { .. } => Resolution::Overlap,
        };
        let millis = ambiguous.compatible().map_or(0, |instant| instant.as_millisecond());
        (Timestamp(millis), resolution)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
