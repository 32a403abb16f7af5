//! Rules of recurrence between a form and RFC 5545: how often, on which days; anything else is typed as a rule.

use callboard_core::series::{Frequency, Recurrence};

use crate::dashboard::form::Form;

/// The days of a week: the rule's word, the label.
pub(super) const DAYS: [(&str, &str); 7] = [
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
];
/// What the form offers: the value, the label.
pub(super) const FREQUENCIES: [(&str, &str); 5] = [
    ("WEEKLY", "Weeks"),
    ("DAILY", "Days"),
    ("MONTHLY", "Months, on the same day of the month"),
    ("YEARLY", "Years"),
    ("", "By the rule below"),
];

/// The longest pause between two dates that a form offers.
pub(super) const INTERVAL_MAX: i64 = 1_000;

/// The rule that a form says: the one that is typed, else what was chosen.
pub(super) fn of(form: &Form) -> String {
    let frequency = form.get("frequency");
    if frequency.is_empty() {
        return form.get("rrule").trim().replace("\r\n", "\n");
    }
    let mut rule = format!("FREQ={frequency}");
    if let Some(interval) = form.some("interval").filter(|interval| *interval != "1") {
        rule.push_str(&format!(";INTERVAL={interval}"));
    }
    let days: Vec<&str> = form.all("days").collect();
    if frequency == "WEEKLY" && !days.is_empty() {
        rule.push_str(&format!(";BYDAY={}", days.join(",")));
    }
    rule
}

/// A rule in words, as far as few words can: how often.
pub(super) fn in_words(recurrence: &Recurrence) -> String {
    let rule = recurrence.rule();
    let unit = match rule.frequency() {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    let every = match rule.interval() {
        1 => format!("every {unit}"),
        n => format!("every {n} {unit}s"),
    };
    let text = rule.to_string();
    let days = text.split(';').find_map(|part| part.strip_prefix("BYDAY="));
    let name = |day: &str| DAYS.iter().find(|(word, _)| *word == day).map(|(_, label)| *label);
    let named: Option<Vec<&str>> = days.map(|days| days.split(',').map(name).collect()).unwrap_or_default();
    match (rule.frequency(), named) {
        (Frequency::Weekly, Some(days)) if !days.is_empty() => format!("{every} on {}", days.join(", ")),
        _ => every,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_become_a_rule() {
        let form = |values: &[(&str, &str)]| {
            Form::of(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        let weekly = form(&[("frequency", "WEEKLY"), ("interval", "2"), ("days", "FR"), ("days", "SA")]);
        assert_eq!(of(&weekly), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SA");
        assert_eq!(of(&form(&[("frequency", "DAILY"), ("interval", "1"), ("days", "FR")])), "FREQ=DAILY");
        assert_eq!(of(&form(&[("rrule", " FREQ=MONTHLY;BYDAY=1FR ")])), "FREQ=MONTHLY;BYDAY=1FR");
    }
}
