//! Somebody who writes, and asks again under the same key whatever was not answered.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::binary::{Answer, Process, ask};
use crate::text;

/// Where everybody writes to.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) token: String,
    pub(crate) event: String,
    pub(crate) kind: String,
}

impl Desk {
    pub(crate) fn send(
        &self,
        server: &Process,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> std::io::Result<Answer> {
        let bearer = format!("Authorization: Bearer {}", self.token);
        let key = key.map(|key| format!("Idempotency-Key: {key}"));
        let mut headers = vec!["Content-Type: application/json"];
        headers.extend((!self.token.is_empty()).then_some(bearer.as_str()));
        headers.extend(key.as_deref());
        ask(&server.address, method, path, &headers, body)
    }

    /// A request to a server that is well.
    pub(crate) fn sure(
        &self,
        server: &Process,
        method: &str,
        path: &str,
        body: &Value,
        status: u16,
    ) -> Value {
        let answer = self.send(server, method, path, None, &body.to_string()).unwrap();
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap_or(Value::Null)
    }

    /// Every item of a list.
    pub(crate) fn all(&self, server: &Process, list: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.sure(server, "GET", &format!("{list}limit=200{cursor}"), &Value::Null, 200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

#[derive(Clone)]
enum Wish {
    Create { title: String },
    Describe { event: String, title: String, description: String },
    Buy { email: String, quantity: usize },
    Cancel { order: String, email: String },
    Hold,
}

/// What an order was answered to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bought {
    pub(crate) id: String,
    pub(crate) quantity: usize,
    pub(crate) is_cancelled: bool,
}

/// One writer: what it was promised, and what it still waits for.
pub(crate) struct Writer {
    name: String,
    desk: Desk,
    count: usize,
    pending: Option<(String, Wish)>,
    /// Title → (id, description), as last acknowledged.
    pub(crate) events: BTreeMap<String, (String, String)>,
    /// Buyer's e-mail → order.
    pub(crate) orders: BTreeMap<String, Bought>,
    pub(crate) acknowledged: usize,
    pub(crate) repeated: usize,
}

impl Writer {
    pub(crate) fn new(name: &str, desk: &Desk) -> Writer {
        Writer {
            name: name.to_owned(),
            desk: desk.clone(),
            count: 0,
            pending: None,
            events: BTreeMap::new(),
            orders: BTreeMap::new(),
            acknowledged: 0,
            repeated: 0,
        }
    }

    /// Asks for one thing: for what was not answered, or for the next. `None` where no answer came.
    pub(crate) fn step(&mut self, server: &Process) -> Option<Answer> {
        let (key, wish) = self.pending.take().unwrap_or_else(|| self.next());
        self.pending = Some((key.clone(), wish.clone()));
        let (method, path, body) = self.request(&wish);
        let answer = self.desk.send(server, method, &path, Some(&key), &body.to_string()).ok()?;
        if (200..300).contains(&answer.status) {
            self.repeated += usize::from(answer.header("idempotent-replayed").is_some());
            self.acknowledged += 1;
            self.pending = None;
            self.keep(wish, &serde_json::from_str(&answer.body).unwrap_or(Value::Null));
        }
        Some(answer)
    }

    /// Asks until nothing is pending.
    pub(crate) fn settle(&mut self, server: &Process) {
        for _ in 0..100 {
            if self.pending.is_none() {
                return;
            }
            self.step(server).expect("the server is well");
        }
        panic!("{}: still not answered", self.name);
    }

    fn next(&mut self) -> (String, Wish) {
        let n = self.count;
        self.count += 1;
        let title = format!("{}-{n}", self.name);
        let email = format!("{title}@example.com");
        let last_event = self.events.iter().next_back().map(|(title, (id, _))| (title.clone(), id.clone()));
        let open = self.orders.iter().find(|(_, bought)| !bought.is_cancelled);
        let wish = match (n % 6, last_event, open) {
            (1 | 4, Some((title, event)), _) => {
                Wish::Describe { event, title, description: format!("said {n}") }
            }
            (3, _, Some((email, bought))) => Wish::Cancel { order: bought.id.clone(), email: email.clone() },
            (2 | 3, ..) => Wish::Buy { email, quantity: 1 + n % 4 },
            (5, ..) => Wish::Hold,
            _ => Wish::Create { title },
        };
        (format!("{}-{n}", self.name), wish)
    }

    fn request(&self, wish: &Wish) -> (&'static str, String, Value) {
        match wish {
            Wish::Create { title } => {
                let body = json!({ "title": title, "timezone": "UTC", "startsAt": "2099-12-05T01:30:00Z" });
                ("POST", "/v1/events".to_owned(), body)
            }
            Wish::Describe { event, description, .. } => {
                ("PATCH", format!("/v1/events/{event}"), json!({ "description": description }))
            }
            Wish::Buy { email, quantity } => {
                let body = json!({ "eventId": self.desk.event,
                    "items": [{ "ticketTypeId": self.desk.kind, "quantity": quantity }],
                    "buyer": { "name": "Ada", "email": email }, "payment": { "method": "door" } });
                ("POST", "/v1/orders".to_owned(), body)
            }
            Wish::Cancel { order, .. } => ("POST", format!("/v1/orders/{order}/cancel"), json!({})),
            Wish::Hold => {
                let body =
                    json!({ "items": [{ "ticketTypeId": self.desk.kind, "quantity": 1 }], "ttlSeconds": 60 });
                ("POST", format!("/v1/events/{}/holds", self.desk.event), body)
            }
        }
    }

    fn keep(&mut self, wish: Wish, body: &Value) {
        match wish {
            Wish::Create { title } => {
                self.events.insert(title, (text(body, "/id"), String::new()));
            }
            Wish::Describe { event, title, description } => {
                self.events.insert(title, (event, description));
            }
            Wish::Buy { email, quantity } => {
                self.orders.insert(email, Bought { id: text(body, "/id"), quantity, is_cancelled: false });
            }
            Wish::Cancel { email, .. } => {
                self.orders.get_mut(&email).expect("it was bought").is_cancelled = true;
            }
            Wish::Hold => {}
        }
    }
}

/// The server holds exactly what the writers were answered: nothing lost, nothing twice, nothing undone.
pub(crate) fn compare(server: &Process, desk: &Desk, writers: &[Writer]) {
    let mut promised: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (title, (id, description)) in writers.iter().flat_map(|writer| &writer.events) {
        promised.insert(title, (id, description));
    }
    for event in desk.all(server, "/v1/events?") {
        let title = event["title"].as_str().unwrap();
        if event["id"] == json!(desk.event) {
            continue;
        }
        let (id, description) =
            promised.remove(title).unwrap_or_else(|| panic!("{title} twice, or by nobody"));
        let stored = event["description"].as_str().unwrap_or_default();
        assert_eq!((event["id"].as_str().unwrap(), stored), (id, description), "{title}");
    }
    assert!(promised.is_empty(), "lost: {promised:?}");

    let mut promised: BTreeMap<&str, &Bought> = BTreeMap::new();
    promised.extend(
        writers.iter().flat_map(|writer| &writer.orders).map(|(email, order)| (email.as_str(), order)),
    );
    let mut sold = 0;
    for order in desk.all(server, "/v1/orders?") {
        let email = order["buyer"]["email"].as_str().unwrap();
        let told = promised.remove(email).unwrap_or_else(|| panic!("{email} twice, or by nobody"));
        let stored = Bought {
            id: text(&order, "/id"),
            quantity: order["tickets"].as_array().unwrap().len(),
            is_cancelled: order["status"] == "cancelled",
        };
        assert_eq!(&stored, told, "{email}");
        sold += if stored.is_cancelled { 0 } else { stored.quantity };
    }
    assert!(promised.is_empty(), "lost: {promised:?}");
    let kind = desk.sure(server, "GET", &format!("/v1/ticket-types/{}", desk.kind), &Value::Null, 200);
    assert_eq!(kind["sold"].as_u64(), Some(sold as u64));
}
