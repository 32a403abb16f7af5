//! What a kind of place must say of itself so that the shared pages can show it.

use std::fmt::Display;
use std::str::FromStr;

use callboard_core::issue::Issues;
use callboard_core::place::Stamp;
use callboard_core::rejection::Thing;
use callboard_store::page::{After, Page};
use callboard_store::{Command, Store, Tenant};

use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;
use crate::http::grant::Needs;

/// Where the pages of a kind are.
#[derive(Debug, Clone, Copy)]
pub(in crate::dashboard) struct Paths {
    pub list: &'static str,
    pub new: &'static str,
    pub one: &'static str,
    pub settings: &'static str,
    pub delete: &'static str,
    pub keys: &'static str,
}

macro_rules! paths {
    ($list:literal) => {
        $crate::dashboard::rooms::places::kind::Paths {
            list: $list,
            new: concat!($list, "/new"),
            one: concat!($list, "/{id}"),
            settings: concat!($list, "/{id}/settings"),
            delete: concat!($list, "/{id}/delete"),
            keys: concat!($list, "/{id}/settings/keys"),
        }
    };
}
pub(super) use paths;

/// What a kind of place is called, and what it is for.
#[derive(Debug, Clone, Copy)]
pub(in crate::dashboard) struct Words {
    /// `venue`
    pub one: &'static str,
    /// `Venues`
    pub many: &'static str,
    pub about: &'static str,
    /// The parameter of the list of events.
    pub filter: &'static str,
}

/// Other places that a form may point to.
#[derive(Debug, Clone, Default)]
pub(in crate::dashboard) struct Neighbours {
    pub venues: Vec<Choice>,
    pub channels: Vec<Choice>,
}

impl Neighbours {
    pub(in crate::dashboard) fn name<'a>(choices: &'a [Choice], id: &str) -> Option<&'a str> {
        choices.iter().find(|choice| choice.value == id).map(|choice| choice.label.as_str())
    }
}

/// A kind of place.
pub(in crate::dashboard) trait Place: Clone + Send + Sync + Sized + 'static {
    type Id: FromStr + Display + Copy + Send + Sync;
    type Read: Needs;
    type Write: Needs;
    type Create: Command<Out = Self>;
    type Revise: Command<Out = Self>;
    type Delete: Command<Out = ()>;
    const PATHS: Paths;
    const WORDS: Words;
    const THING: Thing;

    fn list(
        store: &Store,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> impl Future<Output = callboard_store::Result<Page<Self>>> + Send;
    fn find(
        store: &Store,
        tenant: &Tenant,
        id: Self::Id,
    ) -> impl Future<Output = callboard_store::Result<Option<Self>>> + Send;
    /// What its form points to; nothing for most.
    fn neighbours(
        _store: &Store,
        _tenant: &Tenant,
    ) -> impl Future<Output = callboard_store::Result<Neighbours>> + Send {
        std::future::ready(Ok(Neighbours::default()))
    }

    fn id(&self) -> Self::Id;
    fn name(&self) -> &str;
    fn slug(&self) -> &str;
    fn stamp(&self) -> &Stamp;
    /// One line for the list: where it is, or what it is.
    fn summary(&self) -> String;
    /// What its page says of it.
    fn facts(&self, neighbours: &Neighbours) -> Vec<(&'static str, String)>;
    /// A request that reads it, `$KEY` standing for the key.
    fn sample(&self, url: &str) -> String;
    /// Its values as a form has them.
    fn fill(&self) -> Form;
    /// The fields of a form that makes or changes one, row by row.
    fn fields(form: &Form, neighbours: &Neighbours) -> Vec<Vec<Field>>;
    fn parse_new(form: &Form, tenant: &Tenant) -> Result<Self::Create, Issues>;
    fn parse_change(
        form: &Form,
        tenant: &Tenant,
        id: Self::Id,
        if_match: Option<i64>,
    ) -> Result<Self::Revise, Issues>;
    fn deletion(tenant: &Tenant, id: Self::Id) -> Self::Delete;

    /// One of its pages.
    fn path(&self, pattern: &str) -> String {
        pattern.replace("{id}", &self.id().to_string())
    }
}
