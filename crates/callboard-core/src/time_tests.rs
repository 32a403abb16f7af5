use super::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}
fn instant(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}
fn resolve(wall: &str, name: &str) -> (String, Resolution) {
    let (at, how) = zone(name).resolve(parse_wall(wall).unwrap());
    (at.to_utc_text(), how)
}

#[test]
fn the_shared_vectors_hold() {
    let (exact, gap, overlap) = (Resolution::Exact, Resolution::Gap, Resolution::Overlap);
    for (wall, name, utc, how) in [
        ("2026-05-14T20:00", "America/Chicago", "2026-05-15T01:00:00Z", exact),
        ("2026-05-14T23:00", "America/Chicago", "2026-05-15T04:00:00Z", exact),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00Z", overlap),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00Z", gap),
        ("2026-05-14T21:00", "Asia/Kathmandu", "2026-05-14T15:15:00Z", exact),
        ("2026-05-14T21:00", "Pacific/Kiritimati", "2026-05-14T07:00:00Z", exact),
    ] {
        assert_eq!(resolve(wall, name), (utc.to_owned(), how), "{wall} {name}");
    }
    let shown = instant("2026-03-08T07:30:00Z").wall(&zone("America/New_York"));
    assert_eq!(ClockTime::of(shown).to_string(), "03:30");
}

#[test]
fn an_instant_is_answered_with_the_zones_own_offset() {
    let show = instant("2026-09-01T19:00:00Z");
    assert_eq!(show.to_offset_text(&zone("America/New_York")), "2026-09-01T15:00:00-04:00");
    assert_eq!(show.to_offset_text(&zone("Asia/Kathmandu")), "2026-09-02T00:45:00+05:45");
    let later_of_two = instant("2026-11-01T06:30:00Z");
    assert_eq!(later_of_two.to_offset_text(&zone("America/New_York")), "2026-11-01T01:30:00-05:00");
}

#[test]
fn only_date_times_with_an_offset_are_instants() {
    for good in [
        "2026-06-12T20:00:00-04:00",
        "2026-06-13T00:00Z",
        "2026-06-13t00:00:00.123z",
        "2026-06-13T00:00:00.999999999+14:00",
    ] {
        assert!(Timestamp::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "2026-06-12T20:00:00",
        "2026-06-12",
        "tomorrow",
        "",
        "2026-02-30T00:00:00Z",
        "2026-06-12 20:00:00Z",
        "2026-06-12T20:00:00Z[UTC]",
        "2026-06-12T25:00:00Z",
        "2026-06-12T20:00:00+9:00",
        "0001-01-01T00:00:00Z",
        "+002026-06-12T20:00:00Z",
        "2026-06-12T20:00:00+0400",
        "2026-06-12T20:00:00.Z",
        "2026-06-12T20:00:60Zx",
    ] {
        assert!(Timestamp::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn dates_and_clock_times_take_one_spelling() {
    for bad in ["2026-02-30", "2026-5-1", "05/01/2026", "2026-05-01T00:00:00Z", "", "20260501"] {
        assert!(ShowDate::parse(bad).is_err(), "{bad}");
    }
    for bad in ["24:00", "9:00", "09:60", "09:00:00", "", "ab:cd"] {
        assert!(ClockTime::parse(bad).is_err(), "{bad}");
    }
    assert_eq!(ShowDate::parse("2026-11-23").unwrap().plus_days(90).to_string(), "2027-02-21");
}

#[test]
fn zones_are_known_names() {
    assert_eq!(zone("america/new_york").name(), "America/New_York");
    assert_eq!(zone("UTC").name(), "UTC");
    for bad in ["", "Mars/Olympus", "EST5EDT,M3.2.0,M11.1.0", "+05:00", "Etc/Unknown", "../etc/passwd"] {
        assert!(Zone::parse(bad).is_err(), "{bad}");
    }
}
