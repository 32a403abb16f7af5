use super::*;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn same(value: &impl Serialize) {
    let (own, theirs) = (to_vec(value).unwrap(), serde_json::to_vec(value).unwrap());
    assert_eq!(String::from_utf8_lossy(&own), String::from_utf8_lossy(&theirs));
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Shape {
    Point,
    #[serde(rename = "with \"quotes\"")]
    Wide(i64),
    Pair(i64, f64),
    Named {
        only_one: Option<&'static str>,
    },
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Whole<'a> {
    raw: &'a RawValue,
    shapes: Vec<Shape>,
    by_number: BTreeMap<i64, bool>,
    by_truth: BTreeMap<bool, char>,
    pair: (u8, f32),
    id: uuid::Uuid,
    nothing: (),
    empty: Empty,
    unit: Unit,
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

#[test]
fn every_kind_of_value_is_written_as_serde_json_writes_it() {
    let raw = RawValue::from_string("{\"a\" : [1, \"\\n\"]}".to_owned()).unwrap();
    same(&Whole {
        raw: &raw,
        shapes: vec![
            Shape::Point,
            Shape::Wide(i64::MIN),
            Shape::Pair(3, f64::NAN),
            Shape::Named { only_one: None },
        ],
        by_number: BTreeMap::from([(-7, true), (8, false)]),
        by_truth: BTreeMap::from([(true, '"'), (false, 'ä')]),
        pair: (255, 0.1),
        id: uuid::Uuid::from_u128(7),
        nothing: (),
        empty: Empty {},
        unit: Unit,
        more: BTreeMap::from([("a\"b".to_owned(), json!([null, 1.0, 1e300, {}]))]),
    });
}

#[test]
fn every_character_is_escaped_as_serde_json_does() {
    let all: String = (0..0x250).filter_map(char::from_u32).collect();
    same(&all);
    // At every place of sixteen bytes and behind them.
    for at in 0..40 {
        for special in ["\"", "\\", "\u{1f}", "\n", "é", "\u{7f}"] {
            same(&format!("{}{special}{}", "x".repeat(at), "y".repeat(40 - at)));
        }
    }
}

#[test]
fn a_name_that_is_no_text_is_refused() {
    assert!(to_vec(&BTreeMap::from([(vec![1], 2)])).is_err());
    assert!(to_vec(&BTreeMap::from([((), 2)])).is_err());
}

proptest! {
    #[test]
    fn texts_and_numbers_come_out_alike(text in ".{0,80}", number: i64, real: f64, truth: Option<bool>) {
        same(&json!({ "text": text.clone(), "number": number, "real": real, "truth": truth }));
        same(&(text, number, real, truth));
    }
}
