//! What is on: the same season every time, at dates relative to now.

use callboard_core::event::{Booking, Category, Visibility};
use callboard_core::time::{ShowDate, Timestamp, Zone};
use jiff::tz::TimeZone;

use super::places::{Founded, zone};
use super::plan::{City, Fate, Home, Plan, Type};
use crate::app::App;
use crate::clock::Entropy;

pub(super) const ORGANIZATION: &str = "Harbour Lights";
pub(super) const OWNER: &str = "Mara Lindqvist";
pub(super) const EMAIL: &str = "mara@harbour-lights.example";
pub(super) const OTHER_ORGANIZATION: &str = "Quarry Sound";
pub(super) const OTHER_OWNER: &str = "Tom Okafor";
pub(super) const OTHER_EMAIL: &str = "tom@quarry-sound.example";

/// The season is drawn from this, so that every demo has the same one.
const SEED: u64 = 1897;
/// Evenings that are drawn, and the days they are spread over.
const DRAWN: usize = 26;
const SPREAD_DAYS: i64 = 110;
/// Evenings of the weekly series.
pub(super) const WEEKS: usize = 12;

const ACTS: [(&str, Category, &str); 16] = [
    ("Low Tide Quartet", Category::Music, "Chamber jazz with a long horizon."),
    ("Ingrid Vale", Category::Music, "Songs for two guitars and an empty pier."),
    ("The Paper Lanterns", Category::Music, "Brass, banjo and a very large drum."),
    ("Night Ferry", Category::Music, "Analogue synthesizers, slow and wide."),
    ("Marisol Quintero", Category::Comedy, "An hour about her aunt's parking tickets."),
    ("Salt & Vinegar", Category::Comedy, "Improvised sketches from your own postcards."),
    ("Dockside Players: The Keeper", Category::Theater, "Two people, one lighthouse, no signal."),
    ("Copper Wire Orchestra", Category::Music, "Fourteen strings and one amplifier."),
    ("Yusuf Demir Trio", Category::Music, "Piano pieces between Izmir and Oslo."),
    ("Kitchen Table Philosophers", Category::Other, "An evening's argument, with soup."),
    ("Hollow Coast", Category::Music, "Loud guitars, quiet words."),
    ("Petra Novák", Category::Comedy, "Deadpan in three languages."),
    ("The Long Shore Choir", Category::Music, "Forty voices, no conductor."),
    ("Ada Osei & Friends", Category::Music, "Highlife for a cold season."),
    ("Small Machines", Category::Workshop, "Build a synthesizer, take it home."),
    ("Ten Rounds", Category::Sports, "Amateur boxing under the rafters."),
];
const OPENERS: [&str; 8] = [
    "Wren Halloran",
    "Tin Roof Club",
    "Bo & the Tidewaiters",
    "Elif Kaya",
    "Second Breakfast",
    "Jonah Pike",
    "Grey Seal",
    "Mina Park",
];
const CHICAGO: City = City {
    stage: "Lakefront Room",
    name: "Chicago",
    country: "US",
    place_id: "plc-chi",
    zone: "America/Chicago",
};
const KATHMANDU: City = City {
    stage: "Patan Courtyard",
    name: "Lalitpur",
    country: "NP",
    place_id: "plc-ktm",
    zone: "Asia/Kathmandu",
};
const LISBON: City = City {
    stage: "Cais do Norte",
    name: "Lisbon",
    country: "PT",
    place_id: "plc-lis",
    zone: "Europe/Lisbon",
};

/// A reproducible choice after the other.
struct Dice(Entropy);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let drawn = usize::from(u16::from_le_bytes(self.0.draw()));
        drawn.checked_rem(limit).unwrap_or(0)
    }
    fn pick<T: Copy>(&self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).copied()
    }
}

/// The homes of the main organization's events, and today in each.
struct Stage<'a> {
    now: Timestamp,
    house: &'a Founded,
}

impl Stage<'_> {
    fn day(&self, zone: &Zone, days: i64) -> ShowDate {
        ShowDate::of(self.now.wall(zone)).plus_days(days)
    }
    /// An evening through the n-th box office, in its zone.
    fn office(&self, n: usize, title: &str, days: i64) -> Plan {
        let office = self.house.box_offices.get(n);
        let zone = office.map_or_else(Zone::utc, |office| office.details.zone.clone());
        let date = self.day(&zone, days);
        Plan::evening(title, Home::BoxOffice(office.map(|office| office.id)), zone, date)
    }
    /// A slot of the n-th venue.
    fn slot(&self, n: usize, days: i64, booking: Booking) -> Plan {
        let venue = self.house.venues.get(n);
        let zone = venue.map_or_else(Zone::utc, |venue| venue.details.zone.clone());
        let date = self.day(&zone, days);
        let evening = Plan::evening("", Home::Venue(venue.map(|venue| venue.id)), zone, date);
        Plan { title: None, bill: Vec::new(), times: [None; 3], booking, ..evening }
    }
    /// A date on tour, announced by the n-th channel.
    fn tour(&self, n: usize, city: &'static City, title: &str, days: i64) -> Plan {
        let channel = self.house.channels.get(n).map(|channel| channel.id);
        let zone = zone(city.zone);
        let date = self.day(&zone, days);
        Plan { price: Some(2_400), ..Plan::evening(title, Home::Tour(channel, city), zone, date) }
    }
}

