//! Which value each setting ends up with, and where that came from.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value as Toml};

use super::values::Value;
use super::{DEFAULTS, SettingsError, Source};

/// Spelling mistakes up to this many letters are recognised.
const SLIPS_MAX: usize = 3;

/// The settings as text, the last word on each.
#[derive(Debug)]
pub(super) struct Layers {
    names: &'static [&'static str],
    values: BTreeMap<&'static str, (String, Source)>,
}

impl Layers {
    pub(super) fn defaults(names: &'static [&'static str]) -> Result<Layers, SettingsError> {
        let mut layers = Layers { names, values: BTreeMap::new() };
        layers.add_text(DEFAULTS, Path::new("callboard.default.toml"), &Source::Default)?;
        Ok(layers)
    }

    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::File { path: path.to_owned(), reason: error.to_string() })?;
        self.add_text(&text, path, &Source::File(path.to_owned()))
    }

    fn add_text(&mut self, text: &str, path: &Path, source: &Source) -> Result<(), SettingsError> {
        let broken = |reason| SettingsError::File { path: path.to_owned(), reason };
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.get(..span.start).unwrap_or(text).matches('\n').count());
            broken(format!("line {line}: {}", error.message()))
        })?;
        for (name, value) in table {
            let Some(known) = self.names.iter().find(|known| **known == name) else {
                let nearest = nearest(&name, self.names);
                return Err(SettingsError::Unknown { path: path.to_owned(), name, nearest });
            };
            let text = as_text(&value).ok_or_else(|| {
                broken(format!("`{known}` must be a text, a number, true, false or a list of texts"))
            })?;
            self.values.insert(known, (text, source.clone()));
        }
        Ok(())
    }

    /// Takes the variables that name a setting, and remarks on those that nearly do. Others are left alone: an
    /// orchestrator adds variables of its own for every service.
    pub(super) fn add_environment(&mut self, environment: &[(String, String)]) -> Vec<String> {
        let mut notices = Vec::new();
        for (variable, value) in environment {
            let Some(name) = variable.strip_prefix("CALLBOARD_") else { continue };
            let name = name.to_ascii_lowercase();
            match self.names.iter().find(|known| **known == name) {
                Some(known) => {
                    self.values.insert(known, (value.clone(), Source::Environment(variable.clone())));
                }
                None if name == "config" => {}
                None => notices.extend(nearest(&name, self.names).map(|known| {
                    let known = known.to_ascii_uppercase();
                    format!(
                        "environment variable `{variable}` is no setting: did you mean `CALLBOARD_{known}`?"
                    )
                })),
            }
        }
        notices
    }

    pub(super) fn add_flags(&mut self, flags: Vec<(&'static str, String)>) {
        for (name, value) in flags {
            let flag = format!("--{}", name.replace('_', "-"));
            self.values.insert(name, (value, Source::Flag(flag)));
        }
    }

    pub(super) fn parse<V: Value>(&self, name: &'static str) -> Result<V, SettingsError> {
        let text = self.values.get(name).map_or("", |(text, _)| text.trim());
        V::parse(text).map_err(|wanted| self.fault(name, wanted))
    }

    /// The value of `name` does not do; `wanted` would.
    pub(super) fn fault(&self, name: &str, wanted: String) -> SettingsError {
        let (value, source_of) = self.values.get(name).cloned().unwrap_or((String::new(), Source::Default));
        // The only setting that may hold a password.
        let value = if name == "database_url" { super::values::without_password(&value) } else { value };
        SettingsError::Value { name: name.to_owned(), source_of, value, wanted }
    }
}

fn as_text(value: &Toml) -> Option<String> {
    match value {
        Toml::String(text) => Some(text.clone()),
        Toml::Integer(number) => Some(number.to_string()),
        Toml::Float(number) => Some(number.to_string()),
        Toml::Boolean(truth) => Some(truth.to_string()),
        Toml::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(Toml::as_str).collect();
            Some(items?.join(","))
        }
        Toml::Datetime(_) | Toml::Table(_) => None,
    }
}

/// The known name that takes the fewest letters to reach, if few enough.
fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let scored = known.iter().map(|candidate| (slips(name, candidate), *candidate));
    scored.min().filter(|(slips, _)| *slips <= SLIPS_MAX).map(|(_, candidate)| candidate)
}

/// Letters to insert, remove or replace to get from one word to the other.
fn slips(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.bytes().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(index.saturating_add(1));
        for (other, pair) in to.bytes().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or_default();
            let replaced = diagonal.saturating_add(usize::from(letter != other));
            next.push(replaced.min(above.saturating_add(1)).min(left.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
