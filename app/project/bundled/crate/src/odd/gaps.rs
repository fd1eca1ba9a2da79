//! Valid Rust that tree-sitter's grammar does not know: here, and only here, an item may hold an error.
//! It stays selectable, with a badge, and nothing is proposed for it.

pub struct Pair<T> {
    pub left: T,
    pub right: T,
}

/// The grammar knows no type arguments in a struct pattern's path.
pub fn broken_in_the_grammar(pair: Pair<u8>) -> u8 {
    let Pair::<u8> { left, right } = pair;
    left + right
}

/// What stands after a broken item is whole.
pub fn whole_again() -> u8 {
    broken_in_the_grammar(Pair { left: 1, right: 2 })
}
