//! What each role may do, by hand: a row for every operation of the native surface and for the developer keys,
//! not derived from the rules that it checks. Source: native-api.md §2; ARCHITECTURE.md (invariant 4).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use callboard::http::Operation;
use callboard::surfaces::{Name, Surface};
use http::Method;
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// O owner, A admin, E editor, B box office, V viewer.
const ROLES: [(char, &str); 5] =
    [('O', "owner"), ('A', "admin"), ('E', "editor"), ('B', "box_office"), ('V', "viewer")];

const EVERYBODY: &str = "OAEBV";
const PROGRAMME: &str = "OAE";
const MANAGERS: &str = "OA";
const OWNERS: &str = "O";
/// Those who sell and stand at the door.
const SELLERS: &str = "OAB";
/// Those who may see who bought.
const SALES_READERS: &str = "OAEB";

/// Who may do what; an operation without a line fails.
const NATIVE: &[(&str, &str)] = &[
    ("createAccount", EVERYBODY),
    ("createSession", EVERYBODY),
    ("endSession", EVERYBODY),
    ("whoAmI", EVERYBODY),
    ("getOrganization", EVERYBODY),
    ("reviseOrganization", OWNERS),
    ("listMembers", EVERYBODY),
    ("addMember", MANAGERS),
    ("getMember", EVERYBODY),
    ("reviseMember", MANAGERS),
    ("removeMember", MANAGERS),
    ("listVenues", EVERYBODY),
    ("createVenue", PROGRAMME),
    ("getVenue", EVERYBODY),
    ("reviseVenue", PROGRAMME),
    ("deleteVenue", PROGRAMME),
    ("listChannels", EVERYBODY),
    ("createChannel", PROGRAMME),
    ("getChannel", EVERYBODY),
    ("reviseChannel", PROGRAMME),
    ("deleteChannel", PROGRAMME),
    ("listBoxOffices", EVERYBODY),
    ("createBoxOffice", MANAGERS),
    ("getBoxOffice", EVERYBODY),
    ("reviseBoxOffice", MANAGERS),
    ("deleteBoxOffice", MANAGERS),
    ("listKeys", MANAGERS),
    ("createKey", MANAGERS),
    ("getKey", MANAGERS),
    ("reviseKey", MANAGERS),
    ("revokeKey", MANAGERS),
    ("rotateKey", MANAGERS),
    ("listEvents", EVERYBODY),
    ("createEvent", PROGRAMME),
    ("getEvent", EVERYBODY),
    ("reviseEvent", PROGRAMME),
    ("deleteEvent", PROGRAMME),
    ("putEvent", PROGRAMME),
    ("duplicateEvent", PROGRAMME),
    ("publishEvent", PROGRAMME),
    ("unpublishEvent", PROGRAMME),
    ("cancelEvent", PROGRAMME),
    ("archiveEvent", PROGRAMME),
    ("restoreEvent", PROGRAMME),
    ("listTicketTypes", EVERYBODY),
    ("addTicketType", PROGRAMME),
    ("getTicketType", EVERYBODY),
    ("reviseTicketType", PROGRAMME),
    ("removeTicketType", PROGRAMME),
    ("getAvailability", EVERYBODY),
    ("listSeries", EVERYBODY),
    ("createSeries", PROGRAMME),
    ("previewSeries", PROGRAMME),
    ("getSeries", EVERYBODY),
    ("reviseSeries", PROGRAMME),
    ("endSeries", PROGRAMME),
    ("uploadMedia", PROGRAMME),
    ("getMedia", EVERYBODY),
    // The feed tells of keys, and of buyers, which the others may not see.
    ("createHold", SELLERS),
    ("releaseHold", SELLERS),
    ("placeOrder", SELLERS),
    ("cancelOrder", SELLERS),
    ("refundOrder", SELLERS),
    ("listOrders", SALES_READERS),
    ("getOrder", SALES_READERS),
    ("getTicketQr", SALES_READERS),
    ("checkIn", SELLERS),
    ("undoCheckIn", SELLERS),
    ("listChanges", MANAGERS),
    ("listAuditLog", MANAGERS),
];

const DEVELOPER: &[(&str, &str)] = &[
    ("listApiKeys", MANAGERS),
    ("createApiKey", MANAGERS),
    ("getApiKey", MANAGERS),
    ("deleteApiKey", MANAGERS),
];

fn generous() -> TestApp {
    TestApp::with(&[
        ("CALLBOARD_RATE_LIMIT_NATIVE", "100000"),
        ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
        ("CALLBOARD_KEY_CREATIONS_PER_HOUR", "100000"),
    ])
}

