//! Every list of the store, asked in every way: each filter alone, each two of them together and all, in each order,
//! from the start and from a place on, by everybody and by each kind of narrowed tenant. What a statement's text does
//! not depend on (which status, which words) is asked once.

use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::event::{Category, Lifecycle, Visibility};
use callboard_core::time::{DAY, ShowDate, Timestamp};

use super::common::NOW;
use super::world::{Facts, LATER, tokens};
use crate::audit::AuditList;
use crate::events::{
    BoxOfficeList, ChannelList, EventList, EventOrder, EventRef, MERGED_MAX, Position, Recurring, VenueList,
    VenueStatus,
};
use crate::keys::KeyPlace;
use crate::page::After;
use crate::requests::RequestFilter;
use crate::retention::Log;
use crate::sales::{Auditor, OrderList};
use crate::tenant::Tenant;

const FROM: Timestamp = NOW.plus_millis(-90 * DAY);

/// Sets one filter.
type Turn<T> = fn(&mut T, &Facts);

/// Nothing, each filter, each two, and all.
fn turned<T: Clone>(plain: &T, turns: &[Turn<T>], facts: &Facts) -> Vec<T> {
    let mut made = vec![plain.clone()];
    for (n, one) in turns.iter().enumerate() {
        let mut alone = plain.clone();
        one(&mut alone, facts);
        for other in turns.iter().skip(n + 1) {
            let mut both = alone.clone();
            other(&mut both, facts);
            made.push(both);
        }
        made.push(alone);
    }
    let mut all = plain.clone();
    turns.iter().for_each(|turn| turn(&mut all, facts));
    made.push(all);
    made
}

pub(super) async fn all(facts: &Facts) {
    events(facts).await;
    venue_feed(facts).await;
    box_office_lists(facts).await;
    channel_lists(facts).await;
    places(facts).await;
    sales(facts).await;
    logs(facts).await;
    people(facts).await;
}

const EVENT_TURNS: &[Turn<EventList>] = &[
    |list, _| list.status = Some(Lifecycle::Published),
    |list, _| list.visibility = Some(Visibility::Public),
    |list, _| list.category = Category::parse("other"),
    |list, facts| list.venue_id = Some(facts.venue.id),
    |list, facts| list.channel_id = Some(facts.channel.id),
    |list, facts| list.box_office_id = Some(facts.office.id),
    |list, facts| list.series_id = Some(facts.series),
    |list, _| list.recurring = Recurring::Exclude,
    |list, _| list.recurring = Recurring::Only,
    |list, _| list.from = Some(FROM),
    |list, _| list.to = Some(LATER),
    |list, _| list.words = vec!["jazz".to_owned()],
    |list, _| list.words = vec!["jazz".to_owned(), "ni".to_owned()],
    |list, _| list.external_source = Some("calendar".to_owned()),
    |list, _| {
        list.external_source = Some("calendar".to_owned());
        list.external_id = Some("3/10".to_owned());
    },
];

async fn events(facts: &Facts) {
    let plain = EventList {
        status: None,
        visibility: None,
        category: None,
        venue_id: None,
        channel_id: None,
        box_office_id: None,
        series_id: None,
        recurring: Recurring::Include,
        from: None,
        to: None,
        words: Vec::new(),
        external_source: None,
        external_id: None,
        order: EventOrder::StartsAt,
        after: None,
        limit: 20,
        now: NOW,
    };
    let place = Position { at: FROM, id: facts.event.id };
    for list in turned(&plain, EVENT_TURNS, facts) {
        for order in [EventOrder::StartsAt, EventOrder::StartsAtDescending, EventOrder::UpdatedAt] {
            for after in [None, Some(place)] {
                let list = EventList { order, after, ..list.clone() };
                for tenant in facts.narrowed() {
                    facts.world.store.list_events(&tenant, &list).await.unwrap();
                }
            }
        }
    }
}

