//! The body of P3 and P6: its schema, and how it is read. Source: contracts.md §1.4 (the table of P3).

use callboard_core::issue::{Issue, IssueCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::contract::ID_MAX;
use crate::http::patch::double_option;
use crate::http::{Call, Refusal};

/// What may be said about an event. `null` takes an optional member away; arrays and objects replace whole.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventChanges {
    /// 1 to 200 characters after trimming.
    #[schema(format = "line", min_length = 1, max_length = 200, nullable = false)]
    pub title: Option<String>,
    /// ISO 8601 with an offset: `Z` or `±hh:mm`.
    #[schema(format = "date-time", nullable = false)]
    pub start_at: Option<String>,
    /// IANA name, such as America/New_York.
    #[schema(format = "timezone", max_length = 64, nullable = false)]
    pub timezone: Option<String>,
    /// Slugs of `GET /api/public/v1/classifications`.
    #[schema(min_items = 1, max_items = 10, nullable = false)]
    pub classifications: Option<Vec<ClassificationSlug>>,
    #[schema(nullable = false)]
    pub approx_location: Option<ApproxLocation>,
    /// As `startAt`, and not before it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "date-time", value_type = Option<String>)]
    pub end_at: Option<Option<String>>,
    /// A draft is seen by nobody but its makers.
    #[schema(nullable = false)]
    pub status: Option<Status>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "line", max_length = 200, value_type = Option<String>)]
    pub location_name: Option<Option<String>>,
    /// The id of an image that the key's owner uploaded.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(minimum = 1, maximum = 9007199254740991_i64, value_type = Option<i64>)]
    pub cover_image: Option<Option<i64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(max_items = 50, value_type = Option<Vec<OfferBody>>)]
    pub offers: Option<Option<Vec<OfferBody>>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "lines", max_length = 20000, value_type = Option<String>)]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Location>)]
    pub location: Option<Option<Location>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<AttendanceMode>)]
    pub attendance_mode: Option<Option<AttendanceMode>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "line", max_length = 100, value_type = Option<String>)]
    pub audience: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(minimum = 1, maximum = 10000000, value_type = Option<i64>)]
    pub capacity: Option<Option<i64>>,
}

/// A classification by its slug.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(min_length = 1, max_length = 100)]
pub(super) struct ClassificationSlug(pub String);

/// Where it is, roughly.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ApproxLocation {
    pub city: City,
}

/// A city by its place id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct City {
    /// Opaque; it is answered as it came.
    #[schema(format = "line", min_length = 1, max_length = 200)]
    pub place_id: String,
    #[schema(format = "line", max_length = 200)]
    pub name: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(format = "country")]
    pub country_code: Option<String>,
}

/// Where it is, exactly.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Location {
    #[schema(format = "line", max_length = 300)]
    pub address: Option<String>,
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: Option<f64>,
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: Option<f64>,
}

/// Where tickets are.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct OfferBody {
    #[schema(format = "line", max_length = 200)]
    pub name: Option<String>,
    #[schema(format = "uri", max_length = 2000)]
    pub url: String,
    /// Kept as it came; known here: available, limited, sold_out, not_available.
    #[schema(pattern = "^[a-z_]{1,40}$")]
    pub availability: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Draft,
    Published,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AttendanceMode {
    InPerson,
    Online,
    Hybrid,
}

/// A new event: what may be changed later, and its channel, which may not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEvent {
    pub channel_id: i64,
    #[serde(flatten)]
    pub changes: EventChanges,
}

/// What a new event must say besides its channel. Source: contracts.md §1.4.
const REQUIRED: [&str; 5] = ["title", "startAt", "timezone", "classifications", "approxLocation"];

impl PartialSchema for NewEvent {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut event)) = EventChanges::schema() else {
            return EventChanges::schema();
        };
        let channel = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(ID_MAX))
            .description(Some("The `id` of one of your channels."));
        event.description = Some("A new event.".to_owned());
        event.properties.insert("channelId".to_owned(), channel.build().into());
        event.required = std::iter::once("channelId").chain(REQUIRED).map(str::to_owned).collect();
        RefOr::T(Schema::Object(event))
    }
}

impl ToSchema for NewEvent {
    fn name() -> std::borrow::Cow<'static, str> {
        "NewEvent".into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        EventChanges::schemas(schemas);
    }
}

/// Texts that are trimmed before they are measured; a blank one says nothing.
const TEXTS: [&str; 6] = [
    "/locationName",
    "/description",
    "/audience",
    "/approxLocation/city/name",
    "/approxLocation/city/countryCode",
    "/location/address",
];

/// Reads the body of a call by its operation's schema, texts trimmed.
///
/// # Errors
/// All faults at once.
pub(super) fn read<T: DeserializeOwned>(call: &Call) -> Result<T, Refusal> {
    let mut body = call.json().cloned().unwrap_or_default();
    tidy(&mut body);
    call.parse(&body)
}

/// As [`read`], for a change: an event stays in its channel.
///
/// # Errors
/// All faults at once.
pub(super) fn read_changes(call: &Call) -> Result<EventChanges, Refusal> {
    let read = read(call);
    if call.json().is_none_or(|body| body.get("channelId").is_none()) {
        return read;
    }
    let message = "cannot be changed: an event stays in the channel in which it was made";
    let moved = Issue::body("channelId", IssueCode::NotSupported, message);
    match read {
        Ok(_) => Err(moved.into()),
        Err(Refusal::Invalid(mut issues)) => {
            issues.push(moved);
            Err(Refusal::Invalid(issues))
        }
        Err(other) => Err(other),
    }
}

