//! `GET /api/v1/events`: the box office's events, filtered and in pages.
//! Source: contracts.md §4.2 (T1). Cases: T-01, T-02, T-03, X-06.

use callboard_core::event::Event;
use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::search::{QUERY_MAX, query_words};
use callboard_core::time::Timestamp;
use callboard_store::Depends;
use callboard_store::events::BoxOfficeList;
use http::StatusCode;

use super::contract::{LIMIT_DEFAULT, LIMIT_MAX, PAGE_MAX};
use super::wire::{EventList, Pagination};
use super::{examples, render, words};
use crate::http::grant::EventsRead;
use crate::http::{Args, Call, Granted, Kind, Operation, Param, Refusal, Reply};

const PARAMS: &[Param] = &[
    Param {
        name: "status",
        kind: Kind::Word(words::STATUSES),
        doc: "Only events that stand so now; exact case.",
    },
    Param {
        name: "search",
        kind: Kind::Text(QUERY_MAX),
        doc: "Every word must begin a word of the title, the description or the venue's name.",
    },
    Param { name: "dateFrom", kind: Kind::Instant, doc: "Events that start then or later." },
    Param { name: "dateTo", kind: Kind::Instant, doc: "Events that start then or earlier." },
    Param { name: "liveOnly", kind: Kind::Flag, doc: "Only events that are published and not over." },
    Param {
        name: "page",
        kind: Kind::Int { min: 1, max: PAGE_MAX, is_capped: true, default: Some(1) },
        doc: "Counted from 1.",
    },
    Param {
        name: "limit",
        kind: Kind::Int { min: 1, max: LIMIT_MAX, is_capped: true, default: Some(LIMIT_DEFAULT) },
        doc: "Events of a page; above 100 it is taken as 100.",
    },
];

pub(super) fn operation() -> Operation {
    Operation::get("/api/v1/events", "listEvents")
        .tag("Events")
        .says(
            "List events",
            "Ordered by start, then id. Without filters every status is listed. Filters add up.",
        )
        .query(PARAMS)
        .kept(Depends::OnStock)
        .answers::<EventList<'static>>(StatusCode::OK, "A page of events", examples::list())
        .granted::<EventsRead, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let list = parse(&call.args, call.now);
    let tenant = grant.tenant();
    let found = call.app.store.list_box_office(tenant, &list).await?;
    let venues = call.app.store.venue_names(tenant, &found.items).await?;
    let name = |venue_id| venues.get(&venue_id).map(String::as_str);
    let events = found
        .items
        .iter()
        .map(|event| render::event(&call.app, event, event.details.venue_id.and_then(name), call.now))
        .collect();
    let pagination = Pagination {
        page: list.page,
        limit: list.limit,
        total: found.total,
        total_pages: found.total.saturating_add(list.limit.saturating_sub(1)).div_euclid(list.limit.max(1)),
    };
    let shown_until = Event::first_change(&found.items, call.now);
    let until = shown_until.into_iter().chain(found.choice_until).min();
    Ok(Reply::ok(&EventList { events, pagination }).fresh_until(until))
}

fn parse(args: &Args, now: Timestamp) -> BoxOfficeList {
    BoxOfficeList {
        status: args.word("status").and_then(BoxOfficeStatus::parse),
        words: args.text("search").map(|text| query_words(&text)).unwrap_or_default(),
        from: args.instant("dateFrom"),
        to: args.instant("dateTo"),
        live_only: args.flag("liveOnly") == Some(true),
        page: args.int("page").unwrap_or(1),
        limit: args.int("limit").unwrap_or(LIMIT_DEFAULT),
        now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::query::QueryRules;

    fn read(query: &str) -> BoxOfficeList {
        let rules = QueryRules { refuses_unknown: false, refuses_empty: true };
        parse(&Args::parse(Some(query), PARAMS, rules).unwrap(), Timestamp::from_millis(0))
    }

    #[test]
    fn a_list_without_filters_is_the_first_page_of_everything() {
        let list = read("");
        assert_eq!((list.page, list.limit, list.status, list.live_only), (1, 20, None, false));
        assert!(list.words.is_empty() && list.from.is_none() && list.to.is_none());
    }

    #[test]
    fn a_limit_above_the_cap_is_the_cap() {
        assert_eq!(read("limit=500").limit, 100);
        assert_eq!(read("liveOnly=1&status=SOLD_OUT").status, Some(BoxOfficeStatus::SoldOut));
    }
}
