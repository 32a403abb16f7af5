//! From what P says about an event to a change in core words. Source: contracts.md §6.2, §6.3.

use callboard_core::event::patch::PlacePatch;
use callboard_core::event::{Attendance, EventPatch, Lifecycle, Offer, SchedulePatch, When};
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::place::country;
use callboard_core::text;
use callboard_core::time::{Timestamp, Zone};

use super::body::{ApproxLocation, AttendanceMode, EventChanges, Location, OfferBody, Status};

impl Status {
    pub(super) fn lifecycle(self) -> Lifecycle {
        match self {
            Status::Draft => Lifecycle::Draft,
            Status::Published => Lifecycle::Published,
        }
    }
}

impl EventChanges {
    /// The change in core words. The schema was checked before; what it cannot say is checked here again.
    ///
    /// # Errors
    /// Issues under P's own names.
    pub(super) fn into_patch(self) -> Result<EventPatch, Issues> {
        let mut issues = Issues::new();
        let schedule = SchedulePatch {
            zone: self
                .timezone
                .and_then(|name| issues.keep("timezone", IssueCode::InvalidFormat, Zone::parse(&name))),
            start: self.start_at.map(|text| instant(&mut issues, "startAt", &text)),
            end: self.end_at.map(|said| said.and_then(|text| instant(&mut issues, "endAt", &text))),
            ..SchedulePatch::default()
        };
        let mut place = PlacePatch { name: self.location_name, ..PlacePatch::default() };
        if let Some(approx) = self.approx_location {
            approx.say_in(&mut place, &mut issues);
        }
        if let Some(location) = self.location {
            say_location(location, &mut place);
        }
        let patch = EventPatch {
            title: self.title.map(Some),
            description: self.description,
            classifications: self.classifications.map(|slugs| distinct(slugs.into_iter().map(|slug| slug.0))),
            schedule,
            place,
            cover: self.cover_image,
            offers: self.offers.map(|offers| offers.unwrap_or_default().into_iter().map(offer).collect()),
            capacity: self.capacity,
            audience: self.audience,
            attendance: self.attendance_mode.map(|mode| mode.map(AttendanceMode::core)),
            ..EventPatch::default()
        };
        issues.done().map(|()| patch)
    }
}

fn instant(issues: &mut Issues, path: &str, text: &str) -> Option<When> {
    issues.keep(path, IssueCode::InvalidFormat, Timestamp::parse(text)).map(When::At)
}

impl ApproxLocation {
    /// The whole city is replaced: what it does not name is taken away.
    fn say_in(self, place: &mut PlacePatch, issues: &mut Issues) {
        let city = self.city;
        let code = city.country_code.as_deref().map(country);
        let path = "approxLocation.city.countryCode";
        place.place_id = Some(Some(city.place_id));
        place.city = Some(city.name);
        place.country = Some(code.and_then(|code| issues.keep(path, IssueCode::InvalidFormat, code)));
    }
}

fn say_location(said: Option<Location>, place: &mut PlacePatch) {
    let location = said.unwrap_or(Location { address: None, latitude: None, longitude: None });
    place.address = Some(location.address);
    place.latitude = Some(location.latitude);
    place.longitude = Some(location.longitude);
}

fn offer(said: OfferBody) -> Offer {
    // The schema refused what is no address; the trimmed form is kept.
    let url = text::address(&said.url).unwrap_or(said.url);
    Offer { name: said.name, url, availability: said.availability }
}

fn distinct(slugs: impl Iterator<Item = String>) -> Vec<String> {
    slugs.fold(Vec::new(), |mut kept, slug| {
        if !kept.contains(&slug) {
            kept.push(slug);
        }
        kept
    })
}

impl AttendanceMode {
    fn core(self) -> Attendance {
        match self {
            AttendanceMode::InPerson => Attendance::InPerson,
            AttendanceMode::Online => Attendance::Online,
            AttendanceMode::Hybrid => Attendance::Hybrid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patch(body: serde_json::Value) -> EventPatch {
        serde_json::from_value::<EventChanges>(body).unwrap().into_patch().unwrap()
    }

    #[test]
    fn what_is_not_said_is_kept_and_null_takes_away() {
        assert_eq!(patch(json!({})), EventPatch::default());
        let cleared = patch(json!({ "endAt": null, "location": null, "coverImage": null, "offers": null }));
        assert_eq!((cleared.schedule.end, cleared.cover), (Some(None), Some(None)));
        assert_eq!((cleared.place.address, cleared.place.latitude), (Some(None), Some(None)));
        assert_eq!(cleared.offers, Some(Vec::new()));
        assert_eq!(cleared.place.city, None);
    }

    #[test]
    fn a_city_replaces_the_whole_city() {
        let said =
            patch(json!({ "approxLocation": { "city": { "placeId": "plc-1", "countryCode": "us" } } }));
        assert_eq!(said.place.place_id, Some(Some("plc-1".to_owned())));
        assert_eq!((said.place.city, said.place.country), (Some(None), Some(Some("US".to_owned()))));
    }

    #[test]
    fn classifications_are_counted_once_and_in_their_order() {
        let said = patch(json!({ "classifications": ["music", "film", "music"] }));
        assert_eq!(said.classifications, Some(vec!["music".to_owned(), "film".to_owned()]));
    }
}
