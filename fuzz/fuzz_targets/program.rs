//! Fuzzes `program`; see the library.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| deploylint_fuzz::program(data));
