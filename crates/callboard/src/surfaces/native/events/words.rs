//! Schemas of closed word lists and of `metadata`, made from the core's own lists.

use callboard_core::event::{
    Booking, CLASSIFICATIONS_MAX, Category, Lifecycle, METADATA_MAX, PerformerRole, TimeBasis, Visibility,
};
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaFormat, Type,
};

use super::contract::{METADATA_KEY_MAX, METADATA_VALUE_MAX};

macro_rules! words {
    ($($name:ident: $words:ty => $doc:literal),+ $(,)?) => {$(
        pub(in crate::surfaces::native) fn $name() -> Object {
            let words = <$words>::ALL.iter().map(|word| word.as_str());
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(words))
                .description(Some($doc))
                .build()
        }
    )+};
}
words! {
    status: Lifecycle => "Where it stands in its life.",
    booking: Booking => "State of the slot at its venue; `filled` if left out of a new event.",
    visibility: Visibility => "Listed, reachable by its address only, or neither; `public` if left out of a new event.",
    category: Category => "What kind of event it is; `other` if left out of a new event.",
    performer_role: PerformerRole => "Place on the bill.",
    time_basis: TimeBasis => "Whether it was entered as instants or as wall times.",
}

/// Slugs of classifications, each once.
pub(in crate::surfaces::native) fn classifications() -> Array {
    let slug = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("slug".to_owned())))
        .max_length(Some(100))
        .build();
    ArrayBuilder::new()
        .items(slug)
        .max_items(Some(CLASSIFICATIONS_MAX))
        .description(Some(
            "Slugs of classifications; they and `category` follow each other unless both are said.",
        ))
        .build()
}

pub(in crate::surfaces::native) fn metadata() -> Object {
    let text = |max: usize| ObjectBuilder::new().schema_type(Type::String).max_length(Some(max));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .max_properties(Some(METADATA_MAX))
        .property_names(Some(Schema::Object(text(METADATA_KEY_MAX).min_length(Some(1)).build())))
        .additional_properties(Some(AdditionalProperties::RefOr(text(METADATA_VALUE_MAX).build().into())))
        .description(Some("Your own notes; opaque here. Replaced whole."))
        .build()
}
