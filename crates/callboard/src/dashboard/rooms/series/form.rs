//! The form of a series: what an event says, and besides when its dates are and what tickets each has.

use std::collections::BTreeSet;
use std::fmt::Display;

use callboard_core::event::{EventPatch, Lifecycle};
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::money::Currency;
use callboard_core::series::{SeriesPatch, Stretch};
use callboard_core::ticket::{NAME_MAX, PER_ORDER_MAX, QUANTITY_MAX, Terms};
use callboard_core::time::{ClockTime, ShowDate, Zone};

use super::super::events::fields::{self, Section};
use super::super::events::places::Places;
use super::super::events::rows::{Kind, TYPES};
use super::super::events::tickets::terms::{self, DESCRIPTION_MAX, Sale};
use super::super::events::{parse, values};
use super::rule;
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, whole};

/// The values of a stretch, as its form shows them.
pub(super) fn values(stretch: &Stretch) -> Form {
    let (plan, details) = (&stretch.plan, stretch.template.details());
    let recurrence = &plan.recurrence;
    let dates =
        |dates: &BTreeSet<ShowDate>| dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let own = [
        ("frequency", String::new()),
        ("rrule", recurrence.rule().to_string()),
        ("startDate", recurrence.start().to_string()),
        ("untilDate", recurrence.until.map(|date| date.to_string()).unwrap_or_default()),
        ("exDates", dates(&recurrence.exdates)),
        ("rDates", dates(&recurrence.rdates)),
        ("local.doors", plan.times.doors.map(|time| time.to_string()).unwrap_or_default()),
        ("local.start", plan.times.start.to_string()),
        ("local.end", plan.times.end.map(|time| time.to_string()).unwrap_or_default()),
        ("timezone", plan.zone.name().to_owned()),
        ("status", stretch.template.status.as_str().to_owned()),
    ];
    let mut all = values::described(details);
    all.extend(own.map(|(name, value)| (name.to_owned(), value)));
    for (at, one) in stretch.template.types.iter().enumerate() {
        let fields = terms::values(one, details.currency, &plan.zone);
        all.extend(fields.map(|(name, value)| (TYPES.field(at, name), value)));
    }
    Form::of(all)
}

/// The sections of the form.
pub(super) fn sections(form: &mut Form, places: &Places, is_new: bool) -> Vec<Section> {
    TYPES.pad(form, 1);
    let mut all = fields::described(form, places, is_new);
    let born = vec![
        Choice::new("draft", "Drafts, published one by one"),
        Choice::new("published", "Published at once"),
    ];
    for section in all.iter_mut().filter(|section| section.id == "visibility") {
        section.rows.push(vec![form.select("status", "New dates are", born.clone()).optional()]);
    }
    all.insert(1, when(form));
    all.insert(4, tickets(form));
    fields::opened(form, all)
}

fn when(form: &Form) -> Section {
    let pick = |all: &[(&str, &str)]| all.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    let dates = |name: &str, label: &str| {
        form.text(name, label).max(20_000).optional().placeholder("2026-12-25, 2027-01-01")
    };
    let rows =
        vec![
            vec![
                form.select("frequency", "Every so many", pick(&rule::FREQUENCIES)).optional(),
                form.number("interval", "How many", ("1", &rule::INTERVAL_MAX.to_string()), "1")
                    .optional()
                    .hint("2 with weeks: every other week."),
            ],
            vec![form.boxes("days", "On these days, for weeks", pick(&rule::DAYS))],
            vec![
                form.text("rrule", "Rule").max(2_000).optional().placeholder("FREQ=MONTHLY;BYDAY=1FR").hint(
                    "For anything else, as RFC 5545 writes it: this is the first Friday of every month.",
                ),
            ],
            vec![
                form.input("date", "startDate", "First date"),
                form.input("date", "untilDate", "Last date").optional().hint("Empty: without an end."),
            ],
            vec![
                form.input("time", "local.doors", "Doors").optional(),
                form.input("time", "local.start", "Start"),
                form.input("time", "local.end", "End").optional(),
            ],
            vec![form.text("timezone", "Time zone").max(64).list("zones").placeholder("America/New_York")],
            vec![
                dates("exDates", "Left out").hint("Dates of the rule on which there is nothing."),
                dates("rDates", "Besides").hint("Dates that the rule does not have."),
            ],
        ];
    fields::section("when", "When", "", rows)
}

