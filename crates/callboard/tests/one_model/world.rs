//! A world in which an event made through any surface has all three facets, and keys to look at it from each.

use std::sync::atomic::{AtomicU32, Ordering};

use callboard_core::ids::{OrganizationId, TicketTypeId};
use callboard_store::events::SetStock;
use callboard_store::{Context, Tenant};
use serde_json::{Value, json};

use crate::support::{Answer, Organizer, TestApp};
use crate::wish::{Life, Way, Wish};

/// So many requests a minute that no test is held up.
const PLENTY: i64 = 100_000_000;

/// An organization: a channel, a venue, a box office with both as its defaults, and a key to each.
pub(crate) struct World<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) venue: String,
    pub(crate) channel: i64,
    pub(crate) box_office: String,
    pub(crate) native_key: String,
    pub(crate) channel_key: String,
    pub(crate) venue_key: String,
    pub(crate) box_office_key: String,
    pub(crate) zone: &'static str,
    tenant: Tenant,
    count: AtomicU32,
}

/// An event that came of a wish.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) wish: Wish,
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) slug: String,
    /// A word of its title that no other event has.
    pub(crate) word: String,
}

pub(crate) fn app() -> TestApp {
    TestApp::with(&[("CALLBOARD_RATE_LIMIT_PER_IP", "0")])
}