fn person(role: &str) -> (String, &'static str) {
    (format!("{role}@members.example"), "correct horse battery")
}

async fn sign_in(app: &TestApp, role: &str) -> String {
    let (email, password) = person(role);
    let body = json!({ "email": email, "password": password });
    let headers = [("content-type", "application/json")];
    app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201).text("/token").to_owned()
}

/// A member in each role; the session that signing up gave, which acts in the inviting organization.
async fn members(owner: &Organizer<'_>) -> Vec<(char, &'static str, String)> {
    let mut all = Vec::new();
    for (letter, role) in ROLES {
        let (email, password) = person(role);
        let invited = owner.post("/v1/members", json!({ "email": email, "role": role })).await.is(201);
        let (_, token) = invited.text("/inviteUrl").rsplit_once('/').expect("an address");
        let body = json!({ "email": email, "password": password, "name": role, "inviteToken": token });
        let headers = [("content-type", "application/json")];
        owner.app.send("POST", "/v1/accounts", &headers, body.to_string()).await.is(201);
        let token = sign_in(owner.app, role).await;
        let me = owner.app.get("/v1/me", &token).await.is(200);
        assert_eq!((me.at("/role"), me.at("/type")), (&json!(role), &json!("account")));
        all.push((letter, role, token));
    }
    all
}

/// The ids that paths name, by the collection that they follow.
struct World {
    ids: Vec<(&'static str, String)>,
    me: String,
}

impl World {
    async fn of(owner: &Organizer<'_>) -> World {
        let (venue, (channel, _)) = (owner.venue("Pier").await, owner.channel("Jazz").await);
        let office = owner.box_office("Desk").await;
        let event = json!({ "title": "Quartet", "startsAt": "2027-01-05T20:00:00Z", "timezone": "UTC",
            "ticketTypes": [{ "name": "GA", "price": 100, "quantity": 10 }] });
        let event = owner.post("/v1/events", event).await.is(201);
        let key = owner.mint(json!({ "family": "native", "scopes": ["events:read"] })).await;
        let member =
            owner.post("/v1/members", json!({ "email": "x@example.org", "role": "viewer" })).await.is(201);
        let developer = owner.post("/api/developer/v1/api-keys", json!({ "name": "Import" })).await.is(201);
        let series = json!({ "title": "Jam", "rrule": "FREQ=WEEKLY;COUNT=3", "timezone": "UTC", "startDate": "2026-12-04",
            "local": { "start": "20:00" } });
        let series = owner.post("/v1/series", series).await.is(201);
        let ids = vec![
            ("venues", venue),
            ("channels", channel),
            ("box-offices", office),
            ("events", event.text("/id").to_owned()),
            ("ticket-types", event.text("/ticketTypes/0/id").to_owned()),
            ("keys", key.text("/id").to_owned()),
            ("members", member.text("/id").to_owned()),
            ("series", series.text("/id").to_owned()),
            ("media", "1".to_owned()),
            // Whether they exist does not matter to the check of roles, which comes first.
            ("orders", "01930000-0000-7000-8000-000000000000".to_owned()),
            ("holds", "01930000-0000-7000-8000-000000000000".to_owned()),
            ("check-ins", "01930000-0000-7000-8000-000000000000".to_owned()),
            ("tickets", "00000000000000000000000000".to_owned()),
            ("api-keys", developer.text("/data/id").to_owned()),
        ];
        World { ids, me: owner.email.clone() }
    }

    /// The operation's address; writes of the native surface are rehearsed, so that every role meets the same world.
    fn target(&self, operation: &Operation) -> String {
        let path = operation.path.replace("{source}/{id}", "crm/1");
        let path = match path.find('{') {
            None => path,
            Some(open) => {
                let close = path.find('}').expect("a placeholder is closed");
                let collection = path[..open - 1].rsplit('/').next().expect("a collection");
                let found = self.ids.iter().find(|(known, _)| *known == collection);
                let (_, id) = found.unwrap_or_else(|| panic!("no id for {}", operation.path));
                format!("{}{id}{}", &path[..open], &path[close + 1..])
            }
        };
        if operation.is_rehearsable { format!("{path}?dryRun=true") } else { path }
    }