/// The main organization's season: about sixty events.
pub(super) fn main(app: &App, house: &Founded) -> Vec<Plan> {
    let stage = Stage { now: app.clock.now(), house };
    let mut plans = showcase(&stage);
    plans.extend(sales(&stage));
    plans.extend(odd_times(&stage));
    plans.extend(on_tour(&stage));
    plans.extend(drawn(&stage));
    plans
}

/// One event of each state. The first is on sale, public and published.
fn showcase(stage: &Stage<'_>) -> Vec<Plan> {
    let night = |title: &str, days: i64| stage.office(0, title, days);
    vec![
        Plan {
            about: Some("The season opens: chamber jazz, then the terrace.".to_owned()),
            bill: names(&["Low Tide Quartet", "Ingrid Vale", "Wren Halloran"]),
            types: vec![
                Type::new("General Admission", 1_800, 280).sold(64),
                Type::new("Balcony", 2_600, 90).sold(31),
                Type::new("Under 26", 900, 40),
                Type::new("Artist guests", 0, 10).hidden(),
            ],
            price: Some(1_800),
            external: Some("season-opening".to_owned()),
            ..night("Season Opening: Low Tide Quartet", 9)
        },
        Plan {
            category: Category::Comedy,
            classifications: vec!["comedy"],
            types: vec![Type::new("General Admission", 2_200, 200), Type::new("Front table", 3_500, 24)],
            fate: Fate::Draft,
            ..night("Marisol Quintero: Late Fees", 45)
        },
        Plan {
            bill: names(&["Hollow Coast", "Grey Seal"]),
            types: vec![
                Type::new("General Admission", 2_500, 320).sold(320),
                Type::new("Balcony", 3_200, 80).sold(80),
            ],
            price: Some(2_500),
            ..night("Hollow Coast", 16)
        },
        Plan {
            types: vec![Type::new("General Admission", 2_000, 300).sold(12)],
            fate: Fate::Cancelled,
            ..night("The Paper Lanterns", 23)
        },
        Plan { fate: Fate::Archived, ..night("Harbour Lights Winter Fair", -60) },
        Plan {
            visibility: Visibility::Unlisted,
            types: vec![Type::new("By invitation", 0, 60).sold(18)],
            ..night("Members' Rehearsal", 12)
        },
        Plan { visibility: Visibility::Private, booking: Booking::Reserved, ..night("Private hire", 19) },
    ]
}

/// Sales that have ended, go on and have not begun; evenings that are over.
fn sales(stage: &Stage<'_>) -> Vec<Plan> {
    let night = |title: &str, days: i64| stage.office(0, title, days);
    vec![
        Plan {
            category: Category::Conference,
            classifications: vec!["tech", "conference"],
            times: [Some("08:30"), Some("09:30"), Some("17:00")],
            types: vec![
                Type::new("Early bird", 4_900, 60).sold(60).on_sale(None, Some(-3)),
                Type::new("Regular", 7_900, 140).sold(22),
                Type::new("Community", 0, 20).sold(4),
            ],
            ..night("Small Servers, Big Rooms", 58)
        },
        Plan {
            types: vec![
                Type::new("Presale", 2_800, 100),
                Type::new("General Admission", 3_200, 250).on_sale(Some(14), None),
            ],
            price: Some(3_200),
            ..night("Copper Wire Orchestra", 75)
        },
        Plan { types: vec![Type::new("General Admission", 1_500, 200).sold(143)], ..night("Grey Seal", -8) },
        Plan {
            types: vec![Type::new("General Admission", 1_200, 150).sold(97)],
            ..night("Elif Kaya Trio", -1)
        },
    ]
}

/// What breaks naive calendars: nights past midnight, the change of the clocks, days without times.
fn odd_times(stage: &Stage<'_>) -> Vec<Plan> {
    let club = stage.office(1, "Night Ferry: All Decks", 13);
    let clocks = stage.office(0, "The Long Night", 0);
    let change = clock_change(stage.now, clocks.zone.name());
    let mut plans = vec![
        // Doors on the poster's date, the first set after midnight.
        Plan {
            times: [Some("23:30"), Some("00:30"), Some("05:00")],
            classifications: vec!["nightlife", "music"],
            types: vec![Type::new("Abendkasse", 1_400, 160).sold(20)],
            ..club
        },
        stage.slot(0, 4, Booking::Open),
        stage.slot(0, 5, Booking::Reserved),
        stage.slot(0, 33, Booking::Open),
        stage.slot(1, 21, Booking::Open),
        Plan { title: Some("Load-in and tuning".to_owned()), ..stage.slot(1, 22, Booking::Reserved) },
    ];
    if let Some(date) = change {
        // It begins on the eve and ends after the clocks were changed.
        plans.push(Plan {
            date: date.plus_days(-1),
            times: [Some("22:00"), Some("23:00"), Some("03:30")],
            about: Some("Music until the clocks have changed.".to_owned()),
            types: vec![Type::new("General Admission", 2_000, 250).sold(5)],
            ..clocks
        });
    }
    plans
}

