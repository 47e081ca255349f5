//! repl/printer