impl<'a> World<'a> {
    /// An organization with its venue in `zone`.
    pub(crate) async fn new(app: &'a TestApp, name: &str, zone: &'static str) -> World<'a> {
        let who = app.organizer(name).await;
        let venue = json!({ "name": name, "city": "Town", "stateProvince": "ST", "country": "US", "timezone": zone,
            "capacity": 200 });
        let venue = who.post("/v1/venues", venue).await.is(201).text("/id").to_owned();
        let channel = who.post("/v1/channels", json!({ "name": name })).await.is(201);
        let box_office = json!({ "name": name, "timezone": zone, "currency": "USD", "defaultVenueId": venue,
            "defaultChannelId": channel.text("/id") });
        let box_office = who.post("/v1/box-offices", box_office).await.is(201).text("/id").to_owned();
        let organization: OrganizationId =
            who.get("/v1/organization").await.is(200).text("/id").parse().unwrap();
        let native = json!({ "family": "native",
            "scopes": ["events:read", "events:write", "events:publish", "events:delete"] });
        let of_channels = json!({ "family": "channel",
            "scopes": ["channels:read", "events:create", "events:read", "events:update"] });
        World {
            app,
            native_key: key(&who, native).await,
            channel_key: key(&who, of_channels).await,
            venue_key: key(&who, json!({ "family": "venue", "venueId": venue })).await,
            box_office_key: key(&who, json!({ "family": "box_office", "boxOfficeId": box_office })).await,
            venue,
            channel: channel.at("/number").as_i64().unwrap(),
            box_office,
            zone,
            tenant: app.app().store.operator(organization).await.unwrap().unwrap(),
            count: AtomicU32::new(0),
        }
    }

    pub(crate) async fn native(&self, method: &str, target: &str, body: Option<Value>) -> Answer {
        self.app.call(method, target, &self.native_key, body.as_ref()).await
    }
    pub(crate) async fn box_office(&self, target: &str) -> Answer {
        self.app.call_x("GET", &format!("/api/v1/events{target}"), &self.box_office_key, None).await
    }
    pub(crate) async fn venue(&self, target: &str) -> Answer {
        self.app.call_x("GET", &format!("/api/v1/events{target}"), &self.venue_key, None).await
    }
    pub(crate) async fn channel(&self, target: &str) -> Answer {
        self.app.get(&format!("/api/public/v1/events{target}"), &self.channel_key).await
    }

    /// Makes an event as it was wished for, gives it the facets and prices that its way could not say,
    /// sells its tickets and takes it through its life.
    pub(crate) async fn make(&self, wish: Wish) -> Made {
        let word = format!("w{}", self.count.fetch_add(1, Ordering::Relaxed) + 1000);
        let id = match wish.way {
            Way::BoxOffice => self.make_at_box_office(&wish, &word).await,
            Way::Channel => self.make_in_channel(&wish, &word).await,
            Way::NativeInstants | Way::NativeLocal => self.make_natively(&wish, &word).await,
        };
        let address = format!("/v1/events/{id}");
        let prices = json!({ "pricing": { "online": wish.online, "door": wish.door }, "visibility": wish.visibility,
            "currency": wish.currency.0, "venueId": self.venue, "boxOfficeId": self.box_office });
        let event = self.native("PATCH", &address, Some(prices)).await.is(200);
        for (at, kind) in wish.kinds.iter().enumerate().filter(|(_, kind)| kind.sold > 0) {
            self.sell(event.text(&format!("/ticketTypes/{at}/id")), kind.sold).await;
        }
        let steps: &[&str] = match wish.life {
            Life::Draft => &[],
            Life::Published => &["publish"],
            Life::Cancelled => &["publish", "cancel"],
            Life::Archived => &["publish", "archive"],
        };
        for step in steps {
            self.native("POST", &format!("{address}/{step}"), None).await.is(200);
        }
        let (number, slug) = (event.at("/number").as_i64().unwrap(), event.text("/slug").to_owned());
        Made { wish, id, number, slug, word }
    }

    async fn make_at_box_office(&self, wish: &Wish, word: &str) -> String {
        let mut body = json!({ "title": format!("Show {word}"), "startsAt": wish.said(wish.start),
            "timezone": wish.zone, "currency": wish.currency.0, "city": "Town", "country": "US",
            "visibility": wish.visibility.to_uppercase(), "ticketTypes": kinds(wish) });
        if let Some(end) = wish.end() {
            body["endsAt"] = json!(wish.said(end));
        }
        if let Some(doors) = wish.doors() {
            body["doorsOpen"] = json!(wish.said(doors));
        }
        let made = self.app.call_x("POST", "/api/v1/events", &self.box_office_key, Some(&body)).await;
        made.is(201).text("/event/id").to_owned()
    }

    async fn make_in_channel(&self, wish: &Wish, word: &str) -> String {
        let mut body = json!({ "channelId": self.channel, "title": format!("Show {word}"),
            "startAt": wish.said(wish.start), "timezone": wish.zone, "classifications": ["music"],
            "approxLocation": { "city": { "placeId": "plc-town", "name": "Town", "countryCode": "US" } } });
        if let Some(end) = wish.end() {
            body["endAt"] = json!(wish.said(end));
        }
        let made = self.app.post("/api/public/v1/events", &self.channel_key, body).await.is(201);
        let number = made.at("/doc/id").as_i64().unwrap();
        let list = self.native("GET", &format!("/v1/events?search={word}"), None).await.is(200);
        assert_eq!(list.at("/items/0/number"), number);
        let id = list.text("/items/0/id").to_owned();
        for kind in kinds(wish) {
            self.native("POST", &format!("/v1/events/{id}/ticket-types"), Some(kind)).await.is(201);
        }
        id
    }

    async fn make_natively(&self, wish: &Wish, word: &str) -> String {
        let mut body = json!({ "title": format!("Show {word}"), "timezone": wish.zone, "boxOfficeId": self.box_office,
            "place": { "city": "Town", "country": "US" }, "ticketTypes": kinds(wish) });
        if wish.way == Way::NativeLocal {
            let (date, start) = wish.wall();
            body["local"] = json!({ "date": date, "start": start });
        } else {
            body["startsAt"] = json!(wish.said(wish.start));
            body["endsAt"] = json!(wish.end().map(|at| wish.said(at)));
            body["doorsAt"] = json!(wish.doors().map(|at| wish.said(at)));
        }
        self.native("POST", "/v1/events", Some(body)).await.is(201).text("/id").to_owned()
    }

    async fn sell(&self, ticket_type: &str, sold: i64) {
        let app = self.app.app();
        let ticket_type: TicketTypeId = ticket_type.parse().unwrap();
        let context =
            Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: "test".to_owned() };
        let command = SetStock { tenant: self.tenant.clone(), ticket_type, sold, held: 0 };
        app.store.write(context, command).await.unwrap();
    }
}

fn kinds(wish: &Wish) -> Vec<Value> {
    let one = |(at, kind): (usize, &crate::wish::Kind)| json!({ "name": format!("T{at}"), "price": kind.price, "quantity": kind.quantity, "hidden": kind.hidden });
    wish.kinds.iter().enumerate().map(one).collect()
}

async fn key(who: &Organizer<'_>, mut body: Value) -> String {
    body["rateLimitPerMinute"] = json!(PLENTY);
    who.key(body).await
}
