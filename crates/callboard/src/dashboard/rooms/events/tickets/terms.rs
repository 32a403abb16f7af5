//! The form of a ticket type: its fields, and from them to its terms.

use callboard_core::event::Event;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::text;
use callboard_core::ticket::{NAME_MAX, PER_ORDER_MAX, QUANTITY_MAX, Terms, TermsPatch, TicketType};
use callboard_core::time::{Timestamp, parse_wall};

use crate::dashboard::field::Choice;
use crate::dashboard::form::{Form, optional_lines, whole};
use crate::dashboard::pieces::FormPage;
use crate::dashboard::shell::Shell;

/// Longest description. Unit: characters.
const DESCRIPTION_MAX: usize = 2_000;
const HIDDEN: &str = "hidden";

pub(super) fn blank() -> Form {
    Form::filled([("minPerOrder", "1".to_owned())])
}

/// A ticket type as the values of its form.
pub(super) fn values(event: &Event, one: &TicketType) -> Form {
    let terms = &one.terms;
    let at = |at: Option<Timestamp>| shown(event, at);
    Form::filled([
        ("name", terms.name.clone()),
        ("description", terms.description.clone().unwrap_or_default()),
        ("price", event.details.currency.decimal(terms.price)),
        ("quantity", terms.quantity.to_string()),
        ("saleStartsAt", at(terms.sale_starts_at)),
        ("saleEndsAt", at(terms.sale_ends_at)),
        ("minPerOrder", terms.min_per_order.to_string()),
        ("maxPerOrder", terms.max_per_order.map(|max| max.to_string()).unwrap_or_default()),
        (HIDDEN, if terms.hidden { "yes".to_owned() } else { String::new() }),
    ])
}

/// As a browser writes a day and time: in the event's zone.
fn shown(event: &Event, at: Option<Timestamp>) -> String {
    let wall = at.map(|at| at.wall(&event.details.schedule.zone));
    wall.map(|wall| wall.strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

pub(super) fn page(
    frame: Shell,
    form: &Form,
    event: &Event,
    one: Option<&TicketType>,
    list: String,
) -> FormPage {
    let (action, submit) = match one {
        Some(one) => (format!("/dashboard/ticket-types/{}", one.id), "Save"),
        None => (format!("{list}/new"), "Add"),
    };
    let zone = event.details.schedule.zone.name();
    let taken = one.map_or(0, |one| one.sold.saturating_add(one.held));
    let least = taken.max(i64::from(one.is_none())).to_string();
    let most = QUANTITY_MAX.to_string();
    let quantity = form.number("quantity", "How many there are", (&least, &most), "1");
    let quantity = match one {
        Some(one) if taken > 0 => {
            quantity.hint(format!("{} sold and {} held: not less than {taken}.", one.sold, one.held))
        }
        _ => quantity,
    };
    let price = form
        .text("price", "Price")
        .max(20)
        .hint(format!("In {}, such as 25.00. 0 is free.", event.details.currency));
    let window =
        |name: &'static str, label: &'static str| form.input("datetime-local", name, label).optional();
    let per_order = PER_ORDER_MAX.to_string();
    let hidden =
        Choice::new("yes", "Hidden").hint("Not on the page and not in lists; sold by hand or by its id.");
    FormPage::new(frame, form, action, submit, list)
        .lead(format!("For {}", super::view::named(event)))
        .row(vec![form.text("name", "Name").max(NAME_MAX).placeholder("General admission").focused()])
        .row(vec![price, quantity])
        .row(vec![form.area("description", "Description").max(DESCRIPTION_MAX).optional()])
        .row(vec![
            window("saleStartsAt", "On sale from")
                .hint(format!("In {zone}. Empty: as soon as it is published.")),
            window("saleEndsAt", "On sale until").hint("Empty: until the event is over."),
        ])
        .row(vec![
            form.number("minPerOrder", "At least per order", ("1", &per_order), "1").optional(),
            form.number("maxPerOrder", "At most per order", ("1", &per_order), "1")
                .optional()
                .hint(format!("Empty: {PER_ORDER_MAX}.")),
        ])
        .row(vec![form.boxes(HIDDEN, "Where it is shown", vec![hidden])])
        .ready()
}

/// The terms that a form says.
///
/// # Errors
/// All faults, under the names of the fields.
pub(super) fn read(form: &Form, event: &Event, one: Option<&TicketType>) -> Result<Terms, Issues> {
    let mut issues = Issues::new();
    let name = issues.keep("name", IssueCode::InvalidValue, text::line(form.get("name"), NAME_MAX));
    let description = optional_lines(form, &mut issues, "description", DESCRIPTION_MAX);
    let price = form.get("price").trim().replace(',', ".");
    let price = issues.keep("price", IssueCode::InvalidValue, event.details.currency.parse_decimal(&price));
    let least = i64::from(one.is_none());
    let quantity = whole(form, &mut issues, "quantity", least..=QUANTITY_MAX);
    let starts =
        instant(form, &mut issues, "saleStartsAt", event, one.and_then(|one| one.terms.sale_starts_at));
    let ends = instant(form, &mut issues, "saleEndsAt", event, one.and_then(|one| one.terms.sale_ends_at));
    let some = |name: &str, issues: &mut Issues| {
        form.some(name)?;
        whole(form, issues, name, 1..=PER_ORDER_MAX)
    };
    let min = some("minPerOrder", &mut issues);
    let max = some("maxPerOrder", &mut issues);
    issues.done()?;
    let (Some(name), Some(price), Some(quantity)) = (name, price, quantity) else {
        return Err(Issues::new());
    };
    let terms = Terms {
        name,
        description: description.map(|text| text.replace("\r\n", "\n")),
        price,
        quantity,
        sale_starts_at: starts,
        sale_ends_at: ends,
        min_per_order: min.unwrap_or(1),
        max_per_order: max,
        hidden: form.is_ticked(HIDDEN, "yes"),
    };
    terms.check().map_err(in_words)?;
    Ok(terms)
}

/// The core speaks of its members, people of fields.
fn in_words(issues: Issues) -> Issues {
    let reworded = |issue: Issue| match issue.place.dotted().as_str() {
        "saleEndsAt" => Issue { message: "must be after the sale begins".to_owned(), ..issue },
        "maxPerOrder" => Issue { message: "must not be less than the least".to_owned(), ..issue },
        _ => issue,
    };
    Issues(issues.0.into_iter().map(reworded).collect())
}

/// A day and time in the event's zone; one that was not touched stays the instant that it was.
fn instant(
    form: &Form,
    issues: &mut Issues,
    name: &str,
    event: &Event,
    before: Option<Timestamp>,
) -> Option<Timestamp> {
    let said = form.some(name)?;
    if before.is_some() && said == shown(event, before) {
        return before;
    }
    let wall = issues.keep(
        name,
        IssueCode::InvalidFormat,
        parse_wall(said).map_err(|_| "must be a day and a time"),
    )?;
    Some(event.details.schedule.zone.resolve(wall).0)
}

/// All terms said.
pub(super) fn patch(terms: Terms) -> TermsPatch {
    TermsPatch {
        name: Some(terms.name),
        description: Some(terms.description),
        price: Some(terms.price),
        quantity: Some(terms.quantity),
        sale_starts_at: Some(terms.sale_starts_at),
        sale_ends_at: Some(terms.sale_ends_at),
        min_per_order: Some(terms.min_per_order),
        max_per_order: Some(terms.max_per_order),
        hidden: Some(terms.hidden),
    }
}
