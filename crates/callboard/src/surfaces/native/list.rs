//! Lists: `{items, nextCursor}`, with `limit` and `cursor`. Source: native-api.md §1.

use callboard_store::page::{After, Page};
use serde::Serialize;
use utoipa::ToSchema;

use super::contract::{CURSOR_MAX, LIMIT_DEFAULT, LIMIT_MAX, LIMIT_MIN};
use crate::http::{Args, Kind, Param, Refusal, Reply, cursor};

pub(super) const LIMIT: Param = Param {
    name: "limit",
    kind: Kind::Int { min: LIMIT_MIN, max: LIMIT_MAX, is_capped: false, default: Some(LIMIT_DEFAULT) },
    doc: "How many items to answer.",
};
pub(super) const CURSOR: Param = Param {
    name: "cursor",
    kind: Kind::Text(CURSOR_MAX),
    doc: "`nextCursor` of the page before. It stays good when the item that it stands for is deleted.",
};
/// The parameters of a list without filters.
pub(super) const PARAMS: &[Param] = &[LIMIT, CURSOR];

/// Some items of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T: ToSchema> {
    pub items: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The page that a request asks for, of a list in the order of `(createdAt, id)`.
pub(super) fn wanted(args: &Args) -> Result<(Option<After>, i64), Refusal> {
    let after = args.text("cursor").map(|text| cursor::parse_after(&text)).transpose()?;
    Ok((after, args.int("limit").unwrap_or(LIMIT_DEFAULT)))
}

/// Answers such a page.
pub(super) fn reply<R, T: Serialize + ToSchema>(page: &Page<R>, render: impl Fn(&R) -> T) -> Reply {
    let next_cursor = page.next.map(|after| cursor::of_after(&after));
    Reply::ok(&List { items: page.items.iter().map(render).collect(), next_cursor })
}
