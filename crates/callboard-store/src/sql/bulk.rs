//! Rows whose writing was put off, and how many of them become one statement.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use uuid::Uuid;

use super::{Engine, Param};

/// Most rows of one statement. Units: rows. A statement of each power of two up to here is kept prepared.
pub(super) const ROWS_MAX: usize = 64;

/// One row that is written at the end of a transaction. Its texts and its bytes lie in one piece of memory each.
#[derive(Debug)]
pub(crate) struct Later {
    sql: &'static str,
    values: Vec<Value>,
    texts: String,
    bytes: Vec<u8>,
}

/// A parameter; of texts and bytes where they end.
#[derive(Debug)]
enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Real(f64),
    Text { from: usize, to: usize },
    Bytes { from: usize, to: usize },
    Id(Uuid),
}

impl Later {
    pub(crate) fn new(sql: &'static str, params: &[Param<'_>]) -> Later {
        let (mut text_len, mut byte_len) = (0_usize, 0_usize);
        for param in params {
            match param {
                Param::Text(text) => text_len = text_len.saturating_add(text.len()),
                Param::Bytes(bytes) => byte_len = byte_len.saturating_add(bytes.len()),
                _ => {}
            }
        }
        let (mut texts, mut bytes) = (String::with_capacity(text_len), Vec::with_capacity(byte_len));
        let own = |param: &Param<'_>| match param {
            Param::Null => Value::Null,
            Param::Int(value) => Value::Int(*value),
            Param::Bool(value) => Value::Bool(*value),
            Param::Real(value) => Value::Real(*value),
            Param::Text(value) => {
                let from = texts.len();
                texts.push_str(value);
                Value::Text { from, to: texts.len() }
            }
            Param::Bytes(value) => {
                let from = bytes.len();
                bytes.extend_from_slice(value);
                Value::Bytes { from, to: bytes.len() }
            }
            Param::Id(value) => Value::Id(*value),
        };
        let values = params.iter().map(own).collect();
        Later { sql, values, texts, bytes }
    }

    pub(super) fn sql(&self) -> &'static str {
        self.sql
    }

    /// Says a number that was not known when the row was made; `None` is NULL.
    pub(crate) fn set(&mut self, place: usize, number: Option<i64>) {
        if let Some(value) = self.values.get_mut(place) {
            *value = number.map_or(Value::Null, Value::Int);
        }
    }

    pub(crate) fn params(&self) -> impl Iterator<Item = Param<'_>> {
        self.values.iter().map(|value| self.shown(value))
    }

    /// The parameter at a place, from 0 on.
    pub(super) fn param(&self, place: usize) -> Option<Param<'_>> {
        self.values.get(place).map(|value| self.shown(value))
    }

    fn shown(&self, value: &Value) -> Param<'_> {
        match value {
            Value::Null => Param::Null,
            Value::Int(value) => Param::Int(*value),
            Value::Bool(value) => Param::Bool(*value),
            Value::Real(value) => Param::Real(*value),
            Value::Text { from, to } => Param::Text(self.texts.get(*from..*to).unwrap_or_default()),
            Value::Bytes { from, to } => Param::Bytes(self.bytes.get(*from..*to).unwrap_or_default()),
            Value::Id(value) => Param::Id(*value),
        }
    }
}

/// Rows of the same statement together, the statements in the order in which they first came: what refers to a
/// row comes after it.
pub(super) fn grouped(rows: &[Later]) -> Vec<(&'static str, Vec<&Later>)> {
    let mut groups: Vec<(&'static str, Vec<&Later>)> = Vec::new();
    for row in rows {
        // The same text may stand at two addresses; then it makes two groups, which is right as well.
        match groups.iter_mut().find(|(sql, _)| std::ptr::eq(*sql, row.sql)) {
            Some((_, group)) => group.push(row),
            None => groups.push((row.sql, vec![row])),
        }
    }
    groups
}

/// How a group is cut: powers of two, the largest first; one by one what has no `VALUES` row to repeat.
pub(super) fn pieces<'a>(sql: &str, mut rows: &'a [&'a Later]) -> Vec<&'a [&'a Later]> {
    let most = if row_of(sql).is_some() { ROWS_MAX } else { 1 };
    let mut cut = Vec::new();
    while !rows.is_empty() {
        let n = most.min(1 << rows.len().ilog2());
        let (piece, rest) = rows.split_at(n);
        cut.push(piece);
        rows = rest;
    }
    cut
}

/// A statement with its `VALUES` row repeated.
#[derive(Debug)]
pub(super) struct Repeated {
    /// PostgreSQL's parameters are numbered on from row to row; SQLite's have no names, so that none is looked up.
    pub(super) text: String,
    /// The places in a row's parameters as they stand in its text.
    pub(super) places: Vec<usize>,
}

/// By where the statement stands in the program, its length, rows and engine.
type Texts = HashMap<(usize, usize, usize, Engine), Arc<Repeated>>;

/// The texts that were made: so many are asked for as there are statements, times the powers of two.
static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);

/// The statement for `n` rows.
pub(super) fn repeated(sql: &'static str, n: usize, engine: Engine) -> Arc<Repeated> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = texts.entry((sql.as_ptr().addr(), sql.len(), n, engine));
    Arc::clone(known.or_insert_with(|| Arc::new(repeat(sql, n, engine))))
}

fn repeat(sql: &str, n: usize, engine: Engine) -> Repeated {
    let (before, row, after) = row_of(sql).unwrap_or(("", sql, ""));
    let (pieces, numbers) = cut(row);
    let width = numbers.iter().copied().max().unwrap_or(0);
    let mut text = before.to_owned();
    for i in 0..n {
        text.push_str(if i > 0 { ", " } else { "" });
        for (at, piece) in pieces.iter().enumerate() {
            text.push_str(piece);
            match (numbers.get(at), engine) {
                (Some(number), Engine::Postgres) => text.push_str(&format!("${}", number + i * width)),
                (Some(_), Engine::Sqlite) => text.push('?'),
                (None, _) => {}
            }
        }
    }
    text.push_str(after);
    Repeated { text, places: numbers.iter().map(|number| number.saturating_sub(1)).collect() }
}

/// A text between its parameters, and their numbers: one less than there are pieces.
fn cut(row: &str) -> (Vec<&str>, Vec<usize>) {
    let mut pieces = row.split('$');
    let (mut texts, mut numbers) = (vec![pieces.next().unwrap_or("")], Vec::new());
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = piece.split_at(digits);
        numbers.push(number.parse().unwrap_or(0));
        texts.push(rest);
    }
    (texts, numbers)
}

