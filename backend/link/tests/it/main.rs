//! The linker's tests: they go through `plan` and `place`, and where code can show that it works,
//! it is run by a small C program that maps the image.

mod archives;
mod cpython;
mod edges;
mod errors;
mod hostile;
mod reports;
mod run;
mod session;
mod support;
