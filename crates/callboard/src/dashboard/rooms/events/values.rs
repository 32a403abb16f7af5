//! What is said of an event, or of all dates of a series, as the values of its form: what the fields begin with, and what they are compared with.

use callboard_core::event::schedule::Moment;
use callboard_core::event::{Details, External, Place};
use callboard_core::money::MinorUnits;
use serde_json::Value;

use super::view::clock;

/// Name and text of every field.
pub(super) fn of(details: &Details) -> Vec<(String, String)> {
    let schedule = &details.schedule;
    let time = |moment: Option<Moment>| moment.map(|at| clock(at.wall)).unwrap_or_default();
    let external = |part: fn(&External) -> &String| details.external.as_ref().map(part).cloned();
    let own = [
        ("slug", details.slug.to_string()),
        ("date", schedule.show_date.to_string()),
        ("doors", time(schedule.doors)),
        ("start", time(schedule.start)),
        ("end", time(schedule.end)),
        ("timezone", schedule.zone.name().to_owned()),
        ("external.source", external(|one| &one.source).unwrap_or_default()),
        ("external.id", external(|one| &one.id).unwrap_or_default()),
    ];
    let mut values = described(details);
    values.extend(own.map(|(name, value)| (name.to_owned(), value)));
    values
}

/// Name and text of the fields that the form of a series has as well.
pub(in crate::dashboard::rooms) fn described(details: &Details) -> Vec<(String, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let price = |amount: Option<MinorUnits>| amount.map(|a| details.currency.decimal(a)).unwrap_or_default();
    let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
    let plain: [(&str, String); 20] = [
        ("title", text(&details.title)),
        ("description", text(&details.description)),
        ("notes", text(&details.notes)),
        ("category", details.category.as_str().to_owned()),
        ("producerName", text(&details.producer_name)),
        ("audience", text(&details.audience)),
        ("setMinutes", number(details.set_minutes)),
        ("venueId", details.venue_id.map(|id| id.to_string()).unwrap_or_default()),
        ("channelId", details.channel_id.map(|id| id.to_string()).unwrap_or_default()),
        ("boxOfficeId", details.box_office_id.map(|id| id.to_string()).unwrap_or_default()),
        ("attendance", details.attendance.map(|mode| mode.as_str().to_owned()).unwrap_or_default()),
        ("capacity", number(details.capacity)),
        ("currency", details.currency.to_string()),
        ("onlinePrice", price(details.online_price)),
        ("doorPrice", price(details.door_price)),
        ("doorSeller", text(&details.door_seller)),
        ("posterUrl", text(&details.poster_url)),
        ("visibility", details.visibility.as_str().to_owned()),
        ("booking", details.booking.as_str().to_owned()),
        ("classifications", String::new()),
    ];
    let links = &details.links;
    let linked = [
        ("links.ticketing", text(&links.ticketing)),
        ("links.facebookEvent", text(&links.facebook_event)),
        ("links.website", text(&links.website)),
    ];
    let ticked = details.classifications.iter().map(|slug| ("classifications", slug.clone()));
    let named = plain.into_iter().chain(linked).chain(placed(&details.place)).chain(ticked);
    let mut values: Vec<(String, String)> = named.map(|(name, value)| (name.to_owned(), value)).collect();
    values.extend(in_rows(details));
    values
}

fn placed(place: &Place) -> [(&'static str, String); 8] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
    [
        ("place.name", text(&place.name)),
        ("place.address", text(&place.address)),
        ("place.city", text(&place.city)),
        ("place.region", text(&place.region)),
        ("place.country", text(&place.country)),
        ("place.placeId", text(&place.place_id)),
        ("place.latitude", number(place.latitude)),
        ("place.longitude", number(place.longitude)),
    ]
}

fn in_rows(details: &Details) -> Vec<(String, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut values = Vec::new();
    for (at, one) in details.performers.iter().enumerate() {
        let mut put = |name: &str, value: String| values.push((format!("performers.{at}.{name}"), value));
        put("name", one.name.clone());
        put("role", one.role.as_str().to_owned());
        put("bandSlug", text(&one.band_slug));
        put("bannerUrl", text(&one.banner_url));
    }
    for (at, one) in details.offers.iter().enumerate() {
        let mut put = |name: &str, value: String| values.push((format!("offers.{at}.{name}"), value));
        put("name", text(&one.name));
        put("url", one.url.clone());
        put("availability", text(&one.availability));
    }
    for (at, (key, value)) in details.metadata.iter().enumerate() {
        values.push((format!("metadata.{at}.key"), key.clone()));
        values.push((format!("metadata.{at}.value"), note(value)));
    }
    values
}

/// A note as text; what is no text as JSON.
pub(super) fn note(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What the fields of a form are called where their two values are set side by side.
pub(in crate::dashboard::rooms) fn label(name: &str) -> String {
    let plain = match name {
        "title" => "Title",
        "slug" => "Readable part of the address",
        "description" => "Description",
        "notes" => "Notes",
        "category" => "Category",
        "producerName" => "Presented by",
        "date" => "Date",
        "doors" => "Doors",
        "start" => "Start",
        "end" => "End",
        "timezone" => "Time zone",
        "setMinutes" => "Length of the sets",
        "venueId" => "Venue",
        "channelId" => "Channel",
        "boxOfficeId" => "Box office",
        "classifications" => "Classifications",
        "audience" => "For whom",
        "external.source" => "Your system",
        "external.id" => "Id in your system",
        "startDate" => "First date",
        "untilDate" => "Last date",
        "exDates" => "Left out",
        "rDates" => "Besides",
        "local.doors" => "Doors",
        "local.start" => "Start",
        "local.end" => "End",
        "rrule" => "Rule",
        "status" => "New dates are",
        "attendance" => "Attendance",
        "capacity" => "Capacity",
        "currency" => "Currency",
        "onlinePrice" => "Price online",
        "doorPrice" => "Price at the door",
        "doorSeller" => "Seller at the door",
        "posterUrl" => "Poster",
        "visibility" => "Visibility",
        "booking" => "State of the slot",
        _ => return words_of(name),
    };
    plain.to_owned()
}

/// `performers.0.name` → `Performers 1, name`.
fn words_of(name: &str) -> String {
    let mut text = String::new();
    for part in name.split('.') {
        match part.parse::<usize>() {
            Ok(at) => text.push_str(&format!(" {}", at.saturating_add(1))),
            Err(_) if text.is_empty() => text.push_str(part),
            Err(_) => text.push_str(&format!(", {part}")),
        }
    }
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn fields_have_names_for_people() {
        assert_eq!(label("venueId"), "Venue");
        assert_eq!(label("performers.0.bandSlug"), "Performers 1, bandSlug");
        assert_eq!(label("place.city"), "Place, city");
    }
}
