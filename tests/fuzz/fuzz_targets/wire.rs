//! Any bytes at all as a message, in both directions: what decodes encodes to the same bytes.

#![no_main]

use executor::wire::{Reply, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match Request::decode(data) {
        Ok(request) => assert_eq!(request.encode(), data),
        Err(error) => drop(error.to_string()),
    }
    match Reply::decode(data) {
        Ok(reply) => assert_eq!(reply.encode(), data),
        Err(error) => drop(error.to_string()),
    }
});
