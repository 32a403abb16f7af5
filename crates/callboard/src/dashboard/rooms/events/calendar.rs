//! `/dashboard/events/calendar`: a month as a table of its days. Each event stands on its own show date.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::time::{ClockTime, DAY, HOUR, ShowDate, Timestamp, Zone};
use callboard_store::Tenant;
use callboard_store::events::EventList;

use super::{PATH, coming, path_of, view};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/events/calendar").granted(show)]
}

/// Most events of one month that are looked at; more than a hundred a day are for the list.
const EVENTS_MAX: i64 = 2_000;
/// Events that a day shows before it leads to its list.
const PER_DAY: usize = 4;
const DAYS_OF_WEEK: i64 = 7;

#[derive(Template)]
#[template(path = "dashboard/events/calendar.html")]
struct CalendarPage {
    frame: Shell,
    /// `December 2026`.
    month: String,
    before: String,
    after: String,
    is_now: bool,
    weeks: Vec<Vec<Day>>,
    count: usize,
    is_cut: bool,
    may_create: bool,
}

struct Day {
    date: ShowDate,
    number: String,
    /// For whoever hears it: `Friday 4 December`.
    name: String,
    is_in_month: bool,
    is_today: bool,
    entries: Vec<Entry>,
    more: usize,
}

struct Entry {
    path: String,
    time: String,
    title: String,
    class: &'static str,
    /// What the class shows, in words; nothing for what is simply on.
    state: &'static str,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let today = visit.now.utc_date();
    let first = ShowDate::parse(&format!("{}-01", visit.query.get("month")));
    let first = first.unwrap_or_else(|_| first_of(today));
    let next = next_month(first);
    let mut by_day: BTreeMap<ShowDate, Vec<Arc<Event>>> = BTreeMap::new();
    let (events, is_cut) = events(&visit, grant.tenant(), first, next).await?;
    for event in events {
        by_day.entry(event.details.schedule.show_date).or_default().push(event);
    }
    // By the clock on the wall, as they are shown, those without a time last: instants of several zones would stand out
    // of order.
    let key = |event: &Arc<Event>| {
        let wall = event.details.schedule.start.map(|start| start.wall);
        (wall.is_none(), wall)
    };
    by_day.values_mut().for_each(|events| events.sort_by_key(key));
    let in_month = by_day.iter().filter(|(date, _)| (first..next).contains(*date));
    let count = in_month.map(|(_, events)| events.len()).sum();
    let grid = Grid { first, next, today, by_day: &by_day, now: visit.now };
    let page = CalendarPage {
        frame: visit.shell("Events", PATH).await?,
        month: first.civil().strftime("%B %Y").to_string(),
        before: month_of(first.plus_days(-1)),
        after: month_of(next),
        is_now: first == first_of(today),
        weeks: grid.weeks(),
        count,
        is_cut,
        may_create: visit.may(Capability::EventsCreate),
    };
    visit.show(&page)
}

/// The events around a month; the calendar sorts them into days.
async fn events(
    visit: &Visit,
    tenant: &Tenant,
    first: ShowDate,
    next: ShowDate,
) -> Result<(Vec<Arc<Event>>, bool), Refusal> {
    let midnight = |date: ShowDate| Zone::utc().resolve(date.at(ClockTime::MIDNIGHT)).0;
    // The show date of a late start is the day before, and zones are up to 14 hours away.
    let list = EventList {
        from: Some(midnight(first).plus_millis(-15 * HOUR)),
        to: Some(midnight(next).plus_millis(DAY + 15 * HOUR)),
        ..coming(visit.now, EVENTS_MAX)
    };
    let found = visit.app.store.list_events(tenant, &list).await?;
    Ok((found.items, found.next.is_some()))
}

struct Grid<'a> {
    first: ShowDate,
    next: ShowDate,
    today: ShowDate,
    by_day: &'a BTreeMap<ShowDate, Vec<Arc<Event>>>,
    now: Timestamp,
}

impl Grid<'_> {
    /// Whole weeks from Monday on; the days of other months are empty.
    fn weeks(&self) -> Vec<Vec<Day>> {
        let mut monday = self.first.plus_days(-i64::from(self.first.weekday_from_monday()));
        let mut weeks = Vec::new();
        while monday < self.next {
            weeks.push((0..DAYS_OF_WEEK).map(|at| self.day(monday.plus_days(at))).collect());
            monday = monday.plus_days(DAYS_OF_WEEK);
        }
        weeks
    }

    fn day(&self, date: ShowDate) -> Day {
        let is_in_month = (self.first..self.next).contains(&date);
        let none = Vec::new();
        let events = self.by_day.get(&date).filter(|_| is_in_month).unwrap_or(&none);
        Day {
            date,
            number: date.civil().strftime("%-d").to_string(),
            name: date.civil().strftime("%A %-d %B").to_string(),
            is_in_month,
            is_today: date == self.today,
            entries: events.iter().take(PER_DAY).map(|event| self.entry(event)).collect(),
            more: events.len().saturating_sub(PER_DAY),
        }
    }

    fn entry(&self, event: &Event) -> Entry {
        let (class, state) = match event.lifecycle {
            Lifecycle::Draft => ("draft", "draft"),
            Lifecycle::Cancelled => ("cancelled", "cancelled"),
            Lifecycle::Archived => ("archived", "archived"),
            Lifecycle::Published if event.is_over(self.now) => ("over", ""),
            Lifecycle::Published if event.is_sold_out() => ("full", "sold out"),
            Lifecycle::Published => ("on", ""),
        };
        Entry {
            path: path_of(event),
            time: event.details.schedule.start.map(|at| view::clock(at.wall)).unwrap_or_default(),
            title: event.details.display_title().to_owned(),
            class,
            state,
        }
    }
}

fn first_of(date: ShowDate) -> ShowDate {
    date.plus_days(1 - i64::from(date.civil().day()))
}

fn next_month(first: ShowDate) -> ShowDate {
    // No month is longer, and none so short that this leads past the next.
    first_of(first.plus_days(31))
}

fn month_of(date: ShowDate) -> String {
    date.civil().strftime("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other() {
        let date = |text: &str| ShowDate::parse(text).unwrap();
        for (any, first, next) in [
            ("2026-12-31", "2026-12-01", "2027-01-01"),
            ("2028-02-29", "2028-02-01", "2028-03-01"),
            ("2027-02-01", "2027-02-01", "2027-03-01"),
        ] {
            assert_eq!(first_of(date(any)), date(first));
            assert_eq!(next_month(date(first)), date(next));
        }
    }
}
