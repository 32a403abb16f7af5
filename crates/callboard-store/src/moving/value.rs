//! Values on their way from one database to another, and their one canonical form.

use callboard_core::canonical::sha256;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::schema::{Kind, Table};
use crate::error::{Error, Result};
use crate::sql::{Param, Row};

/// A cell, owned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
}

impl Value {
    pub(crate) fn param(&self) -> Param<'_> {
        match self {
            Value::Null => Param::Null,
            Value::Int(value) => Param::Int(*value),
            Value::Bool(value) => Param::Bool(*value),
            Value::Real(value) => Param::Real(*value),
            Value::Text(value) => Param::Text(value),
            Value::Bytes(value) => Param::Bytes(value),
            Value::Id(value) => Param::Id(*value),
        }
    }

    /// A letter for the kind, then the value; what may have any length is preceded by it, so that no two rows
    /// that differ have the same bytes.
    fn write(&self, out: &mut Vec<u8>) {
        let mut long = |letter: u8, bytes: &[u8]| {
            out.push(letter);
            out.extend(bytes.len().to_be_bytes());
            out.extend(bytes);
        };
        match self {
            Value::Null => out.push(b'n'),
            Value::Text(text) => long(b't', text.as_bytes()),
            Value::Bytes(bytes) => long(b'b', bytes),
            Value::Int(value) => long(b'i', &value.to_be_bytes()),
            Value::Bool(value) => long(b'o', &[u8::from(*value)]),
            Value::Real(value) => long(b'r', &value.to_bits().to_be_bytes()),
            Value::Id(value) => long(b'u', value.as_bytes()),
        }
    }

    /// For the note of how far a table was carried.
    fn to_json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Int(value) => json!(value),
            Value::Bool(value) => json!(value),
            Value::Real(value) => json!(value.to_bits()),
            Value::Text(value) => json!(value),
            Value::Bytes(value) => json!(value),
            Value::Id(value) => json!(value),
        }
    }

    fn from_json(kind: Kind, json: &Json) -> Option<Value> {
        Some(match kind {
            Kind::Int => Value::Int(json.as_i64()?),
            Kind::Bool => Value::Bool(json.as_bool()?),
            Kind::Real => Value::Real(f64::from_bits(json.as_u64()?)),
            Kind::Text => Value::Text(json.as_str()?.to_owned()),
            Kind::Id => Value::Id(json.as_str()?.parse().ok()?),
            Kind::Bytes => {
                let byte = |part: &Json| part.as_u64().and_then(|part| u8::try_from(part).ok());
                Value::Bytes(json.as_array()?.iter().map(byte).collect::<Option<_>>()?)
            }
        })
    }
}

/// A whole row of a table.
pub(crate) type Cells = Vec<Value>;

/// Reads a row that was selected with all columns in their order.
pub(super) fn read(table: &Table, row: &Row<'_>) -> Result<Cells> {
    let cell = |(at, (name, kind)): (usize, &(String, Kind))| {
        let read = match kind {
            Kind::Id => row.get::<Option<Uuid>>(at).map(|cell| cell.map(Value::Id)),
            Kind::Bytes => row.get::<Option<Vec<u8>>>(at).map(|cell| cell.map(Value::Bytes)),
            Kind::Text => row.get::<Option<String>>(at).map(|cell| cell.map(Value::Text)),
            Kind::Int => row.get::<Option<i64>>(at).map(|cell| cell.map(Value::Int)),
            Kind::Bool => row.get::<Option<bool>>(at).map(|cell| cell.map(Value::Bool)),
            Kind::Real => row.get::<Option<f64>>(at).map(|cell| cell.map(Value::Real)),
        };
        let unreadable = |fault| Error::Corrupt(format!("{}.{name}: {fault}", table.name));
        read.map(|cell| cell.unwrap_or(Value::Null)).map_err(unreadable)
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// The values of the key's columns.
pub(super) fn key_of(table: &Table, cells: &[Value]) -> Vec<Value> {
    table.key.iter().filter_map(|place| cells.get(*place).cloned()).collect()
}

pub(super) fn key_to_json(key: &[Value]) -> Json {
    key.iter().map(Value::to_json).collect()
}

/// `None` if it is no key of this table.
pub(super) fn key_from_json(table: &Table, json: &Json) -> Option<Vec<Value>> {
    let parts = json.as_array().filter(|parts| parts.len() == table.key.len())?;
    let part = |(place, json): (&usize, &Json)| {
        let (_, kind) = table.columns.get(*place)?;
        Value::from_json(*kind, json)
    };
    table.key.iter().zip(parts).map(part).collect()
}

/// How many rows a table has, and what they come to in the order of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    pub rows: u64,
    /// SHA-256 of the checksum before and the canonical bytes of the row, row by row.
    pub checksum: [u8; 32],
}

impl Sum {
    pub(super) fn add(&mut self, cells: &[Value]) {
        let mut bytes = Vec::with_capacity(512);
        bytes.extend(self.checksum);
        cells.iter().for_each(|cell| cell.write(&mut bytes));
        self.checksum = sha256(&bytes);
        self.rows = self.rows.saturating_add(1);
    }
}

/// Bytes that a row takes in memory, roughly.
pub(super) fn weight(cells: &[Value]) -> usize {
    let cell = |cell: &Value| match cell {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    };
    cells.iter().map(cell).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_have_different_sums() {
        let id = Uuid::from_u128(1);
        let rows: [Cells; 10] = [
            vec![Value::Null, Value::Null],
            vec![Value::Null],
            vec![Value::Text(String::new())],
            vec![Value::Text("ab".to_owned()), Value::Text("c".to_owned())],
            vec![Value::Text("a".to_owned()), Value::Text("bc".to_owned())],
            vec![Value::Bytes(b"abc".to_vec())],
            vec![Value::Int(1)],
            vec![Value::Bool(true)],
            vec![Value::Real(1.0)],
            vec![Value::Id(id)],
        ];
        let sum = |row: &Cells| {
            let mut sum = Sum::default();
            sum.add(row);
            sum.checksum
        };
        for (at, row) in rows.iter().enumerate() {
            assert!(rows[..at].iter().all(|other| sum(other) != sum(row)), "{row:?}");
        }
    }

    #[test]
    fn a_key_survives_being_noted() {
        let columns =
            [("a", Kind::Id), ("b", Kind::Int), ("c", Kind::Text), ("d", Kind::Bytes), ("e", Kind::Bool)];
        let mut table = crate::moving::schema::tables().remove(0);
        table.columns = columns.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
        table.key = vec![0, 1, 2, 3, 4];
        let key = vec![
            Value::Id(Uuid::from_u128(u128::MAX)),
            Value::Int(i64::MIN),
            Value::Text("é\"\n".to_owned()),
            Value::Bytes(vec![0, 255]),
            Value::Bool(true),
        ];
        let noted = key_to_json(&key).to_string();
        assert_eq!(key_from_json(&table, &serde_json::from_str(&noted).unwrap()), Some(key));
    }
}
