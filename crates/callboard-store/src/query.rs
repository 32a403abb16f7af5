//! A WHERE clause put together from fixed pieces; every value is a numbered parameter.
//! No text from outside can become SQL: the pieces are `&'static str`.

use crate::sql::Param;

/// SQL under construction, with its parameters so far.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    sql: String,
    params: Vec<Param<'a>>,
}

impl<'a> Query<'a> {
    pub(crate) fn new(sql: &'static str) -> Query<'a> {
        Query { sql: sql.to_owned(), params: Vec::new() }
    }

    /// SQL whose first piece has `$1` in it already.
    pub(crate) fn with(sql: &'static str, first: impl Into<Param<'a>>) -> Query<'a> {
        Query { sql: sql.to_owned(), params: vec![first.into()] }
    }

    /// Adds a parameter that fixed pieces name by its number, the first one being `$1`.
    pub(crate) fn param(&mut self, value: impl Into<Param<'a>>) {
        self.params.push(value.into());
    }

    /// Appends a fixed piece.
    pub(crate) fn push(&mut self, sql: &'static str) {
        self.sql.push_str(sql);
    }

    /// Appends a fixed piece and behind it a parameter.
    pub(crate) fn bind(&mut self, sql: &'static str, value: impl Into<Param<'a>>) {
        self.params.push(value.into());
        self.sql.push_str(sql);
        self.sql.push('$');
        self.sql.push_str(&self.params.len().to_string());
    }

    /// Appends a fixed piece and behind it parameters in brackets.
    pub(crate) fn bind_list(
        &mut self,
        sql: &'static str,
        values: impl Iterator<Item = impl Into<Param<'a>>>,
    ) {
        self.push(sql);
        for (at, value) in values.enumerate() {
            self.bind(if at == 0 { " (" } else { ", " }, value);
        }
        self.push(")");
    }

    /// As [`Query::bind`], if there is a value.
    pub(crate) fn bind_some(&mut self, sql: &'static str, value: Option<impl Into<Param<'a>>>) {
        if let Some(value) = value {
            self.bind(sql, value);
        }
    }

    /// As [`Query::bind_some`], closed as a condition that no index answers; `sql` has its opening bracket.
    pub(crate) fn bind_truth(&mut self, sql: &'static str, value: Option<impl Into<Param<'a>>>) {
        if let Some(value) = value {
            self.bind(sql, value);
            self.push(") IS TRUE");
        }
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn params(&self) -> &[Param<'a>] {
        &self.params
    }
}
