//! A consumer that is stopped again and again ends with the world as GET answers it. Source: native-api.md §8.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::*;

const WRITERS: u64 = 8;
const WRITES: u64 = 12;

/// Numbers that differ by seed (splitmix64), so that a failing run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// What a consumer keeps: its copy and the place up to which the copy is right, always together.
#[derive(Clone, Default)]
struct Kept {
    after: i64,
    copy: BTreeMap<(String, String), Value>,
}

impl Kept {
    fn apply(&mut self, change: &Value) {
        let seq = change["seq"].as_i64().unwrap();
        assert_eq!(seq, self.after + 1, "a gap or a repetition");
        self.after = seq;
        let text = |name: &str| change[name].as_str().unwrap().to_owned();
        let place = (text("resource"), text("id"));
        match &change["data"] {
            Value::Null => {
                assert!(self.copy.remove(&place).is_some(), "deleted before it was made: {change}");
            }
            data => {
                self.copy.insert(place, data.clone());
            }
        }
    }
}

/// One life of the consumer: it reads and keeps, a few pages long; then it dies, perhaps within a page or a wait,
/// and what it had not kept is lost.
async fn live(app: &TestApp, token: &str, kept: &mut Kept, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let (limit, wait) = (1 + dice.below(7), dice.below(2));
        let target = format!("/v1/changes?after={}&limit={limit}&wait={wait}", kept.after);
        let patience = Duration::from_millis(1 + dice.below(30));
        let Ok(page) = tokio::time::timeout(patience, app.get(&target, token)).await else { return };
        let mut next = kept.clone();
        for change in items(&page.is(200)) {
            next.apply(&change);
            if dice.below(10) == 0 {
                return;
            }
        }
        *kept = next;
    }
}

/// Makes, changes, publishes and deletes what is its own.
async fn write(app: Arc<TestApp>, token: String, writer: u64, seed: u64) {
    let mut dice = Dice(seed ^ (writer << 32));
    let (mut events, mut venues): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for n in 0..WRITES {
        let title = json!({ "title": format!("Show {writer}/{n}") });
        let name = format!("Venue {writer}/{n}");
        let known = |all: &[String], dice: &mut Dice| {
            all[usize::try_from(dice.below(all.len() as u64)).unwrap()].clone()
        };
        let answer = match dice.below(8) {
            0 => {
                let body = json!({ "name": name, "city": "Boston", "stateProvince": "MA", "country": "US", "timezone": "UTC", "capacity": 1 });
                let made = app.post("/v1/venues", &token, body).await.is(201);
                venues.push(format!("/v1/venues/{}", made.text("/id")));
                made
            }
            1 if !venues.is_empty() => {
                app.call("PATCH", &known(&venues, &mut dice), &token, Some(&json!({ "name": name }))).await
            }
            2 if !venues.is_empty() => app.call("DELETE", &venues.swap_remove(0), &token, None).await,
            3 | 4 if !events.is_empty() => {
                app.call("PATCH", &known(&events, &mut dice), &token, Some(&title)).await
            }
            5 if !events.is_empty() => {
                // A step that the event cannot take now is refused and leaves nothing.
                app.post(&format!("{}/publish", known(&events, &mut dice)), &token, json!({})).await
            }
            6 if events.len() > 1 => app.call("DELETE", &events.swap_remove(0), &token, None).await,
            _ => {
                let mut body = show(title["title"].as_str().unwrap());
                body["ticketTypes"] = json!([{ "name": "GA", "price": 1800, "quantity": 120 }]);
                let made = app.post("/v1/events", &token, body).await.is(201);
                events.push(format!("/v1/events/{}", made.text("/id")));
                made
            }
        };
        assert!(matches!(answer.status, 200 | 201 | 204 | 409), "{}", answer.json);
    }
}

/// Takes out what follows from the clock or the stock.
fn stored(mut value: Value) -> Value {
    for name in ["over", "soldOut"] {
        value.as_object_mut().unwrap().remove(name);
    }
    for ticket in value.get_mut("ticketTypes").and_then(Value::as_array_mut).into_iter().flatten() {
        for name in ["onSale", "held", "available"] {
            ticket.as_object_mut().unwrap().remove(name);
        }
    }
    value
}

/// All events and venues as the lists answer them.
async fn world(app: &TestApp, token: &str) -> BTreeMap<(String, String), Value> {
    let mut all = BTreeMap::new();
    for (resource, path) in [("event", "/v1/events"), ("venue", "/v1/venues")] {
        let mut cursor = String::new();
        loop {
            let page = app.get(&format!("{path}?limit=50{cursor}"), token).await.is(200);
            for item in items(&page) {
                all.insert((resource.to_owned(), item["id"].as_str().unwrap().to_owned()), stored(item));
            }
            match page.at("/nextCursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    all
}

async fn run(seed: u64) {
    let app = Arc::new(TestApp::with(&[
        ("CALLBOARD_RATE_LIMIT_NATIVE", "1000000"),
        ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
    ]));
    let token = app.organizer("Ada").await.token;
    let is_over = Arc::new(AtomicBool::new(false));
    let reading = {
        let (app, token, is_over) = (app.clone(), token.clone(), is_over.clone());
        tokio::spawn(async move {
            let (mut kept, mut dice, mut lives) = (Kept::default(), Dice(seed), 0);
            while !is_over.load(Ordering::Relaxed) {
                live(&app, &token, &mut kept, &mut dice).await;
                lives += 1;
            }
            (kept, lives)
        })
    };
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(app.clone(), token.clone(), writer, seed))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    let (mut kept, lives) = reading.await.unwrap();
    assert!(lives > 3, "the consumer was stopped {lives} times only");
    loop {
        let page = app.get(&format!("/v1/changes?after={}", kept.after), &token).await.is(200);
        let fresh = items(&page);
        if fresh.is_empty() {
            break;
        }
        fresh.iter().for_each(|change| kept.apply(change));
    }
    kept.copy.retain(|(resource, _), _| resource == "event" || resource == "venue");
    let world = world(&app, &token).await;
    assert!(world.len() > 10, "{} things", world.len());
    assert_eq!(kept.copy.keys().collect::<Vec<_>>(), world.keys().collect::<Vec<_>>(), "seed {seed}");
    assert_eq!(kept.copy, world, "seed {seed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_consumer_that_is_stopped_again_and_again_ends_with_the_same_world() {
    let runs = if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { 100 } else { 5 };
    for seed in 0..runs {
        run(seed).await;
    }
}
