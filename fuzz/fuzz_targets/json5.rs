//! Fuzzes `json5`; see the library.
#![no_main]

use deploylint::document::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| deploylint_fuzz::file(Kind::OpenClaw, "openclaw.json", data));
