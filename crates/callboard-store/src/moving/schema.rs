//! The tables as the migrations say, in an order in which every row finds what it refers to. Nothing is listed by
//! hand, so that no table of a later migration can be forgotten.

use crate::migrate;

/// What a column holds; the same on both engines, however each spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Id,
    Bytes,
    Text,
    Int,
    Bool,
    Real,
}

/// A table: its columns in their order, the places of its key's columns, the tables that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<(String, Kind)>,
    pub key: Vec<usize>,
    references: Vec<String>,
}

/// All tables, referred ones first.
pub fn tables() -> Vec<Table> {
    let mut found: Vec<Table> = Vec::new();
    for text in migrate::texts() {
        migrate::statements(text).for_each(|statement| read(&mut found, statement));
    }
    in_order(found)
}

fn read(found: &mut Vec<Table>, statement: &str) {
    let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("CREATE TABLE ") {
        found.extend(created(rest));
    } else if let Some((name, column)) =
        text.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN "))
        && let Some(table) = found.iter_mut().find(|table| table.name == name)
    {
        table.line(column);
    }
}

/// One line per column or constraint, as our files are written.
fn created(rest: &str) -> Option<Table> {
    let (name, body) = rest.split_once(" (")?;
    let mut table =
        Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new(), references: Vec::new() };
    let (body, _) = body.rsplit_once(')')?;
    body.lines().map(str::trim).for_each(|line| table.line(line));
    Some(table)
}

impl Table {
    fn line(&mut self, line: &str) {
        if let Some(other) = line.split_once("REFERENCES ").and_then(|(_, rest)| rest.split(' ').next()) {
            self.references.push(other.to_owned());
        }
        if let Some((names, _)) = line.strip_prefix("PRIMARY KEY (").and_then(|rest| rest.split_once(')')) {
            let place = |name: &str| self.columns.iter().position(|(known, _)| known == name.trim());
            self.key = names.split(',').filter_map(place).collect();
            return;
        }
        let mut words = line.split_whitespace();
        let (Some(name), Some(kind)) = (words.next(), words.next().and_then(kind)) else { return };
        if line.contains(" PRIMARY KEY") {
            self.key = vec![self.columns.len()];
        }
        self.columns.push((name.to_owned(), kind));
    }

    /// The names of all columns, for SQL.
    pub(super) fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The names of the key's columns, for SQL.
    pub(super) fn key_names(&self) -> String {
        let name = |place: &usize| self.columns.get(*place).map(|(name, _)| name.as_str());
        self.key.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }
}

fn kind(token: &str) -> Option<Kind> {
    match token.trim_end_matches(',') {
        "{id}" => Some(Kind::Id),
        "{bytes}" => Some(Kind::Bytes),
        "{text}" => Some(Kind::Text),
        "{int}" => Some(Kind::Int),
        "{bool}" => Some(Kind::Bool),
        "{real}" => Some(Kind::Real),
        _ => None,
    }
}

/// Sorted so that a table follows those that it refers to, else in the order of the migrations.
fn in_order(mut left: Vec<Table>) -> Vec<Table> {
    let mut sorted: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &Table| {
            left.iter().any(|other| other.name != table.name && table.references.contains(&other.name))
        };
        // Tables that refer to each other in a ring could not be filled; the first is taken and the engine says so.
        let next = left.iter().position(|table| !waits(table)).unwrap_or(0);
        sorted.push(left.remove(next));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_follows_those_that_it_refers_to() {
        let tables = tables();
        for (at, table) in tables.iter().enumerate() {
            assert!(!table.key.is_empty(), "{} has no key", table.name);
            for other in table.references.iter().filter(|other| **other != table.name) {
                assert!(
                    tables[..at].iter().any(|before| before.name == *other),
                    "{} before {other}",
                    table.name
                );
            }
        }
    }
}
