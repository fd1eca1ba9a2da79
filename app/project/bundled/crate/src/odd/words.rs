//! Names and texts in many scripts: wide, combining, joined, and from right to left. 中文 · e\u{301}

#![allow(non_snake_case, uncommon_codepoints, mixed_script_confusables, confusable_idents)]

/// Raw identifiers are named without their `r#`, or with it: tools differ.
pub fn r#match(r#type: &str, r#fn: usize) -> (&str, usize) {
    (r#type, r#fn)
}

pub struct r#Struct {
    pub r#in: u8,
    pub r#loop: u8,
}

impl r#Struct {
    pub const fn r#use(&self) -> u8 {
        self.r#in + self.r#loop
    }
}

/// Ширина и высота.
pub fn площадь(ширина: f64, высота: f64) -> f64 {
    ширина * высота
}

/// 二つの数を足す。
pub fn 合計(左: i64, 右: i64) -> i64 {
    左 + 右 // 全角　の空白
}

pub struct Größe<'größe>(pub &'größe str);

impl Größe<'_> {
    pub fn länge(&self) -> usize {
        self.0.chars().count()
    }
}

/// Wide: 日本語 · 한국어. Combining: é ẹ̣́ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A. Emoji: 👩‍👩‍👧‍👦 🇺🇳 ❤️ ✋🏽. Zero width: a​b‍c.
pub const MIXED: &str = "日本語 é 👩‍👩‍👧‍👦 🇺🇳 ❤️ ✋🏽 ｆｕｌｌ ﾊﾝｶｸ ½ ﷽";

/// שלום עולם, then مرحبا بالعالم, and back to the left.
pub const RIGHT_TO_LEFT: [&str; 2] = ["שלום (עולם)", "مرحبا {بالعالم}"]; // עברית, أرقام 123

/// Tabs, before and between.
pub fn tabs() -> [&'static str; 3] {
	let	short	=	"a	b";
	let	wide	=	"日	本";	// 日	本
		let	deep	=	"	";
	[short,	wide,	deep]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names() {
        assert_eq!(合計(1, 2), 3);
        assert_eq!(Größe("äöü").länge(), 3);
        assert_eq!(r#match("x", 1), ("x", 1));
    }
}
