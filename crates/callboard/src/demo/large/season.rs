//! What is on in an organization of the large world: one planned event after the other, by ordinal.

use callboard_core::event::{Booking, Visibility};
use callboard_core::ids::{BoxOfficeId, ChannelId, VenueId};
use callboard_core::slug::Slug;
use callboard_core::time::{DAY, MINUTE, ShowDate, Timestamp, Zone};
use callboard_store::{Context, Tenant};

use super::draw::Draw;
use super::words::{self, STAGES};
use crate::demo::places::zone;
use crate::demo::plan::{Fate, Home, Plan, Type};

/// Days from the first evening to today, and from today to the last.
const PAST_DAYS: i64 = 730;
const AHEAD_DAYS: i64 = 550;
/// Evenings lie this far off the order in which they were announced.
const JITTER_DAYS: i64 = 30;
/// Over how long everything was written down; shorter than the feed keeps its changes.
const WRITTEN_DAYS: i64 = 20;
/// Most orders of one event and most tickets of one order.
const ORDERS_MAX: i64 = 3;
const TICKETS_MAX: i64 = 4;

/// An organization as far as its season needs it.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) tenant: Tenant,
    pub(super) ordinal: u64,
    pub(super) venues: Vec<(VenueId, Zone)>,
    pub(super) channels: Vec<ChannelId>,
    pub(super) offices: Vec<(BoxOfficeId, Zone)>,
}

/// An order of the first ticket type.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    pub(super) context: Context,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) tickets: i64,
}

/// An event to be written, when and with what became of it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) context: Context,
    pub(super) plan: Plan,
    pub(super) slug: Slug,
    pub(super) sales: Vec<Sale>,
    /// Anyone finds it and can buy today.
    pub(super) is_on_sale: bool,
}

/// One organization's season of `of` events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Season {
    pub(super) seed: u64,
    pub(super) of: u64,
    /// The end of what was written down.
    pub(super) today: Timestamp,
}

impl Season {
    /// The n-th event, which does not depend on the others.
    pub(super) fn item(&self, stage: &Stage, n: u64) -> Item {
        let mut draw = Draw::of(self.seed, stage.ordinal, n);
        let written = self.today.plus_millis(self.share(n, WRITTEN_DAYS * DAY) - WRITTEN_DAYS * DAY);
        let jitter = draw.within(-JITTER_DAYS, JITTER_DAYS);
        let days = self.share(n, PAST_DAYS + AHEAD_DAYS) - PAST_DAYS + jitter;
        let plan = self.plan(stage, &mut draw, days);
        let slug = slug(&plan, n);
        let sales = sales(&plan, &mut draw, days, written);
        let is_public = plan.fate == Fate::Published && plan.visibility == Visibility::Public;
        let is_on_sale = is_public && days > 1 && plan.types.first().is_some_and(|first| first.free() > 0);
        Item { context: context(&mut draw, written), plan, slug, sales, is_on_sale }
    }

    /// The n-th part of a whole.
    fn share(&self, n: u64, whole: i64) -> i64 {
        let part = i128::from(whole) * i128::from(n) / i128::from(self.of.max(1));
        i64::try_from(part).unwrap_or(0)
    }

    fn plan(&self, stage: &Stage, draw: &mut Draw, days: i64) -> Plan {
        let act = words::act(draw);
        let (category, title) = words::show(draw, &act);
        let (home, zone) = home(stage, draw);
        let date = ShowDate::of(self.today.wall(&zone)).plus_days(days);
        let fate = fate(draw, days);
        // Who is on tour sells elsewhere.
        let types = if matches!(home, Home::Tour(..)) { Vec::new() } else { types(draw, fate, days) };
        let bill = std::iter::once(act).chain((0..draw.below(3)).map(|_| words::act(draw))).collect();
        let external = draw.percent(10).then(|| format!("show-{}", draw.next()));
        Plan {
            about: draw.percent(80).then(|| words::about(draw)),
            category,
            classifications: vec![category.as_str()],
            bill,
            times: *draw.pick(&[
                [Some("19:00"), Some("20:00"), Some("22:30")],
                [Some("18:30"), Some("19:30"), Some("21:30")],
                [Some("20:00"), Some("21:00"), None],
                [None, Some("15:00"), Some("17:00")],
                [Some("23:00"), Some("23:59"), Some("04:00")],
                [None, None, None],
            ]),
            price: types.first().map(|first| first.price),
            visibility: match draw.below(20) {
                0 => Visibility::Unlisted,
                1 => Visibility::Private,
                _ => Visibility::Public,
            },
            booking: if draw.percent(95) { Booking::Filled } else { Booking::Reserved },
            types,
            external,
            fate,
            ..Plan::evening(&title, home, zone, date)
        }
    }
}

