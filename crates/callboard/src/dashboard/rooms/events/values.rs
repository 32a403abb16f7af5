//! An event as the values of its form: what the fields begin with, and what they are compared with.

use callboard_core::event::Event;
use callboard_core::event::schedule::Moment;
use callboard_core::money::MinorUnits;

use super::view::clock;

/// Name and text of every field.
pub(super) fn of(event: &Event) -> Vec<(String, String)> {
    let details = &event.details;
    let schedule = &details.schedule;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |moment: Option<Moment>| moment.map(|at| clock(at.wall)).unwrap_or_default();
    let price = |amount: Option<MinorUnits>| amount.map(|a| details.currency.decimal(a)).unwrap_or_default();
    let shown = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
    let place = &details.place;
    let plain: [(&str, String); 33] = [
        ("title", text(&details.title)),
        ("slug", details.slug.to_string()),
        ("description", text(&details.description)),
        ("notes", text(&details.notes)),
        ("category", details.category.as_str().to_owned()),
        ("producerName", text(&details.producer_name)),
        ("date", schedule.show_date.to_string()),
        ("doors", time(schedule.doors)),
        ("start", time(schedule.start)),
        ("end", time(schedule.end)),
        ("timezone", schedule.zone.name().to_owned()),
        ("setMinutes", details.set_minutes.map(|n| n.to_string()).unwrap_or_default()),
        ("venueId", details.venue_id.map(|id| id.to_string()).unwrap_or_default()),
        ("channelId", details.channel_id.map(|id| id.to_string()).unwrap_or_default()),
        ("boxOfficeId", details.box_office_id.map(|id| id.to_string()).unwrap_or_default()),
        ("place.name", text(&place.name)),
        ("place.address", text(&place.address)),
        ("place.city", text(&place.city)),
        ("place.region", text(&place.region)),
        ("place.country", text(&place.country)),
        ("place.latitude", shown(place.latitude)),
        ("place.longitude", shown(place.longitude)),
        ("attendance", details.attendance.map(|mode| mode.as_str().to_owned()).unwrap_or_default()),
        ("capacity", details.capacity.map(|n| n.to_string()).unwrap_or_default()),
        ("currency", details.currency.to_string()),
        ("onlinePrice", price(details.online_price)),
        ("doorPrice", price(details.door_price)),
        ("doorSeller", text(&details.door_seller)),
        ("links.ticketing", text(&details.links.ticketing)),
        ("links.facebookEvent", text(&details.links.facebook_event)),
        ("links.website", text(&details.links.website)),
        ("posterUrl", text(&details.poster_url)),
        ("visibility", details.visibility.as_str().to_owned()),
    ];
    let mut values: Vec<(String, String)> =
        plain.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    values.push(("booking".to_owned(), details.booking.as_str().to_owned()));
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
    values
}

/// What the fields of a form are called where their two values are set side by side.
pub(super) fn label(name: &str) -> String {
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
