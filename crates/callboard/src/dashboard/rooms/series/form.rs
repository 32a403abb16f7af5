//! The form of a series: its fields, and from them to the core's change.

use std::collections::BTreeSet;
use std::fmt::Display;

use callboard_core::event::{self, Category, EventPatch, Lifecycle, Visibility};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::series::{SeriesPatch, Stretch};
use callboard_core::text;
use callboard_core::ticket::{NAME_MAX, QUANTITY_MAX, Terms};
use callboard_core::time::{ClockTime, ShowDate, Zone};

use super::super::events::places::Places;
use super::rule;
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, whole};

/// The values of a stretch, as its form shows them.
pub(super) fn values(stretch: &Stretch) -> Form {
    let (plan, details) = (&stretch.plan, stretch.template.details());
    let recurrence = &plan.recurrence;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let id = |id: Option<String>| id.unwrap_or_default();
    let dates =
        |dates: &BTreeSet<ShowDate>| dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Form::filled([
        ("title", text(&details.title)),
        ("description", text(&details.description)),
        ("category", details.category.as_str().to_owned()),
        ("visibility", details.visibility.as_str().to_owned()),
        ("venueId", id(details.venue_id.map(|id| id.to_string()))),
        ("channelId", id(details.channel_id.map(|id| id.to_string()))),
        ("boxOfficeId", id(details.box_office_id.map(|id| id.to_string()))),
        ("frequency", String::new()),
        ("rrule", recurrence.rule().to_string()),
        ("startDate", recurrence.start().to_string()),
        ("untilDate", recurrence.until.map(|date| date.to_string()).unwrap_or_default()),
        ("exDates", dates(&recurrence.exdates)),
        ("local.doors", plan.times.doors.map(|time| time.to_string()).unwrap_or_default()),
        ("local.start", plan.times.start.to_string()),
        ("local.end", plan.times.end.map(|time| time.to_string()).unwrap_or_default()),
        ("timezone", plan.zone.name().to_owned()),
        ("status", stretch.template.status.as_str().to_owned()),
    ])
}

/// The sections of the form: heading, rows of fields.
pub(super) fn sections(form: &Form, places: &Places, is_new: bool) -> Vec<(&'static str, Vec<Vec<Field>>)> {
    let pick = |all: &[(&str, &str)]| all.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    let when =
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
            vec![
                form.text("timezone", "Time zone").max(64).list("zones").placeholder("America/New_York"),
                form.text("exDates", "Left out").max(2_000).optional().placeholder("2026-12-25, 2027-01-01"),
            ],
        ];
    let none = [("", "None")];
    let word = |one: &Category| Choice::new(one.as_str(), one.as_str());
    let mut what = vec![
        vec![form.text("title", "Title").max(event::TITLE_MAX)],
        vec![form.area("description", "Description").max(event::DESCRIPTION_MAX).optional()],
        vec![
            form.select("category", "Category", Category::ALL.iter().map(word).collect()).optional(),
            form.select(
                "visibility",
                "Who sees it",
                Visibility::ALL.iter().map(|one| Choice::new(one.as_str(), one.as_str())).collect(),
            )
            .optional(),
        ],
        vec![
            form.select("venueId", "Venue", places.venue_choices(&none)).optional(),
            form.select("channelId", "Channel", places.channel_choices(&none)).optional(),
            form.select("boxOfficeId", "Box office", places.office_choices(&none)).optional(),
        ],
    ];
    let born = vec![
        Choice::new("draft", "Drafts, published one by one"),
        Choice::new("published", "Published at once"),
    ];
    what.push(vec![form.select("status", "New dates are", born).optional()]);
    let mut all = vec![("What", what), ("When", when)];
    if is_new {
        let tickets = vec![vec![
            form.text("type.name", "Ticket type")
                .max(NAME_MAX)
                .optional()
                .placeholder("General admission")
                .hint("Each date has its own stock. More types can follow."),
            form.text("type.price", "Price").max(20).optional().placeholder("25.00"),
            form.number("type.quantity", "How many", ("1", &QUANTITY_MAX.to_string()), "1").optional(),
        ]];
        all.push(("Tickets", tickets));
    }
    all
}

struct Reader<'a> {
    form: &'a Form,
    before: Option<&'a Form>,
    issues: Issues,
}

