//! What the document says of series is what happens.

use callboard::http::{openapi, schema};
use callboard::surfaces::{Name, Surface};

use super::*;

#[track_caller]
fn fits(document: &Value, operation: &Value, status: u16, value: &Value) {
    let content = &operation["responses"][status.to_string()]["content"]["application/json"];
    let mut whole = content["schema"].clone();
    whole.as_object_mut().unwrap().insert("components".to_owned(), document["components"].clone());
    let validator = schema::compile(&whole);
    for (what, value) in [("the answer", value), ("the example", &content["example"])] {
        if let Err(faults) = schema::check(&validator, value) {
            panic!("{what}: {faults:?} in {value}");
        }
        assert_eq!(
            value.as_object().unwrap().keys().collect::<Vec<_>>(),
            content["example"].as_object().unwrap().keys().collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn the_examples_work_and_their_answers_fit() {
    let document = serde_json::to_value(openapi::document(Surface::of(Name::Native), None)).unwrap();
    let app = TestApp::start();
    let run = Run::of(&app, fridays()).await;
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["tags"][0] != "Series" || method == "delete" {
                continue;
            }
            let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
            let target = path.replace("{id}", &run.id);
            let body = (!body.is_null()).then_some(body);
            let done = app.call(&method.to_uppercase(), &target, &run.who.token, body.as_ref()).await;
            assert!(done.status < 300, "{method} {path}: {}", done.json);
            fits(&document, operation, done.status, &done.json);
            seen += 1;
        }
    }
    assert_eq!(seen, 5);
}
