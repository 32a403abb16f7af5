//! The form of a ticket type: its fields, and from them to its terms. A row of a series' form says the same.

use callboard_core::event::Event;
use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::money::Currency;
use callboard_core::text;
use callboard_core::ticket::{NAME_MAX, PER_ORDER_MAX, QUANTITY_MAX, Terms, TermsPatch, TicketType};
use callboard_core::time::{Timestamp, Zone, parse_wall};

use crate::dashboard::field::Choice;
use crate::dashboard::form::{Form, optional_lines, whole};
use crate::dashboard::pieces::FormPage;
use crate::dashboard::shell::Shell;

/// Longest description. Unit: characters.
pub(in crate::dashboard::rooms) const DESCRIPTION_MAX: usize = 2_000;
const HIDDEN: &str = "hidden";

pub(super) fn blank() -> Form {
    Form::filled([("minPerOrder", "1".to_owned())])
}

/// What the fields of a ticket type are read with.
#[derive(Debug, Clone, Copy)]
pub(in crate::dashboard::rooms) struct Sale<'a> {
    /// What stands before the names of the fields.
    pub prefix: &'a str,
    pub currency: Currency,
    pub zone: &'a Zone,
    pub before: Option<&'a Terms>,
}

impl<'a> Sale<'a> {
    /// Those of an event, for the type that is changed or a new one.
    pub(super) fn of(event: &'a Event, one: Option<&'a TicketType>) -> Sale<'a> {
        Sale {
            prefix: "",
            currency: event.details.currency,
            zone: &event.details.schedule.zone,
            before: one.map(|one| &one.terms),
        }
    }

    fn field(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Terms as the values of their fields.
pub(in crate::dashboard::rooms) fn values(
    terms: &Terms,
    currency: Currency,
    zone: &Zone,
) -> [(&'static str, String); 9] {
    let at = |at: Option<Timestamp>| shown(zone, at);
    [
        ("name", terms.name.clone()),
        ("description", terms.description.clone().unwrap_or_default()),
        ("price", currency.decimal(terms.price)),
        ("quantity", terms.quantity.to_string()),
        ("saleStartsAt", at(terms.sale_starts_at)),
        ("saleEndsAt", at(terms.sale_ends_at)),
        ("minPerOrder", terms.min_per_order.to_string()),
        ("maxPerOrder", terms.max_per_order.map(|max| max.to_string()).unwrap_or_default()),
        (HIDDEN, if terms.hidden { "yes".to_owned() } else { String::new() }),
    ]
}

/// As a browser writes a day and time: in the zone of the place.
fn shown(zone: &Zone, at: Option<Timestamp>) -> String {
    let wall = at.map(|at| at.wall(zone));
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
pub(in crate::dashboard::rooms) fn read(form: &Form, sale: Sale<'_>) -> Result<Terms, Issues> {
    let mut issues = Issues::new();
    let name = sale.field("name");
    let name = issues.keep(&name, IssueCode::InvalidValue, text::line(form.get(&name), NAME_MAX));
    let description = optional_lines(form, &mut issues, &sale.field("description"), DESCRIPTION_MAX);
    let price = sale.field("price");
    let typed = form.get(&price).trim().replace(',', ".");
    let price = issues.keep(&price, IssueCode::InvalidValue, sale.currency.parse_decimal(&typed));
    let least = i64::from(sale.before.is_none());
    let quantity = whole(form, &mut issues, &sale.field("quantity"), least..=QUANTITY_MAX);
    let starts = instant(form, &mut issues, "saleStartsAt", sale, |terms| terms.sale_starts_at);
    let ends = instant(form, &mut issues, "saleEndsAt", sale, |terms| terms.sale_ends_at);
    let some = |name: &str, issues: &mut Issues| {
        let name = sale.field(name);
        form.some(&name)?;
        whole(form, issues, &name, 1..=PER_ORDER_MAX)
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
        hidden: form.is_ticked(&sale.field(HIDDEN), "yes"),
    };
    terms.check().map_err(|issues| in_words(issues, sale.prefix))?;
    Ok(terms)
}

/// The core speaks of its members, people of fields.
fn in_words(issues: Issues, prefix: &str) -> Issues {
    let reworded = |issue: Issue| {
        let name = issue.place.dotted();
        let message = match name.as_str() {
            "saleEndsAt" => "must be after the sale begins".to_owned(),
            "maxPerOrder" => "must not be less than the least".to_owned(),
            _ => issue.message.clone(),
        };
        Issue { message, place: Place::body(&format!("{prefix}{name}")), ..issue }
    };
    Issues(issues.0.into_iter().map(reworded).collect())
}

/// A day and time in the zone of the place; one that was not touched stays the instant that it was.
fn instant(
    form: &Form,
    issues: &mut Issues,
    name: &str,
    sale: Sale<'_>,
    of: impl Fn(&Terms) -> Option<Timestamp>,
) -> Option<Timestamp> {
    let name = sale.field(name);
    let said = form.some(&name)?;
    let before = sale.before.and_then(of);
    if before.is_some() && said == shown(sale.zone, before) {
        return before;
    }
    let wall = issues.keep(
        &name,
        IssueCode::InvalidFormat,
        parse_wall(said).map_err(|_| "must be a day and a time"),
    )?;
    Some(sale.zone.resolve(wall).0)
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
