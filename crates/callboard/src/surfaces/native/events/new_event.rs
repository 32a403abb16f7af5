//! The body of a new event: what may be said about any event, and its ticket types.

use std::borrow::Cow;

use callboard_core::event::{EventPatch, TICKET_TYPES_MAX};
use callboard_core::issue::Issues;
use callboard_core::ticket::Terms;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::body::{EventChange, LocalTimesChange};
use super::parse;
use super::pointers::Spoken;
use super::reading::Reading;
use crate::surfaces::native::ticket_types::{self, NewTicketType};

/// A new event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEvent {
    #[serde(default)]
    ticket_types: Vec<NewTicketType>,
    #[serde(flatten)]
    event: EventChange,
}

/// The wall times of a new event: a date, and the times that are known.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "the schema is its use; `LocalTimesChange` reads the same members")]
struct NewLocalTimes {
    /// The date on the poster.
    #[schema(format = "date", max_length = 10)]
    date: String,
    #[schema(format = "clock", max_length = 5)]
    doors: Option<String>,
    #[schema(format = "clock", max_length = 5)]
    start: Option<String>,
    /// A time before the start is the next day's.
    #[schema(format = "clock", max_length = 5)]
    end: Option<String>,
}

impl ToSchema for NewEvent {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("NewEvent")
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        EventChange::schemas(schemas);
        schemas.retain(|(name, _)| *name != LocalTimesChange::name());
        schemas.push((NewLocalTimes::name().into_owned(), NewLocalTimes::schema()));
        schemas.push((NewTicketType::name().into_owned(), NewTicketType::schema()));
    }
}

/// That of a change, with `timezone` required, a whole `local`, and ticket types.
impl PartialSchema for NewEvent {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = EventChange::schema() else {
            return EventChange::schema();
        };
        object.description = Some(
            "A new event. Say when it happens either as instants (`startsAt`, `endsAt`, `doorsAt`) or as wall \
             times (`local`), always with its `timezone`."
                .to_owned(),
        );
        object.required.push("timezone".to_owned());
        let types = ArrayBuilder::new()
            .items(Ref::from_schema_name(NewTicketType::name()))
            .max_items(Some(TICKET_TYPES_MAX))
            .description(Some("Made along with the event, all or nothing."))
            .build();
        object.properties.insert("ticketTypes".to_owned(), Schema::Array(types).into());
        let local = Ref::from_schema_name(NewLocalTimes::name());
        object.properties.insert("local".to_owned(), local.into());
        Schema::Object(object).into()
    }
}

impl NewEvent {
    /// Reads the body, all of its faults at once.
    ///
    /// # Errors
    /// Issues under the names of the wire.
    pub(super) fn parse(self) -> Result<(EventPatch, Vec<Terms>, Spoken), Issues> {
        let mut reading = Reading::default();
        let mut read = |(at, one): (usize, NewTicketType)| {
            ticket_types::terms(&mut reading, &format!("ticketTypes.{at}."), one)
        };
        let terms: Vec<Terms> = self.ticket_types.into_iter().enumerate().filter_map(&mut read).collect();
        let mut issues = reading.0;
        match parse::change(self.event) {
            Ok((patch, spoken)) => {
                // A body without any time lacks `startsAt`.
                let spoken = if spoken == Spoken::Zone { Spoken::Instants } else { spoken };
                issues.done().map(|()| (patch, terms, spoken))
            }
            Err(faults) => {
                issues.0.extend(faults.0);
                Err(issues)
            }
        }
    }
}
