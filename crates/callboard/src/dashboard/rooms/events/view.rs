//! Events in words and bars: badges, days and times, what is sold.

use askama::Template;
use callboard_core::event::schedule::Moment;
use callboard_core::event::{Event, Lifecycle, Visibility};
use callboard_core::money::{Currency, MinorUnits};
use callboard_core::ticket::TicketType;
use callboard_core::time::{ShowDate, Timestamp, WallTime, Zone};

/// A word in a coloured pill; the colour says nothing that the word does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dashboard::rooms) struct Badge {
    pub tone: &'static str,
    pub text: &'static str,
}

/// What is to be known of an event at a glance: where it stands, what clock and stock say, who sees it.
pub(in crate::dashboard::rooms) fn badges(event: &Event, now: Timestamp) -> Vec<Badge> {
    let mut all = vec![standing(event.lifecycle)];
    if event.lifecycle == Lifecycle::Published && event.is_over(now) {
        all.push(Badge { tone: "", text: "Over" });
    } else if event.is_selling(now) && event.is_sold_out() {
        all.push(Badge { tone: "warn", text: "Sold out" });
    }
    match event.details.visibility {
        Visibility::Public => {}
        Visibility::Unlisted => all.push(Badge { tone: "info", text: "Unlisted" }),
        Visibility::Private => all.push(Badge { tone: "info", text: "Private" }),
    }
    if event.series_id.is_some() {
        all.push(Badge { tone: "", text: "Series" });
    }
    all
}

pub(in crate::dashboard::rooms) fn standing(lifecycle: Lifecycle) -> Badge {
    match lifecycle {
        Lifecycle::Draft => Badge { tone: "warn", text: "Draft" },
        Lifecycle::Published => Badge { tone: "good", text: "Published" },
        Lifecycle::Cancelled => Badge { tone: "bad", text: "Cancelled" },
        Lifecycle::Archived => Badge { tone: "", text: "Archived" },
    }
}

/// How much is sold, held and free, as a bar with its numbers in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "dashboard/events/stock.html")]
pub(in crate::dashboard::rooms) struct Stock {
    pub quantity: i64,
    pub sold: i64,
    pub held: i64,
}

impl askama::filters::HtmlSafe for Stock {}

impl Stock {
    pub(in crate::dashboard::rooms) fn of(one: &TicketType) -> Stock {
        Stock { quantity: one.terms.quantity, sold: one.sold, held: one.held }
    }

    /// All ticket types together; `None` where there is none.
    pub(in crate::dashboard::rooms) fn of_all(event: &Event) -> Option<Stock> {
        let nothing = Stock { quantity: 0, sold: 0, held: 0 };
        let add = |sum: Stock, one: &TicketType| Stock {
            quantity: sum.quantity.saturating_add(one.terms.quantity),
            sold: sum.sold.saturating_add(one.sold),
            held: sum.held.saturating_add(one.held),
        };
        (!event.ticket_types.is_empty()).then(|| event.ticket_types.iter().fold(nothing, add))
    }

    pub(in crate::dashboard::rooms) fn free(&self) -> i64 {
        self.quantity.saturating_sub(self.sold).saturating_sub(self.held).max(0)
    }

    /// In thousandths of the bar's width; what is there is seen, however little it is.
    fn width(&self, part: i64) -> i64 {
        let exact = part.saturating_mul(1_000).checked_div(self.quantity).unwrap_or(0);
        if part > 0 { exact.clamp(12, 1_000) } else { 0 }
    }
    fn sold_width(&self) -> i64 {
        self.width(self.sold)
    }
    fn held_width(&self) -> i64 {
        self.width(self.held).min(1_000 - self.sold_width())
    }
}

/// `Fri 4 Dec 2026`.
pub(in crate::dashboard::rooms) fn day(date: ShowDate) -> String {
    date.civil().strftime("%a %-d %b %Y").to_string()
}

pub(in crate::dashboard::rooms) fn clock(wall: WallTime) -> String {
    wall.strftime("%H:%M").to_string()
}

/// `20:30`, or `time to be announced`.
pub(in crate::dashboard::rooms) fn time(event: &Event) -> String {
    event.details.schedule.start.map_or_else(|| "time to be announced".to_owned(), |at| clock(at.wall))
}

/// An instant as clocks of a zone show it: `Fri 4 Dec 2026, 20:30`.
pub(in crate::dashboard::rooms) fn instant(at: Timestamp, zone: &Zone) -> String {
    let wall = at.wall(zone);
    format!("{}, {}", day(ShowDate::of(wall)), clock(wall))
}

/// A time of the event's day; with its day where that is another.
pub(in crate::dashboard::rooms) fn moment(event: &Event, moment: Moment) -> String {
    if ShowDate::of(moment.wall) == event.details.schedule.show_date {
        clock(moment.wall)
    } else {
        format!("{} ({})", clock(moment.wall), day(ShowDate::of(moment.wall)))
    }
}

/// `25.00 USD`, or `Free`.
pub(in crate::dashboard::rooms) fn money(currency: Currency, amount: MinorUnits) -> String {
    if amount.0 == 0 { "Free".to_owned() } else { format!("{} {currency}", currency.decimal(amount)) }
}

/// The event with when it is, for pages about something of it.
pub(in crate::dashboard::rooms) fn named(event: &Event) -> String {
    format!("{}, {}", event.details.display_title(), day(event.details.schedule.show_date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_what_is_there_and_never_more_than_there_is() {
        let bar = |quantity, sold, held| {
            let stock = Stock { quantity, sold, held };
            (stock.sold_width(), stock.held_width(), stock.free())
        };
        assert_eq!(bar(100, 40, 10), (400, 100, 50));
        assert_eq!(bar(10_000_000, 1, 0), (12, 0, 9_999_999));
        assert_eq!(bar(1_000, 999, 1), (999, 1, 0));
        assert_eq!(bar(0, 0, 0), (0, 0, 0));
    }
}