/// What stands before, in and behind the parentheses after `VALUES`; nothing where a parameter stands outside of them.
fn row_of(sql: &str) -> Option<(&str, &str, &str)> {
    let at = sql.find("VALUES (")? + "VALUES ".len();
    let end = at + sql.get(at..)?.find(')')? + 1;
    let (before, row, after) = (sql.get(..at)?, sql.get(at..end)?, sql.get(end..)?);
    (!before.contains('$') && !after.contains('$')).then_some((before, row, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_repeated_with_its_parameters_numbered_on() {
        let sql = "INSERT INTO t (a, b, c) VALUES ($1, 'x', $2) ON CONFLICT (a) DO NOTHING";
        let twice = "INSERT INTO t (a, b, c) VALUES ($1, 'x', $2), ($3, 'x', $4) ON CONFLICT (a) DO NOTHING";
        assert_eq!(repeated(sql, 1, Engine::Postgres).text, sql);
        assert_eq!(repeated(sql, 2, Engine::Postgres).text, twice);
        let shared = repeated("INSERT INTO t VALUES ($1, $2, $2)", 2, Engine::Postgres);
        assert_eq!(shared.text, "INSERT INTO t VALUES ($1, $2, $2), ($3, $4, $4)");
    }

    #[test]
    fn on_sqlite_parameters_have_no_names_and_are_bound_as_they_stand() {
        let swapped =
            repeated("INSERT INTO t (b, a) VALUES ($2, $1, $1) ON CONFLICT DO NOTHING", 2, Engine::Sqlite);
        assert_eq!(swapped.text, "INSERT INTO t (b, a) VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT DO NOTHING");
        assert_eq!(swapped.places, [1, 0, 0]);
        let update = repeated("UPDATE t SET a = $2 WHERE b = $1", 1, Engine::Sqlite);
        assert_eq!(
            (update.text.as_str(), &update.places[..]),
            ("UPDATE t SET a = ? WHERE b = ?", &[1, 0][..])
        );
    }

    #[test]
    fn what_is_put_off_says_the_same_later() {
        let (text, bytes, id) = ("späť", [7_u8; 32], Uuid::from_u128(5));
        let said = [
            Param::Null,
            Param::Text(text),
            Param::Int(-1),
            Param::Bytes(&bytes),
            Param::Text(""),
            Param::Id(id),
        ];
        let later = Later::new("", &said);
        assert_eq!(format!("{:?}", later.params().collect::<Vec<_>>()), format!("{said:?}"));
        assert!(matches!(later.param(1), Some(Param::Text(kept)) if kept == text));
        assert!(later.param(6).is_none());
        let mut later = later;
        later.set(2, Some(7));
        later.set(5, None);
        assert!(matches!((later.param(2), later.param(5)), (Some(Param::Int(7)), Some(Param::Null))));
    }

    #[test]
    fn rows_are_cut_into_powers_of_two_and_keep_their_order() {
        const INSERT: &str = "INSERT INTO t VALUES ($1)";
        let rows: Vec<Later> = (0..150).map(|n| Later::new(INSERT, &[Param::Int(n)])).collect();
        let groups = grouped(&rows);
        let (sql, group) = groups.first().unwrap();
        let cut = pieces(sql, group);
        assert_eq!(cut.iter().map(|piece| piece.len()).collect::<Vec<_>>(), [64, 64, 16, 4, 2]);
        let order: Vec<_> = cut.concat().iter().flat_map(|row| row.params().collect::<Vec<_>>()).collect();
        assert!(order.iter().zip(0..).all(|(param, n)| matches!(param, Param::Int(value) if *value == n)));
        let update: Vec<Later> =
            (0..3).map(|n| Later::new("UPDATE t SET a = $1", &[Param::Int(n)])).collect();
        assert_eq!(pieces("UPDATE t SET a = $1", &grouped(&update).first().unwrap().1).len(), 3);
    }
}
