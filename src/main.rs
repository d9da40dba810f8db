//! The `deploylint` command.

fn main() {}
