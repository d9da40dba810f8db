//! What is a secret: by its name, by its shape, and what only stands in for one.
//!
//! The one place that knows. Rules ask `is_secret_name`, `worth` and `shape`, which must not cry wolf; facts and reports
//! ask `may_be_secret_name` and `shapes`, which must not let one through. The words are data. No function here returns a
//! secret's characters.

mod bytes;
mod name;
mod shape;
mod stems;
mod value;
mod words;

pub(crate) use bytes::Bytes;
pub(crate) use name::{
    is_any_key, is_of_tests, is_plain_name, is_secret_name, may_be_secret_name, may_say_secret_name, of_others,
    said_names,
};
pub(crate) use shape::{ANY_API_KEY, shape, shapes, tells_what_to_type, url_password};
pub(crate) use value::{Worth, asks, asks_for, begins_names, is_few_words, is_readable, is_word, names_object, worth};

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
