//! `GET /v1/events`: the organization's events, filtered, by a cursor. Source: native-api.md §5.

use callboard_core::event::{Category, Event, Lifecycle, Visibility};
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::search::{QUERY_MAX, query_words};
use callboard_core::time::Timestamp;
use callboard_store::Depends;
use callboard_store::events::{self as store, EventOrder, Position, Recurring};
use http::StatusCode;
use serde_json::json;

use super::contract::{EXTERNAL_ID_MAX, SOURCE_MAX};
use super::view::EventView;
use super::{render, sample};
use crate::http::grant::EventsRead;
use crate::http::{Args, Call, Granted, Kind, Operation, Param, Refusal, Reply, cursor};
use crate::surfaces::native::list::{CURSOR, LIMIT, List};

const STATUSES: &[&str] = &["draft", "published", "cancelled", "archived"];
const VISIBILITIES: &[&str] = &["public", "unlisted", "private"];
const CATEGORIES: &[&str] = &["comedy", "music", "conference", "workshop", "theater", "sports", "other"];
const RECURRING: &[&str] = &["include", "exclude", "only"];
const ORDERS: &[&str] = &["startsAt", "-startsAt", "updatedAt"];

const PARAMS: &[Param] = &[
    LIMIT,
    CURSOR,
    Param { name: "status", kind: Kind::Word(STATUSES), doc: "Only events that stand so in their life." },
    Param { name: "visibility", kind: Kind::Word(VISIBILITIES), doc: "Only events of this visibility." },
    Param { name: "category", kind: Kind::Word(CATEGORIES), doc: "Only events of this kind." },
    Param { name: "venueId", kind: Kind::Uuid, doc: "Only events at this venue." },
    Param { name: "channelId", kind: Kind::Uuid, doc: "Only events in this channel." },
    Param { name: "boxOfficeId", kind: Kind::Uuid, doc: "Only events of this box office." },
    Param { name: "seriesId", kind: Kind::Uuid, doc: "Only occurrences of this series." },
    Param {
        name: "recurring",
        kind: Kind::Word(RECURRING),
        doc: "Whether occurrences of series are listed; `include` if left out.",
    },
    Param { name: "from", kind: Kind::Instant, doc: "Earliest start, inclusive." },
    Param { name: "to", kind: Kind::Instant, doc: "Latest start, inclusive." },
    Param {
        name: "search",
        kind: Kind::Text(QUERY_MAX),
        doc: "Words in any order, each the beginning of a word of title, description or venue name; case and \
              accents do not matter.",
    },
    Param {
        name: "externalSource",
        kind: Kind::Text(SOURCE_MAX),
        doc: "Only events named by this system of yours.",
    },
    Param {
        name: "externalId",
        kind: Kind::Text(EXTERNAL_ID_MAX),
        doc: "Only the event with this name in `externalSource`.",
    },
    Param {
        name: "order",
        kind: Kind::Word(ORDERS),
        doc: "By start (`startsAt`, the usual one), latest first (`-startsAt`), or by last change (`updatedAt`).",
    },
];

pub(super) fn operation() -> Operation {
    Operation::get("/v1/events", "listEvents")
        .tag(super::TAG)
        .says(
            "List events",
            "All filters must hold. An event without a start counts as starting with its doors, else at midnight \
             of its date. A key that is narrowed to a place or event lists only what is there.",
        )
        .query(PARAMS)
        .kept(Depends::OnStock)
        .answers::<List<EventView>>(
            StatusCode::OK,
            "Some events",
            json!({ "items": [sample::event()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let wanted = parse(&call.args, call.now)?;
    let found = call.app.store.list_events(grant.tenant(), &wanted).await?;
    let items = found.items.iter().map(|event| render::event(&call.app, event, call.now)).collect();
    let next_cursor = found.next.map(|position| place(wanted.order, position));
    let until = Event::first_change(&found.items, call.now);
    Ok(Reply::ok(&List { items, next_cursor }).fresh_until(until))
}

fn parse(args: &Args, now: Timestamp) -> Result<store::EventList, Refusal> {
    let order = match args.word("order") {
        Some("-startsAt") => EventOrder::StartsAtDescending,
        Some("updatedAt") => EventOrder::UpdatedAt,
        Some(_) | None => EventOrder::StartsAt,
    };
    let recurring = match args.word("recurring") {
        Some("exclude") => Recurring::Exclude,
        Some("only") => Recurring::Only,
        Some(_) | None => Recurring::Include,
    };
    let (external_source, external_id) = (args.text("externalSource"), args.text("externalId"));
    if external_source.is_none() && external_id.is_some() {
        let message = "is required with `externalId`, which is a name in that system";
        return Err(Issue::query("externalSource", IssueCode::Required, message).into());
    }
    let (from, to) = (args.instant("from"), args.instant("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(Issue::query("to", IssueCode::InvalidValue, "must not be before `from`").into());
    }
    let after = args.text("cursor").map(|text| read(order, &text).ok_or_else(cursor::wrong)).transpose()?;
    Ok(store::EventList {
        status: args.word("status").and_then(Lifecycle::parse),
        visibility: args.word("visibility").and_then(Visibility::parse),
        category: args.word("category").and_then(Category::parse),
        venue_id: args.id("venueId").map(Into::into),
        channel_id: args.id("channelId").map(Into::into),
        box_office_id: args.id("boxOfficeId").map(Into::into),
        series_id: args.id("seriesId").map(Into::into),
        recurring,
        from,
        to,
        words: args.text("search").map(|text| query_words(&text)).unwrap_or_default(),
        external_source,
        external_id,
        order,
        after,
        limit: args.int("limit").unwrap_or(1),
        now,
    })
}

fn order_word(order: EventOrder) -> &'static str {
    match order {
        EventOrder::StartsAt => "s",
        EventOrder::StartsAtDescending => "d",
        EventOrder::UpdatedAt => "u",
    }
}

/// A place in an order; the order is part of it, since a place in another order would mean nothing.
fn place(order: EventOrder, position: Position) -> String {
    cursor::encode(&format!("{} {} {}", order_word(order), position.at.as_millis(), position.id))
}

fn read(order: EventOrder, text: &str) -> Option<Position> {
    let text = cursor::decode(text)?;
    let rest = text.strip_prefix(order_word(order))?.strip_prefix(' ')?;
    let (millis, id) = rest.split_once(' ')?;
    Some(Position { at: Timestamp::from_millis(millis.parse().ok()?), id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_know_the_words_that_are_answered() {
        assert_eq!(Lifecycle::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(), STATUSES);
        assert_eq!(Visibility::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(), VISIBILITIES);
        assert_eq!(Category::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(), CATEGORIES);
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        let position = Position { at: Timestamp::from_millis(-7), id: uuid::Uuid::max().into() };
        let cursor = place(EventOrder::UpdatedAt, position);
        assert_eq!(read(EventOrder::UpdatedAt, &cursor), Some(position));
        assert_eq!(read(EventOrder::StartsAt, &cursor), None);
    }
}
