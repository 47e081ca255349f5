//! What is C and what is not: `suite/rejected.txt` has a wrong program in each line, each with at
//! least one error (and no tree); `suite/accepted.c` has odd but right ones. gcc agrees on both.

use cfront::Checked;
use cfront::session::{Context, Mode, Options, Standard};
use preproc::Preprocessor;
use preproc::options::Std;

fn check(text: &str, standard: Standard, std: Std) -> Checked {
    let options = preproc::options::Options { std, ..Default::default() };
    let mut pp = Preprocessor::new(options);
    let options = Options { standard, ..Options::default() };
    let mut ctx = Context::new(&mut pp.names, options);
    let read = pp.preprocess_text("row.c", text);
    cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File)
}

#[test]
fn wrong_programs_are_rejected() {
    for row in include_str!("suite/rejected.txt").lines() {
        let checked = check(row, Standard::C23, Std::C23);
        assert!(!checked.is_ok(), "accepted: {row}");
        let errors = checked.diags.iter().filter(|diag| diag.is_error()).count();
        assert!(errors <= 3, "{errors} errors for one mistake: {row}: {:#?}", checked.diags);
    }
}

#[test]
fn odd_programs_are_accepted_in_silence() {
    let checked = check(include_str!("suite/accepted.c"), Standard::C17, Std::C17);
    let messages: Vec<&str> = checked.diags.iter().map(|diag| diag.message.as_str()).collect();
    assert_eq!(messages, ["type of 'y' defaults to 'int'"]);
    let checked = check(include_str!("suite/accepted23.c"), Standard::C23, Std::C23);
    let messages: Vec<&str> = checked.diags.iter().map(|diag| diag.message.as_str()).collect();
    assert_eq!(messages, [""; 0]);
}

/// What C23 made one type, and two before it.
#[test]
fn older_standards_tell_records_apart() {
    let text = "struct s { int a; }; void f(struct s *p) { struct s { int a; } b = *p; }";
    assert!(check(text, Standard::C23, Std::C23).is_ok());
    assert!(!check(text, Standard::C17, Std::C17).is_ok());
}

/// The next type in line for a constant: C90 goes on without a sign.
#[test]
fn constants_of_c90_are_unsigned_long() {
    let text = "int a[__builtin_types_compatible_p(__typeof__(9223372036854775808), \
                unsigned long) ? 1 : -1];";
    assert!(check(text, Standard::C89, Std::C89).is_ok());
    assert!(!check(text, Standard::C99, Std::C99).is_ok());
}

/// Said of things it means nothing for.
#[test]
fn standard_attributes_stand_where_they_mean_something() {
    for text in [
        "[[nodiscard]] int x;",
        "[[noreturn]] typedef void f(void);",
        "struct t { [[nodiscard]] int b; };",
        "enum e { E [[nodiscard]] };",
        "void fx([[noreturn]] int p);",
        "[[fallthrough]] int b;",
        "[[]] struct s { int a; };",
    ] {
        let checked = check(text, Standard::C23, Std::C23);
        assert_eq!(checked.diags.len(), 1, "{text}: {:#?}", checked.diags);
    }
}
