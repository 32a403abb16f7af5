//! A whole program in the test's process: a real database, the real router, a clock that the test moves.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file uses a part of it, and a test may fail by panicking"
)]

#[path = "../../../callboard-store/tests/common/postgres.rs"]
pub mod postgres;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use callboard::app::App;
use callboard::clock::{Clock, Entropy};
use callboard::front::{Body, Peer};
use callboard::http::Reply;
use callboard::server::Server;
use callboard::settings::{Settings, SettingsArgs};
use callboard::telemetry::Metrics;
use callboard_core::time::Timestamp;
use callboard_store::{Store, StoreOptions};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

/// The instant at which every test begins.
pub const NOW: &str = "2026-11-23T10:00:00Z";

/// A program and what keeps its files alive.
pub struct TestApp {
    pub server: Arc<Server>,
    database: Option<postgres::Database>,
    dir: tempfile::TempDir,
}

/// What the program would open its store with.
fn options(settings: &Settings) -> StoreOptions {
    StoreOptions {
        projector: callboard::surfaces::native::project,
        known_events_max_bytes: settings.known_events_max_bytes,
        ..StoreOptions::default()
    }
}

/// Opens a store on a runtime that outlives every test of this process, for its connections live there.
fn open_postgres(url: String, options: StoreOptions) -> Store {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let opened = std::thread::spawn(move || {
        let runtime = RUNTIME.get_or_init(|| {
            let built = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            built.expect("a runtime can be made")
        });
        runtime.block_on(Store::open_postgres(&url, options)).expect("the store opens")
    });
    opened.join().expect("the store opens")
}

/// An answer, its body parsed if it is JSON.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
    /// Asserts the status, showing the body when it differs.
    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }
    /// A value inside the body by JSON Pointer.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.json))
    }
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("{pointer} is no text in {}", self.json))
    }
}

impl TestApp {
    pub fn start() -> TestApp {
        TestApp::with(&[])
    }

    /// Starts with settings as `(NAME, value)` pairs of the environment, e.g. `("CALLBOARD_REGISTRATION", "open")`.
    pub fn with(settings: &[(&str, &str)]) -> TestApp {
        TestApp::on(postgres::server().map(|server| postgres::Database::make(&server)), settings)
    }

    /// As [`TestApp::with`], on a database of that test's choice; `None` for SQLite.
    pub fn on(database: Option<postgres::Database>, settings: &[(&str, &str)]) -> TestApp {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let data = dir.path().join("data");
        let mut env = std::collections::HashMap::from([
            ("CALLBOARD_DATA_DIR".to_owned(), data.display().to_string()),
            ("CALLBOARD_REGISTRATION".to_owned(), "open".to_owned()),
            ("CALLBOARD_PUBLIC_URL".to_owned(), "https://events.example".to_owned()),
        ]);
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings = Settings::load_with(SettingsArgs::default(), env).expect("test settings are right");
        settings.prepare_data_dir().expect("the data directory can be made");
        let options = options(&settings);
        let store = match &database {
            Some(database) => open_postgres(database.url.clone(), options),
            None => Store::open_sqlite(&data.join("callboard.db"), options).expect("the store opens"),
        };
        let entropy = Entropy::seeded(7);
        let secret = settings.signing_secret(|| Ok(entropy.draw())).expect("the secret can be made");
        let clock = Clock::manual(Timestamp::parse(NOW).expect("NOW is an instant"));
        let public_url = "https://events.example".to_owned();
        let app = App::new(Arc::new(settings), &public_url, store, Metrics::new(), clock, entropy, &secret);
        let shutdown = app.shutdown.clone();
        TestApp { server: Server::new(app, shutdown), database, dir }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    /// Whether it stands on PostgreSQL.
    pub fn is_shared(&self) -> bool {
        self.app().store.is_shared()
    }

    /// Another node on the database at `url`, with this one's settings, secret and time.
    pub fn join(&self, url: &str) -> TestApp {
        let settings = self.app().settings.clone();
        let options = options(&settings);
        let store = open_postgres(url.to_owned(), options);
        let entropy = Entropy::seeded(8);
        let secret = settings.signing_secret(|| Ok(entropy.draw())).expect("the secret is there");
        let clock = Clock::manual(self.app().clock.now());
        let public_url = self.app().public_url.clone();
        let app = App::new(settings, &public_url, store, Metrics::new(), clock, entropy, &secret);
        let dir = tempfile::tempdir().expect("a temporary directory");
        let shutdown = app.shutdown.clone();
        TestApp { server: Server::new(app, shutdown), database: None, dir }
    }

    /// Another program on the same store (where that is allowed at all: in one process), with settings of its own.
    pub fn twin(&self, settings: &[(&str, &str)]) -> TestApp {
        let env = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let data = ("CALLBOARD_DATA_DIR".to_owned(), self.data_dir().display().to_string());
        let settings = Settings::load_with(SettingsArgs::default(), env.chain([data]));
        let settings = settings.expect("test settings are right");
        let entropy = Entropy::seeded(9);
        let secret = settings.signing_secret(|| Ok(entropy.draw())).expect("the secret is there");
        let (clock, public_url) = (Clock::manual(self.app().clock.now()), self.app().public_url.clone());
        let store = match settings.known_events_max_bytes {
            0 => self.app().store.without_known_events(),
            _ => self.app().store.clone(),
        };
        let app = App::new(Arc::new(settings), &public_url, store, Metrics::new(), clock, entropy, &secret);
        let dir = tempfile::tempdir().expect("a temporary directory");
        let shutdown = app.shutdown.clone();
        TestApp { server: Server::new(app, shutdown), database: None, dir }
    }

    /// The address of its PostgreSQL database.
    pub fn database_url(&self) -> &str {
        &self.database.as_ref().expect("it stands on PostgreSQL").url
    }

    pub fn data_dir(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    /// Moves the clock.
    pub fn pass_ms(&self, millis: i64) {
        self.app().clock.advance_ms(millis);
    }

    /// Sends any request; headers as `(name, value)`.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let peer = Peer { ip: std::net::IpAddr::from([127, 0, 0, 1]), secure: true, operator: false };
        self.send_from(peer, method, target, headers, body).await
    }

    /// As [`TestApp::send`], from another address or through the control socket.
    pub async fn send_from(
        &self,
        peer: Peer,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut builder = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(Body::from(body.into())).expect("a well-formed test request");
        let request = self.server.received(request, peer);
        let reply: Reply = self.server.answer(request).await;
        let json = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        Answer { status: reply.status.as_u16(), headers: reply.headers, bytes: reply.body, json }
    }

    /// Sends a request with a bearer token and a JSON body.
    pub async fn call(&self, method: &str, target: &str, token: &str, body: Option<&Value>) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.send(method, target, &headers, body.map(Value::to_string).unwrap_or_default()).await
    }

