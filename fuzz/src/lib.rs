//! What is fuzzed is the tests': `tests/all/fuzzed.rs` says it, and `tests/all/fuzz_smoke.rs` runs it for a number of steps.

#[path = "../../tests/all/fuzzed.rs"]
pub mod fuzzed;
#[path = "../../tests/all/fuzzed_lsp.rs"]
pub mod fuzzed_lsp;
