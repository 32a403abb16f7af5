//! A series as `/v1` answers it; every member is always there. Source: native-api.md §6.

use std::borrow::Cow;
use std::collections::BTreeSet;

use callboard_core::series::{Occurrence, Series, Stretch};
use callboard_core::time::{ClockTime, ShowDate, WallTime};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::surfaces::native::events::TemplateView;
use crate::surfaces::native::wire::with_member;

/// A series: what it says from its last change of words on, and what it says before.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::surfaces::native) struct SeriesView {
    id: String,
    #[serde(flatten)]
    now: StretchView,
    /// Stretches ahead in the words of before a change of `following`.
    earlier: Vec<StretchView>,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// Some dates of a series in the same words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SeriesStretch)]
pub(super) struct StretchView {
    #[schema(required)]
    title: Option<String>,
    /// The rule in its shortest form.
    rrule: String,
    /// Dates of the rule that are left out.
    #[schema(format = "date")]
    ex_dates: Vec<String>,
    /// Dates besides those of the rule.
    #[schema(format = "date")]
    r_dates: Vec<String>,
    #[schema(format = "timezone")]
    timezone: String,
    /// The rule counts and aligns from here.
    #[schema(format = "date")]
    start_date: String,
    local: SeriesTimesView,
    /// Where these words begin; `null` from the start of the series on.
    #[schema(required, format = "date")]
    from_date: Option<String>,
    /// The last date, inclusive, where one was set.
    #[schema(required, format = "date")]
    until_date: Option<String>,
    event: TemplateView,
}

/// The times of a show in the series' zone.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SeriesTimesOfDay)]
pub(super) struct SeriesTimesView {
    #[schema(required, format = "clock")]
    doors: Option<String>,
    #[schema(required, format = "clock")]
    start: Option<String>,
    #[schema(required, format = "clock")]
    end: Option<String>,
}

/// A show to look at before anything is stored.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SeriesShow)]
pub(super) struct ShowView {
    /// The show date; a start after midnight is the next day's.
    #[schema(format = "date")]
    date: String,
    /// As a clock there shows them, after the change of the clocks where there is one.
    local: SeriesTimesView,
    #[schema(format = "date-time")]
    starts_at: String,
    /// `gap` where a time does not exist on that date and is moved forward, `overlap` where it happens twice and the
    /// first is taken.
    #[schema(required, pattern = "^(gap|overlap)$")]
    note: Option<&'static str>,
}

impl From<&Series> for SeriesView {
    fn from(series: &Series) -> SeriesView {
        let stretches = series.course.stretches();
        let view = |(index, stretch): (usize, &Stretch)| {
            let mut view = StretchView::from(stretch);
            view.until_date = series.course.end_of(index).map(|date| date.to_string());
            view
        };
        let earlier = stretches.iter().enumerate().take(stretches.len().saturating_sub(1)).map(view);
        SeriesView {
            id: series.id.to_string(),
            now: StretchView::from(series.course.last()),
            earlier: earlier.collect(),
            version: series.stamp.version,
            created_at: series.stamp.created_at.to_utc_text(),
            updated_at: series.stamp.updated_at.to_utc_text(),
        }
    }
}

impl From<&Stretch> for StretchView {
    fn from(stretch: &Stretch) -> StretchView {
        let (plan, recurrence) = (&stretch.plan, &stretch.plan.recurrence);
        let texts = |dates: &BTreeSet<ShowDate>| dates.iter().map(ToString::to_string).collect();
        StretchView {
            title: stretch.template.details().title.clone(),
            rrule: recurrence.rule().to_string(),
            ex_dates: texts(&recurrence.exdates),
            r_dates: texts(&recurrence.rdates),
            timezone: plan.zone.name().to_owned(),
            start_date: recurrence.start().to_string(),
            local: SeriesTimesView {
                doors: plan.times.doors.map(|time| time.to_string()),
                start: Some(plan.times.start.to_string()),
                end: plan.times.end.map(|time| time.to_string()),
            },
            from_date: recurrence.since.map(|date| date.to_string()),
            until_date: recurrence.until.map(|date| date.to_string()),
            event: TemplateView::from(&stretch.template),
        }
    }
}

impl From<&Occurrence> for ShowView {
    fn from(show: &Occurrence) -> ShowView {
        let clock = |wall: Option<WallTime>| wall.map(|wall| ClockTime::of(wall).to_string());
        ShowView {
            date: show.date.to_string(),
            local: SeriesTimesView {
                doors: clock(show.doors()),
                start: clock(show.start()),
                end: clock(show.end()),
            },
            starts_at: show.starts_at.to_utc_text(),
            note: show.note.map(callboard_core::series::Note::as_str),
        }
    }
}

/// The members of a stretch, and those of the series as a whole, flat.
impl PartialSchema for SeriesView {
    fn schema() -> RefOr<Schema> {
        let text = |format: &str| -> RefOr<Schema> {
            let format = Some(SchemaFormat::Custom(format.to_owned()));
            ObjectBuilder::new().schema_type(Type::String).format(format).into()
        };
        let earlier = ArrayBuilder::new()
            .items(Ref::from_schema_name(StretchView::name()))
            .description(Some("What it says of dates ahead before `fromDate`, in the order of their dates."));
        let version = ObjectBuilder::new().schema_type(Type::Integer);
        let members: [(&str, RefOr<Schema>); 5] = [
            ("id", text("uuid")),
            ("earlier", earlier.into()),
            ("version", version.into()),
            ("createdAt", text("date-time")),
            ("updatedAt", text("date-time")),
        ];
        let mut schema = StretchView::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.description = Some("A series, as it is from its last change of words on.".to_owned());
        }
        members.into_iter().fold(schema, |schema, (name, member)| with_member(schema, name, member))
    }
}

impl ToSchema for SeriesView {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Series")
    }
    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        StretchView::schemas(all);
        all.push((StretchView::name().into_owned(), StretchView::schema()));
    }
}
