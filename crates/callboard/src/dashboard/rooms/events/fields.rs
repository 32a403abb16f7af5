//! The form of an event: its fields in sections, in the order in which one thinks of them.

use callboard_core::event::{self, Attendance, Booking, Category, PerformerRole, Visibility};
use callboard_core::place::CAPACITY_MAX;

use super::parse::{ADDRESS_MAX, SET_MINUTES_MAX};
use super::places::Places;
use super::reader::NONE;
use super::rows::{self, Kind};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;

/// A part of the form. Fields of one row stand beside each other where there is room.
pub(in crate::dashboard::rooms) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub rows: Vec<Vec<Field>>,
    pub list: Option<Rows>,
    /// Fields that few need, folded until one of them says something.
    pub more: Vec<Vec<Field>>,
    pub is_open: bool,
}

/// Rows that are added and removed.
pub(in crate::dashboard::rooms) struct Rows {
    pub kind: &'static str,
    pub add: &'static str,
    pub rows: Vec<Vec<Field>>,
    pub is_full: bool,
}

/// Empty rows that wait for a name.
const BLANK: usize = 1;

/// The sections for the form of an event, which is a new one or not.
pub(super) fn sections(form: &mut Form, places: &Places, is_new: bool) -> Vec<Section> {
    let mut all = described(form, places, is_new);
    let external = vec![
        form.text("external.source", "Your system")
            .max(event::EXTERNAL_SOURCE_MAX)
            .optional()
            .placeholder("cms"),
        form.text("external.id", "Id in your system")
            .max(event::EXTERNAL_ID_MAX)
            .optional()
            .hint("By both it is found and updated through the API."),
    ];
    let slug = form
        .text("slug", "Readable part of the address")
        .max(100)
        .optional()
        .hint("Made from the title where it is left empty.");
    for section in &mut all {
        match section.id {
            "own" => section.rows.push(external.clone()),
            "visibility" => section.more.iter_mut().for_each(|row| row.insert(0, slug.clone())),
            _ => {}
        }
    }
    all.insert(1, when(form));
    opened(form, all)
}

/// The sections of what an event and a series both say.
pub(in crate::dashboard::rooms) fn described(form: &mut Form, places: &Places, is_new: bool) -> Vec<Section> {
    for kind in [rows::PERFORMERS, rows::OFFERS, rows::METADATA] {
        kind.pad(form, BLANK);
    }
    let form = &*form;
    vec![
        what(form, places),
        place(form, places, is_new),
        bill(form),
        prices(form, is_new),
        links(form),
        own(form),
        visibility(form),
    ]
}

/// What is folded is open where it says something, or something is wrong with it.
pub(in crate::dashboard::rooms) fn opened(form: &Form, mut all: Vec<Section>) -> Vec<Section> {
    for section in &mut all {
        section.is_open = section.more.iter().flatten().any(|field| {
            form.fault(&field.name).is_some() || form.some(&field.name).is_some_and(|text| text != "filled")
        });
    }
    all
}

/// The names of all fields, for faults that have none.
pub(in crate::dashboard::rooms) fn names(sections: &[Section]) -> Vec<String> {
    let lists = sections.iter().filter_map(|section| section.list.as_ref()).flat_map(|list| &list.rows);
    let plain = sections.iter().flat_map(|section| section.rows.iter().chain(&section.more));
    plain.chain(lists).flatten().map(|field| field.name.clone()).collect()
}

pub(in crate::dashboard::rooms) fn section(
    id: &'static str,
    title: &'static str,
    lead: &'static str,
    rows: Vec<Vec<Field>>,
) -> Section {
    Section { id, title, lead, rows, list: None, more: Vec::new(), is_open: false }
}

fn what(form: &Form, places: &Places) -> Section {
    let word = |one: &Category| Choice::new(one.as_str(), title_case(one.as_str()));
    let categories = Category::ALL.iter().map(word).collect();
    let class = |(slug, name): &(String, String)| Choice::new(slug.as_str(), name.as_str());
    let classes = form
        .boxes("classifications", "Classifications", places.taxonomy.iter().map(class).collect())
        .optional()
        .clearable()
        .hint(format!("Up to {}, for listings that sort more finely.", event::CLASSIFICATIONS_MAX));
    let audience = form
        .text("audience", "For whom")
        .max(event::AUDIENCE_MAX)
        .optional()
        .placeholder("Adults, families, 18+ …");
    let rows = vec![
        vec![
            form.text("title", "Title")
                .max(event::TITLE_MAX)
                .optional()
                .hint("Without one, the event is called like its headliner."),
        ],
        vec![
            form.select("category", "Category", categories).optional(),
            form.text("producerName", "Presented by").max(event::TITLE_MAX).optional(),
        ],
        vec![
            form.area("description", "Description")
                .max(event::DESCRIPTION_MAX)
                .optional()
                .hint("Plain text. Empty lines part paragraphs."),
        ],
        vec![
            form.text("notes", "Notes")
                .max(event::NOTES_MAX)
                .optional()
                .placeholder("All ages, standing room …")
                .hint("Short remarks that go along with the date, access for wheelchairs among them."),
        ],
    ];
    let more = vec![vec![audience], vec![classes]];
    Section { more, ..section("what", "What", "", rows) }
}

