//! From this surface's bodies to core words. The schemas have checked shape and bounds; what is parsed
//! here once more becomes a type that cannot be wrong.

use callboard_core::event::patch::{Change, EventPatch, PlacePatch};
use callboard_core::event::{DESCRIPTION_MAX, SchedulePatch, TITLE_MAX, When};
use callboard_core::ids::TicketTypeId;
use callboard_core::issue::{Issue, IssueCode, Issues, Place, Step};
use callboard_core::money::{Currency, MinorUnits};
use callboard_core::slug::Slug;
use callboard_core::text;
use callboard_core::ticket::{NAME_MAX, Terms};
use callboard_core::time::{NotATime, Timestamp, Zone, parse_wall};
use callboard_core::{place, rejection::Rejection};

use super::bodies::{EventChanges, NewTicketType};
use super::contract::{MIN_PER_ORDER_DEFAULT, STATUS};
use crate::http::{Call, Refusal};

/// Refuses a body that has a `status`, whatever else it says: nothing of it is done.
///
/// # Errors
/// 400 with the sentence about status changes.
pub(super) fn refuse_status(call: &Call) -> Result<(), Refusal> {
    match call.json().and_then(|body| body.get(STATUS)) {
        None => Ok(()),
        Some(_) => Err(Issue::body(STATUS, IssueCode::NotSupported, "cannot be set or changed here").into()),
    }
}

/// A change in core words.
///
/// # Errors
/// Issues under this surface's names.
pub(super) fn changes(body: &EventChanges) -> Result<EventPatch, Issues> {
    let mut issues = Issues::new();
    let patch = EventPatch {
        title: line(&mut issues, "title", body.title.as_ref(), TITLE_MAX).map(Some),
        slug: keep(&mut issues, "slug", body.slug.as_ref(), Slug::parse),
        description: change(&mut issues, "description", &body.description, |t| {
            text::lines(t, DESCRIPTION_MAX)
        }),
        visibility: body.visibility.map(Into::into),
        category: body.category.map(Into::into),
        currency: keep(&mut issues, "currency", body.currency.as_ref(), Currency::parse),
        poster_url: change(&mut issues, "imageUrl", &body.image_url, text::address),
        // No image is no image: an upload under the address would show through.
        cover: matches!(body.image_url, Some(None)).then_some(None),
        place: PlacePatch {
            name: change(&mut issues, "venueName", &body.venue_name, |t| text::line(t, TITLE_MAX)),
            address: change(&mut issues, "address", &body.address, |t| text::line(t, TITLE_MAX)),
            city: change(&mut issues, "city", &body.city, |t| text::line(t, TITLE_MAX)),
            country: change(&mut issues, "country", &body.country, place::country),
            ..PlacePatch::default()
        },
        schedule: SchedulePatch {
            zone: keep(&mut issues, "timezone", body.timezone.as_ref(), Zone::parse),
            doors: change(&mut issues, "doorsOpen", &body.doors_open, when),
            start: keep(&mut issues, "startsAt", body.starts_at.as_ref(), when).map(Some),
            end: change(&mut issues, "endsAt", &body.ends_at, when),
            ..SchedulePatch::default()
        },
        ..EventPatch::default()
    };
    issues.done().map(|()| patch)
}

/// Which ticket type a change takes away.
///
/// # Errors
/// An issue where its two names name two ticket types.
pub(super) fn removal(body: &EventChanges) -> Result<Option<TicketTypeId>, Issues> {
    let (first, second) = (body.remove_ticket_type_id, body.remove_ticket_type.map(|by| by.id()));
    match (first, second) {
        (Some(first), Some(second)) if first != second => {
            let message = "names another ticket type than removeTicketTypeId; one can be removed per request";
            Err(Issues(vec![Issue::body("removeTicketType", IssueCode::Conflict, message)]))
        }
        (one, other) => Ok(one.or(other).map(TicketTypeId)),
    }
}

/// A ticket type's terms; wall times are those of `zone`. `at` is its place in the body.
///
/// # Errors
/// Issues below `at`.
pub(super) fn terms(body: &NewTicketType, at: &[Step], zone: &Zone) -> Result<Terms, Issues> {
    let mut issues = Issues::new();
    let instant = |t: &str| when(t).map(|when| instant(when, zone));
    let name = keep(&mut issues, "name", Some(&body.name), |t| text::line(t, NAME_MAX));
    let description =
        keep(&mut issues, "description", body.description.as_ref(), |t| text::lines(t, DESCRIPTION_MAX));
    let sale_starts_at = keep(&mut issues, "saleStartsAt", body.sale_starts_at.as_ref(), |t| instant(t));
    let sale_ends_at = keep(&mut issues, "saleEndsAt", body.sale_ends_at.as_ref(), |t| instant(t));
    let terms = Terms {
        name: name.unwrap_or_default(),
        description,
        price: MinorUnits(body.price),
        quantity: body.quantity,
        sale_starts_at,
        sale_ends_at,
        min_per_order: body.min_per_order.unwrap_or(MIN_PER_ORDER_DEFAULT),
        max_per_order: body.max_per_order,
        hidden: body.hidden.unwrap_or(false),
    };
    if let Err(across) = terms.check() {
        issues.0.extend(across.0);
    }
    issues.done().map_err(|issues| below(at, issues)).map(|()| terms)
}