async fn venue_feed(facts: &Facts) {
    use VenueStatus::{Cancelled, Filled, Open, Reserved};
    let tenant = &facts.narrowed()[1];
    for status in [None, Some(Open), Some(Filled), Some(Reserved), Some(Cancelled)] {
        for recurring in [Recurring::Include, Recurring::Exclude, Recurring::Only] {
            for cursor in [None, Some(facts.event.id)] {
                let list = VenueList {
                    from: ShowDate::parse("2026-12-01").unwrap(),
                    to: ShowDate::parse("2029-12-01").unwrap(),
                    status,
                    recurring,
                    cursor,
                    limit: 20,
                    now: NOW,
                };
                facts.world.store.list_venue(tenant, &list).await.unwrap();
            }
        }
    }
}

async fn box_office_lists(facts: &Facts) {
    use BoxOfficeStatus::{Archived, Cancelled, Completed, Draft, Published, SoldOut};
    let turns: &[Turn<BoxOfficeList>] = &[
        |list, _| list.words = vec!["jazz".to_owned()],
        |list, _| list.words = vec!["jazz".to_owned(), "ni".to_owned()],
        |list, _| list.from = Some(FROM),
        |list, _| list.to = Some(LATER),
        |list, _| list.live_only = true,
    ];
    let statuses =
        [None, Some(Draft), Some(Cancelled), Some(Archived), Some(Completed), Some(SoldOut), Some(Published)];
    for status in statuses {
        let plain = BoxOfficeList {
            status,
            words: Vec::new(),
            from: None,
            to: None,
            live_only: false,
            page: 1,
            limit: 20,
            now: NOW,
        };
        for list in turned(&plain, turns, facts) {
            for tenant in facts.narrowed() {
                facts.world.store.list_box_office(&tenant, &list).await.unwrap();
            }
        }
    }
}

async fn channel_lists(facts: &Facts) {
    let turns: &[Turn<ChannelList>] = &[
        |list, facts| list.channel_number = Some(facts.channel.number),
        |list, _| list.status = Some(Lifecycle::Published),
        |list, _| list.from = Some(FROM),
        |list, _| list.to = Some(LATER),
    ];
    let plain = ChannelList {
        channel_number: None,
        status: None,
        from: None,
        to: None,
        page: 1,
        limit: 20,
        now: NOW,
    };
    let store = &facts.world.store;
    for list in turned(&plain, turns, facts) {
        let found = store.list_channel_events(&facts.account, &list).await.unwrap();
        store.list_facets(&facts.account, &found.items).await.unwrap();
    }
    for status in [None, Some(Lifecycle::Draft)] {
        let list = ChannelList { status, from: Some(FROM), to: Some(LATER), ..plain.clone() };
        store.list_channel_events(&facts.account, &list).await.unwrap();
    }
    // As many channels as are merged, and then more than that.
    for n in 2..=MERGED_MAX {
        store.list_channel_events(&facts.account, &plain).await.unwrap();
        facts.world.channel(&facts.tenant, &format!("Channel {n}")).await;
    }
    store.list_channel_events(&facts.account, &plain).await.unwrap();
    store.list_account_channels(&facts.account, 1, 20).await.unwrap();
    store.find_account_channel(&facts.account, facts.channel.number).await.unwrap();
    store.stamp(&facts.account).await.unwrap();
}

async fn places(facts: &Facts) {
    let store = &facts.world.store;
    let after = Some(After { created_at: FROM, id: facts.venue.id.0 });
    for tenant in facts.narrowed() {
        for after in [None, after] {
            store.list_venues(&tenant, after, 20).await.unwrap();
            store.list_channels(&tenant, after, 20).await.unwrap();
            store.list_box_offices(&tenant, after, 20).await.unwrap();
            store.list_series(&tenant, after, 20).await.unwrap();
        }
    }
    store.list_classifications(1, 20).await.unwrap();
    let first = (facts.tenant.organization_id(), facts.series);
    store.due_series(LATER, first).await.unwrap();
}

