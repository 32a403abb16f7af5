//! Reads a form of an event or a series: a field that was not sent, or that says what was there before, says
//! nothing; an empty one clears.

use std::fmt::Display;

use callboard_core::event::patch::Change;
use callboard_core::event::{self, Details, Offer, Performer, PerformerRole};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::money::Currency;
use callboard_core::slug::Slug;
use callboard_core::text;
use serde_json::{Map, Value};

use super::places::Places;
use super::{rows, values};
use crate::dashboard::form::Form;

pub(super) const UNLISTED: &str = "must be one of the list";
/// What a choice of place sends to say that there is none, where nothing said means the box office's.
pub(super) const NONE: &str = "none";

pub(super) struct Reader<'a> {
    pub form: &'a Form,
    pub issues: Issues,
    pub before: Option<&'a Details>,
    /// The values of `before`, as the form showed them.
    shown: Option<Form>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(form: &'a Form, before: Option<&'a Details>) -> Reader<'a> {
        let shown = before.map(|before| Form::of(values::of(before)));
        Reader { form, issues: Issues::new(), before, shown }
    }

    /// It says what was there before.
    pub(super) fn is_shown(&self, name: &str) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.said(name) == self.form.said(name))
    }

    /// What a field says, whatever was there before.
    pub(super) fn read<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Change<T> {
        if !self.form.has(name) {
            return None;
        }
        let Some(said) = self.form.some(name) else { return Some(None) };
        self.issues.keep(name, IssueCode::InvalidValue, parse(said)).map(Some)
    }

    pub(super) fn change<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Change<T> {
        if self.is_shown(name) { None } else { self.read(name, parse) }
    }

    pub(super) fn word<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.change(name, |said| parse(said).ok_or(UNLISTED)).flatten()
    }

    pub(super) fn line(&mut self, name: &str, max: usize) -> Change<String> {
        self.change(name, |said| text::line(said, max))
    }

    /// Browsers send line breaks as two characters; a text that differs in nothing else stays as it was.
    pub(super) fn paragraphs(&mut self, name: &str, max: usize) -> Change<String> {
        self.change(name, |said| text::lines(&said.replace("\r\n", "\n"), max))
    }

    /// The currency of the prices: said, else what was there, else the box office's.
    pub(super) fn currency(&mut self, places: &Places) -> Currency {
        let said = self.read("currency", Currency::parse).flatten();
        let office = || places.office(self.form.get("boxOfficeId").parse().ok());
        said.or(self.before.map(|before| before.currency))
            .or_else(|| office().map(|office| office.details.currency))
            .unwrap_or(Currency::USD)
    }

    /// In another currency all prices are meant anew.
    pub(super) fn price(
        &mut self,
        name: &str,
        currency: Currency,
    ) -> Change<callboard_core::money::MinorUnits> {
        let parse = |said: &str| currency.parse_decimal(&said.replace(',', "."));
        let is_other = self.before.is_some_and(|before| before.currency != currency);
        if is_other { self.read(name, parse) } else { self.change(name, parse) }
    }

    /// On something new nothing chosen leaves it to the box office.
    pub(super) fn place<T: std::str::FromStr>(&mut self, name: &str) -> Change<T> {
        match self.form.get(name) {
            "" if self.before.is_none() => None,
            NONE => Some(None),
            _ => self.change(name, |said| said.parse().map_err(|_| UNLISTED)),
        }
    }

    /// The classifications that are ticked: those that were there in their order, then the others.
    pub(super) fn classifications(&mut self) -> Option<Vec<String>> {
        let before = self.before.map(|before| before.classifications.as_slice()).unwrap_or_default();
        let ticked: Vec<&str> = self.form.all("classifications").collect();
        let kept = before.iter().filter(|slug| ticked.contains(&slug.as_str())).cloned();
        let other = ticked.iter().filter(|slug| !before.iter().any(|known| known == *slug));
        let all: Vec<String> = kept.chain(other.map(|slug| (*slug).to_owned())).collect();
        if all.len() > event::CLASSIFICATIONS_MAX {
            let message = format!("tick {} at most", event::CLASSIFICATIONS_MAX);
            self.issues.push(Issue::body("classifications", IssueCode::TooBig, message));
        }
        (self.form.has("classifications") && all != before).then_some(all)
    }

    /// The text that decides whether there is a row: it cannot be empty where the others say something.
    fn required<T, E: Display>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<T> {
        if self.form.some(name).is_none() {
            self.issues.push(Issue::body(
                name,
                IssueCode::Required,
                "must not be empty in a row that says more",
            ));
        }
        self.read(name, parse).flatten()
    }

    pub(super) fn performers(&mut self) -> Option<Vec<Performer>> {
        let kind = rows::PERFORMERS;
        let mut all = Vec::new();
        for at in kind.filled(self.form)? {
            let usual = if all.is_empty() { PerformerRole::Headliner } else { PerformerRole::Support };
            let name = self.required(&kind.field(at, "name"), |said| text::line(said, event::TITLE_MAX));
            let role = |said: &str| PerformerRole::parse(said).ok_or(UNLISTED);
            let role = self.read(&kind.field(at, "role"), role).flatten().unwrap_or(usual);
            let slug = |said: &str| Slug::parse(said).map(|slug| slug.to_string());
            let band_slug = self.read(&kind.field(at, "bandSlug"), slug).flatten();
            let banner_url = self.read(&kind.field(at, "bannerUrl"), text::address).flatten();
            all.extend(name.map(|name| Performer { name, role, band_slug, banner_url }));
        }
        Some(all).filter(|all| self.before.is_none_or(|before| before.performers != *all))
    }

    pub(super) fn offers(&mut self) -> Option<Vec<Offer>> {
        let kind = rows::OFFERS;
        let mut all = Vec::new();
        for at in kind.filled(self.form)? {
            let url = self.required(&kind.field(at, "url"), text::address);
            let name = |said: &str| text::line(said, event::TITLE_MAX);
            let name = self.read(&kind.field(at, "name"), name).flatten();
            let availability = self.read(&kind.field(at, "availability"), state).flatten();
            all.extend(url.map(|url| Offer { name, url, availability }));
        }
        Some(all).filter(|all| self.before.is_none_or(|before| before.offers != *all))
    }

    /// The integrator's notes. A value that is no text stays what it is while its text stays.
    pub(super) fn metadata(&mut self) -> Option<Map<String, Value>> {
        let kind = rows::METADATA;
        let before = self.before.map(|before| &before.metadata);
        let mut all = Map::new();
        for at in kind.filled(self.form)? {
            let field = kind.field(at, "key");
            let key = self.required(&field, |said| text::line(said, event::METADATA_KEY_MAX));
            let value = kind.field(at, "value");
            let parse = |said: &str| text::lines(&said.replace("\r\n", "\n"), event::METADATA_VALUE_MAX);
            let said = self.read(&value, parse).flatten().unwrap_or_default();
            let Some(key) = key else { continue };
            let kept = before.and_then(|before| before.get(&key)).filter(|kept| values::note(kept) == said);
            if all.insert(key, kept.cloned().unwrap_or(Value::String(said))).is_some() {
                self.issues.push(Issue::body(&field, IssueCode::InvalidValue, "is there already"));
            }
        }
        Some(all).filter(|all| before.is_none_or(|before| before != all))
    }
}

/// `[a-z_]{1,40}`. Source: contracts.md §1.4.
fn state(said: &str) -> Result<String, &'static str> {
    let is_word = (1..=40).contains(&said.len()) && said.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word {
        Ok(said.to_owned())
    } else {
        Err("must be lower-case letters and underscores, such as sold_out")
    }
}