impl Reader<'_> {
    /// It was sent, and says something else than what is there.
    fn is_said(&self, name: &str) -> bool {
        let unix = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        self.form.has(name)
            && self.before.is_none_or(|before| unix(before.get(name)) != unix(self.form.get(name)))
    }
    fn change<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        if !self.is_said(name) {
            return None;
        }
        let Some(said) = self.form.some(name) else { return Some(None) };
        self.issues.keep(name, IssueCode::InvalidValue, parse(said)).map(Some)
    }
    fn value<T, E: Display>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<T> {
        self.change(name, parse).flatten()
    }
}

const UNLISTED: &str = "must be one of the list";

/// What the form says; `before` are the values that it began with, of which only what differs is said.
///
/// # Errors
/// All faults, under the names of the fields.
pub(super) fn patch(form: &Form, before: Option<&Form>, places: &Places) -> Result<SeriesPatch, Issues> {
    let mut reader = Reader { form, before, issues: Issues::new() };
    let r = &mut reader;
    if form.some("frequency").is_some() && form.some("interval").is_some() {
        whole(form, &mut r.issues, "interval", 1..=rule::INTERVAL_MAX);
    }
    // A rule made of choices cannot be wrong in a way that its own field could tell.
    let rule = rule::of(form);
    let is_new_rule = before.is_none_or(|before| before.get("rrule") != rule) && !rule.is_empty();
    let clock = |r: &mut Reader<'_>, name: &str| r.change(name, ClockTime::parse);
    let event = EventPatch {
        title: r.change("title", |said| text::line(said, event::TITLE_MAX)),
        description: r
            .change("description", |said| text::lines(&said.replace("\r\n", "\n"), event::DESCRIPTION_MAX)),
        category: r.value("category", |said| Category::parse(said).ok_or(UNLISTED)),
        visibility: r.value("visibility", |said| Visibility::parse(said).ok_or(UNLISTED)),
        venue_id: r.change("venueId", |said| said.parse().map_err(|_| UNLISTED)),
        channel_id: r.change("channelId", |said| said.parse().map_err(|_| UNLISTED)),
        box_office_id: r.change("boxOfficeId", |said| said.parse().map_err(|_| UNLISTED)),
        ..EventPatch::default()
    };
    let event = if before.is_none() { unsaid_where_empty(event) } else { event };
    let types = terms(r, places);
    let patch = SeriesPatch {
        rrule: is_new_rule.then_some(rule),
        zone: r.value("timezone", Zone::parse),
        start_date: r.value("startDate", ShowDate::parse),
        doors: clock(r, "local.doors"),
        start: clock(r, "local.start").flatten(),
        end: clock(r, "local.end"),
        until: r.change("untilDate", ShowDate::parse),
        exdates: r.change("exDates", dates).map(Option::unwrap_or_default),
        rdates: None,
        event,
        types,
        status: r.value("status", |said| Lifecycle::parse(said).ok_or(UNLISTED)),
    };
    reader.issues.done()?;
    Ok(patch)
}

/// On a new series nothing chosen leaves venue and channel to the box office.
fn unsaid_where_empty(event: EventPatch) -> EventPatch {
    EventPatch {
        venue_id: event.venue_id.filter(Option::is_some),
        channel_id: event.channel_id.filter(Option::is_some),
        ..event
    }
}

fn dates(said: &str) -> Result<BTreeSet<ShowDate>, String> {
    let words = said.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.map(|word| ShowDate::parse(word).map_err(|error| format!("{word}: {error}"))).collect()
}

/// The one ticket type that a new series may begin with.
fn terms(r: &mut Reader<'_>, places: &Places) -> Option<Vec<Terms>> {
    let name = r.value("type.name", |said| text::line(said, NAME_MAX));
    let is_any = ["type.name", "type.price", "type.quantity"].iter().any(|name| r.form.some(name).is_some());
    if !is_any {
        return None;
    }
    if r.form.some("type.name").is_none() {
        r.issues.push(Issue::body("type.name", IssueCode::Required, "say what the tickets are called"));
    }
    let office = places.office(r.form.get("boxOfficeId").parse().ok());
    let currency = office.map_or(callboard_core::money::Currency::USD, |office| office.details.currency);
    let price = r.form.get("type.price").trim().replace(',', ".");
    let price = r.issues.keep("type.price", IssueCode::InvalidValue, currency.parse_decimal(&price));
    let quantity = whole(r.form, &mut r.issues, "type.quantity", 1..=QUANTITY_MAX);
    Some(vec![Terms {
        name: name?,
        description: None,
        price: price?,
        quantity: quantity?,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: None,
        hidden: false,
    }])
}
