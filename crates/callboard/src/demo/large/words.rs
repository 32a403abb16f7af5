//! Names of acts, houses and people, and what is said about an evening.

use callboard_core::event::Category;

use super::draw::Draw;
use crate::demo::plan::City;

/// A city in which organizations of the large world are at home.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) city: &'static str,
    pub(super) region: &'static str,
    pub(super) country: &'static str,
    pub(super) zone: &'static str,
    pub(super) currency: &'static str,
    pub(super) position: (f64, f64),
}

const fn home(
    city: &'static str,
    region: &'static str,
    country: &'static str,
    zone: &'static str,
    currency: &'static str,
    position: (f64, f64),
) -> Home {
    Home { city, region, country, zone, currency, position }
}

/// Zones with and without summer time, on both sides of the equator, one with a half-hour offset.
pub(super) const HOMES: [Home; 14] = [
    home("Boston", "MA", "US", "America/New_York", "USD", (42.3601, -71.0589)),
    home("Chicago", "IL", "US", "America/Chicago", "USD", (41.8781, -87.6298)),
    home("Denver", "CO", "US", "America/Denver", "USD", (39.7392, -104.9903)),
    home("Phoenix", "AZ", "US", "America/Phoenix", "USD", (33.4484, -112.0740)),
    home("Portland", "OR", "US", "America/Los_Angeles", "USD", (45.5152, -122.6784)),
    home("Toronto", "ON", "CA", "America/Toronto", "CAD", (43.6532, -79.3832)),
    home("London", "England", "GB", "Europe/London", "GBP", (51.5072, -0.1276)),
    home("Berlin", "BE", "DE", "Europe/Berlin", "EUR", (52.5200, 13.4050)),
    home("Lisbon", "Lisboa", "PT", "Europe/Lisbon", "EUR", (38.7223, -9.1393)),
    home("Helsinki", "Uusimaa", "FI", "Europe/Helsinki", "EUR", (60.1699, 24.9384)),
    home("Melbourne", "VIC", "AU", "Australia/Melbourne", "AUD", (-37.8136, 144.9631)),
    home("Auckland", "Auckland", "NZ", "Pacific/Auckland", "NZD", (-36.8509, 174.7645)),
    home("Kolkata", "WB", "IN", "Asia/Kolkata", "INR", (22.5726, 88.3639)),
    home("Sao Paulo", "SP", "BR", "America/Sao_Paulo", "BRL", (-23.5558, -46.6396)),
];

/// Stages on tour.
pub(super) static STAGES: [City; 5] = [
    City {
        stage: "Lakefront Room",
        name: "Chicago",
        country: "US",
        place_id: "plc-chi",
        zone: "America/Chicago",
    },
    City {
        stage: "Patan Courtyard",
        name: "Lalitpur",
        country: "NP",
        place_id: "plc-ktm",
        zone: "Asia/Kathmandu",
    },
    City {
        stage: "Cais do Norte",
        name: "Lisbon",
        country: "PT",
        place_id: "plc-lis",
        zone: "Europe/Lisbon",
    },
    City {
        stage: "Sala Mirador",
        name: "Buenos Aires",
        country: "AR",
        place_id: "plc-bue",
        zone: "America/Argentina/Buenos_Aires",
    },
    City {
        stage: "Kanda Listening Bar",
        name: "Tokyo",
        country: "JP",
        place_id: "plc-tyo",
        zone: "Asia/Tokyo",
    },
];