/// Most evenings are a box office's, some stand in a venue's calendar only, few are on tour.
fn home(stage: &Stage, draw: &mut Draw) -> (Home, Zone) {
    match draw.below(10) {
        0 => {
            let city = draw.pick(&STAGES);
            let channel = draw.pick(&stage.channels);
            (Home::Tour(Some(*channel), city), zone(city.zone))
        }
        1 | 2 => {
            let (id, zone) = draw.pick(&stage.venues);
            (Home::Venue(Some(*id)), zone.clone())
        }
        _ => {
            let (id, zone) = draw.pick(&stage.offices);
            (Home::BoxOffice(Some(*id)), zone.clone())
        }
    }
}

fn fate(draw: &mut Draw, days: i64) -> Fate {
    match draw.below(100) {
        0..6 => Fate::Draft,
        6..9 => Fate::Cancelled,
        9..13 if days < 0 => Fate::Archived,
        _ => Fate::Published,
    }
}

/// None to three ticket types; what is past has sold better than what is to come.
fn types(draw: &mut Draw, fate: Fate, days: i64) -> Vec<Type> {
    let price = *draw.pick(&[0, 900, 1_200, 1_500, 1_800, 2_200, 2_800, 3_500, 4_900]);
    let seats = *draw.pick(&[40, 80, 120, 180, 250, 400, 900]);
    let rate = if days < 0 { draw.within(30, 100) } else { draw.within(0, 60) };
    let sold = |seats: i64| if fate == Fate::Draft { 0 } else { seats * rate / 100 };
    let general = Type::new("General Admission", price, seats);
    let reduced = Type::new("Reduced", price / 2, seats / 4);
    match draw.below(10) {
        0 => Vec::new(),
        1..5 => vec![general.sold(sold(seats))],
        5..8 => vec![general.sold(sold(seats)), reduced],
        8 => vec![general, reduced.sold(sold(seats / 4)), Type::new("Press", 0, 6).hidden()],
        _ => vec![
            general.sold(sold(seats)),
            Type::new("Early bird", price * 3 / 4, seats / 5).on_sale(None, Some(days / 2)),
        ],
    }
}

/// Orders of an event that is still ahead and on sale when they are placed.
fn sales(plan: &Plan, draw: &mut Draw, days: i64, written: Timestamp) -> Vec<Sale> {
    let free = plan.types.first().map_or(0, Type::free);
    let sells = plan.fate == Fate::Published && days > 1 && free >= ORDERS_MAX * TICKETS_MAX;
    if !sells || !draw.percent(25) {
        return Vec::new();
    }
    let count = draw.within(1, ORDERS_MAX);
    let one = |n: i64| {
        let (name, email) = words::buyer(draw);
        let at = written.plus_millis(MINUTE * (1 + n) + draw.below(MINUTE));
        Sale { name, email, tickets: draw.within(1, TICKETS_MAX), context: context(draw, at) }
    };
    (0..count).map(one).collect()
}

fn context(draw: &mut Draw, now: Timestamp) -> Context {
    Context { now, seed: draw.bytes(), request_id: "demo".to_owned() }
}

/// Ends with the event's ordinal, so that no namesake has to be looked for.
fn slug(plan: &Plan, n: u64) -> Slug {
    let title = Slug::from_text(plan.title.as_deref().unwrap_or_default(), "event");
    title.numbered(u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1))
}
