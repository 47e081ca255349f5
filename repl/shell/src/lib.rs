//! repl/shell
