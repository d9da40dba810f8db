//! Fuzzes `quadlet`; see the library.
#![no_main]

use deploylint::document::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| deploylint_fuzz::file(Kind::Unit, "web.container", data));