fn when(form: &Form) -> Section {
    let rows = vec![
        vec![
            form.input("date", "date", "Date").hint("The date on the poster."),
            form.text("timezone", "Time zone")
                .max(64)
                .list("zones")
                .optional()
                .placeholder("America/New_York")
                .hint("Empty: the box office's or the venue's."),
        ],
        vec![
            form.input("time", "doors", "Doors").optional(),
            form.input("time", "start", "Start").optional(),
            form.input("time", "end", "End").optional(),
        ],
    ];
    let more = form
        .number("setMinutes", "Length of the sets in minutes", ("0", &SET_MINUTES_MAX.to_string()), "1")
        .optional()
        .hint("Where it is not simply end minus start.");
    let lead = "Times as the clocks there show them. A time before the one above it is the next day's.";
    Section { more: vec![vec![more]], ..section("when", "When", lead, rows) }
}

fn place(form: &Form, places: &Places, is_new: bool) -> Section {
    let unsaid: &[(&str, &str)] = if is_new && !places.offices.is_empty() {
        &[("", "As the box office says, else none"), (NONE, "None")]
    } else {
        &[("", "None")]
    };
    let kept = |field: &str, mut choices: Vec<Choice>| {
        // One that was deleted since stays the event's until another is chosen.
        let own = form.get(field);
        if !own.is_empty() && !choices.iter().any(|choice| choice.value == own) {
            choices.push(Choice::new(own, "The present one"));
        }
        choices
    };
    let rows = vec![
        vec![
            form.select("venueId", "Venue", kept("venueId", places.venue_choices(unsaid)))
                .optional()
                .hint("Its website's feed shows the event."),
            form.select("channelId", "Channel", kept("channelId", places.channel_choices(unsaid)))
                .optional()
                .hint("Who follows it, sees the event."),
            form.select(
                "boxOfficeId",
                "Box office",
                kept("boxOfficeId", places.office_choices(&[("", "None")])),
            )
            .optional()
            .hint("It sells the tickets."),
        ],
        vec![
            form.text("place.name", "Name of the place")
                .max(event::TITLE_MAX)
                .optional()
                .hint("In this event's own words, where it differs from the venue."),
            form.text("place.address", "Street and number").max(ADDRESS_MAX).optional(),
        ],
        vec![
            form.text("place.city", "City").max(event::TITLE_MAX).optional(),
            form.text("place.region", "State or region").max(event::TITLE_MAX).optional(),
            form.text("place.country", "Country").max(2).optional().placeholder("US").hint("Two letters."),
        ],
    ];
    let modes = [("", "Not said"), ("in_person", "In person"), ("online", "Online"), ("hybrid", "Both")];
    let known = |(value, label): (&'static str, &'static str)| {
        (value.is_empty() || Attendance::parse(value).is_some()).then(|| Choice::new(value, label))
    };
    let more = vec![
        vec![
            form.number("place.latitude", "Latitude", ("-90", "90"), "any").optional(),
            form.number("place.longitude", "Longitude", ("-180", "180"), "any").optional(),
            form.text("place.placeId", "City id")
                .max(event::TITLE_MAX)
                .optional()
                .hint("As the channel's apps name the city."),
        ],
        vec![
            form.select("attendance", "Attendance", modes.into_iter().filter_map(known).collect()).optional(),
            form.number("capacity", "Capacity", ("1", &CAPACITY_MAX.to_string()), "1").optional(),
        ],
    ];
    Section { more, ..section("where", "Where", "", rows) }
}

fn bill(form: &Form) -> Section {
    let roles = || {
        let role = |one: &PerformerRole| Choice::new(one.as_str(), title_case(one.as_str()));
        PerformerRole::ALL.iter().map(role).collect()
    };
    let row = |at: usize, kind: Kind| {
        vec![
            form.text(&kind.field(at, "name"), "Name").max(event::TITLE_MAX).optional(),
            form.select(&kind.field(at, "role"), "Role", roles()).optional(),
            form.text(&kind.field(at, "bandSlug"), "Short name").max(100).optional(),
            form.input("url", &kind.field(at, "bannerUrl"), "Picture").max(2_000).optional(),
        ]
    };
    let list = list(form, rows::PERFORMERS, "Add an act", row);
    let lead = "Who plays, in the order of the bill.";
    Section { list: Some(list), ..section("line-up", "Line-up", lead, Vec::new()) }
}

