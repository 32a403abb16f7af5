//! What the placeholders of the docs stand for: this server's address, an evening to come, ids.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use callboard_core::time::{ShowDate, Timestamp};

use super::example::Credential;
use super::highlight::escaped;

/// Ids as they are shown to someone who is not signed in. The tests read the same file.
const SAMPLES: &str = include_str!("../../docs-site/samples.json");

static SAMPLE_VALUES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(SAMPLES).expect("the samples are an object of texts; a test reads them")
});

/// The evening of the examples is in this month, when New York is five hours behind UTC in every year.
const MONTH: i8 = 12;
/// It is at least so many days ahead.
const LEAD_DAYS: i64 = 7;

/// Values by the names of their placeholders.
#[derive(Debug, Clone)]
pub(super) struct Values(BTreeMap<String, String>);

impl Values {
    /// What a reader sees who is not signed in.
    pub(super) fn samples(public_url: &str, contact: Option<&str>, now: Timestamp) -> Values {
        let mut values = Values(SAMPLE_VALUES.clone());
        values.set("url", public_url);
        values.set("contact", contact.unwrap_or("whoever runs this server"));
        let (evening, next) = evening(now);
        for credential in Credential::ALL {
            let (sample, note) = credential.sample();
            values.set(&format!("{}_key", credential.word()), sample);
            values.set(&format!("{}_key_note", credential.word()), note);
        }
        values.set("date", &evening.to_string());
        values.set("date_next", &next.to_string());
        values
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Fills the placeholders of plain text.
    pub(super) fn fill(&self, text: &str) -> String {
        self.fill_with(text, str::to_owned)
    }

    /// Fills the placeholders of HTML.
    pub(super) fn fill_html(&self, html: &str) -> String {
        self.fill_with(html, escaped)
    }

    fn fill_with(&self, text: &str, write: impl Fn(&str) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let known = after.split_once("}}").and_then(|(name, tail)| Some((self.0.get(name)?, tail)));
            match known {
                Some((value, tail)) => {
                    out.push_str(&write(value));
                    rest = tail;
                }
                None => {
                    out.push_str("{{");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// The first Friday of December that is far enough ahead, and the day after it.
fn evening(now: Timestamp) -> (ShowDate, ShowDate) {
    let soonest = now.utc_date().plus_days(LEAD_DAYS);
    let friday = |year: i16| {
        let first = ShowDate::parse(&format!("{year:04}-{MONTH}-01")).ok()?;
        // Monday is 0, Friday 4.
        let ahead = (4 - i64::from(first.weekday_from_monday())).rem_euclid(7);
        Some(first.plus_days(ahead))
    };
    let year = soonest.civil().year();
    let coming = [year, year.saturating_add(1)].into_iter().filter_map(friday).find(|date| *date >= soonest);
    let date = coming.unwrap_or(soonest);
    (date, date.plus_days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn the_evening_is_a_friday_in_december_that_is_still_to_come() {
        for (now, date, next) in [
            ("2026-11-23T10:00:00Z", "2026-12-04", "2026-12-05"),
            ("2026-11-28T10:00:00Z", "2027-12-03", "2027-12-04"),
            ("2027-01-01T00:00:00Z", "2027-12-03", "2027-12-04"),
        ] {
            let (evening, after) = evening(at(now));
            assert_eq!((evening.to_string().as_str(), after.to_string().as_str()), (date, next), "{now}");
        }
    }

    #[test]
    fn known_names_are_filled_and_others_stay() {
        let mut values = Values::samples("https://a.example", None, at("2026-11-23T10:00:00Z"));
        values.set("x", "<b>");
        assert_eq!(values.fill("{{url}}/v1 {{x}} {{unknown}} {{"), "https://a.example/v1 <b> {{unknown}} {{");
        assert_eq!(values.fill_html("{{x}}"), "&lt;b&gt;");
    }
}
