//! Answers as JSON text: byte for byte what `serde_json` writes, for less. Names of members are known not to need
//! escaping and are copied; texts are looked through sixteen bytes at a time. What is rare is left to `serde_json`.

use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use serde::{Serialize, Serializer};
use serde_json::{Error, Result};

/// Under this name `serde_json` passes on text that is JSON already.
const RAW: &str = "$serde_json::private::RawValue";
/// Bytes of a small answer.
const USUAL_BYTES: usize = 2_048;

/// The JSON text of a value.
///
/// # Errors
/// What the value itself refuses; map keys that are no texts, numbers or booleans.
pub fn to_vec(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    value.serialize(Writer { out: &mut out, is_raw: false })?;
    Ok(out)
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// The next text is JSON already.
    is_raw: bool,
}

/// A list or an object that is being written.
struct Open<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
    is_raw: bool,
    end: &'static [u8],
}

impl<'a> Open<'a> {
    fn begin(out: &'a mut Vec<u8>, begin: &[u8], end: &'static [u8]) -> Open<'a> {
        out.extend_from_slice(begin);
        Open { out, is_empty: true, is_raw: false, end }
    }

    fn comma(&mut self) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
    }

    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<()> {
        self.comma();
        value.serialize(Writer { out: self.out, is_raw: false })
    }

    /// A member whose name is an identifier of the program.
    fn member(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        if self.is_raw {
            return value.serialize(Writer { out: self.out, is_raw: true });
        }
        debug_assert!(is_plain(name.as_bytes()), "a member's name is an identifier");
        self.out.reserve(name.len() + 4);
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        value.serialize(Writer { out: self.out, is_raw: false })
    }

    fn close(self) -> Result<()> {
        self.out.extend_from_slice(self.end);
        Ok(())
    }
}

/// Writes a text in quotes.
fn text(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    if is_plain(bytes) {
        out.extend_from_slice(bytes);
    } else {
        escape(out, bytes);
    }
    out.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether nothing in a text needs escaping. No early end within sixteen bytes, so that they are compared at once.
fn is_plain(bytes: &[u8]) -> bool {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let special = |bytes: &[u8]| bytes.iter().fold(false, |found, byte| found | needs_escape(*byte));
    !chunks.iter().any(|chunk| special(chunk)) && !special(rest)
}

fn escape(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    for byte in bytes {
        let short = match byte {
            b'"' | b'\\' => *byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            0..0x20 => {
                let digit = HEX.get(usize::from(byte & 0x0f)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit]);
                continue;
            }
            _ => {
                out.push(*byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
}

/// Methods that `serde_json` does as well.
macro_rules! left_to_serde_json {
    ($($method:ident($kind:ty)),+ $(,)?) => {$(
        fn $method(self, value: $kind) -> Result<()> {
            serde_json::Serializer::new(self.out).$method(value)
        }
    )+};
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Open<'a>;
    type SerializeTupleVariant = Open<'a>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    left_to_serde_json!(
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_bytes(&[u8]),
    );

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        if self.is_raw {
            self.out.extend_from_slice(value.as_bytes());
        } else {
            text(self.out, value);
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.out.push(b'{');
        text(self.out, variant);
        self.out.push(b':');
        value.serialize(Writer { out: self.out, is_raw: false })?;
        self.out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>> {
        Ok(Open::begin(self.out, b"[", b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>> {
        Ok(Open::begin(self.out, b"[", b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a>> {
        Ok(Open::begin(self.out, b"[", b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>> {
        self.out.push(b'{');
        text(self.out, variant);
        Ok(Open::begin(self.out, b":[", b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>> {
        Ok(Open::begin(self.out, b"{", b"}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Open<'a>> {
        if name == RAW {
            return Ok(Open { is_raw: true, ..Open::begin(self.out, b"", b"") });
        }
        Ok(Open::begin(self.out, b"{", b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>> {
        self.out.push(b'{');
        text(self.out, variant);
        Ok(Open::begin(self.out, b":{", b"}}"))
    }
}

/// What a list of elements is called in each of serde's ways.
macro_rules! elements {
    ($($kind:ident::$method:ident),+) => {$(
        impl $kind for Open<'_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }
            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )+};
}
elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

/// What a list of named members is called in each of serde's ways.
macro_rules! members {
    ($($kind:ident),+) => {$(
        impl $kind for Open<'_> {
            type Ok = ();
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.member(name, value)
            }
            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )+};
}
members!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.comma();
        let at = self.out.len();
        key.serialize(Writer { out: self.out, is_raw: false })?;
        // Numbers and booleans become texts.
        match self.out.get(at) {
            Some(b'"') => {}
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
                self.out.insert(at, b'"');
                self.out.push(b'"');
            }
            _ => return Err(Error::custom("a member's name must be a text")),
        }
        self.out.push(b':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(Writer { out: self.out, is_raw: false })
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
