//! Fuzzes `nginx`; see the library.
#![no_main]

use deploylint::document::Kind;
use deploylint::load::conf::Grammar;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| deploylint_fuzz::file(Kind::Conf(Grammar::Nginx), "nginx.conf", data));