fn tickets(form: &Form) -> Section {
    let per_order = PER_ORDER_MAX.to_string();
    let row = |at: usize, kind: Kind| -> Vec<Field> {
        let name = |field: &str| kind.field(at, field);
        let count =
            |field: &str, label: &str| form.number(&name(field), label, ("1", &per_order), "1").optional();
        let seen = vec![Choice::new("", "Everywhere"), Choice::new("yes", "Hidden, sold by hand or id")];
        vec![
            form.text(&name("name"), "Ticket type").max(NAME_MAX).optional().placeholder("General admission"),
            form.text(&name("price"), "Price").max(20).optional().placeholder("25.00"),
            form.number(&name("quantity"), "How many", ("0", &QUANTITY_MAX.to_string()), "1").optional(),
            count("minPerOrder", "At least per order"),
            count("maxPerOrder", "At most per order"),
            form.select(&name("hidden"), "Where it is shown", seen).optional(),
            form.input("datetime-local", &name("saleStartsAt"), "On sale from").optional(),
            form.input("datetime-local", &name("saleEndsAt"), "On sale until").optional(),
            form.text(&name("description"), "Description").max(DESCRIPTION_MAX).optional(),
        ]
    };
    let list = fields::list(form, TYPES, "Add a ticket type", row);
    let lead = "Each date has these as its own, with its own stock. A type is known by its name.";
    Section { list: Some(list), ..fields::section("tickets", "Tickets", lead, Vec::new()) }
}

struct Reader<'a> {
    form: &'a Form,
    before: Option<&'a Form>,
    issues: Issues,
}

impl Reader<'_> {
    fn change<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        let is_shown = self.before.is_some_and(|before| before.said(name) == self.form.said(name));
        if is_shown || !self.form.has(name) {
            return None;
        }
        let Some(said) = self.form.some(name) else { return Some(None) };
        self.issues.keep(name, IssueCode::InvalidValue, parse(said)).map(Some)
    }
    fn value<T, E: Display>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<T> {
        self.change(name, parse).flatten()
    }
}

/// What the form says; `before` is what it began with, of which only what differs is said.
///
/// # Errors
/// All faults, under the names of the fields.
pub(super) fn patch(form: &Form, before: Option<&Stretch>, places: &Places) -> Result<SeriesPatch, Issues> {
    let shown = before.map(values);
    let mut reader = Reader { form, before: shown.as_ref(), issues: Issues::new() };
    let r = &mut reader;
    if form.some("frequency").is_some() && form.some("interval").is_some() {
        whole(form, &mut r.issues, "interval", 1..=rule::INTERVAL_MAX);
    }
    // A rule made of choices cannot be wrong in a way that its own field could tell.
    let rule = rule::of(form);
    let is_new_rule = shown.as_ref().is_none_or(|shown| shown.get("rrule") != rule) && !rule.is_empty();
    let clock = |r: &mut Reader<'_>, name: &str| r.change(name, ClockTime::parse);
    let details = before.map(|before| before.template.details());
    let event = parse::of_series(form, places, details).unwrap_or_else(|issues| {
        r.issues.0.extend(issues.0);
        EventPatch::default()
    });
    let patch = SeriesPatch {
        rrule: is_new_rule.then_some(rule),
        zone: r.value("timezone", Zone::parse),
        start_date: r.value("startDate", ShowDate::parse),
        doors: clock(r, "local.doors"),
        start: clock(r, "local.start").flatten(),
        end: clock(r, "local.end"),
        until: r.change("untilDate", ShowDate::parse),
        exdates: r.change("exDates", dates).map(Option::unwrap_or_default),
        rdates: r.change("rDates", dates).map(Option::unwrap_or_default),
        types: types(r, &event, before),
        event,
        status: r.value("status", |said| Lifecycle::parse(said).ok_or("must be one of the list")),
    };
    reader.issues.done()?;
    Ok(patch)
}

fn dates(said: &str) -> Result<BTreeSet<ShowDate>, String> {
    let words = said.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.map(|word| ShowDate::parse(word).map_err(|error| format!("{word}: {error}"))).collect()
}

/// The ticket types, where they differ from what there was.
fn types(r: &mut Reader<'_>, event: &EventPatch, before: Option<&Stretch>) -> Option<Vec<Terms>> {
    let currency = event.currency.or(before.map(|before| before.template.details().currency));
    let zone = Zone::parse(r.form.get("timezone")).unwrap_or_else(|_| Zone::utc());
    let known = before.map(|before| before.template.types.as_slice()).unwrap_or_default();
    let mut all = Vec::new();
    for at in TYPES.filled(r.form)? {
        let prefix = TYPES.field(at, "");
        let name = r.form.get(&TYPES.field(at, "name")).trim();
        let sale = Sale {
            prefix: &prefix,
            currency: currency.unwrap_or(Currency::USD),
            zone: &zone,
            before: known.iter().find(|one| one.name == name),
        };
        match terms::read(r.form, sale) {
            Ok(terms) => all.push(terms),
            Err(issues) => r.issues.0.extend(issues.0),
        }
    }
    (all != known).then_some(all)
}
