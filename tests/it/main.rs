//! The integration tests, one binary: they drive the built `tine` from outside, and hold the
//! repository to its own rules.

mod archives;
mod compare;
mod corpora;
mod csmith;
mod debugger;
mod doors;
mod eval;
mod examples;
mod harness;
mod heap;
mod help;
mod hostile;
mod hostile_source;
mod linking;
mod messages;
mod model;
mod objects;
mod ordinary;
mod peers;
mod person;
mod preprocessors;
mod processes;
mod programs;
mod ray;
mod save;
mod session;
mod suites;
mod terminal;
mod tidy;
mod torture;
mod trace;
mod transcripts;
mod values;
mod warnings;