    /// A body that is in order, where the operation needs one for more than its check of roles.
    fn body(&self, id: &str) -> Value {
        match id {
            "createSession" => json!({ "email": self.me, "password": "correct horse battery" }),
            "createVenue" => {
                json!({ "name": "Trial", "city": "Boston", "stateProvince": "MA", "country": "US",
                "timezone": "UTC", "capacity": 1 })
            }
            "createBoxOffice" => json!({ "name": "Trial", "timezone": "UTC", "currency": "USD" }),
            "createEvent" | "putEvent" => {
                json!({ "title": "Trial", "startsAt": "2027-01-05T20:00:00Z", "timezone": "UTC" })
            }
            "createSeries" | "previewSeries" => {
                json!({ "title": "Trial", "rrule": "FREQ=DAILY;COUNT=2", "timezone": "UTC", "startDate": "2026-12-04",
                    "local": { "start": "20:00" } })
            }
            "reviseSeries" => json!({ "scope": "all", "title": "Trial" }),
            "addTicketType" => json!({ "name": "Balcony", "price": 100, "quantity": 10 }),
            "addMember" => json!({ "email": "new@example.org", "role": "viewer" }),
            "reviseMember" => json!({ "role": "editor" }),
            "createKey" => json!({ "family": "native", "label": "trial", "scopes": ["events:read"] }),
            "createChannel" | "createApiKey" | "reviseOrganization" | "reviseVenue" | "reviseChannel"
            | "reviseBoxOffice" | "reviseTicketType" => json!({ "name": "Trial" }),
            "reviseKey" => json!({ "label": "other" }),
            "rotateKey" => json!({ "graceSeconds": 0 }),
            _ => json!({}),
        }
    }
}

fn expected(table: &[(&str, &'static str)], id: &str) -> &'static str {
    table
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, roles)| *roles)
        .unwrap_or_else(|| panic!("no line for {id}"))
}

async fn ask(app: &TestApp, world: &World, operation: &Operation, role: &str, token: &str) -> Answer {
    // A session that is ended is one of its own.
    let fresh = if operation.id == "endSession" { Some(sign_in(app, role).await) } else { None };
    let token = fresh.as_deref().unwrap_or(token);
    let body = (operation.method != Method::GET).then(|| world.body(operation.id));
    app.call(operation.method.as_str(), &world.target(operation), token, body.as_ref()).await
}

async fn check(name: Name, table: &[(&str, &'static str)]) {
    let app = generous();
    let owner = app.organizer("Ours").await;
    let (world, members) = (World::of(&owner).await, members(&owner).await);
    let operations = Surface::of(name).operations();
    // Registration takes a developer key only; sessions, whatever their role, are nobody there.
    for operation in operations.iter().filter(|operation| operation.id != "register") {
        let allowed = expected(table, operation.id);
        for (letter, role, token) in &members {
            let answer = ask(&app, &world, operation, role, token).await;
            let what = format!("{role} {}: {} {}", operation.id, answer.status, answer.json);
            if allowed.contains(*letter) {
                assert!(!matches!(answer.status, 401 | 403) && answer.status < 500, "{what}");
            } else {
                assert_eq!(answer.status, 403, "{what}");
            }
        }
    }
    for (id, _) in table {
        assert!(operations.iter().any(|operation| operation.id == *id), "{id} is gone");
    }
}

#[tokio::test]
async fn every_role_does_what_its_row_says_and_nothing_else() {
    check(Name::Native, NATIVE).await;
}

#[tokio::test]
async fn developer_keys_are_the_managers() {
    check(Name::Developer, DEVELOPER).await;
}

/// Only owners make, change and remove owners: no admin can raise itself.
#[tokio::test]
async fn an_admin_makes_no_owners() {
    let app = generous();
    let owner = app.organizer("Ours").await;
    let members = members(&owner).await;
    let token = |wanted: &str| {
        members.iter().find(|(_, role, _)| *role == wanted).map(|(_, _, t)| t.clone()).expect("all")
    };
    let listed = owner.get("/v1/members?limit=200").await.is(200);
    let id = |role: &str| {
        let (email, _) = person(role);
        let all = listed.at("/items").as_array().expect("items");
        let found = all.iter().find(|member| member["email"] == json!(email)).expect("a member");
        found["id"].as_str().expect("an id").to_owned()
    };
    let admin = token("admin");
    let raise = json!({ "role": "owner" });
    for role in ["admin", "viewer"] {
        let path = format!("/v1/members/{}", id(role));
        app.call("PATCH", &path, &admin, Some(&raise)).await.is(403);
    }
    let path = format!("/v1/members/{}", id("owner"));
    app.call("PATCH", &path, &admin, Some(&json!({ "role": "viewer" }))).await.is(403);
    app.call("DELETE", &path, &admin, None).await.is(403);
    app.post("/v1/members", &admin, json!({ "email": "o@example.org", "role": "owner" })).await.is(403);
    app.call("PATCH", &path, &token("owner"), Some(&json!({ "role": "viewer" }))).await.is(200);
    // What a role lost is lost with the next request.
    app.call("PATCH", "/v1/organization", &token("owner"), Some(&json!({ "name": "Mine" }))).await.is(403);
}
