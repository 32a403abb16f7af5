//! `/dashboard/orders/new`: issuing tickets by hand: at the door, as guests, or paid elsewhere.

use std::sync::Arc;

use askama::Template;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::inventory::order::{BUYER_NAME_MAX, Buyer, Payment, PaymentMethod, REFERENCE_MAX};
use callboard_core::inventory::sale::Line;
use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::text;
use callboard_core::ticket::PER_ORDER_MAX;
use callboard_store::Tenant;
use callboard_store::events::{EventList, EventRef};
use callboard_store::sales::{PlaceOrder, Wanted};

use super::super::events::{
    self,
    view::{self, Badge, Stock},
};
use super::{PATH, path_of};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, Summary, optional_line};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::ROWS;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::{Visit, done};
use crate::http::grant::OrdersWrite;
use crate::http::{Granted, Refusal, Reply};

const NEW: &str = "/dashboard/orders/new";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(NEW).granted(show), Page::post(NEW).granted(place)]
}

#[derive(Template)]
#[template(path = "dashboard/orders/choose.html")]
struct ChoosePage {
    frame: Shell,
    search: Field,
    is_searched: bool,
    events: Vec<(String, String, Option<Stock>)>,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "dashboard/orders/issue.html")]
struct IssuePage {
    frame: Shell,
    summary: Summary,
    event: String,
    named: String,
    badges: Vec<Badge>,
    kinds: Vec<Kind>,
    buyer: Vec<Field>,
    payment: Field,
    reference: Field,
    cancel: String,
}

/// A ticket type with the field for its number.
struct Kind {
    field: Field,
    price: String,
    stock: Stock,
    is_open: bool,
    is_hidden: bool,
}

async fn show(mut visit: Visit, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let Some(id) = visit.query.some("event").map(str::to_owned) else {
        return choose(&visit, grant.tenant()).await;
    };
    let event = named(&visit, grant.tenant(), &id).await?;
    visit.form = Form::filled([("payment.method", "door".to_owned())]);
    page(&visit, &event).await
}

async fn named(visit: &Visit, tenant: &Tenant, id: &str) -> Result<Event, Refusal> {
    let absent = || Refusal::not_found(Thing::Event);
    let id = id.parse().map_err(|_| absent())?;
    let found = visit.app.store.find_event(tenant, &EventRef::Id(id), visit.now).await?;
    found.map(Arc::unwrap_or_clone).ok_or_else(absent)
}

/// Which event? Those that are published and not over, soonest first.
async fn choose(visit: &Visit, tenant: &Tenant) -> Result<Reply, Refusal> {
    let list = EventList {
        status: Some(Lifecycle::Published),
        words: events::words_of(&visit.query, "q"),
        ..events::coming(visit.now, ROWS)
    };
    let found = visit.app.store.list_events(tenant, &list).await?;
    let sells = |event: &&Arc<Event>| event.is_selling(visit.now) && !event.ticket_types.is_empty();
    let link =
        |event: &Arc<Event>| (format!("{NEW}?event={}", event.id), view::named(event), Stock::of_all(event));
    let page = ChoosePage {
        frame: visit.shell("Issue tickets", PATH).await?.crumb("Orders", PATH),
        search: visit.query.input("search", "q", "Search").placeholder("Title or venue").optional().max(200),
        is_searched: visit.query.some("q").is_some(),
        events: found.items.iter().filter(sells).map(link).collect(),
        has_more: found.next.is_some(),
    };
    visit.show(&page)
}

/// The field of a ticket type's number.
fn field_of(id: callboard_core::ids::TicketTypeId) -> String {
    format!("quantity.{id}")
}

async fn page(visit: &Visit, event: &Event) -> Result<Reply, Refusal> {
    let form = &visit.form;
    let kind = |one: &callboard_core::ticket::TicketType| Kind {
        field: form
            .number(&field_of(one.id), &one.terms.name, ("0", &most(one).to_string()), "1")
            .optional()
            .placeholder("0"),
        price: view::money(event.details.currency, one.terms.price),
        stock: Stock::of(one),
        is_open: one.is_in_sale_window(visit.now),
        is_hidden: one.terms.hidden,
    };
    let kinds: Vec<Kind> = event.ticket_types.iter().map(kind).collect();
    let ways = vec![
        Choice::new("door", "At the door").hint("Cash or card, taken by you."),
        Choice::new("external", "Elsewhere").hint("Say where, so that it can be found again."),
        Choice::new("free", "Free").hint("Only where nothing is to be paid."),
    ];
    let shown: Vec<String> = kinds.iter().map(|kind| kind.field.name.clone()).collect();
    let mut shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    shown.extend(["buyer.name", "buyer.email", "payment.method", "payment.reference"]);
    let list = format!("{PATH}?event={}", event.id);
    let page = IssuePage {
        frame: visit.shell("Issue tickets", PATH).await?.crumb("Orders", PATH),
        summary: form.clone().showing(&shown).summary(),
        event: event.id.to_string(),
        named: view::named(event),
        badges: view::badges(event, visit.now),
        buyer: vec![
            form.text("buyer.name", "Name").max(BUYER_NAME_MAX),
            form.input("email", "buyer.email", "E-mail address").max(254),
        ],
        payment: form.cards("payment.method", "How it is paid", ways),
        reference: form
            .text("payment.reference", "Reference")
            .max(REFERENCE_MAX)
            .optional()
            .hint("For what is paid elsewhere: its number there."),
        kinds,
        cancel: list,
    };
    visit.show(&page)
}

