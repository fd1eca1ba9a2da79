//! Attributes of all lengths, and the conditions under which code is test code, or is not.
#![allow(
    dead_code,
    unexpected_cfgs,
    clippy::all
)]

#[derive(
    Debug,
    Clone, // the copy is cheap
    /* order matters to nobody */
    PartialEq,
)]
#[repr(
    C,
    align(16),
)]
#[doc(alias = "]", alias = "}")]
#[cfg_attr(
    all(not(test), feature = "serde"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase", bound(serialize = "T: Clone"))
)]
pub struct Spread<T> {
    #[cfg_attr(feature = "serde", serde(with = "self::hex"))] pub value: T,
}

#[inline] #[must_use = "on one line"] pub const fn attributes_on_its_line() -> u8 { 1 }

#[cfg(target_pointer_width = "64")]
pub type Word = u64;
#[cfg(not(target_pointer_width = "64"))]
pub type Word = u32;

/// Twins: the same name under two conditions.
#[cfg(any(unix, windows))]
pub fn platform() -> &'static str {
    "known"
}

/// Twins: the other one.
#[cfg(not(any(unix, windows)))]
pub fn platform() -> &'static str {
    "unknown"
}

#[cfg(not(test))]
pub fn not_under_test() {}

#[cfg(any(test, feature = "testing"))]
pub fn sometimes_under_test() {}

#[cfg(feature = "test")]
pub fn a_feature_of_that_name() {}

#[cfg_attr(test, allow(unused))]
pub fn only_the_attribute_is_conditional() {}

#[cfg(all(test, unix))]
fn surely_under_test() {}

#[cfg(any(all(test, unix), all(windows, test)))]
mod surely_test_code_too {
    pub(super) fn helper() {}
}

pub mod tests_in_name_only {
    #![allow(unused_imports)]
    use std::fmt as _;

    pub fn testing() {}
}

pub fn inner_attributes() -> u8 {
    #![allow(unused_variables)]
    #[rustfmt::skip]
    let matrix = [
        1, 0,
        0, 1 ];
    #[cfg(never)]
    let matrix = [0; 4];
    #[allow(clippy::needless_return)]
    {
        return match matrix.len() {
            #[cfg(never)]
            0 => 0,
            #[allow(unreachable_patterns)]
            4 => 1,
            _ => 2,
        };
    }
}

#[test]
fn a_test_without_a_module() {
    assert_eq!(inner_attributes(), 1);
}

#[test]
#[should_panic(expected = "}")]
#[ignore = "shows what a reason looks like: \"]\""]
fn a_test_with_more_attributes() {
    panic!("}}");
}
