//! From the form of an event to the core's change; what an event and a series both say, `described` reads.

use callboard_core::event::patch::{Change, PlacePatch};
use callboard_core::event::{
    self, Attendance, Booking, Category, Details, EventPatch, External, LocalPatch, LocalTimes,
    SchedulePatch, Visibility,
};
use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::place::{self, CAPACITY_MAX};
use callboard_core::slug::Slug;
use callboard_core::text;
use callboard_core::time::{ClockTime, ShowDate, Zone};

use super::places::Places;
use super::reader::Reader;
use crate::dashboard::form::Form;
use crate::http::Refusal;

/// Longest street address. Unit: characters.
pub(super) const ADDRESS_MAX: usize = 500;
/// Longest total of the sets: a week. Unit: minutes.
pub(super) const SET_MINUTES_MAX: i64 = 10_080;

/// Reads what a form says of an event; `before` is what the event says that it changes.
///
/// # Errors
/// All faults, under the names of the fields.
pub(super) fn patch(form: &Form, places: &Places, before: Option<&Details>) -> Result<EventPatch, Issues> {
    let mut reader = Reader::new(form, before);
    let r = &mut reader;
    let patch = EventPatch {
        slug: r.change("slug", Slug::parse).flatten(),
        schedule: match before {
            Some(before) => r.rescheduled(before),
            None => r.scheduled(),
        },
        external: r.external(),
        ..r.described(places)
    };
    reader.issues.done()?;
    Ok(patch)
}

/// Reads what a form says of all dates of a series; `before` is what they say now.
///
/// # Errors
/// All faults, under the names of the fields.
pub(in crate::dashboard::rooms) fn of_series(
    form: &Form,
    places: &Places,
    before: Option<&Details>,
) -> Result<EventPatch, Issues> {
    let mut reader = Reader::new(form, before);
    let patch = reader.described(places);
    reader.issues.done()?;
    Ok(patch)
}

fn whole(said: &str, least: i64, most: i64) -> Result<i64, String> {
    let number = said.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("must be a whole number from {least} to {most}"))
}

fn decimal(said: &str, most: f64) -> Result<f64, String> {
    let number = said.parse::<f64>().ok().filter(|number| (-most..=most).contains(number));
    number.ok_or_else(|| format!("must be a number from -{most} to {most}"))
}

/// Faults under the names of the fields, where the core's are others.
pub(in crate::dashboard::rooms) fn at_fields(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(Issues(issues)) = refusal else { return refusal };
    let renamed = |issue: Issue| match issue.place.dotted().as_str() {
        "showDate" => Issue { place: Place::body("date"), ..issue },
        _ => issue,
    };
    Refusal::Invalid(Issues(issues.into_iter().map(renamed).collect()))
}

