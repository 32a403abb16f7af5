//! The wire's words for status, visibility and category. Source: contracts.md §4.2, §6.4, §6.6.

use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::event::{Category, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares a wire enum that stands one to one for a core enum.
macro_rules! wire_words {
    ($(#[$doc:meta])* $name:ident as $title:ident = $core:ty { $($variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[schema(as = $title)]
        pub(super) enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl From<$core> for $name {
            fn from(core: $core) -> Self { match core { $(<$core>::$variant => $name::$variant),+ } }
        }
        impl From<$name> for $core {
            fn from(wire: $name) -> Self { match wire { $($name::$variant => <$core>::$variant),+ } }
        }
    };
}

wire_words! {
    /// Where an event stands: one word for its life, the clock and the stock.
    StatusWord as EventStatus = BoxOfficeStatus {
        Draft = "DRAFT", Published = "PUBLISHED", SoldOut = "SOLD_OUT",
        Cancelled = "CANCELLED", Completed = "COMPLETED", Archived = "ARCHIVED",
    }
}
wire_words! {
    /// Who can find an event: everybody, whoever has its address, or nobody outside.
    VisibilityWord as Visibility = Visibility {
        Public = "PUBLIC", Unlisted = "UNLISTED", Private = "PRIVATE",
    }
}
wire_words! {
    /// What kind of event it is.
    CategoryWord as Category = Category {
        Comedy = "COMEDY", Music = "MUSIC", Conference = "CONFERENCE", Workshop = "WORKSHOP",
        Theater = "THEATER", Sports = "SPORTS", Other = "OTHER",
    }
}

/// The values of the `status` filter; exact case.
pub(super) const STATUSES: &[&str] =
    &["DRAFT", "PUBLISHED", "SOLD_OUT", "CANCELLED", "COMPLETED", "ARCHIVED"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_knows_the_words_that_are_answered() {
        let words: Vec<&str> = BoxOfficeStatus::ALL.iter().map(|status| status.as_str()).collect();
        assert_eq!(words, STATUSES);
        for status in BoxOfficeStatus::ALL {
            let wire = serde_json::to_value(StatusWord::from(*status)).unwrap();
            assert_eq!(wire, status.as_str());
        }
    }
}