fn on_tour(stage: &Stage<'_>) -> Vec<Plan> {
    vec![
        stage.tour(0, &CHICAGO, "Low Tide Quartet on tour", 26),
        stage.tour(0, &CHICAGO, "Ingrid Vale on tour", 47),
        stage.tour(0, &KATHMANDU, "Yusuf Demir Trio on tour", 38),
        Plan {
            classifications: vec!["music", "community"],
            ..stage.tour(1, &KATHMANDU, "Courtyard Session", 39)
        },
        stage.tour(1, &LISBON, "Night Ferry on tour", 64),
        Plan {
            category: Category::Workshop,
            classifications: vec!["workshop", "family"],
            times: [None, Some("10:00"), Some("13:00")],
            ..stage.tour(2, &LISBON, "Small Machines: build a synthesizer", 66)
        },
    ]
}

/// The open stage of every Tuesday: the first evening, and how it goes on sale.
pub(super) fn weekly(app: &App, house: &Founded) -> Plan {
    let stage = Stage { now: app.clock.now(), house };
    let today = stage.office(0, "", 0).date;
    let until_tuesday = (8 - i64::from(today.weekday_from_monday())) % 7;
    Plan {
        times: [Some("18:30"), Some("19:00"), Some("22:00")],
        bill: names(&["Jonah Pike"]),
        classifications: vec!["community", "music"],
        types: vec![Type::new("Pay at the door", 0, 120).sold(36)],
        ..stage.office(0, "Tuesday Open Stage", until_tuesday)
    }
}

/// The rest of the season, drawn.
fn drawn(stage: &Stage<'_>) -> Vec<Plan> {
    let dice = Dice(Entropy::seeded(SEED));
    (0..DRAWN).filter_map(|n| one_drawn(stage, &dice, n)).collect()
}

fn one_drawn(stage: &Stage<'_>, dice: &Dice, n: usize) -> Option<Plan> {
    let (title, category, about) = ACTS.get(n % ACTS.len()).copied()?;
    let step = SPREAD_DAYS.checked_div(i64::try_from(DRAWN).ok()?)?;
    let days = 3 + step * i64::try_from(n).ok()? + i64::from(n.is_multiple_of(3));
    let opener = dice.pick(&OPENERS)?;
    let price = dice.pick(&[1_200, 1_500, 1_800, 2_200, 2_800])?;
    let seats = dice.pick(&[80, 120, 160, 240])?;
    let sold = i64::try_from(dice.below(70)).ok()?;
    let times = dice.pick(&[
        [Some("19:00"), Some("20:00"), Some("22:30")],
        [Some("18:30"), Some("19:30"), Some("21:30")],
        [Some("20:00"), Some("21:00"), None],
        [None, Some("15:00"), Some("17:00")],
    ])?;
    let fate = if n % 9 == 8 { Fate::Draft } else { Fate::Published };
    let general = Type::new("General Admission", price, seats);
    let reduced = Type::new("Reduced", price / 2, seats / 4);
    let types = match (fate, n % 4) {
        (Fate::Draft, _) => vec![general],
        (_, 0) => vec![general.sold(sold), reduced, Type::new("Press", 0, 6).hidden()],
        (_, 1) => vec![general.sold(sold)],
        _ => vec![general.sold(sold), reduced],
    };
    Some(Plan {
        about: Some(about.to_owned()),
        category,
        classifications: vec![category.as_str()],
        bill: names(&[title, opener]),
        times,
        types,
        price: Some(price),
        external: n.is_multiple_of(5).then(|| format!("show-{}", 1_001 + n)),
        fate,
        ..stage.office(usize::from(n % 3 == 1), title, days)
    })
}

/// The second organization's few events.
pub(super) fn other(app: &App, house: &Founded) -> Vec<Plan> {
    let stage = Stage { now: app.clock.now(), house };
    vec![
        Plan {
            types: vec![Type::new("General Admission", 1_600, 180).sold(40)],
            price: Some(1_600),
            ..stage.office(0, "Barn Dance", 11)
        },
        Plan { types: vec![Type::new("Lawn", 2_100, 250)], ..stage.office(0, "Stone Echoes", 30) },
        Plan { fate: Fate::Draft, ..stage.office(0, "Quarry Film Night", 52) },
    ]
}

/// The next date on which clocks are changed there.
fn clock_change(now: Timestamp, zone: &str) -> Option<ShowDate> {
    let zone = TimeZone::get(zone).ok()?;
    let from = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
    let next = zone.following(from).next()?;
    Some(ShowDate::from(zone.to_datetime(next.timestamp()).date()))
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
