//! One planned event in few words, and its translation into what the store takes.

use callboard_core::event::patch::PlacePatch;
use callboard_core::event::schedule::LocalTimes;
use callboard_core::event::{
    Booking, Category, EventPatch, External, Lifecycle, Offer, Performer, PerformerRole, SchedulePatch,
    Visibility,
};
use callboard_core::ids::{BoxOfficeId, ChannelId, VenueId};
use callboard_core::money::MinorUnits;
use callboard_core::series::SeriesPatch;
use callboard_core::ticket::Terms;
use callboard_core::time::{ClockTime, DAY, ShowDate, Timestamp, Zone};

/// What happens to an event after it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Draft,
    Published,
    Cancelled,
    Archived,
}

/// A planned event.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) title: Option<String>,
    pub(super) about: Option<String>,
    pub(super) zone: Zone,
    pub(super) date: ShowDate,
    /// Doors, start, end; a time before the one that precedes it is the next day's.
    pub(super) times: [Option<&'static str>; 3],
    pub(super) home: Home,
    pub(super) category: Category,
    pub(super) classifications: Vec<&'static str>,
    pub(super) bill: Vec<String>,
    pub(super) booking: Booking,
    pub(super) visibility: Visibility,
    pub(super) types: Vec<Type>,
    pub(super) price: Option<i64>,
    pub(super) external: Option<String>,
    pub(super) fate: Fate,
}

/// Where an event appears.
#[derive(Debug, Clone, Copy)]
pub(super) enum Home {
    /// A box office, whose defaults bring the venue and the channel along.
    BoxOffice(Option<BoxOfficeId>),
    /// A venue's calendar alone.
    Venue(Option<VenueId>),
    /// On tour: a channel alone, in some city.
    Tour(Option<ChannelId>, &'static City),
}

/// A city on tour.
#[derive(Debug)]
pub(super) struct City {
    pub(super) stage: &'static str,
    pub(super) name: &'static str,
    pub(super) country: &'static str,
    pub(super) place_id: &'static str,
    pub(super) zone: &'static str,
}

/// A ticket type: its name, price in minor units, how many there are, how many are sold.
#[derive(Debug, Clone)]
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) price: i64,
    pub(super) quantity: i64,
    pub(super) sold: i64,
    pub(super) hidden: bool,
    /// Days from now on which the sale starts and ends.
    pub(super) window: (Option<i64>, Option<i64>),
}

impl Type {
    pub(super) fn new(name: &'static str, price: i64, quantity: i64) -> Type {
        Type { name, price, quantity, sold: 0, hidden: false, window: (None, None) }
    }
    pub(super) fn sold(self, sold: i64) -> Type {
        Type { sold: sold.min(self.quantity), ..self }
    }
    pub(super) fn free(&self) -> i64 {
        self.quantity.saturating_sub(self.sold)
    }
    pub(super) fn hidden(self) -> Type {
        Type { hidden: true, ..self }
    }
    pub(super) fn on_sale(self, from: Option<i64>, to: Option<i64>) -> Type {
        Type { window: (from, to), ..self }
    }

    pub(super) fn terms(&self, now: Timestamp) -> Terms {
        let day = |days: i64| now.plus_millis(days.saturating_mul(DAY));
        Terms {
            name: self.name.to_owned(),
            description: self.hidden.then(|| "Sold by link only".to_owned()),
            price: MinorUnits(self.price),
            quantity: self.quantity,
            sale_starts_at: self.window.0.map(day),
            sale_ends_at: self.window.1.map(day),
            min_per_order: 1,
            max_per_order: Some(8),
            hidden: self.hidden,
        }
    }
}

impl Plan {
    /// A published evening that fills its slot.
    pub(super) fn evening(title: &str, home: Home, zone: Zone, date: ShowDate) -> Plan {
        Plan {
            title: Some(title.to_owned()),
            about: None,
            zone,
            date,
            times: [Some("19:00"), Some("20:00"), Some("22:30")],
            home,
            category: Category::Music,
            classifications: vec!["music"],
            bill: vec![title.to_owned()],
            booking: Booking::Filled,
            visibility: Visibility::Public,
            types: Vec::new(),
            price: None,
            external: None,
            fate: Fate::Published,
        }
    }

    /// In the words of the store's command.
    pub(super) fn patch(&self) -> EventPatch {
        let mut patch = EventPatch {
            title: Some(self.title.clone()),
            description: Some(self.about.clone()),
            schedule: self.schedule(),
            category: Some(self.category),
            classifications: Some(self.classifications.iter().map(|slug| (*slug).to_owned()).collect()),
            booking: Some(self.booking),
            visibility: Some(self.visibility),
            performers: Some(performers(&self.bill)),
            online_price: Some(self.price.map(MinorUnits)),
            door_price: Some(self.price.map(|price| MinorUnits(price.saturating_add(400)))),
            external: Some(
                self.external.clone().map(|id| External { source: "house-calendar".to_owned(), id }),
            ),
            ..EventPatch::default()
        };
        match self.home {
            Home::BoxOffice(id) => patch.box_office_id = Some(id),
            Home::Venue(id) => patch.venue_id = Some(id),
            Home::Tour(id, city) => {
                patch.channel_id = Some(id);
                patch.place = city.place();
                patch.offers = Some(vec![Offer {
                    name: Some("Advance".to_owned()),
                    url: format!("https://tickets.example/{}", city.place_id),
                    availability: Some("available".to_owned()),
                }]);
            }
        }
        patch
    }

    /// Every week at this time, so many times, in the words of the store's command.
    pub(super) fn weekly(&self, weeks: usize, now: Timestamp) -> SeriesPatch {
        let [doors, start, end] = self.clocks();
        SeriesPatch {
            rrule: Some(format!("FREQ=WEEKLY;COUNT={weeks}")),
            zone: Some(self.zone.clone()),
            start_date: Some(self.date),
            doors: Some(doors),
            start,
            end: Some(end),
            event: EventPatch { schedule: SchedulePatch::default(), external: None, ..self.patch() },
            types: Some(self.types.iter().map(|kind| kind.terms(now)).collect()),
            status: Some(Lifecycle::Published),
            ..SeriesPatch::default()
        }
    }

    fn clocks(&self) -> [Option<ClockTime>; 3] {
        self.times.map(|time| time.and_then(|text| ClockTime::parse(text).ok()))
    }

    fn schedule(&self) -> SchedulePatch {
        let [doors, start, end] = self.clocks();
        LocalTimes { date: self.date, doors, start, end }.into_patch(Some(self.zone.clone()))
    }
}

impl City {
    fn place(&self) -> PlacePatch {
        let said = |text: &str| Some(Some(text.to_owned()));
        PlacePatch {
            name: said(self.stage),
            city: said(self.name),
            country: said(self.country),
            place_id: said(self.place_id),
            ..PlacePatch::default()
        }
    }
}

/// The first tops the bill, the last opens.
fn performers(bill: &[String]) -> Vec<Performer> {
    let last = bill.len().saturating_sub(1);
    let role = |place: usize| match place {
        0 => PerformerRole::Headliner,
        place if place == last => PerformerRole::Opener,
        _ => PerformerRole::Support,
    };
    let one = |(place, name): (usize, &String)| Performer {
        name: name.clone(),
        role: role(place),
        band_slug: Some(callboard_core::slug::Slug::from_text(name, "act").to_string()),
        banner_url: None,
    };
    bill.iter().enumerate().map(one).collect()
}
