//! Bodies that say something about a series. The schema emitted from these types validates them first.

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, SchemaFormat, Type};

use crate::http::patch::double_option;
use crate::surfaces::native::events::template::TemplateBody;
use callboard_core::series::EXTRA_DATES_MAX;

/// A new series.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewSeries {
    #[schema(format = "line", max_length = 200)]
    pub(super) title: String,
    /// A rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=FR`: FREQ (DAILY to YEARLY), INTERVAL, COUNT (at most 1000),
    /// UNTIL (at most five years ahead), BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST. `EXDATE` and `RDATE` may follow
    /// on lines of their own. Anything else is refused by name.
    #[schema(min_length = 1, max_length = 36_000)]
    pub(super) rrule: String,
    /// IANA name of the zone in which dates and times are meant.
    #[schema(format = "timezone", max_length = 64)]
    pub(super) timezone: String,
    /// The rule counts and aligns from here; the first date of the series if the rule admits it.
    #[schema(format = "date", max_length = 10)]
    pub(super) start_date: String,
    pub(super) local: SeriesTimes,
    /// The last date, inclusive; at most five years ahead. Without it, the rule says when it ends, if it does.
    #[serde(default)]
    #[schema(format = "date", max_length = 10)]
    pub(super) until_date: Option<String>,
    /// Dates of the rule that are left out.
    #[serde(default)]
    #[schema(schema_with = dates)]
    pub(super) ex_dates: Vec<String>,
    /// Dates besides those of the rule.
    #[serde(default)]
    #[schema(schema_with = dates)]
    pub(super) r_dates: Vec<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) event: Option<TemplateBody>,
}

/// The times of every show, in the series' zone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeriesTimes {
    #[serde(default)]
    #[schema(format = "clock", max_length = 5)]
    pub(super) doors: Option<String>,
    /// A time before the doors is the next day's.
    #[schema(format = "clock", max_length = 5)]
    pub(super) start: String,
    /// A time before the start is the next day's.
    #[serde(default)]
    #[schema(format = "clock", max_length = 5)]
    pub(super) end: Option<String>,
}

/// Which occurrences a change is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScopeWord {
    This,
    Following,
    All,
}

/// A change of a series. What is left out stays as it is; `null` clears.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeriesChange {
    #[schema(schema_with = scope)]
    pub(super) scope: ScopeWord,
    /// The show date, as the series gave it; needed for `this` and `following`.
    #[serde(default)]
    #[schema(format = "date", max_length = 10)]
    pub(super) from_date: Option<String>,
    #[serde(default)]
    #[schema(nullable = false, format = "line", max_length = 200)]
    pub(super) title: Option<String>,
    /// A new rule: under `following` it counts from `fromDate`, unless `startDate` says otherwise.
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 36_000)]
    pub(super) rrule: Option<String>,
    #[serde(default)]
    #[schema(nullable = false, format = "timezone", max_length = 64)]
    pub(super) timezone: Option<String>,
    #[serde(default)]
    #[schema(nullable = false, format = "date", max_length = 10)]
    pub(super) start_date: Option<String>,
    /// Merged: a time that is left out stays.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) local: Option<SeriesTimesChange>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date", max_length = 10)]
    pub(super) until_date: Option<Option<String>>,
    /// The whole list.
    #[serde(default)]
    #[schema(schema_with = dates)]
    pub(super) ex_dates: Option<Vec<String>>,
    /// The whole list.
    #[serde(default)]
    #[schema(schema_with = dates)]
    pub(super) r_dates: Option<Vec<String>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) event: Option<TemplateBody>,
}

/// Changes to the times of every show.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeriesTimesChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "clock", max_length = 5)]
    pub(super) doors: Option<Option<String>>,
    #[serde(default)]
    #[schema(nullable = false, format = "clock", max_length = 5)]
    pub(super) start: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "clock", max_length = 5)]
    pub(super) end: Option<Option<String>>,
}

fn scope() -> Object {
    let doc = "`this` is the date `fromDate`, `following` that date and those after it, `all` every date that is ahead.";
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["this", "following", "all"]))
        .description(Some(doc))
        .build()
}

/// A list of show dates.
fn dates() -> Array {
    let date = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("date".to_owned())))
        .max_length(Some(10))
        .build();
    ArrayBuilder::new()
        .items(date)
        .max_items(Some(EXTRA_DATES_MAX))
        .description(Some("Show dates, such as 2026-12-25."))
        .build()
}
