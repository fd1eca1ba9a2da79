//! Macros that make items, hold what looks like items, or are items themselves.

/// Makes newtypes. Its body holds the pieces of items.
#[macro_export]
macro_rules! newtypes {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident($inner:ty);)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis struct $name($inner);

        impl $name {
            pub fn into_inner(self) -> $inner { self.0 }
        }

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self { Self(inner) }
        }
    )*};
}

newtypes! {
    /// The name of a receiver.
    pub struct Receiver(String);
    /// The port of a receiver.
    pub struct Port(u16);
}

// The same kind of item with other brackets, which want a semicolon.
newtypes!(pub struct Round(u8););
newtypes![pub struct Square(u8);]; // and a comment behind it

macro_rules! count {
    () => { 0 };
    ($head:tt $($tail:tt)*) => { 1 + count!($($tail)*) };
}

pub const TOKENS: usize = count! { fn fake ( ) { } impl 'label r#"}"# };

macro_rules! define_macro {
    ($dollar:tt $name:ident => $out:expr) => {
        macro_rules! $name {
            ($dollar($dollar ignored:tt)*) => { $out };
        }
    };
}

define_macro!($ forty_two => 42);

pub fn made() -> i32 {
    forty_two!(whatever, { stands } [here] (it is ignored))
}

macro_rules! matches_shape {
    ($value:expr, $($pattern:pat_param)|+ $(if $guard:expr)? => $yes:literal $(,)?) => {
        match $value { $($pattern)|+ $(if $guard)? => Some($yes), #[allow(unreachable_patterns)] _ => None }
    };
}

pub fn shape(value: Option<u8>) -> Option<&'static str> {
    matches_shape!(value, Some(1) | Some(2) if value != Some(2) => "one",)
}

macro_rules! table {
    ($($key:ident => { $($field:ident : $value:expr),* $(,)? }),* $(,)?) => {
        pub const TABLE: &[(&str, &[(&str, i64)])] = &[$((stringify!($key), &[$((stringify!($field), $value)),*])),*];
    };
}

table! {
    fast => { attempts: 3, wait: 1 << 4 },
    slow => { attempts: 9, wait: -(1 + 2), },
}

thread_local! {
    static DEPTH: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

pub fn deeper() -> u32 {
    DEPTH.with(|depth| depth.replace(depth.get() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! cases {
        ($($name:ident: $given:expr => $wanted:expr;)+) => {$(
            #[test]
            fn $name() { assert_eq!($given, $wanted); }
        )+};
    }

    cases! {
        counts: TOKENS => 7;
        makes: made() => 42;
        matches: shape(Some(1)) => Some("one");
        guards: shape(Some(2)) => None;
        tables: TABLE[1].1[1].1 => -3;
        wraps: Port::from(1).into_inner() => 1;
    }
}
