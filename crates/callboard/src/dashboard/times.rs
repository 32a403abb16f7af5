//! Instants for people who only want to know how long ago.

use callboard_core::time::{DAY, HOUR, MINUTE, Timestamp};

/// `just now`, `5 minutes ago`, `3 days ago`, else the date; `in 2 hours` for what is to come.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let passed = now.millis_since(at);
    let (distance, is_past) = (passed.saturating_abs(), passed >= 0);
    let count = |unit: i64, word: &str| {
        let n = distance / unit;
        format!("{n} {word}{}", if n == 1 { "" } else { "s" })
    };
    let text = match distance {
        d if d < MINUTE => return if is_past { "just now".to_owned() } else { "in a moment".to_owned() },
        d if d < HOUR => count(MINUTE, "minute"),
        d if d < DAY => count(HOUR, "hour"),
        d if d < 60 * DAY => count(DAY, "day"),
        _ => return day(at),
    };
    if is_past { format!("{text} ago") } else { format!("in {text}") }
}

/// The day in UTC: `23 November 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    let utc = callboard_core::time::Zone::utc();
    at.wall(&utc).strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_said_in_the_largest_whole_unit() {
        let now = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
        for (millis, text) in [
            (0, "just now"),
            (61_000, "1 minute ago"),
            (7_200_000, "2 hours ago"),
            (59 * DAY, "59 days ago"),
            (-2 * HOUR, "in 2 hours"),
            (60 * DAY, "24 September 2026"),
        ] {
            assert_eq!(ago(now.plus_millis(-millis), now), text);
        }
    }
}
