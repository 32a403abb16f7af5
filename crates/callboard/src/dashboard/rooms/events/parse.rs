//! From the form of an event to the core's change. A field that was not sent says nothing; an empty one clears.

use std::fmt::Display;

use callboard_core::event::patch::{Change, PlacePatch};
use callboard_core::event::{
    self, Attendance, Booking, Category, Event, EventPatch, LocalPatch, LocalTimes, Offer, Performer,
    PerformerRole, SchedulePatch, Visibility,
};
use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::money::Currency;
use callboard_core::place::{self, CAPACITY_MAX};
use callboard_core::slug::Slug;
use callboard_core::text;
use callboard_core::time::{ClockTime, ShowDate, Zone};

use super::places::Places;
use super::{rows, values};
use crate::dashboard::form::Form;
use crate::http::Refusal;

/// Longest street address. Unit: characters.
pub(super) const ADDRESS_MAX: usize = 500;
/// Longest total of the sets: a week. Unit: minutes.
pub(super) const SET_MINUTES_MAX: i64 = 10_080;
/// What a choice of place sends to say that there is none, where nothing said means the box office's.
pub(super) const NONE: &str = "none";

/// Reads what a form says of an event; `before` is the event that it changes.
///
/// # Errors
/// All faults, under the names of the fields.
pub(super) fn patch(form: &Form, places: &Places, before: Option<&Event>) -> Result<EventPatch, Issues> {
    let mut reader = Reader { form, issues: Issues::new(), is_new: before.is_none() };
    let r = &mut reader;
    let currency = r.currency(places, before);
    let line = |r: &mut Reader<'_>, name: &str| r.change(name, |said| text::line(said, event::TITLE_MAX));
    let price = |r: &mut Reader<'_>, name: &str| {
        r.change(name, |said| currency.parse_decimal(&said.replace(',', ".")))
    };
    let address = |r: &mut Reader<'_>, name: &str| r.change(name, text::address);
    let patch = EventPatch {
        title: line(r, "title"),
        slug: r.change("slug", Slug::parse).flatten(),
        description: r.paragraphs("description", event::DESCRIPTION_MAX, before, |e| &e.details.description),
        notes: r.paragraphs("notes", event::NOTES_MAX, before, |e| &e.details.notes),
        booking: r.word("booking", Booking::parse),
        visibility: r.word("visibility", Visibility::parse),
        category: r.word("category", Category::parse),
        classifications: None,
        schedule: match before {
            Some(before) => r.rescheduled(before),
            None => r.scheduled(),
        },
        set_minutes: r.change("setMinutes", |said| whole(said, 0, SET_MINUTES_MAX)),
        venue_id: r.place("venueId"),
        channel_id: r.place("channelId"),
        box_office_id: r.place("boxOfficeId"),
        place: PlacePatch {
            name: line(r, "place.name"),
            address: r.change("place.address", |said| text::line(said, ADDRESS_MAX)),
            city: line(r, "place.city"),
            region: line(r, "place.region"),
            country: r.change("place.country", place::country),
            place_id: None,
            latitude: r.change("place.latitude", |said| decimal(said, 90.0)),
            longitude: r.change("place.longitude", |said| decimal(said, 180.0)),
        },
        performers: r.performers(),
        producer_name: line(r, "producerName"),
        online_price: price(r, "onlinePrice"),
        door_price: price(r, "doorPrice"),
        door_seller: line(r, "doorSeller"),
        offers: r.offers(),
        link_ticketing: address(r, "links.ticketing"),
        link_facebook: address(r, "links.facebookEvent"),
        link_website: address(r, "links.website"),
        cover: None,
        poster_url: address(r, "posterUrl"),
        currency: form.has("currency").then_some(currency),
        capacity: r.change("capacity", |said| whole(said, 1, CAPACITY_MAX)),
        audience: None,
        attendance: r.change("attendance", |said| Attendance::parse(said).ok_or(UNLISTED)),
        external: None,
        metadata: None,
    };
    reader.issues.done()?;
    Ok(patch)
}

const UNLISTED: &str = "must be one of the list";

fn whole(said: &str, least: i64, most: i64) -> Result<i64, String> {
    let number = said.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("must be a whole number from {least} to {most}"))
}

fn decimal(said: &str, most: f64) -> Result<f64, String> {
    let number = said.parse::<f64>().ok().filter(|number| (-most..=most).contains(number));
    number.ok_or_else(|| format!("must be a number from -{most} to {most}"))
}

/// Faults under the names of the fields, where the core's are others.
pub(super) fn at_fields(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(Issues(issues)) = refusal else { return refusal };
    let renamed = |issue: Issue| match issue.place.dotted().as_str() {
        "showDate" => Issue { place: Place::body("date"), ..issue },
        _ => issue,
    };
    Refusal::Invalid(Issues(issues.into_iter().map(renamed).collect()))
}

struct Reader<'a> {
    form: &'a Form,
    issues: Issues,
    is_new: bool,
}

