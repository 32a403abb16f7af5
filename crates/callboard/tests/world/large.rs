//! `callboard demo --events N --organizations M`.

use serde_json::Value;

use super::binary::{Home, Process, request};

fn generate(home: &Home, seed: &str) -> Value {
    let args = ["demo", "--events", "400", "--organizations", "3", "--seed", seed, "--generate-only"];
    home.json(&[&args[..], &["--data-dir", "callboard-data"]].concat())
}

fn get(server: &Process, path: &str, header: &str) -> Value {
    let (status, body) = request(&server.address, "GET", path, &[header], "");
    assert_eq!(status, 200, "{path}\n{body}");
    serde_json::from_str(&body).unwrap()
}

/// Everything an organization shows of its events that does not come from a clock or a random id.
fn season(server: &Process, organization: &Value) -> Vec<String> {
    let bearer = format!("Authorization: Bearer {}", organization["keys"]["native"].as_str().unwrap());
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(server, &format!("/v1/events?limit=200{cursor}"), &bearer);
        for event in page["items"].as_array().unwrap() {
            let types = event["ticketTypes"].as_array().unwrap();
            let sold: Vec<String> =
                types.iter().map(|kind| format!("{} {}", kind["price"], kind["sold"])).collect();
            seen.push(format!("{} {} {} {sold:?}", event["slug"], event["showDate"], event["status"]));
        }
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort();
    seen
}

#[test]
fn a_large_world_is_whole_and_follows_from_its_seed() {
    let homes = [Home::new(), Home::new(), Home::new()];
    let mut seasons = Vec::new();
    for (home, seed) in homes.iter().zip(["7", "7", "8"]) {
        let world = generate(home, seed);
        let made = world["generated"]["organizations"].as_array().unwrap().clone();
        assert_eq!(made.len(), 3);
        let verified = home.run(&["verify"]);
        assert!(verified.status.success(), "{}", verified.stderr);
        let mut server = Process::serve(home);
        // The sample world's organization has its own season besides.
        let own = u64::try_from(season(&server, &made[0]).len()).unwrap();
        assert_eq!(own, world["eventCount"].as_u64().unwrap() + 134);
        let others = [season(&server, &made[1]), season(&server, &made[2])];
        assert_eq!([others[0].len(), others[1].len()], [133, 133]);
        every_key_opens_its_surface(&server, &made[1]);
        assert_eq!(server.terminate(), Some(0));
        seasons.push(others);
    }
    assert_eq!(seasons[0], seasons[1]);
    assert_ne!(seasons[0], seasons[2]);
    assert_ne!(seasons[0][0], seasons[0][1]);
}

fn every_key_opens_its_surface(server: &Process, organization: &Value) {
    let key = |family: &str| organization["keys"][family].as_str().unwrap().to_owned();
    let bearer = |family: &str| format!("Authorization: Bearer {}", key(family));
    assert!(
        get(server, "/api/v1/events", &bearer("venue"))["data"].as_array().is_some_and(|all| !all.is_empty())
    );
    let office = get(server, "/api/v1/events", &format!("x-api-key: {}", key("boxOffice")));
    assert!(office["events"].as_array().is_some_and(|all| !all.is_empty()), "{office}");
    let event = &organization["events"][0];
    let read = get(server, &format!("/v1/events/{}", event["id"].as_str().unwrap()), &bearer("native"));
    assert_eq!(read["slug"], event["slug"]);
    assert_eq!(read["ticketTypes"][0]["id"], event["ticketTypeIds"][0]);
    let changes = get(server, "/v1/changes?limit=200", &bearer("native"));
    assert_eq!(changes["items"].as_array().map(Vec::len), Some(200));
}

#[test]
fn a_large_world_is_refused_where_there_is_one_and_without_a_place() {
    let home = Home::new();
    let nowhere = home.run(&["demo", "--events", "10", "--generate-only"]);
    assert!(nowhere.fault().contains("--data-dir"), "{}", nowhere.fault());
    let few = ["demo", "--events", "10", "--data-dir", "callboard-data", "--generate-only"];
    assert!(home.run(&few).status.success());
    let again = home.run(&few);
    assert_eq!(again.status.code(), Some(1));
    assert!(again.fault().contains("holds data already"), "{}", again.fault());
    for wrong in
        [&["demo", "--organizations", "2"][..], &["demo", "--events", "0"], &["demo", "--events", "10000001"]]
    {
        assert_eq!(home.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}