async fn sales(facts: &Facts) {
    let store = &facts.world.store;
    let after = Some(After { created_at: LATER, id: facts.event.id.0 });
    for tenant in facts.narrowed() {
        for event_id in [None, Some(facts.event.id)] {
            for after in [None, after] {
                for search in [None, Some("bea".to_owned())] {
                    let list = OrderList { event_id, search, after, limit: 20 };
                    let found = store.list_orders(&tenant, &list).await.unwrap();
                    assert!(after.is_some() || !found.items.is_empty(), "there are orders of every place");
                }
            }
        }
        store.find_ticket(&tenant, &facts.code).await.unwrap();
        store.count_admitted(&tenant, facts.event.id).await.unwrap();
    }
}

async fn logs(facts: &Facts) {
    let store = &facts.world.store;
    let turns: &[Turn<AuditList>] = &[
        |list, _| list.action = Some("event.created".to_owned()),
        |list, _| list.resource = Some("event".to_owned()),
        |list, facts| list.resource_id = Some(facts.event.id.0),
        |list, facts| list.account_id = Some(facts.account_id),
        |list, _| list.from = Some(FROM),
        |list, _| list.to = Some(LATER),
    ];
    let plain = AuditList { limit: 20, ..AuditList::default() };
    for list in turned(&plain, turns, facts) {
        store.list_audit(&facts.tenant, &list).await.unwrap();
    }
    let turns: &[Turn<RequestFilter>] = &[
        |list, facts| list.key_id = Some(facts.key.id),
        |list, _| list.status = Some((400, 599)),
        |list, _| list.path = Some("/v1".to_owned()),
        |list, _| list.before = Some("7".to_owned()),
    ];
    for filter in turned(&RequestFilter::default(), turns, facts) {
        store.list_requests(&facts.tenant, &filter, 20).await.unwrap();
    }
    let id = facts.tenant.organization_id();
    store.find_request(&facts.tenant, "7").await.unwrap();
    store.with_old_requests("7", id).await.unwrap();
    store.changes(&facts.tenant, 0, 20).await.unwrap();
    for before in [None, Some(5)] {
        for resource in [None, Some("event")] {
            store.latest_changes(&facts.tenant, before, resource, 20).await.unwrap();
        }
    }
    for log in [Log::Changes, Log::Audit] {
        store.with_old_lines(log, LATER, id).await.unwrap();
    }
}

async fn people(facts: &Facts) {
    let store = &facts.world.store;
    let tenant: &Tenant = &facts.tenant;
    let after = Some(After { created_at: LATER, id: facts.venue.id.0 });
    for after in [None, after] {
        store.list_members(tenant, after, 20).await.unwrap();
        store.list_keys(tenant, after, 20).await.unwrap();
        let places = [
            KeyPlace::Venue(facts.venue.id),
            KeyPlace::Channel(facts.channel.id),
            KeyPlace::BoxOffice(facts.office.id),
        ];
        for place in places {
            store.list_keys_of(tenant, place, after, 20).await.unwrap();
        }
    }
    store.list_developer_keys(tenant, NOW).await.unwrap();
    store.list_memberships(facts.account_id).await.unwrap();
    store.has_no_account().await.unwrap();
    store.is_empty().await.unwrap();
    store.only_organization().await.unwrap();
    store.find_account_by_email("ada@example.org").await.unwrap();
    for token in tokens() {
        store.authenticate(&token, NOW).await.unwrap();
    }
    for event in [
        EventRef::Number(facts.event.number),
        EventRef::Slug(facts.event.details.slug.clone()),
        EventRef::Id(facts.event.id),
    ] {
        store.find_event(tenant, &event, NOW).await.unwrap();
    }
    store.find_public_event(facts.event.number, NOW).await.unwrap();
    store.find_media(1).await.unwrap();
    ledgers(facts).await;
}

async fn ledgers(facts: &Facts) {
    let auditor = match facts.world.url() {
        Some(url) => Auditor::open_postgres(url).await.unwrap(),
        None => Auditor::open_sqlite(&facts.world.dir.path().join("callboard.db")).unwrap(),
    };
    let (id, slug) = (facts.event.id.to_string(), facts.event.details.slug.as_str().to_owned());
    for event in [None, Some(id.as_str()), Some(slug.as_str())] {
        let found = auditor.ledgers(event).await.unwrap();
        auditor.replay(&found[0], |_| ()).await.unwrap().unwrap();
    }
}