fn most(one: &callboard_core::ticket::TicketType) -> i64 {
    one.terms.max_per_order.unwrap_or(PER_ORDER_MAX).min(one.available()).max(0)
}

async fn place(mut visit: Visit, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let event = named(&visit, grant.tenant(), visit.form.get("event")).await?;
    match attempt(&visit, grant.tenant(), &event).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(at_fields(refusal, &visit.form, &event))?;
            page(&visit, &event).await
        }
    }
}

async fn attempt(visit: &Visit, tenant: &Tenant, event: &Event) -> Result<Reply, Refusal> {
    let command = order(&visit.form, tenant, event)?;
    visit
        .write(tenant, command, |order| {
            let n = order.tickets.len();
            let said =
                if n == 1 { "1 ticket is issued.".to_owned() } else { format!("{n} tickets are issued.") };
            done(&path_of(order), &said)
        })
        .await
}

/// The lines of an order in the order of the event's ticket types; what is empty or 0 is none.
fn lines(form: &Form, event: &Event, issues: &mut Issues) -> Vec<Line> {
    let mut lines = Vec::new();
    for one in &event.ticket_types {
        let name = field_of(one.id);
        let Some(said) = form.some(&name) else { continue };
        match said.parse::<i64>() {
            Ok(0) => {}
            Ok(quantity) if (1..=PER_ORDER_MAX).contains(&quantity) => {
                lines.push(Line { ticket_type: one.id, quantity });
            }
            _ => {
                let message = format!("must be a whole number from 0 to {PER_ORDER_MAX}");
                issues.push(Issue {
                    place: Place::Body(vec![name.as_str().into()]),
                    code: IssueCode::InvalidValue,
                    message,
                });
            }
        }
    }
    lines
}

fn order(form: &Form, tenant: &Tenant, event: &Event) -> Result<PlaceOrder, Issues> {
    let mut issues = Issues::new();
    let lines = lines(form, event, &mut issues);
    if lines.is_empty() && issues.is_empty() {
        issues.push(Issue::body("", IssueCode::Required, "say how many tickets of which type"));
    }
    let name = text::line(form.get("buyer.name"), BUYER_NAME_MAX);
    let name = issues.keep("buyer.name", IssueCode::InvalidFormat, name);
    let email = text::email(form.get("buyer.email").trim());
    let email = issues.keep("buyer.email", IssueCode::InvalidFormat, email);
    let method = PaymentMethod::parse(form.get("payment.method")).ok_or("must be one of the three");
    let method = issues.keep("payment.method", IssueCode::InvalidValue, method);
    let reference = optional_line(form, &mut issues, "payment.reference", REFERENCE_MAX);
    issues.done()?;
    let (Some(name), Some(email), Some(method)) = (name, email, method) else { return Err(Issues::new()) };
    Ok(PlaceOrder {
        tenant: tenant.clone(),
        event: event.id,
        wanted: Wanted::Items(lines),
        buyer: Buyer { name, email },
        payment: Some(Payment { method, reference }),
    })
}

/// The core counts lines, the form names ticket types.
fn at_fields(refusal: Refusal, form: &Form, event: &Event) -> Refusal {
    let lines = lines(form, event, &mut Issues::new());
    let named = |issue: Issue| {
        let path = issue.place.dotted();
        let mut parts = path.split('.');
        let at =
            parts.next().filter(|first| *first == "items").and_then(|_| parts.next()?.parse::<usize>().ok());
        match at.and_then(|at| lines.get(at)) {
            Some(line) => {
                Issue { place: Place::Body(vec![field_of(line.ticket_type).as_str().into()]), ..issue }
            }
            None => issue,
        }
    };
    match refusal {
        Refusal::Invalid(issues) => Refusal::Invalid(Issues(issues.0.into_iter().map(named).collect())),
        Refusal::Rejected(Rejection::Invalid(issues)) => {
            Refusal::Invalid(Issues(issues.0.into_iter().map(named).collect()))
        }
        other => other,
    }
}
