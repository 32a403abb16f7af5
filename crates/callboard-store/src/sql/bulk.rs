//! Rows whose writing was put off, and how many of them become one statement.

use std::borrow::Cow;

use uuid::Uuid;

use super::Param;

/// Most rows of one statement. Units: rows. A statement of each power of two up to here is kept prepared.
pub(super) const ROWS_MAX: usize = 64;

/// One row that is written at the end of a transaction.
#[derive(Debug)]
pub(crate) struct Later {
    pub(super) sql: &'static str,
    values: Vec<Value>,
}

/// A parameter that owns what it holds.
#[derive(Debug)]
enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
}

impl Later {
    pub(crate) fn new(sql: &'static str, params: &[Param<'_>]) -> Later {
        let own = |param: &Param<'_>| match param {
            Param::Null => Value::Null,
            Param::Int(value) => Value::Int(*value),
            Param::Bool(value) => Value::Bool(*value),
            Param::Real(value) => Value::Real(*value),
            Param::Text(value) => Value::Text((*value).to_owned()),
            Param::Bytes(value) => Value::Bytes(value.to_vec()),
            Param::Id(value) => Value::Id(*value),
        };
        Later { sql, values: params.iter().map(own).collect() }
    }

    pub(super) fn params(&self) -> impl Iterator<Item = Param<'_>> {
        self.values.iter().map(|value| match value {
            Value::Null => Param::Null,
            Value::Int(value) => Param::Int(*value),
            Value::Bool(value) => Param::Bool(*value),
            Value::Real(value) => Param::Real(*value),
            Value::Text(value) => Param::Text(value),
            Value::Bytes(value) => Param::Bytes(value),
            Value::Id(value) => Param::Id(*value),
        })
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

/// The statement with its `VALUES` row repeated `n` times, its parameters numbered on.
pub(super) fn repeated(sql: &str, n: usize) -> Cow<'_, str> {
    let Some((before, row, after)) = row_of(sql).filter(|_| n > 1) else { return Cow::Borrowed(sql) };
    let width = numbers(row).max().unwrap_or(0);
    let mut text = before.to_owned();
    for i in 0..n {
        if i > 0 {
            text.push_str(", ");
        }
        let mut pieces = row.split('$');
        text.push_str(pieces.next().unwrap_or(""));
        for piece in pieces {
            let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = piece.split_at(digits);
            let number = number.parse::<usize>().unwrap_or(0) + i * width;
            text.push_str(&format!("${number}{rest}"));
        }
    }
    text.push_str(after);
    Cow::Owned(text)
}

fn numbers(row: &str) -> impl Iterator<Item = usize> {
    row.split('$').skip(1).filter_map(|piece| {
        let end = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        piece.get(..end)?.parse().ok()
    })
}

/// What stands before, in and behind the parentheses after `VALUES`.
fn row_of(sql: &str) -> Option<(&str, &str, &str)> {
    let at = sql.find("VALUES (")? + "VALUES ".len();
    let end = at + sql.get(at..)?.find(')')? + 1;
    Some((sql.get(..at)?, sql.get(at..end)?, sql.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_repeated_with_its_parameters_numbered_on() {
        let sql = "INSERT INTO t (a, b, c) VALUES ($1, 'x', $2) ON CONFLICT (a) DO NOTHING";
        let twice = "INSERT INTO t (a, b, c) VALUES ($1, 'x', $2), ($3, 'x', $4) ON CONFLICT (a) DO NOTHING";
        assert_eq!(repeated(sql, 1), sql);
        assert_eq!(repeated(sql, 2), twice);
        assert_eq!(
            repeated("INSERT INTO t VALUES ($1, $2, $2)", 2),
            "INSERT INTO t VALUES ($1, $2, $2), ($3, $4, $4)"
        );
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