/// The rows of a kind that a form has, each made by `row`.
pub(in crate::dashboard::rooms) fn list(
    form: &Form,
    kind: Kind,
    add: &'static str,
    row: impl Fn(usize, Kind) -> Vec<Field>,
) -> Rows {
    let count = kind.count(form);
    Rows {
        kind: kind.name,
        add,
        rows: (0..count).map(|at| row(at, kind)).collect(),
        is_full: count >= kind.max,
    }
}

fn prices(form: &Form, is_new: bool) -> Section {
    let currency = form.text("currency", "Currency").max(3).optional().placeholder("USD");
    let currency = if is_new { currency.hint("Empty: the box office's, else USD.") } else { currency };
    let rows = vec![
        vec![
            form.text("onlinePrice", "Price online")
                .max(20)
                .optional()
                .placeholder("25.00")
                .hint("Empty: the lowest ticket type's."),
            form.text("doorPrice", "Price at the door").max(20).optional().placeholder("30.00"),
            currency,
        ],
        vec![form.text("doorSeller", "Who sells at the door").max(event::TITLE_MAX).optional()],
    ];
    let lead = "For those who only read. Tickets that are sold here have their own prices.";
    section("prices", "Prices", lead, rows)
}

fn links(form: &Form) -> Section {
    let link = |name: &str, label: &str| form.input("url", name, label).max(2_000).optional();
    let rows = vec![
        vec![
            link("links.ticketing", "Tickets").hint("Where tickets are sold, if not here."),
            link("links.website", "Website"),
        ],
        vec![
            link("links.facebookEvent", "Facebook event"),
            link("posterUrl", "Poster elsewhere")
                .hint("An image's address. One can be uploaded on the event's page."),
        ],
    ];
    let row = |at: usize, kind: Kind| {
        vec![
            form.input("url", &kind.field(at, "url"), "Address").max(2_000).optional(),
            form.text(&kind.field(at, "name"), "Name").max(event::TITLE_MAX).optional(),
            form.text(&kind.field(at, "availability"), "State").max(40).optional().placeholder("available"),
        ]
    };
    let offers = list(form, rows::OFFERS, "Add an offer", row);
    let lead = "Links of the event, and offers of tickets elsewhere.";
    Section { list: Some(offers), ..section("links", "Links and offers", lead, rows) }
}

fn own(form: &Form) -> Section {
    let row = |at: usize, kind: Kind| {
        let (key, value) = (kind.field(at, "key"), kind.field(at, "value"));
        let shown = if form.get(&value).contains('\n') {
            form.area(&value, "Value")
        } else {
            form.text(&value, "Value")
        };
        vec![
            form.text(&key, "Name").max(event::METADATA_KEY_MAX).optional(),
            shown.max(event::METADATA_VALUE_MAX).optional(),
        ]
    };
    let notes = list(form, rows::METADATA, "Add a note", row);
    let lead = "For your own systems: how they call it, and notes that only your keys read.";
    Section { list: Some(notes), ..section("own", "Ids and notes", lead, Vec::new()) }
}

fn visibility(form: &Form) -> Section {
    let seen = |one: &Visibility| match one {
        Visibility::Public => ("Public", "Listed everywhere, once it is published."),
        Visibility::Unlisted => (
            "Unlisted",
            "Its page opens for whoever has the address; search engines are asked to leave it out.",
        ),
        Visibility::Private => ("Private", "Seen here and by your own keys only."),
    };
    let choice = |one: &Visibility| {
        let (label, hint) = seen(one);
        Choice::new(one.as_str(), label).hint(hint)
    };
    let booking = |one: &Booking| match one {
        Booking::Open => "Open: the date is free",
        Booking::Reserved => "Reserved: somebody is interested",
        Booking::Filled => "Filled: the show is on",
    };
    let booking = Booking::ALL.iter().map(|one| Choice::new(one.as_str(), booking(one))).collect();
    let rows =
        vec![vec![form.cards("visibility", "Who sees it", Visibility::ALL.iter().map(choice).collect())]];
    let more = vec![vec![
        form.select("booking", "State of the slot", booking).optional().hint("For the venue's feed."),
    ]];
    Section { more, ..section("visibility", "Visibility", "", rows) }
}

fn title_case(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}
