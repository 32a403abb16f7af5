//! `GET /api/v1/events` of the venue feed: a page of the venue's coming events.
//! Source: contracts.md §2.3 (H1). Cases: H-01 … H-10, H-16 … H-19.

use callboard_core::ids::EventId;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::{ShowDate, Timestamp};
use callboard_store::events::{Recurring, VenueList, VenueStatus};
use callboard_store::{Depends, Error};
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::contract::{self, EVENTS_PATH, LIMIT_DEFAULT, LIST_PARAMS, WINDOW_DAYS};
use super::wire::{Feed, Meta};
use super::{examples, own_venue, render};
use crate::http::grant::EventsRead;
use crate::http::{Args, Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(EVENTS_PATH, "listEvents")
        .tag("Events")
        .says(
            "List the venue's events",
            "The next 90 days without cancelled and recurring events, if nothing else is asked for, in the order \
             of date, start and id. Public events only.",
        )
        .query(LIST_PARAMS)
        .kept(Depends::OnDescriptions)
        .answers::<Feed<'static>>(StatusCode::OK, "A page of the feed", examples::feed())
        .granted(list)
}

async fn list(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let list = parse(&call.args, call.now)?;
    let venue = own_venue(&call.app, grant.tenant()).await?;
    let found = call.app.store.list_venue(grant.tenant(), &list).await;
    let (events, follows) = found.map_err(unknown_cursor)?;
    let data: Vec<_> = events.iter().map(|event| render::entry(&call.app, event, &venue)).collect();
    // The cursor is the last event of this page, and there is none where nothing follows (U8).
    let next_cursor = events.last().filter(|_| follows).map(|event| event.id);
    let meta = Meta { count: data.len(), next_cursor, venue_id: venue.id };
    // The clock moves the window alone: a new day begins, in UTC.
    let follows_clock = call.args.date("from").is_none() || call.args.date("to").is_none();
    let until = follows_clock.then(|| call.now.next_utc_day());
    Ok(Reply::ok(&Feed { data, meta }).fresh_until(until).with(CACHE_CONTROL, contract::CACHING))
}

/// Today is UTC's, literally; a window that both ends of which are given must not run backward.
fn parse(args: &Args, now: Timestamp) -> Result<VenueList, Issues> {
    let today = now.utc_date();
    let (from, to) = match (args.date("from"), args.date("to")) {
        (Some(from), Some(to)) if from > to => return Err(backward(from)),
        (from, to) => (from.unwrap_or(today), to.unwrap_or_else(|| today.plus_days(WINDOW_DAYS))),
    };
    Ok(VenueList {
        from,
        to,
        status: args.word("status").and_then(slot_status),
        recurring: match args.word("recurring") {
            Some(contract::recurring::INCLUDE) => Recurring::Include,
            Some(contract::recurring::ONLY) => Recurring::Only,
            Some(_) | None => Recurring::Exclude,
        },
        cursor: args.id("cursor").map(EventId),
        limit: args.int("limit").unwrap_or(LIMIT_DEFAULT),
        now,
    })
}

fn backward(from: ShowDate) -> Issues {
    let message = format!("must not be before from ({from})");
    Issues(vec![Issue::query("to", IssueCode::InvalidValue, message)])
}

fn slot_status(word: &str) -> Option<VenueStatus> {
    match word {
        contract::status::OPEN => Some(VenueStatus::Open),
        contract::status::FILLED => Some(VenueStatus::Filled),
        contract::status::RESERVED => Some(VenueStatus::Reserved),
        contract::status::CANCELLED => Some(VenueStatus::Cancelled),
        _ => None,
    }
}

/// A cursor that is no event of this venue is a wrong parameter. Source: contracts.md §2.3.
fn unknown_cursor(error: Error) -> Refusal {
    match error {
        Error::Rejected(Rejection::NotFound(Thing::Event)) => {
            Issue::query("cursor", IssueCode::InvalidValue, "must be meta.nextCursor of an earlier page")
                .into()
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::venue::SURFACE;

    fn asked(query: &str) -> Result<VenueList, Issues> {
        let args = Args::parse(Some(query), LIST_PARAMS, SURFACE.query_rules)?;
        // Still the 23rd in New York, the 24th in UTC.
        parse(&args, Timestamp::parse("2026-11-24T03:00:00Z").unwrap())
    }

    fn window(query: &str) -> (String, String) {
        let list = asked(query).unwrap();
        (list.from.to_string(), list.to.to_string())
    }

    #[test]
    fn the_window_is_ninety_days_from_today_in_utc() {
        assert_eq!(window(""), ("2026-11-24".to_owned(), "2027-02-22".to_owned()));
        assert_eq!(window("from=2026-11-23"), ("2026-11-23".to_owned(), "2027-02-22".to_owned()));
        assert_eq!(window("from=2028-01-01"), ("2028-01-01".to_owned(), "2027-02-22".to_owned()));
        assert_eq!(window("to=2026-01-01"), ("2026-11-24".to_owned(), "2026-01-01".to_owned()));
        assert_eq!(window("to=2026-01-01&from=2026-01-01").0, "2026-01-01");
    }

    #[test]
    fn fifty_entries_without_recurring_ones_are_the_default() {
        let list = asked("unknown=1").unwrap();
        assert_eq!((list.limit, list.status, list.recurring), (50, None, Recurring::Exclude));
        assert_eq!(asked("recurring=include").unwrap().recurring, Recurring::Include);
        assert_eq!(asked("recurring=only").unwrap().recurring, Recurring::Only);
        assert_eq!(asked("status=cancelled").unwrap().status, Some(VenueStatus::Cancelled));
        assert_eq!(asked("status=open").unwrap().status, Some(VenueStatus::Open));
    }

    #[test]
    fn what_is_not_exactly_right_is_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=",
            "limit=5&limit=5",
            "from=2026-02-30",
            "from=05/01/2026",
            "from=2026-5-1",
            "from=2026-05-01T00:00:00Z",
            "to=",
            "from=2026-12-02&to=2026-12-01",
            "status=booked",
            "status=Open",
            "status=",
            "recurring=yes",
            "cursor=abc",
            "cursor=0C9A5A522F0E4D5B9A5E6A1F6F3C1D10",
        ] {
            assert!(asked(query).is_err(), "{query}");
        }
    }
}
