//! Whether a value leaves fields out when it is written.
//!
//! The bytes that travel do not name fields. A struct that skips one (`skip_serializing_if`) is read back as another value
//! then, or as none, and nothing in the bytes tells. Serde says it at the moment of skipping; this serializer listens for
//! that and writes nothing.

use std::fmt;

use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

/// Whether the value, or one in it, skips a field.
pub(crate) fn skips_fields(value: &impl Serialize) -> bool {
    matches!(value.serialize(Listener), Err(Heard::Skip))
}

/// Listens to all of a value.
struct Listener;

/// Why it has stopped listening.
#[derive(Debug)]
enum Heard {
    Skip,
    /// The value cannot be written, which the real serializer will say.
    Other,
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not written here")
    }
}

impl std::error::Error for Heard {}

impl ser::Error for Heard {
    fn custom<T: fmt::Display>(_: T) -> Heard {
        Heard::Other
    }
}

type Result<T = ()> = std::result::Result<T, Heard>;

macro_rules! plain {
    ($($method:ident: $value:ty),* $(,)?) => {$(
        fn $method(self, _: $value) -> Result {
            Ok(())
        }
    )*};
}

impl ser::Serializer for Listener {
    type Ok = ();
    type Error = Heard;
    type SerializeSeq = Listener;
    type SerializeTuple = Listener;
    type SerializeTupleStruct = Listener;
    type SerializeTupleVariant = Listener;
    type SerializeMap = Listener;
    type SerializeStruct = Listener;
    type SerializeStructVariant = Listener;

    plain! {
        serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64, serialize_unit_struct: &'static str,
    }

    fn serialize_none(self) -> Result {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Listener> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Listener> {
        Ok(self)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result {
        Ok(())
    }

    fn is_human_readable(&self) -> bool {
        // As in the bytes that travel.
        false
    }
}

macro_rules! elements {
    ($($compound:ident $method:ident),*) => {$(
        impl $compound for Listener {
            type Ok = ();
            type Error = Heard;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                value.serialize(Listener)
            }

            fn end(self) -> Result {
                Ok(())
            }
        }
    )*};
}
elements!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

macro_rules! fields {
    ($($compound:ident),*) => {$(
        impl $compound for Listener {
            type Ok = ();
            type Error = Heard;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result {
                value.serialize(Listener)
            }

            fn skip_field(&mut self, _: &'static str) -> Result {
                Err(Heard::Skip)
            }

            fn end(self) -> Result {
                Ok(())
            }
        }
    )*};
}
fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Listener {
    type Ok = ();
    type Error = Heard;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        key.serialize(Listener)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Listener)
    }

    fn end(self) -> Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[derive(Serialize)]
    struct Skips {
        #[serde(skip_serializing_if = "Option::is_none")]
        sometimes: Option<u32>,
        always: u32,
    }

    #[derive(Serialize)]
    enum Nested {
        Unit,
        Tuple(Vec<(u8, Skips)>),
        Named { inner: HashMap<String, Option<Skips>> },
    }

    #[test]
    fn a_field_that_is_skipped_is_heard_wherever_it_is() {
        let skips = || Skips { sometimes: None, always: 1 };
        let whole = || Skips { sometimes: Some(1), always: 1 };
        assert!(skips_fields(&skips()));
        assert!(!skips_fields(&whole()));
        assert!(!skips_fields(&Nested::Unit));
        assert!(skips_fields(&Nested::Tuple(vec![(1, whole()), (2, skips())])));
        assert!(!skips_fields(&Nested::Tuple(vec![(1, whole())])));
        let named = |inner| Nested::Named { inner: HashMap::from([("a".to_owned(), Some(inner))]) };
        assert!(skips_fields(&named(skips())));
        assert!(!skips_fields(&named(whole())));
        assert!(!skips_fields(&("text", 'c', 1.5, [0_u8; 3], ())));
    }
}
