//! Literals that look like code.

/// Raw strings keep whatever they hold, and what they hold may look like an item.
pub const FAKE: &str = r#"
fn fake() {
    // not a comment: "{"
    let unclosed = "{{{";
"#;

/// Two hashes, so that `"#` can stand inside.
pub const NESTED: &str = r##"r#"inner"# and a lone " and a lone }"##;

pub const BRACES: &[char] = &['{', '}', '"', '\'', '\\', '/', '\u{7b}'];
pub const BYTES: &[u8] = b"}}\x00\\\"{{";
pub const RAW_BYTES: &[u8] = br#"impl Nothing for "{""#;
pub const C: &std::ffi::CStr = c"/* no comment */ \xff";

/// A backslash at a line's end swallows the line end and what leads the next line.
pub const JOINED: &str = "one \
      /* still the string */ \
      line // so is this";

pub const LINES: &str = "first
	second, after a tab
}
fn third() {";

pub fn formatted(name: &str, width: usize) -> String {
    let quoted = format!("{{{name:>width$}}} {0:?} {0:#x?} {{}}", 7);
    let raw = format!(r#"{{"name": "{name}", "f": "fn() {{ }}"}}"#);
    quoted + &raw
}

pub fn comment_like() -> [&'static str; 4] {
    ["// no", "/* no", "*/ no", r"\"]
}

pub fn after_all_that() -> char {
    '"' // and this is a comment again: "
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_looks_like_code_is_text() {
        assert!(super::FAKE.contains("fn fake() {"));
        assert_eq!(super::JOINED, "one /* still the string */ line // so is this");
    }
}
