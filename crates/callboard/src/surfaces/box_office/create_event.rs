//! `POST /api/v1/events`: a draft with its ticket types, all or nothing. Not idempotent, by contract.
//! Source: contracts.md §4.1, §4.2 (T2). Cases: T-04 … T-07, T-14, T-18.

use callboard_core::event::EventPatch;
use callboard_core::issue::Issues;
use callboard_core::ticket::Terms;
use callboard_core::time::Zone;
use callboard_store::Tenant;
use callboard_store::events::CreateEvent;
use http::StatusCode;
use http::header::LOCATION;

use super::bodies::{EventChanges, NewEvent};
use super::contract::{CATEGORY_DEFAULT, CURRENCY_DEFAULT, VISIBILITY_DEFAULT};
use super::wire::EventReply;
use super::{examples, find, parse, render};
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::post("/api/v1/events", "createEvent")
        .tag("Events")
        .says(
            "Create an event",
            "The event is a draft. Event and ticket types are made together or not at all. An `Idempotency-Key` is \
             ignored: every request makes an event, so look before you repeat one. A `status` is refused. Times \
             without an offset are wall times in `timezone`.",
        )
        .takes::<NewEvent>(examples::new_event())
        .answers::<EventReply<'static>>(StatusCode::CREATED, "The event, a draft", examples::draft())
        .refuses(&[StatusCode::CONFLICT])
        .granted::<EventsCreate, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    parse::refuse_status(&call)?;
    let tenant = grant.tenant();
    let body: NewEvent = call.body()?;
    let patch = patch(&body)?;
    let ticket_types = ticket_types(&body, &sale_zone(&call, tenant, &body, &patch).await?)?;
    let command =
        CreateEvent { tenant: tenant.clone(), patch, ticket_types, status: None, channel_number: None };
    // No idempotency and no rehearsal on this surface, so nothing stands between the command and the store.
    let saved = call.app.store.write(call.context(), command).await;
    let event = saved.map_err(|error| parse::in_wire_names(error.into()))?.event;
    let venue = find::venue_name(&call, tenant, &event).await?;
    let address = format!("/api/v1/events/{}", event.id);
    let event = render::event(&call.app, &event, venue.as_deref(), call.now);
    Ok(Reply::created(&EventReply { event }).with(LOCATION, &address))
}

/// What is said, and this surface's defaults for what is not.
fn patch(body: &NewEvent) -> Result<EventPatch, Issues> {
    let said = parse::changes(&EventChanges::from(body))?;
    Ok(EventPatch {
        currency: said.currency.or(Some(CURRENCY_DEFAULT)),
        visibility: said.visibility.or(Some(VISIBILITY_DEFAULT)),
        category: said.category.or(Some(CATEGORY_DEFAULT)),
        ..said
    })
}

/// The zone in which sale windows without an offset are meant: the event's, which is the box office's if not said.
async fn sale_zone(
    call: &Call,
    tenant: &Tenant,
    body: &NewEvent,
    patch: &EventPatch,
) -> Result<Zone, Refusal> {
    let has_types = body.ticket_types.as_ref().is_some_and(|types| !types.is_empty());
    match (&patch.schedule.zone, tenant.binding().box_office_id) {
        (Some(zone), _) => Ok(zone.clone()),
        (None, Some(id)) if has_types => {
            let box_office = call.app.store.find_box_office(tenant, id).await?;
            Ok(box_office.map_or_else(Zone::utc, |box_office| box_office.details.zone))
        }
        (None, Some(_) | None) => Ok(Zone::utc()),
    }
}

fn ticket_types(body: &NewEvent, zone: &Zone) -> Result<Vec<Terms>, Issues> {
    let (mut found, mut issues) = (Vec::new(), Issues::new());
    for (index, new) in body.ticket_types.iter().flatten().enumerate() {
        match parse::terms(new, &["ticketTypes".into(), index.into()], zone) {
            Ok(terms) => found.push(terms),
            Err(more) => issues.0.extend(more.0),
        }
    }
    issues.done().map(|()| found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::event::{Category, Visibility};
    use callboard_core::money::Currency;
    use serde_json::json;

    fn new(value: serde_json::Value) -> NewEvent {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let minimal = new(json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z" }));
        let patch = patch(&minimal).unwrap();
        assert_eq!(patch.currency, Some(Currency::USD));
        assert_eq!((patch.visibility, patch.category), (Some(Visibility::Public), Some(Category::Other)));
        assert_eq!(ticket_types(&minimal, &Zone::utc()), Ok(Vec::new()));
    }

    #[test]
    fn every_bad_ticket_type_is_named() {
        let window = json!({ "name": "GA", "price": 1, "quantity": 1, "saleStartsAt": "2026-12-01T10:00",
            "saleEndsAt": "2026-12-01T09:00" });
        let body =
            json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z", "ticketTypes": [window, window] });
        let issues = ticket_types(&new(body), &Zone::utc()).unwrap_err();
        let places: Vec<String> = issues.0.iter().map(|issue| issue.place.dotted()).collect();
        assert_eq!(places, ["ticketTypes.0.saleEndsAt", "ticketTypes.1.saleEndsAt"]);
    }
}
