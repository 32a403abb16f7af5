//! Lists: `{items, nextCursor}`, with `limit` and `cursor`. Source: native-api.md §1.

use std::borrow::Cow;

use callboard_store::page::{After, Page};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

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

/// Some items of a list; `next_cursor` is where the next page begins, `None` on the last one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T: ToSchema> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(RefOr::<Schema>::Ref(Ref::from_schema_name(T::name())));
        let cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Pass it as `cursor` to go on; `null` on the last page."));
        let list = ObjectBuilder::new()
            .property("items", items)
            .required("items")
            .property("nextCursor", cursor)
            .required("nextCursor");
        list.into()
    }
}

impl<T: ToSchema> ToSchema for List<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}List", T::name()))
    }
    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        all.push((T::name().into_owned(), T::schema()));
        T::schemas(all);
    }
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