fn tidy(body: &mut Value) {
    if let Some(Value::String(title)) = body.get_mut("title") {
        *title = title.trim().to_owned();
    }
    for path in TEXTS {
        body.pointer_mut(path).into_iter().for_each(trim);
    }
    for offer in body.get_mut("offers").and_then(Value::as_array_mut).into_iter().flatten() {
        offer.get_mut("name").into_iter().for_each(trim);
    }
}

fn trim(value: &mut Value) {
    let Value::String(text) = value else { return };
    let trimmed = text.trim();
    *value = if trimmed.is_empty() { Value::Null } else { Value::String(trimmed.to_owned()) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::schema;
    use serde_json::json;

    fn minimal() -> Value {
        json!({ "channelId": 7, "title": "Low Tide Quartet", "startAt": "2026-12-04T20:30:00-05:00",
            "timezone": "America/New_York", "classifications": ["music"],
            "approxLocation": { "city": { "placeId": "plc-bos" } } })
    }

    /// The fields at fault, as the published schema of a type sees them.
    fn faults<T: ToSchema>(mut body: Value) -> Vec<String> {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        let components: serde_json::Map<String, Value> =
            schemas.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect();
        let document = json!({ "$ref": format!("#/components/schemas/{}", T::name()),
            "components": { "schemas": components } });
        tidy(&mut body);
        let found = schema::check(&schema::compile(&document), &body).err().unwrap_or_default();
        super::super::fields::tell(&found.0).into_iter().map(|told| told.field).collect()
    }

    fn with(path: &str, value: Value) -> Value {
        let mut body = minimal();
        let (parent, member) = path.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[member] = value;
        body
    }

    #[test]
    fn the_minimal_body_is_whole_and_an_empty_one_lacks_the_six() {
        assert!(faults::<NewEvent>(minimal()).is_empty());
        assert_eq!(
            faults::<NewEvent>(json!({})),
            ["channelId", "title", "startAt", "timezone", "classifications", "approxLocation"]
        );
        assert!(faults::<EventChanges>(json!({})).is_empty());
    }

    #[test]
    fn each_wrong_member_is_named() {
        for (path, wrong) in [
            ("/channelId", json!("7")),
            ("/channelId", json!(1.5)),
            ("/channelId", json!(1e300)),
            ("/title", json!("   ")),
            ("/title", json!("x".repeat(201))),
            ("/title", json!(null)),
            ("/startAt", json!("2026-12-04T20:30:00")),
            ("/timezone", json!("Mars/Olympus")),
            ("/classifications", json!([])),
            ("/classifications", json!(null)),
            ("/approxLocation/city/placeId", json!("")),
            ("/approxLocation/city/countryCode", json!("USA")),
            ("/endAt", json!("later")),
            ("/status", json!("cancelled")),
            ("/status", json!(null)),
            ("/locationName", json!("x".repeat(201))),
            ("/coverImage", json!("1")),
            ("/coverImage", json!(0)),
            ("/description", json!("x".repeat(20_001))),
            ("/attendanceMode", json!("maybe")),
            ("/audience", json!("x".repeat(101))),
            ("/capacity", json!(0)),
            ("/location", json!("Pier 9")),
        ] {
            let field = path.trim_start_matches('/').replace('/', ".");
            let mut found = faults::<NewEvent>(with(path, wrong.clone()));
            found.dedup();
            assert_eq!(found, [field], "{path} {wrong}");
        }
        assert_eq!(faults::<NewEvent>(with("/location", json!({ "latitude": 91 }))), ["location.latitude"]);
        let offers = json!([{ "url": "javascript:alert(1)", "availability": "Yes!" }, { "name": "Door" }]);
        assert_eq!(
            faults::<NewEvent>(with("/offers", offers)).len(),
            3,
            "a bad address, a bad availability and a missing address"
        );
    }

    #[test]
    fn a_title_is_measured_after_trimming_and_blank_texts_say_nothing() {
        assert!(faults::<NewEvent>(with("/title", json!(format!("  {}  ", "x".repeat(200))))).is_empty());
        for path in ["/locationName", "/description", "/audience", "/approxLocation/city/name"] {
            assert!(faults::<NewEvent>(with(path, json!("  "))).is_empty(), "{path}");
        }
    }

    #[test]
    fn optional_members_may_be_null_and_unknown_ones_are_ignored() {
        for path in [
            "/endAt",
            "/locationName",
            "/coverImage",
            "/offers",
            "/description",
            "/location",
            "/attendanceMode",
            "/audience",
            "/capacity",
            "/approxLocation/city/name",
        ] {
            assert!(faults::<NewEvent>(with(path, json!(null))).is_empty(), "{path}");
        }
        assert!(faults::<NewEvent>(with("/ticketing", json!({ "a": 1 }))).is_empty());
        let changes: NewEvent = serde_json::from_value(with("/endAt", json!(null))).unwrap();
        assert_eq!(
            (changes.channel_id, changes.changes.end_at, changes.changes.location_name),
            (7, Some(None), None)
        );
    }
}