impl Reader<'_> {
    fn described(&mut self, places: &Places) -> EventPatch {
        let currency = self.currency(places);
        let classifications = self.classifications();
        let category = self.word("category", Category::parse);
        // Where the ticks are changed, the category is the one that stands beside them.
        let category = match (category, &classifications) {
            (None, Some(_)) => Category::parse(self.form.get("category")),
            _ => category,
        };
        EventPatch {
            title: self.line("title", event::TITLE_MAX),
            description: self.paragraphs("description", event::DESCRIPTION_MAX),
            notes: self.paragraphs("notes", event::NOTES_MAX),
            booking: self.word("booking", Booking::parse),
            visibility: self.word("visibility", Visibility::parse),
            category,
            classifications,
            set_minutes: self.change("setMinutes", |said| whole(said, 0, SET_MINUTES_MAX)),
            venue_id: self.place("venueId"),
            channel_id: self.place("channelId"),
            box_office_id: self.place("boxOfficeId"),
            place: self.own_place(),
            performers: self.performers(),
            producer_name: self.line("producerName", event::TITLE_MAX),
            online_price: self.price("onlinePrice", currency),
            door_price: self.price("doorPrice", currency),
            door_seller: self.line("doorSeller", event::TITLE_MAX),
            offers: self.offers(),
            link_ticketing: self.change("links.ticketing", text::address),
            link_facebook: self.change("links.facebookEvent", text::address),
            link_website: self.change("links.website", text::address),
            poster_url: self.change("posterUrl", text::address),
            currency: (self.form.has("currency") && !self.is_shown("currency")).then_some(currency),
            capacity: self.change("capacity", |said| whole(said, 1, CAPACITY_MAX)),
            audience: self.line("audience", event::AUDIENCE_MAX),
            attendance: self
                .change("attendance", |said| Attendance::parse(said).ok_or(super::reader::UNLISTED)),
            metadata: self.metadata(),
            ..EventPatch::default()
        }
    }

    fn own_place(&mut self) -> PlacePatch {
        PlacePatch {
            name: self.line("place.name", event::TITLE_MAX),
            address: self.line("place.address", ADDRESS_MAX),
            city: self.line("place.city", event::TITLE_MAX),
            region: self.line("place.region", event::TITLE_MAX),
            country: self.change("place.country", place::country),
            place_id: self.line("place.placeId", event::TITLE_MAX),
            latitude: self.change("place.latitude", |said| decimal(said, 90.0)),
            longitude: self.change("place.longitude", |said| decimal(said, 180.0)),
        }
    }

    /// The name in somebody's own system: both parts or none.
    fn external(&mut self) -> Change<External> {
        const SOURCE: &str = "external.source";
        const ID: &str = "external.id";
        if [SOURCE, ID].iter().all(|name| self.is_shown(name) || !self.form.has(name)) {
            return None;
        }
        let source = self.read(SOURCE, |said| text::line(said, event::EXTERNAL_SOURCE_MAX)).flatten();
        let id = self.read(ID, |said| text::line(said, event::EXTERNAL_ID_MAX)).flatten();
        match (source, id) {
            (Some(source), Some(id)) => Some(Some(External { source, id })),
            (None, None) => Some(None),
            (source, _) => {
                let missing = if source.is_none() { SOURCE } else { ID };
                let message = "say both, the system and the id in it, or neither";
                self.issues.push(Issue::body(missing, IssueCode::Required, message));
                None
            }
        }
    }

    fn scheduled(&mut self) -> SchedulePatch {
        let zone = self.change("timezone", Zone::parse).flatten();
        let date = self.change("date", ShowDate::parse).flatten();
        let (doors, start, end) = (self.clock("doors"), self.clock("start"), self.clock("end"));
        match date {
            Some(date) => {
                let (doors, start, end) = (doors.flatten(), start.flatten(), end.flatten());
                LocalTimes { date, doors, start, end }.into_patch(zone)
            }
            None => {
                if self.form.some("date").is_none() {
                    self.issues.push(Issue::body("date", IssueCode::Required, "say on which day it is"));
                }
                SchedulePatch::default()
            }
        }
    }

    fn clock(&mut self, name: &str) -> Change<ClockTime> {
        self.read(name, ClockTime::parse)
    }

    /// What differs from what was shown. In another zone all times are meant anew, for people read wall times.
    fn rescheduled(&mut self, before: &Details) -> SchedulePatch {
        let zone = self.change("timezone", Zone::parse).flatten();
        let zone = zone.filter(|zone| *zone != before.schedule.zone);
        let differs = |name: &str| zone.is_some() || !self.is_shown(name);
        let [date, doors, start, end] = ["date", "doors", "start", "end"].map(differs);
        if date && self.form.has("date") && self.form.some("date").is_none() {
            self.issues.push(Issue::body("date", IssueCode::Required, "say on which day it is"));
        }
        let local = LocalPatch {
            date: if date { self.read("date", ShowDate::parse).flatten() } else { None },
            doors: if doors { self.clock("doors") } else { None },
            start: if start { self.clock("start") } else { None },
            end: if end { self.clock("end") } else { None },
        };
        SchedulePatch {
            zone,
            local: Some(local).filter(|local| !local.is_empty()),
            ..SchedulePatch::default()
        }
    }
}