const FIRST: [&str; 40] = [
    "Ada", "Amara", "Anton", "Bea", "Carlos", "Chloe", "Dario", "Elif", "Emeka", "Freya", "Goran", "Hana",
    "Hugo", "Ines", "Ivo", "Jonah", "Jun", "Kaito", "Lena", "Luca", "Mara", "Mateo", "Mina", "Nadia", "Noor",
    "Oskar", "Paloma", "Petra", "Priya", "Ravi", "Rosa", "Samir", "Sanna", "Soren", "Talia", "Tomas", "Uma",
    "Viktor", "Yusuf", "Zoe",
];
const LAST: [&str; 40] = [
    "Abara",
    "Almeida",
    "Anand",
    "Bergström",
    "Brandt",
    "Castillo",
    "Conti",
    "Demir",
    "Duarte",
    "Eriksen",
    "Farah",
    "Fontaine",
    "Grieve",
    "Halloran",
    "Haugen",
    "Ibarra",
    "Ivanova",
    "Jensen",
    "Kaya",
    "Kowalski",
    "Laine",
    "Lindqvist",
    "Marlowe",
    "Mbeki",
    "Moreau",
    "Nakamura",
    "Novák",
    "Okafor",
    "Osei",
    "Park",
    "Pike",
    "Quintero",
    "Reyes",
    "Rinaldi",
    "Sato",
    "Silva",
    "Tanaka",
    "Vale",
    "Weiss",
    "Zhou",
];
const ADJECTIVES: [&str; 40] = [
    "Amber", "Blue", "Broken", "Bright", "Copper", "Crooked", "Distant", "Double", "Early", "Electric",
    "Endless", "Faded", "Gentle", "Golden", "Grey", "Hidden", "Hollow", "Iron", "Late", "Little", "Long",
    "Lost", "Low", "Lunar", "Midnight", "Northern", "Open", "Paper", "Quiet", "Red", "Restless", "Salt",
    "Second", "Silver", "Slow", "Small", "Southern", "Velvet", "Wild", "Winter",
];
const NOUNS: [&str; 48] = [
    "Anchors",
    "Atlas",
    "Avenue",
    "Birds",
    "Bridges",
    "Canyon",
    "Choir",
    "Circus",
    "Coast",
    "Comets",
    "Echoes",
    "Engines",
    "Fables",
    "Ferry",
    "Foxes",
    "Garden",
    "Ghosts",
    "Harbour",
    "Horizon",
    "Island",
    "Kites",
    "Lanterns",
    "Letters",
    "Lighthouse",
    "Machines",
    "Maps",
    "Meadow",
    "Mirrors",
    "Mountain",
    "Orchestra",
    "Parade",
    "Pilots",
    "Postcards",
    "Quartet",
    "Radio",
    "Rivers",
    "Roofs",
    "Shadows",
    "Signals",
    "Sparrows",
    "Station",
    "Stories",
    "Summer",
    "Swimmers",
    "Tides",
    "Trains",
    "Weather",
    "Wolves",
];
const HALLS: [&str; 10] = [
    "Hall",
    "Theatre",
    "Cellar",
    "Ballroom",
    "Barn",
    "Playhouse",
    "Works",
    "Pavilion",
    "Club",
    "Assembly Rooms",
];
const FORMS: [(Category, &[&str]); 8] = [
    (Category::Music, &["in Concert", "Live", "Acoustic Set", "Album Release", "", "", "and Friends"]),
    (Category::Music, &["Late Set", "Matinee", "Strings and Brass", "", "on Stage"]),
    (Category::Music, &["Club Night", "All Decks", "After Dark"]),
    (Category::Comedy, &["Stand-up", "Work in Progress", "Improvised", "One Hour"]),
    (Category::Theater, &["a Play in Two Acts", "Staged Reading", "Premiere", "Revival"]),
    (Category::Workshop, &["Weekend Workshop", "Masterclass", "Open Rehearsal"]),
    (Category::Conference, &["Summit", "Unconference", "Conference"]),
    (Category::Other, &["Film and Talk", "Open Evening", "Swap Meet", "Reading"]),
];
const OPENINGS: [&str; 8] = [
    "Back in town after two sold-out nights.",
    "First time on this stage.",
    "An evening for patient listeners.",
    "Loud, quick and over too soon.",
    "New material, tried out in public.",
    "A benefit for the neighbourhood library.",
    "Part of the spring programme.",
    "Seated, with a bar in the foyer.",
];
const MIDDLES: [&str; 8] = [
    "Songs about weather, trains and unpaid invoices.",
    "Four players, one microphone, no set list.",
    "The company shows what it rehearsed all winter.",
    "Expect brass, banjo and a very large drum.",
    "With a conversation about how the piece was made.",
    "Bring ear plugs and comfortable shoes.",
    "Every guest takes a small print home.",
    "The second half belongs to the audience.",
];
const ENDINGS: [&str; 6] = [
    "Doors open an hour before the start.",
    "Step-free entrance on the north side.",
    "Under 16 with an adult only.",
    "No late admission during the first act.",
    "The cloakroom takes bicycles' helmets.",
    "Ends in time for the last tram.",
];

/// An act: a band, a duo or a person.
pub(super) fn act(draw: &mut Draw) -> String {
    match draw.below(4) {
        0 => person(draw),
        1 => format!("{} & the {}", draw.pick(&FIRST), draw.pick(&NOUNS)),
        _ => format!("The {} {}", draw.pick(&ADJECTIVES), draw.pick(&NOUNS)),
    }
}

pub(super) fn person(draw: &mut Draw) -> String {
    format!("{} {}", draw.pick(&FIRST), draw.pick(&LAST))
}

/// What an organization is called: `Silver Harbour`.
pub(super) fn organization(draw: &mut Draw) -> String {
    format!("{} {}", draw.pick(&ADJECTIVES), draw.pick(&NOUNS))
}

/// `The Silver Playhouse`.
pub(super) fn hall(draw: &mut Draw) -> String {
    format!("The {} {}", draw.pick(&ADJECTIVES), draw.pick(&HALLS))
}

/// What is on: its category and its title.
pub(super) fn show(draw: &mut Draw, act: &str) -> (Category, String) {
    let (category, forms) = draw.pick(&FORMS);
    match *draw.pick(forms) {
        "" => (*category, act.to_owned()),
        form => (*category, format!("{act}: {form}")),
    }
}

/// One to three sentences.
pub(super) fn about(draw: &mut Draw) -> String {
    let mut text = (*draw.pick(&OPENINGS)).to_owned();
    for more in [&MIDDLES[..], &ENDINGS[..]] {
        if draw.percent(60) {
            text.push(' ');
            text.push_str(draw.pick::<&str>(more));
        }
    }
    text
}

/// A buyer and an address that can belong to nobody.
pub(super) fn buyer(draw: &mut Draw) -> (String, String) {
    let name = person(draw);
    let local = callboard_core::slug::Slug::from_text(&name, "buyer");
    let email = format!("{local}.{}@example.org", draw.below(10_000));
    (name, email)
}