/// A refusal of the core under this surface's names.
pub(super) fn in_wire_names(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(issues) | Refusal::Rejected(Rejection::Invalid(issues)) => {
            Refusal::Invalid(Issues(issues.0.into_iter().map(in_wire_name).collect()))
        }
        other => other,
    }
}

fn in_wire_name(issue: Issue) -> Issue {
    let wire = match issue.place.dotted().as_str() {
        "start" | "showDate" => "startsAt",
        "end" => "endsAt",
        "doors" => "doorsOpen",
        "zone" => "timezone",
        _ => return issue,
    };
    Issue { place: Place::body(wire), ..issue }
}

fn below(at: &[Step], issues: Issues) -> Issues {
    let moved = |issue: Issue| match issue.place {
        Place::Body(steps) => Issue { place: Place::Body([at, &steps].concat()), ..issue },
        Place::Query(_) | Place::Header(_) => issue,
    };
    Issues(issues.0.into_iter().map(moved).collect())
}

/// A date-time with an offset is an instant; without one it is a wall time of the event's zone.
fn when(text: &str) -> Result<When, NotATime> {
    Timestamp::parse(text).map(When::At).or_else(|_| parse_wall(text).map(When::Wall))
}

fn instant(when: When, zone: &Zone) -> Timestamp {
    match when {
        When::At(at) => at,
        When::Wall(wall) => zone.resolve(wall).0,
    }
}

fn line(issues: &mut Issues, name: &str, text: Option<&String>, max: usize) -> Option<String> {
    keep(issues, name, text, |t| text::line(t, max))
}

fn keep<T, E: std::fmt::Display>(
    issues: &mut Issues,
    name: &str,
    text: Option<&String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<T> {
    issues.keep(name, IssueCode::InvalidFormat, parse(text?))
}

fn change<T, E: std::fmt::Display>(
    issues: &mut Issues,
    name: &str,
    said: &Change<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Change<T> {
    match said.as_ref()? {
        None => Some(None),
        Some(text) => issues.keep(name, IssueCode::InvalidFormat, parse(text)).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn body(value: Value) -> EventChanges {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn null_clears_and_silence_keeps() {
        let patch = changes(&body(json!({ "city": null, "imageUrl": null, "country": "us" }))).unwrap();
        assert_eq!((patch.place.city, patch.place.name), (Some(None), None));
        assert_eq!(patch.place.country, Some(Some("US".to_owned())));
        assert_eq!((patch.poster_url, patch.cover), (Some(None), Some(None)));
        assert_eq!(changes(&body(json!({}))).unwrap(), EventPatch::default());
    }

    #[test]
    fn a_time_without_an_offset_is_a_wall_time() {
        let patch =
            changes(&body(json!({ "startsAt": "2026-09-01T15:00", "endsAt": "2026-09-01T20:00:00Z" })));
        let schedule = patch.unwrap().schedule;
        assert!(matches!(schedule.start, Some(Some(When::Wall(_)))));
        assert!(matches!(schedule.end, Some(Some(When::At(_)))));
    }

    #[test]
    fn a_removal_has_three_spellings_and_one_meaning() {
        let id = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
        for spelling in [
            json!({ "removeTicketTypeId": id }),
            json!({ "removeTicketType": id }),
            json!({ "removeTicketType": { "id": id } }),
            json!({ "removeTicketTypeId": id, "removeTicketType": { "id": id } }),
        ] {
            assert_eq!(removal(&body(spelling)).unwrap().map(|id| id.to_string()).as_deref(), Some(id));
        }
        let two =
            json!({ "removeTicketTypeId": id, "removeTicketType": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6" });
        assert!(removal(&body(two)).is_err());
        assert_eq!(removal(&body(json!({}))), Ok(None));
    }

    #[test]
    fn a_fault_across_members_of_a_ticket_type_has_its_place() {
        let new: NewTicketType = serde_json::from_value(
            json!({ "name": "GA", "price": 1, "quantity": 1, "minPerOrder": 4, "maxPerOrder": 2 }),
        )
        .unwrap();
        let issues = terms(&new, &["ticketTypes".into(), 1.into()], &Zone::utc()).unwrap_err();
        assert_eq!(
            issues.0.first().map(|issue| issue.place.dotted()).as_deref(),
            Some("ticketTypes.1.maxPerOrder")
        );
    }
}
