//! Values on their way into and out of statements.

use bytes::BytesMut;
use callboard_core::ids;
use callboard_core::money::MinorUnits;
use callboard_core::time::Timestamp;
use postgres_types::{FromSql, IsNull, ToSql, Type};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::error::{Error, Result};

/// One parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Param<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Id(Uuid),
}

impl Param<'_> {
    /// The type as which PostgreSQL gets it; it works out the type of what is not there.
    pub(super) fn kind(&self) -> Type {
        match self {
            Param::Null => Type::UNKNOWN,
            Param::Int(_) => Type::INT8,
            Param::Bool(_) => Type::BOOL,
            Param::Real(_) => Type::FLOAT8,
            Param::Text(_) => Type::TEXT,
            Param::Bytes(_) => Type::BYTEA,
            Param::Id(_) => Type::UUID,
        }
    }
}

/// `params![a, b]`: a parameter list, `$1` first.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::Param::from($value)),*] };
}
pub(crate) use params;

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Param::Int(value)
    }
}
impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Bool(value)
    }
}
impl From<f64> for Param<'_> {
    fn from(value: f64) -> Self {
        Param::Real(value)
    }
}
impl From<Uuid> for Param<'_> {
    fn from(value: Uuid) -> Self {
        Param::Id(value)
    }
}
impl From<Timestamp> for Param<'_> {
    fn from(value: Timestamp) -> Self {
        Param::Int(value.as_millis())
    }
}
impl From<MinorUnits> for Param<'_> {
    fn from(value: MinorUnits) -> Self {
        Param::Int(value.0)
    }
}
impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Param::Text(value)
    }
}
impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Param::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Param::Bytes(value)
    }
}
impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Param::Bytes(value)
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Bytes(value)
    }
}
impl<'a> From<&'a Option<String>> for Param<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().map_or(Param::Null, Param::Text)
    }
}
impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

macro_rules! id_columns {
    ($($name:ident),+ $(,)?) => {$(
        impl From<ids::$name> for Param<'_> {
            fn from(id: ids::$name) -> Self { Param::Id(id.0) }
        }
        impl Column for ids::$name {
            fn read(cell: Cell<'_>) -> Option<Self> { Uuid::read(cell).map(ids::$name) }
        }
    )+};
}
id_columns!(
    OrganizationId,
    AccountId,
    MemberId,
    SessionId,
    VenueId,
    ChannelId,
    BoxOfficeId,
    KeyId,
    EventId,
    TicketTypeId,
    SeriesId,
    HoldId,
    OrderId,
    TicketId,
    CheckInId,
    MediaId,
    ChangeId,
);

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Param::Null => ToSqlOutput::Owned(Value::Null),
            Param::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Param::Bool(value) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Param::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Param::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Param::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Param::Id(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
        })
    }
}

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Param::Null => Ok(IsNull::Yes),
            // A bare literal beside the parameter may have made PostgreSQL expect four bytes.
            Param::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Param::Int(value) => value.to_sql(kind, out),
            Param::Bool(value) => value.to_sql(kind, out),
            Param::Real(value) => value.to_sql(kind, out),
            Param::Text(value) => value.to_sql(kind, out),
            Param::Bytes(value) => value.to_sql(kind, out),
            Param::Id(value) => value.to_sql(kind, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    postgres_types::to_sql_checked!();
}

/// One cell as a driver gives it.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Lite(ValueRef<'a>),
    Pg(&'a tokio_postgres::Row, usize),
}

impl<'a> Cell<'a> {
    fn is_null(self) -> bool {
        match self {
            Cell::Lite(value) => matches!(value, ValueRef::Null),
            Cell::Pg(row, index) => {
                row.try_get::<_, Option<Anything>>(index).is_ok_and(|found| found.is_none())
            }
        }
    }

    fn pg<T: FromSql<'a>>(row: &'a tokio_postgres::Row, index: usize) -> Option<T> {
        row.try_get(index).ok()
    }
}

/// A value of any type, looked at only for being there.
struct Anything;

