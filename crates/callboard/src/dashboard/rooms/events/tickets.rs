//! The ticket types of an event: what is sold, held and free, kept fresh; adding, changing and removing one.

use std::sync::Arc;

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::Event;
use callboard_core::ids::TicketTypeId;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use callboard_store::events::{AddTicketType, EventRef, RemoveTicketType, ReviseTicketType};

use self::terms::Sale;
use super::view::{self, Badge, Stock};
use super::{PATH, find, path_of, tabs};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{ConfirmPage, Tab};
use crate::dashboard::shell::{Shell, Tone};
use crate::dashboard::visit::{Visit, done, go_saying};
use crate::dashboard::words;
use crate::http::grant::{EventsRead, EventsWrite};
use crate::http::{Granted, Refusal, Reply};

pub(in crate::dashboard::rooms) mod terms;

const LIST: &str = "/dashboard/events/{id}/tickets";
const NEW: &str = "/dashboard/events/{id}/tickets/new";
const ONE: &str = "/dashboard/ticket-types/{id}";
const REMOVE: &str = "/dashboard/ticket-types/{id}/remove";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(LIST).granted(list),
        Page::get(NEW).granted(blank),
        Page::post(NEW).granted(add),
        Page::get(ONE).granted(edit),
        Page::post(ONE).granted(save),
        Page::get(REMOVE).granted(ask),
        Page::post(REMOVE).granted(remove),
    ]
}

/// A ticket type as the list shows it.
pub(super) struct TypeRow {
    pub path: String,
    pub name: String,
    pub description: String,
    pub price: String,
    pub stock: Stock,
    pub badge: Badge,
    pub is_hidden: bool,
    pub window: String,
    pub per_order: String,
}

#[derive(Template)]
#[template(path = "dashboard/events/tickets.html")]
struct TicketsPage {
    frame: Shell,
    tabs: Vec<Tab>,
    path: String,
    id: String,
    title: String,
    badges: Vec<Badge>,
    stock: Option<Stock>,
    types: Vec<TypeRow>,
    may_edit: bool,
    may_sell: bool,
    is_selling: bool,
}

pub(super) fn rows(event: &Event, now: Timestamp) -> Vec<TypeRow> {
    event.ticket_types.iter().map(|one| row(event, one, now)).collect()
}

fn row(event: &Event, one: &TicketType, now: Timestamp) -> TypeRow {
    let terms = &one.terms;
    let zone = &event.details.schedule.zone;
    let at = |at: Timestamp| view::instant(at, zone);
    let window = match (terms.sale_starts_at, terms.sale_ends_at) {
        (None, None) => String::new(),
        (Some(start), None) => format!("from {}", at(start)),
        (None, Some(end)) => format!("until {}", at(end)),
        (Some(start), Some(end)) => format!("{} to {}", at(start), at(end)),
    };
    let per_order = match (terms.min_per_order, terms.max_per_order) {
        (1, None) => String::new(),
        (min, None) => format!("at least {min} an order"),
        (1, Some(max)) => format!("up to {max} an order"),
        (min, Some(max)) => format!("{min} to {max} an order"),
    };
    TypeRow {
        path: format!("/dashboard/ticket-types/{}", one.id),
        name: terms.name.clone(),
        description: terms.description.clone().unwrap_or_default(),
        price: view::money(event.details.currency, terms.price),
        stock: Stock::of(one),
        badge: state(event, one, now),
        is_hidden: terms.hidden,
        window,
        per_order,
    }
}

fn state(event: &Event, one: &TicketType, now: Timestamp) -> Badge {
    match () {
        () if !event.is_selling(now) => Badge { tone: "", text: "Not on sale" },
        () if one.available() == 0 => Badge { tone: "warn", text: "Sold out" },
        () if one.terms.sale_starts_at.is_some_and(|start| now < start) => {
            Badge { tone: "info", text: "Not yet on sale" }
        }
        () if !one.is_in_sale_window(now) => Badge { tone: "", text: "Sale ended" },
        () => Badge { tone: "good", text: "On sale" },
    }
}

async fn list(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let title = event.details.display_title();
    let page = TicketsPage {
        frame: visit.shell(title, PATH).await?.crumb("Events", PATH).crumb(title, path_of(&event)),
        tabs: tabs(&visit, &event, "Tickets"),
        path: path_of(&event),
        id: event.id.to_string(),
        title: title.to_owned(),
        badges: view::badges(&event, visit.now),
        stock: Stock::of_all(&event),
        types: rows(&event, visit.now),
        may_edit: visit.may(Capability::EventsWrite),
        may_sell: visit.may(Capability::OrdersWrite),
        is_selling: event.is_selling(visit.now),
    };
    visit.show(&page)
}

