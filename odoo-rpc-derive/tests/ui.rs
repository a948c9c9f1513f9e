//! What the derives and the types refuse, word for word. `TRYBUILD=overwrite` writes the words anew.
//!
//! That a date is not compared with a text is an example of the README: rustc's words for it name whatever else is called `Date` in the
//! crates around.

#[test]
fn mistakes_are_named() {
    let cases = trybuild::TestCases::new();
    // By the derives.
    cases.compile_fail("tests/ui/*.rs");
    // By the compiler, from the types: the words are rustc's and can change with it.
    cases.compile_fail("tests/ui/types/*.rs");
}