impl<'a> FromSql<'a> for Anything {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Anything)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A row of a result.
#[derive(Debug)]
pub enum Row<'a> {
    Lite(&'a rusqlite::Row<'a>),
    Pg(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index` (from 0).
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is not of that type.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(self.cell(index)?).ok_or_else(|| not_a::<T>(index))
    }

    /// The text of column `index`, where it lies in the row.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is no text.
    pub fn text(&self, index: usize) -> Result<&str> {
        let text = match self.cell(index)? {
            Cell::Lite(value) => value.as_str().ok(),
            Cell::Pg(row, index) => Cell::pg(row, index),
        };
        text.ok_or_else(|| not_a::<String>(index))
    }

    /// As [`Row::text`]; `None` for NULL.
    pub fn text_or_null(&self, index: usize) -> Result<Option<&str>> {
        let text = match self.cell(index)? {
            Cell::Lite(ValueRef::Null) => Some(None),
            Cell::Lite(value) => value.as_str().ok().map(Some),
            Cell::Pg(row, index) => Cell::pg(row, index),
        };
        text.ok_or_else(|| not_a::<Option<String>>(index))
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>> {
        Ok(match self {
            Row::Lite(row) => Cell::Lite(row.get_ref(index).map_err(|e| Error::Driver(e.to_string()))?),
            Row::Pg(row) => Cell::Pg(row, index),
        })
    }
}

#[cold]
fn not_a<T>(index: usize) -> Error {
    Error::Corrupt(format!("column {index} is not a {}", std::any::type_name::<T>()))
}

/// A type that a column can be read as.
pub trait Column: Sized {
    fn read(cell: Cell<'_>) -> Option<Self>;
}

impl Column for i64 {
    fn read(cell: Cell<'_>) -> Option<i64> {
        match cell {
            Cell::Lite(value) => value.as_i64().ok(),
            Cell::Pg(row, index) => {
                Cell::pg(row, index).or_else(|| Cell::pg::<i32>(row, index).map(i64::from))
            }
        }
    }
}
impl Column for bool {
    fn read(cell: Cell<'_>) -> Option<bool> {
        match cell {
            Cell::Lite(value) => value.as_i64().ok().map(|value| value != 0),
            Cell::Pg(row, index) => Cell::pg(row, index),
        }
    }
}
impl Column for f64 {
    fn read(cell: Cell<'_>) -> Option<f64> {
        match cell {
            Cell::Lite(ValueRef::Real(value)) => Some(value),
            Cell::Lite(_) => None,
            Cell::Pg(row, index) => Cell::pg(row, index),
        }
    }
}
impl Column for String {
    fn read(cell: Cell<'_>) -> Option<String> {
        match cell {
            Cell::Lite(value) => value.as_str().ok().map(str::to_owned),
            Cell::Pg(row, index) => Cell::pg(row, index),
        }
    }
}
impl Column for Vec<u8> {
    fn read(cell: Cell<'_>) -> Option<Vec<u8>> {
        match cell {
            Cell::Lite(value) => value.as_blob().ok().map(<[u8]>::to_vec),
            Cell::Pg(row, index) => Cell::pg(row, index),
        }
    }
}
impl Column for Uuid {
    fn read(cell: Cell<'_>) -> Option<Uuid> {
        match cell {
            Cell::Lite(value) => Uuid::from_slice(value.as_blob().ok()?).ok(),
            Cell::Pg(row, index) => Cell::pg(row, index),
        }
    }
}
impl Column for Timestamp {
    fn read(cell: Cell<'_>) -> Option<Timestamp> {
        i64::read(cell).map(Timestamp::from_millis)
    }
}
impl Column for MinorUnits {
    fn read(cell: Cell<'_>) -> Option<MinorUnits> {
        i64::read(cell).map(MinorUnits)
    }
}
impl<T: Column> Column for Option<T> {
    fn read(cell: Cell<'_>) -> Option<Option<T>> {
        if cell.is_null() { Some(None) } else { T::read(cell).map(Some) }
    }
}