async fn blank(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    visit.form = terms::blank();
    form(&visit, &event, None).await
}

async fn form(visit: &Visit, event: &Event, one: Option<&TicketType>) -> Result<Reply, Refusal> {
    let title = event.details.display_title();
    let heading = one.map_or_else(|| "New ticket type".to_owned(), |one| format!("Edit {}", one.terms.name));
    let list = format!("{}/tickets", path_of(event));
    let frame = visit.shell(&heading, PATH).await?;
    let frame = frame.crumb("Events", PATH).crumb(title, path_of(event)).crumb("Tickets", list.clone());
    let page = terms::page(frame, &visit.form, event, one, list);
    visit.show(&page)
}

async fn add(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let attempt = async {
        let terms = terms::read(&visit.form, Sale::of(&event, None))?;
        let tenant = grant.tenant().clone();
        let command = AddTicketType { tenant, event: EventRef::Id(event.id), terms, if_match: None };
        visit.write(grant.tenant(), command, |(event, _)| saved(event, "The ticket type is there.")).await
    };
    match attempt.await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form(&visit, &event, None).await
        }
    }
}

fn saved(event: &Event, said: &str) -> Reply {
    done(&format!("{}/tickets", path_of(event)), said)
}

/// The ticket type that the address names, and its event.
async fn named(visit: &Visit, tenant: &Tenant) -> Result<(Event, TicketType), Refusal> {
    let absent = || Refusal::not_found(Thing::TicketType);
    let id: TicketTypeId = visit.path.id("id").ok_or_else(absent)?;
    let event = visit.app.store.find_event_of_type(tenant, id, visit.now).await?.ok_or_else(absent)?;
    let one = event.ticket_types.iter().find(|one| one.id == id).cloned().ok_or_else(absent)?;
    Ok((Arc::unwrap_or_clone(event), one))
}

async fn edit(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (event, one) = named(&visit, grant.tenant()).await?;
    visit.form =
        Form::filled(terms::values(&one.terms, event.details.currency, &event.details.schedule.zone));
    form(&visit, &event, Some(&one)).await
}

async fn save(mut visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (event, one) = named(&visit, grant.tenant()).await?;
    let attempt = async {
        let patch = terms::patch(terms::read(&visit.form, Sale::of(&event, Some(&one)))?);
        let command = ReviseTicketType { tenant: grant.tenant().clone(), id: one.id, patch, if_match: None };
        let before = event.version;
        let reply = move |event: &Event| {
            if event.version == before {
                let list = format!("{}/tickets", path_of(event));
                return go_saying(&list, Tone::Info, "Nothing was changed, so nothing was saved.");
            }
            saved(event, "The ticket type is saved.")
        };
        visit.write(grant.tenant(), command, reply).await
    };
    match attempt.await {
        Ok(reply) => Ok(reply),
        Err(Refusal::Rejected(rejection @ Rejection::BelowStock { .. })) => {
            let sentence = words::sentence(&Refusal::Rejected(rejection));
            let message = format!(
                "{sentence} To stop the sale, end it with “On sale until”, or set it to what is taken."
            );
            let fault = Issue::body("quantity", IssueCode::TooSmall, message);
            visit.form.refused(Refusal::Invalid(Issues(vec![fault])))?;
            form(&visit, &event, Some(&one)).await
        }
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form(&visit, &event, Some(&one)).await
        }
    }
}

async fn ask(visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (event, one) = named(&visit, grant.tenant()).await?;
    confirm(&visit, &event, &one, None).await
}

async fn confirm(
    visit: &Visit,
    event: &Event,
    one: &TicketType,
    refused: Option<&Refusal>,
) -> Result<Reply, Refusal> {
    let frame = visit.shell(&format!("Remove {}?", one.terms.name), PATH).await?;
    let action = format!("/dashboard/ticket-types/{}/remove", one.id);
    let list = format!("{}/tickets", path_of(event));
    let mut page = ConfirmPage::new(frame, action, "Remove", list).line(view::named(event)).line(
        "Nobody can buy it any more. A type of which tickets are sold or held cannot be removed: hide it.",
    );
    page.problem = refused.map(words::sentence);
    visit.show_as(refused.map_or(http::StatusCode::OK, words::status), &page)
}

async fn remove(visit: Visit, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (event, one) = named(&visit, grant.tenant()).await?;
    let command = RemoveTicketType { tenant: grant.tenant().clone(), id: one.id, if_match: None };
    let removed = visit.write(grant.tenant(), command, |event| saved(event, "The ticket type is removed."));
    match removed.await {
        Ok(reply) => Ok(reply),
        Err(refusal @ Refusal::Rejected(_)) => confirm(&visit, &event, &one, Some(&refusal)).await,
        Err(fault) => Err(fault),
    }
}