    /// Sends a request with an `x-api-key` and a JSON body.
    pub async fn call_x(&self, method: &str, target: &str, key: &str, body: Option<&Value>) -> Answer {
        let headers = [("x-api-key", key), ("content-type", "application/json")];
        self.send(method, target, &headers, body.map(Value::to_string).unwrap_or_default()).await
    }

    pub async fn get(&self, target: &str, token: &str) -> Answer {
        self.call(Method::GET.as_str(), target, token, None).await
    }

    pub async fn post(&self, target: &str, token: &str, body: Value) -> Answer {
        self.call(Method::POST.as_str(), target, token, Some(&body)).await
    }

    /// A new organization with its owner, signed in.
    pub async fn organizer(&self, name: &str) -> Organizer<'_> {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "-"));
        let body = json!({ "email": email, "password": "correct horse battery", "name": "Ada", "organizationName": name });
        let headers = [("content-type", "application/json")];
        let made = self.send("POST", "/v1/accounts", &headers, body.to_string()).await.is(201);
        Organizer { app: self, email, token: made.text("/session/token").to_owned() }
    }
}

/// A signed-in owner of an organization.
pub struct Organizer<'a> {
    pub app: &'a TestApp,
    pub email: String,
    pub token: String,
}

impl Organizer<'_> {
    pub async fn get(&self, target: &str) -> Answer {
        self.app.get(target, &self.token).await
    }
    pub async fn post(&self, target: &str, body: Value) -> Answer {
        self.app.post(target, &self.token, body).await
    }
    pub async fn patch(&self, target: &str, body: Value) -> Answer {
        self.app.call("PATCH", target, &self.token, Some(&body)).await
    }
    pub async fn delete(&self, target: &str) -> Answer {
        self.app.call("DELETE", target, &self.token, None).await
    }
    /// A venue in New York; its id.
    pub async fn venue(&self, name: &str) -> String {
        let body = json!({ "name": name, "city": "New York", "stateProvince": "NY", "country": "US",
            "timezone": "America/New_York", "capacity": 220 });
        self.post("/v1/venues", body).await.is(201).text("/id").to_owned()
    }
    /// A channel; its id and number.
    pub async fn channel(&self, name: &str) -> (String, i64) {
        let made = self.post("/v1/channels", json!({ "name": name })).await.is(201);
        (made.text("/id").to_owned(), made.at("/number").as_i64().expect("a number"))
    }
    /// A box office; its id.
    pub async fn box_office(&self, name: &str) -> String {
        let body = json!({ "name": name, "timezone": "America/New_York", "currency": "USD" });
        self.post("/v1/box-offices", body).await.is(201).text("/id").to_owned()
    }
    /// A key by its `POST /v1/keys` body (a label is added); the whole answer.
    pub async fn mint(&self, mut body: Value) -> Answer {
        body["label"] = json!("test");
        self.post("/v1/keys", body).await.is(201)
    }
    /// A key's token.
    pub async fn key(&self, body: Value) -> String {
        self.mint(body).await.text("/key").to_owned()
    }
    pub async fn channel_key(&self) -> String {
        self.key(json!({ "family": "channel" })).await
    }
    pub async fn venue_key(&self, venue: &str) -> String {
        self.key(json!({ "family": "venue", "venueId": venue })).await
    }
    pub async fn box_office_key(&self, box_office: &str) -> String {
        self.key(json!({ "family": "box_office", "boxOfficeId": box_office })).await
    }
}
