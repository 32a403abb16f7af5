//! The event for machines that read the page: schema.org in JSON-LD.

use callboard_core::event::{Attendance, Event, Lifecycle, Offer};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;
use serde_json::{Map, Value, json};

use super::view::{Whereabouts, is_address};

/// The text for the page's data block.
pub(super) fn render(event: &Event, place: &Whereabouts, url: &str, image: Option<&str>) -> String {
    escaped(&describe(event, place, url, image).to_string())
}

/// No text of an event may end the block it stands in.
fn escaped(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
        out
    })
}

fn describe(event: &Event, place: &Whereabouts, url: &str, image: Option<&str>) -> Value {
    let (details, schedule) = (&event.details, &event.details.schedule);
    let text = |at: Timestamp| at.to_offset_text(&schedule.zone);
    let start = schedule.start.map_or_else(|| schedule.show_date.to_string(), |start| text(start.at));
    let status = if event.lifecycle == Lifecycle::Cancelled { "EventCancelled" } else { "EventScheduled" };
    let mode = details.attendance.map(|attendance| match attendance {
        Attendance::InPerson => "OfflineEventAttendanceMode",
        Attendance::Online => "OnlineEventAttendanceMode",
        Attendance::Hybrid => "MixedEventAttendanceMode",
    });
    let performers: Vec<Value> = details
        .performers
        .iter()
        .map(|performer| json!({ "@type": "PerformingGroup", "name": performer.name }))
        .collect();
    let producer =
        details.producer_name.as_ref().map(|name| json!({ "@type": "Organization", "name": name }));
    without_empty(json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": details.display_title(),
        "url": url,
        "startDate": start,
        "doorTime": schedule.doors.map(|doors| text(doors.at)),
        "endDate": schedule.end.map(|end| text(end.at)),
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": mode.map(|mode| format!("https://schema.org/{mode}")),
        "description": details.description,
        "image": image,
        "location": location(event, place, url),
        "performer": performers,
        "organizer": producer,
        "offers": offers(event, url),
    }))
}

fn location(event: &Event, place: &Whereabouts, url: &str) -> Value {
    if place.is_online {
        return json!({ "@type": "VirtualLocation", "url": event.details.links.website.as_deref().filter(|url| is_address(url)).unwrap_or(url) });
    }
    let address = without_empty(json!({
        "@type": "PostalAddress",
        "streetAddress": place.street,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "addressCountry": place.country,
    }));
    // An address of which only the type is known says nothing.
    let address =
        if address.as_object().is_some_and(|members| members.len() > 1) { address } else { Value::Null };
    if place.name.is_none() && address.is_null() {
        return Value::Null;
    }
    without_empty(json!({ "@type": "Place", "name": place.name, "address": address }))
}

fn offers(event: &Event, url: &str) -> Vec<Value> {
    let sold_here = event.ticket_types.iter().filter(|ticket_type| !ticket_type.terms.hidden);
    let elsewhere = event.details.offers.iter().filter(|offer| is_address(&offer.url));
    sold_here.map(|ticket_type| sold(event, ticket_type, url)).chain(elsewhere.map(external)).collect()
}

fn sold(event: &Event, ticket_type: &TicketType, url: &str) -> Value {
    let (terms, currency) = (&ticket_type.terms, event.details.currency);
    let text = |at: Timestamp| at.to_offset_text(&event.details.schedule.zone);
    let availability = if ticket_type.available() == 0 { "SoldOut" } else { "InStock" };
    without_empty(json!({
        "@type": "Offer",
        "name": terms.name,
        "price": currency.decimal(terms.price),
        "priceCurrency": currency.as_str(),
        "availability": format!("https://schema.org/{availability}"),
        "validFrom": terms.sale_starts_at.map(text),
        "validThrough": terms.sale_ends_at.map(text),
        "url": url,
    }))
}

/// The words that are known; others say nothing to a machine.
fn external(offer: &Offer) -> Value {
    let availability = match offer.availability.as_deref() {
        Some("available") => Some("InStock"),
        Some("limited") => Some("LimitedAvailability"),
        Some("sold_out") => Some("SoldOut"),
        Some("not_available") => Some("OutOfStock"),
        Some(_) | None => None,
    };
    without_empty(json!({
        "@type": "Offer",
        "name": offer.name,
        "url": offer.url,
        "availability": availability.map(|word| format!("https://schema.org/{word}")),
    }))
}

/// Leaves out what is null or an empty list.
fn without_empty(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let is_said = |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
    Value::Object(members.into_iter().filter(|(_, value)| is_said(value)).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_block() {
        let json = escaped(&json!({ "name": "</script><script>alert(1)</script> & <!--" }).to_string());
        assert!(!json.contains(['<', '>', '&']));
        let back: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(back["name"], "</script><script>alert(1)</script> & <!--");
    }
}
