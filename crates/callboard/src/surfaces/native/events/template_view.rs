//! What the occurrences of a series are born with, as `/v1` answers it. Source: native-api.md §6.

use callboard_core::event::{Booking, Category, Lifecycle, Visibility};
use callboard_core::series::Template;
use callboard_core::ticket::Terms;
use callboard_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::{LinksView, OfferView, PerformerView, PlaceView, PricingView};
use super::{render, words};

/// What every occurrence is like, besides its title and times.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SeriesEvent)]
pub(in crate::surfaces::native) struct TemplateView {
    /// What new occurrences are born as.
    #[schema(schema_with = words::status)]
    status: Lifecycle,
    #[schema(required)]
    description: Option<String>,
    #[schema(required)]
    notes: Option<String>,
    #[schema(schema_with = words::booking)]
    booking: Booking,
    #[schema(schema_with = words::visibility)]
    visibility: Visibility,
    #[schema(schema_with = words::category)]
    category: Category,
    classifications: Vec<String>,
    #[schema(required)]
    set_minutes: Option<i64>,
    #[schema(required, format = "uuid")]
    venue_id: Option<String>,
    #[schema(required, format = "uuid")]
    channel_id: Option<String>,
    #[schema(required, format = "uuid")]
    box_office_id: Option<String>,
    place: PlaceView,
    performers: Vec<PerformerView>,
    #[schema(required)]
    producer_name: Option<String>,
    pricing: PricingView,
    offers: Vec<OfferView>,
    links: LinksView,
    /// The `id` of an uploaded image.
    #[schema(required)]
    cover_image_id: Option<i64>,
    #[schema(required, format = "uri")]
    poster_url: Option<String>,
    currency: String,
    #[schema(required)]
    capacity: Option<i64>,
    ticket_types: Vec<TemplateTypeView>,
    #[schema(schema_with = words::metadata)]
    metadata: Map<String, Value>,
}

/// A kind of ticket that every occurrence has, each with its own stock.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SeriesTicketType)]
pub(in crate::surfaces::native) struct TemplateTypeView {
    name: String,
    #[schema(required)]
    description: Option<String>,
    /// In minor units of `currency`.
    price: i64,
    quantity: i64,
    #[schema(required, format = "date-time")]
    sale_starts_at: Option<String>,
    #[schema(required, format = "date-time")]
    sale_ends_at: Option<String>,
    min_per_order: i64,
    /// `null` means up to 100.
    #[schema(required)]
    max_per_order: Option<i64>,
    hidden: bool,
}

impl From<&Template> for TemplateView {
    fn from(template: &Template) -> TemplateView {
        let details = template.details();
        TemplateView {
            status: template.status,
            description: details.description.clone(),
            notes: details.notes.clone(),
            booking: details.booking,
            visibility: details.visibility,
            category: details.category,
            classifications: details.classifications.clone(),
            set_minutes: details.set_minutes,
            venue_id: details.venue_id.map(|id| id.to_string()),
            channel_id: details.channel_id.map(|id| id.to_string()),
            box_office_id: details.box_office_id.map(|id| id.to_string()),
            place: render::place(details),
            performers: render::performers(details),
            producer_name: details.producer_name.clone(),
            pricing: render::pricing(details),
            offers: render::offers(details),
            links: render::links(details),
            cover_image_id: details.cover,
            poster_url: details.poster_url.clone(),
            currency: details.currency.to_string(),
            capacity: details.capacity,
            ticket_types: template.types.iter().map(TemplateTypeView::from).collect(),
            metadata: details.metadata.clone(),
        }
    }
}

impl From<&Terms> for TemplateTypeView {
    fn from(terms: &Terms) -> TemplateTypeView {
        TemplateTypeView {
            name: terms.name.clone(),
            description: terms.description.clone(),
            price: terms.price.0,
            quantity: terms.quantity,
            sale_starts_at: terms.sale_starts_at.map(Timestamp::to_utc_text),
            sale_ends_at: terms.sale_ends_at.map(Timestamp::to_utc_text),
            min_per_order: terms.min_per_order,
            max_per_order: terms.max_per_order,
            hidden: terms.hidden,
        }
    }
}
