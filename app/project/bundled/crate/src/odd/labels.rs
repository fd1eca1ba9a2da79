//! Quotes that are characters, lifetimes and labels, side by side.

pub fn quotes<'a>(a: &'a str) -> Option<(char, &'a str)> {
    let b = 'b';
    'a: loop {
        for (at, c) in a.char_indices() {
            if c == 'a' || c == '\'' {
                break 'a Some((b, &a[at..]));
            } else if c == b {
                continue 'a;
            }
        }
        break 'a None;
    }
}

pub fn block(limit: u32) -> u32 {
    let found = 'search: {
        'outer: for x in 1..limit {
            'inner: while x < limit {
                if x % 7 == 0 { break 'search x }
                if x % 5 == 0 { continue 'outer }
                break 'inner;
            }
        }
        0
    };
    found
}

pub struct Split<'text, 'sep: 'text> {
    text: &'text str,
    sep: &'sep str,
}

impl<'text, 'sep: 'text> Split<'text, 'sep> {
    pub const fn new(text: &'text str, sep: &'sep str) -> Self {
        Self { text, sep }
    }
}

impl<'text> Iterator for Split<'text, '_> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        let (head, tail) = self.text.split_once(self.sep)?;
        self.text = tail;
        Some(head)
    }
}

pub fn higher(f: impl for<'any> Fn(&'any str) -> &'any str) -> Box<dyn for<'x> Fn(&'x str) -> usize> {
    let n = f("'static").len();
    Box::new(move |x| x.len() + n)
}

pub static STATIC: &'static (dyn Fn(&'static str) -> char + Sync) = &|_: &'static str| -> char { 's' };

pub fn generic_or_less(a: i32, b: i32, v: &[i32]) -> (bool, bool, Vec<i32>) {
    let shifted = a << b >> 1;
    let turbofish = v.iter().map(|x| x >> 1).collect::<Vec<_>>();
    (a < b, (a as i32) < shifted && b > (a), turbofish)
}

pub fn ranges(v: &[u8]) -> usize {
    let _ = (.., ..=3, 1.., 1..2, 1..=2, ..v.len());
    match v {
        [] => 0,
        [_] | [_, _] => 1,
        [first @ 0..=9, .., last] if first < last => 2,
        [.., rest @ b'a'..=b'z'] => usize::from(*rest),
        _ => v[..][..v.len() - 1].len(),
    }
}
