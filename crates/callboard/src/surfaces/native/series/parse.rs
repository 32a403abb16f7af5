//! From a body to the core's change of a series, and where a fault of the core's sits in the body.

use std::collections::BTreeSet;

use callboard_core::issue::{Issue, IssueCode, Issues, Place, Step, Warning};
use callboard_core::series::{Scope, SeriesPatch};
use callboard_core::time::{ClockTime, ShowDate, Zone};

use super::body::{NewSeries, ScopeWord, SeriesChange};
use crate::http::Refusal;
use crate::surfaces::native::events::template::TemplateBody;
use crate::surfaces::native::events::{Reading, Spoken};

/// Members of a series' own; what else the core names is of the event inside.
const OWN: [&str; 11] = [
    "title",
    "rrule",
    "timezone",
    "startDate",
    "local",
    "untilDate",
    "exDates",
    "rDates",
    "scope",
    "fromDate",
    "event",
];

/// Reads a new series.
///
/// # Errors
/// All faults, under the names of the wire.
pub(super) fn new(body: NewSeries) -> Result<SeriesPatch, Issues> {
    let mut reading = Reading::default();
    let r = &mut reading;
    let patch = SeriesPatch {
        rrule: Some(body.rrule),
        zone: r.value("timezone", Some(body.timezone), |name| Zone::parse(&name)),
        start_date: date(r, "startDate", Some(body.start_date)),
        doors: Some(clock(r, "local.doors", body.local.doors)),
        start: clock(r, "local.start", Some(body.local.start)),
        end: Some(clock(r, "local.end", body.local.end)),
        until: Some(date(r, "untilDate", body.until_date)),
        exdates: Some(dates(r, "exDates", body.ex_dates)),
        rdates: Some(dates(r, "rDates", body.r_dates)),
        ..SeriesPatch::default()
    };
    with_event(reading, patch, body.event.unwrap_or_default(), Some(body.title))
}

/// Reads a change, and which dates it is for.
///
/// # Errors
/// All faults, under the names of the wire.
pub(super) fn change(body: SeriesChange) -> Result<(Scope, SeriesPatch, Vec<Warning>), Issues> {
    let mut reading = Reading::default();
    let r = &mut reading;
    let local = body.local.unwrap_or_default();
    let from = date(r, "fromDate", body.from_date);
    if from.is_none() && body.scope != ScopeWord::All {
        r.0.push(Issue::body("fromDate", IssueCode::Required, "is required for this scope"));
    }
    let patch = SeriesPatch {
        rrule: body.rrule,
        zone: r.value("timezone", body.timezone, |name| Zone::parse(&name)),
        start_date: date(r, "startDate", body.start_date),
        doors: r.each("local.doors", local.doors, |text| ClockTime::parse(&text)),
        start: clock(r, "local.start", local.start),
        end: r.each("local.end", local.end, |text| ClockTime::parse(&text)),
        until: r.each("untilDate", body.until_date, |text| ShowDate::parse(&text)),
        exdates: body.ex_dates.map(|all| dates(r, "exDates", all)),
        rdates: body.r_dates.map(|all| dates(r, "rDates", all)),
        ..SeriesPatch::default()
    };
    let patch = with_event(reading, patch, body.event.unwrap_or_default(), body.title)?;
    let (scope, warnings) = match (body.scope, from) {
        (ScopeWord::This, Some(date)) => (Scope::This(date), Vec::new()),
        (ScopeWord::Following, Some(date)) => (Scope::Following(date), Vec::new()),
        (ScopeWord::All, Some(_)) => (Scope::All, vec![ignored_from()]),
        (ScopeWord::All | ScopeWord::This | ScopeWord::Following, None) => (Scope::All, Vec::new()),
    };
    Ok((scope, patch, warnings))
}

fn ignored_from() -> Warning {
    let message =
        "`all` is every date that is ahead, whatever `fromDate` says; use `following` to begin there";
    Warning { place: Place::body("fromDate"), code: "ignored", message: message.to_owned() }
}

fn with_event(
    reading: Reading,
    patch: SeriesPatch,
    event: TemplateBody,
    title: Option<String>,
) -> Result<SeriesPatch, Issues> {
    let mut issues = reading.0;
    match event.parse(title) {
        Ok(said) => {
            issues.done()?;
            Ok(SeriesPatch { event: said.event, types: said.types, status: said.status, ..patch })
        }
        Err(faults) => {
            issues.0.extend(self::issues(faults).0);
            Err(issues)
        }
    }
}

fn date(r: &mut Reading, path: &str, said: Option<String>) -> Option<ShowDate> {
    r.value(path, said, |text| ShowDate::parse(&text))
}

fn clock(r: &mut Reading, path: &str, said: Option<String>) -> Option<ClockTime> {
    r.value(path, said, |text| ClockTime::parse(&text))
}

fn dates(r: &mut Reading, path: &str, said: Vec<String>) -> BTreeSet<ShowDate> {
    let read = |(at, text): (usize, String)| date(r, &format!("{path}.{at}"), Some(text));
    said.into_iter().enumerate().filter_map(read).collect()
}

/// The place on the wire of a place in the core.
fn place(place: Place) -> Place {
    let Place::Body(steps) = &place else { return place };
    let Some(Step::Member(first)) = steps.first() else { return place };
    if OWN.contains(&first.as_str()) {
        return place;
    }
    match Spoken::Local.place(place.clone()) {
        Place::Body(inner) => Place::Body([vec![Step::from("event")], inner].concat()),
        other => other,
    }
}

fn issues(issues: Issues) -> Issues {
    Issues(issues.0.into_iter().map(|issue| Issue { place: place(issue.place), ..issue }).collect())
}

/// A refusal as the caller reads it.
pub(super) fn refusal(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(faults) => Refusal::Invalid(issues(faults)),
        other => other,
    }
}

pub(super) fn warnings(warnings: &[Warning]) -> Vec<Warning> {
    warnings.iter().map(|one| Warning { place: place(one.place.clone()), ..one.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_event_is_inside_of_it() {
        let at = |path: &str| place(Place::body(path)).pointer();
        assert_eq!(at("rrule"), "/rrule");
        assert_eq!(at("local.start"), "/local/start");
        assert_eq!(at("venueId"), "/event/venueId");
        assert_eq!(at("cover"), "/event/coverImageId");
        assert_eq!(at("ticketTypes.1.name"), "/event/ticketTypes/1/name");
    }
}