impl Reader<'_> {
    fn change<T, E: Display>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Change<T> {
        if !self.form.has(name) {
            return None;
        }
        let Some(said) = self.form.some(name) else { return Some(None) };
        self.issues.keep(name, IssueCode::InvalidValue, parse(said)).map(Some)
    }

    fn word<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.change(name, |said| parse(said).ok_or(UNLISTED)).flatten()
    }

    /// Browsers send line breaks as two characters; a text that differs in nothing else stays as it was.
    fn paragraphs(
        &mut self,
        name: &str,
        max: usize,
        before: Option<&Event>,
        of: impl Fn(&Event) -> &Option<String>,
    ) -> Change<String> {
        let unix = |text: &str| text.replace("\r\n", "\n");
        let said = self.change(name, |said| text::lines(&unix(said), max));
        let kept = before.and_then(|before| of(before).as_deref()).map(unix);
        said.filter(|said| before.is_none() || said.as_deref() != kept.as_deref())
    }

    /// The currency of the prices: said, else the event's, else the box office's.
    fn currency(&mut self, places: &Places, before: Option<&Event>) -> Currency {
        let said = self.change("currency", Currency::parse).flatten();
        let office = || places.office(self.form.get("boxOfficeId").parse().ok());
        said.or(before.map(|before| before.details.currency))
            .or_else(|| office().map(|office| office.details.currency))
            .unwrap_or(Currency::USD)
    }

    /// On a new event nothing chosen leaves it to the box office.
    fn place<T: std::str::FromStr>(&mut self, name: &str) -> Change<T> {
        match self.form.get(name) {
            "" if self.is_new => None,
            NONE => Some(None),
            _ => self.change(name, |said| said.parse().map_err(|_| UNLISTED)),
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
        self.change(name, ClockTime::parse)
    }

    /// What differs from what was shown. In another zone all times are meant anew, for people read wall times.
    fn rescheduled(&mut self, before: &Event) -> SchedulePatch {
        let shown = Form::of(values::of(before));
        let zone = self.change("timezone", Zone::parse).flatten();
        let zone = zone.filter(|zone| *zone != before.details.schedule.zone);
        let differs = |name: &str| zone.is_some() || self.form.get(name).trim() != shown.get(name);
        let [date, doors, start, end] = ["date", "doors", "start", "end"].map(differs);
        if date && self.form.has("date") && self.form.some("date").is_none() {
            self.issues.push(Issue::body("date", IssueCode::Required, "say on which day it is"));
        }
        let local = LocalPatch {
            date: if date { self.change("date", ShowDate::parse).flatten() } else { None },
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

    /// The filled rows, in their order.
    fn filled(&self, kind: rows::Kind) -> Option<Vec<usize>> {
        let count = kind.count(self.form);
        (count > 0).then(|| (0..count).filter(|at| kind.is_filled(self.form, *at)).collect())
    }

    /// The text that decides whether there is a row: it cannot be empty where the others say something.
    fn required<T, E: Display>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<T> {
        if self.form.some(name).is_none() {
            self.issues.push(Issue::body(
                name,
                IssueCode::Required,
                "must not be empty in a row that says more",
            ));
        }
        self.change(name, parse).flatten()
    }

    fn performers(&mut self) -> Option<Vec<Performer>> {
        let kind = rows::PERFORMERS;
        let mut all = Vec::new();
        for at in self.filled(kind)? {
            let usual = if all.is_empty() { PerformerRole::Headliner } else { PerformerRole::Support };
            let name = self.required(&kind.field(at, "name"), |said| text::line(said, event::TITLE_MAX));
            let role = self.word(&kind.field(at, "role"), PerformerRole::parse).unwrap_or(usual);
            let slug = |said: &str| Slug::parse(said).map(|slug| slug.to_string());
            let band_slug = self.change(&kind.field(at, "bandSlug"), slug).flatten();
            let banner_url = self.change(&kind.field(at, "bannerUrl"), text::address).flatten();
            all.extend(name.map(|name| Performer { name, role, band_slug, banner_url }));
        }
        Some(all)
    }

    fn offers(&mut self) -> Option<Vec<Offer>> {
        let kind = rows::OFFERS;
        let mut all = Vec::new();
        for at in self.filled(kind)? {
            let url = self.required(&kind.field(at, "url"), text::address);
            let name = |said: &str| text::line(said, event::TITLE_MAX);
            let name = self.change(&kind.field(at, "name"), name).flatten();
            let availability = self.change(&kind.field(at, "availability"), state).flatten();
            all.extend(url.map(|url| Offer { name, url, availability }));
        }
        Some(all)
    }
}

/// `[a-z_]{1,40}`. Source: contracts.md §1.4.
fn state(said: &str) -> Result<String, &'static str> {
    let is_word = (1..=40).contains(&said.len()) && said.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word {
        Ok(said.to_owned())
    } else {
        Err("must be lower-case letters and underscores, such as sold_out")
    }
}
