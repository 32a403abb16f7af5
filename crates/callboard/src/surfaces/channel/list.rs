//! The two envelopes of a list. Source: contracts.md §1.8. Cases: P-01, P-16, P-17, P-18.

use serde::Serialize;
use utoipa::ToSchema;

use super::wire::{ChannelDoc, ClassificationDoc, EventDoc};
use crate::http::Args;

/// What was asked for, with what was made of it: page from 1, the effective limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub page: i64,
    pub limit: i64,
}

impl Asked {
    pub(super) fn of(args: &Args) -> Asked {
        // The parameters have defaults; one stands here for a declaration that lost its own.
        Asked { page: args.int("page").unwrap_or(1), limit: args.int("limit").unwrap_or(1) }
    }

    /// 0 when there is nothing.
    fn total_pages(self, total: i64) -> i64 {
        let full = total.checked_div(self.limit).unwrap_or(0);
        let rest = i64::from(total.checked_rem(self.limit).unwrap_or(0) > 0);
        full.saturating_add(rest)
    }
}

/// The full envelope of one kind of entry.
macro_rules! full_envelope {
    ($(#[$doc:meta])* $name:ident of $entry:ty) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            pub docs: Vec<$entry>,
            pub page: i64,
            /// The limit that was used: at most 100.
            pub limit: i64,
            pub total_docs: i64,
            pub total_pages: i64,
            pub has_next_page: bool,
            pub has_prev_page: bool,
        }

        impl $name {
            pub(super) fn new(docs: Vec<$entry>, asked: Asked, total_docs: i64) -> $name {
                let total_pages = asked.total_pages(total_docs);
                $name {
                    docs,
                    page: asked.page,
                    limit: asked.limit,
                    total_docs,
                    total_pages,
                    has_next_page: asked.page < total_pages,
                    has_prev_page: asked.page > 1,
                }
            }
        }
    };
}

full_envelope! {
    /// One page of channels.
    ChannelList of ChannelDoc
}
full_envelope! {
    /// One page of classifications.
    ClassificationList of ClassificationDoc
}

/// One page of events: exactly these four members; further pages follow from them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventList {
    pub docs: Vec<EventDoc>,
    pub total_docs: i64,
    /// The limit that was used: at most 100.
    pub limit: i64,
    pub page: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_from_total_and_limit() {
        let pages = |page, limit, total| {
            let list = ChannelList::new(Vec::new(), Asked { page, limit }, total);
            (list.total_pages, list.has_next_page, list.has_prev_page)
        };
        assert_eq!(pages(1, 20, 0), (0, false, false));
        assert_eq!(pages(1, 20, 20), (1, false, false));
        assert_eq!(pages(1, 20, 21), (2, true, false));
        assert_eq!(pages(9, 20, 21), (2, false, true));
    }
}
