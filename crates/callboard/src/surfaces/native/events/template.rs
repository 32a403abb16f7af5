//! What every occurrence of a series is born with: what may be said about any event but what is each
//! occurrence's own. Source: native-api.md §6.

use std::borrow::Cow;

use callboard_core::event::{EventPatch, Lifecycle, TICKET_TYPES_MAX};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::ticket::Terms;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::body::{EventChange, LocalTimesChange};
use super::parse;
use super::reading::Reading;
use crate::surfaces::native::ticket_types::{self, NewTicketType};

/// What occurrences are like. In a change, what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::surfaces::native) struct TemplateBody {
    #[serde(default)]
    status: Option<Lifecycle>,
    #[serde(default)]
    ticket_types: Option<Vec<NewTicketType>>,
    #[serde(flatten)]
    event: EventChange,
}

/// Members of an event that the series says, or that each occurrence has for itself.
const OWN: [&str; 8] = ["title", "slug", "timezone", "startsAt", "endsAt", "doorsAt", "local", "external"];

impl ToSchema for TemplateBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SeriesTemplate")
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        EventChange::schemas(schemas);
        let own = [LocalTimesChange::name(), super::body::External::name()];
        schemas.retain(|(name, _)| !own.iter().any(|own| own == name));
        schemas.push((NewTicketType::name().into_owned(), NewTicketType::schema()));
    }
}

impl PartialSchema for TemplateBody {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = EventChange::schema() else {
            return EventChange::schema();
        };
        object.description = Some(
            "What every occurrence is like, besides its title and times. In a change, what is left out stays as it \
             is, `null` clears."
                .to_owned(),
        );
        object.properties.retain(|name, _| !OWN.contains(&name.as_str()));
        let status = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["draft", "published"]))
            .description(Some(
                "What new occurrences are born as; `draft` if left out of a new series. Those that exist keep theirs.",
            ))
            .build();
        object.properties.insert("status".to_owned(), Schema::Object(status).into());
        let types = ArrayBuilder::new()
            .items(Ref::from_schema_name(NewTicketType::name()))
            .max_items(Some(TICKET_TYPES_MAX))
            .description(Some(
                "Every occurrence has these as its own, with its own stock; their names differ. In a change the list \
                 is whole: types are known by their names, and one that is left out goes where nothing is sold of it.",
            ))
            .build();
        object.properties.insert("ticketTypes".to_owned(), Schema::Array(types).into());
        Schema::Object(object).into()
    }
}

/// What a template says, read.
#[derive(Debug)]
pub(in crate::surfaces::native) struct Said {
    pub(in crate::surfaces::native) event: EventPatch,
    pub(in crate::surfaces::native) types: Option<Vec<Terms>>,
    pub(in crate::surfaces::native) status: Option<Lifecycle>,
}

impl TemplateBody {
    /// Reads the template with the series' title, all of its faults at once.
    ///
    /// # Errors
    /// Issues under the names of an event.
    pub(in crate::surfaces::native) fn parse(self, title: Option<String>) -> Result<Said, Issues> {
        let mut reading = Reading::default();
        let types = self.ticket_types.map(|types| {
            let read = |(at, one): (usize, NewTicketType)| {
                ticket_types::terms(&mut reading, &format!("ticketTypes.{at}."), one)
            };
            types.into_iter().enumerate().filter_map(read).collect::<Vec<Terms>>()
        });
        let mut issues = reading.0;
        for (at, terms) in types.iter().flatten().enumerate() {
            if types.iter().flatten().take(at).any(|before| before.name == terms.name) {
                let message = "must not be the name of another ticket type of the series";
                issues.push(Issue::body(&format!("ticketTypes.{at}.name"), IssueCode::InvalidValue, message));
            }
        }
        match parse::change(EventChange { title: title.map(Some), ..self.event }) {
            Ok((event, _)) => issues.done().map(|()| Said { event, types, status: self.status }),
            Err(faults) => {
                issues.0.extend(faults.0);
                Err(issues)
            }
        }
    }
}
