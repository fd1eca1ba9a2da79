//! Shapes of items that selection by syntax has to know: twins, spread impls, generics of all kinds.

use core::{
    self as engine,
    fmt::{self, Display as _, Write as FmtWrite},
    marker::PhantomData, ops::{Add, *},
};
use ::std::{collections::{*, hash_map::{self, Entry}}, future::Future, io::{self, prelude::*}};
pub extern crate alloc;
extern crate std as standard;

/// Who a twin is about.
pub trait Related<X> {
    fn related() -> &'static str;
}

pub struct User;
pub struct Team;
pub enum Entity { User, Team }

impl Related<User> for Entity {
    fn related() -> &'static str { "user" }
}

impl Related<Team> for Entity {
    fn related() -> &'static str { "team" }
}

impl<X> Related<Vec<X>> for Entity where Entity: Related<X> {
    fn related() -> &'static str { <Self as Related<X>>::related() }
}

/// A matrix whose size is part of its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matrix<T, const ROWS: usize, const COLUMNS: usize = { 2 + 1 }>([[T; COLUMNS]; ROWS]);

impl<T: Copy + Default, const R: usize, const C: usize> Matrix<T, R, C> {
    pub const CELLS: usize = R * C;

    pub fn transpose(&self) -> Matrix<T, C, R> {
        let mut out = [[T::default(); R]; C];
        for (r, row) in self.0.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() { out[c][r] = *cell; }
        }
        Matrix(out)
    }
}

// The same type again: its impls are spread over the file.
impl<T, const R: usize, const C: usize> Matrix<T, R, C> { pub fn rows(&self) -> &[[T; C]; R] { &self.0 } }

impl Matrix<u8, 1, { 1 }> { pub const ONE: Self = Self([[1]]); }

impl<T, const R: usize, const C: usize> Add for Matrix<T, R, C>
where
    T: Add<Output = T> + Copy,
    [T; C]: Sized,
{
    type Output = Self;

    fn add(mut self, other: Self) -> Self::Output {
        for (row, more) in self.0.iter_mut().zip(other.0) {
            for (cell, more) in row.iter_mut().zip(more) { *cell = *cell + more; }
        }
        self
    }
}

/// Lends what it holds: an associated type with a lifetime of its own.
pub trait Lend {
    type Item<'lend>: fmt::Debug where Self: 'lend;
    const KIND: &'static str = "lender";
    fn lend<'lend>(&'lend mut self) -> Option<Self::Item<'lend>>;
    fn kind(&self) -> &'static str { Self::KIND }
}

pub struct Windows<'s, T, const N: usize> { slice: &'s mut [T], at: usize }

impl<'s, T: fmt::Debug, const N: usize> Lend for Windows<'s, T, N> {
    type Item<'lend> = &'lend mut [T] where Self: 'lend;

    fn lend<'lend>(&'lend mut self) -> Option<Self::Item<'lend>> {
        let window = self.slice.get_mut(self.at..self.at + N)?;
        self.at += 1;
        Some(window)
    }
}

/// Asks, and waits for the answer.
#[allow(async_fn_in_trait)]
pub trait Ask: Sized + 'static {
    async fn ask(&self, question: &str) -> io::Result<String>;
    fn ask_later(self, question: String) -> impl Future<Output = io::Result<String>> { async move { self.ask(&question).await } }
}

impl Ask for User {
    async fn ask(&self, question: &str) -> io::Result<String> {
        let shout = async |text: &str| -> String { text.to_uppercase() };
        Ok(shout(question).await)
    }
}

/// Bits, seen one way or the other.
#[repr(C)]
pub union Bits { pub float: f32, pub word: u32, pub bytes: [u8; 4] }

impl Bits {
    pub fn sign(&self) -> bool { unsafe { self.word >> 31 == 1 } }
}

unsafe extern "C" {
    /// The length of a C string.
    pub unsafe fn strlen(text: *const core::ffi::c_char) -> usize;
    static environ: *const *const core::ffi::c_char;
}

pub extern "C" fn callback(context: *mut core::ffi::c_void, done: Option<unsafe extern "C" fn(i32, ...)>) -> i32 {
    i32::from(context.is_null() && done.is_none())
}

/// # Safety
/// `pointer` must come from [`Box::into_raw`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn odd_free(pointer: *mut u8) { drop(unsafe { Box::from_raw(pointer) }) }

pub unsafe trait Trusted {}
unsafe impl<T: ?Sized> Trusted for PhantomData<T> {}

pub struct Unit; pub struct Tuple(pub u8, pub(crate) u16, u32); pub enum Never {} pub type Alias<T> = Result<T, Never>;

#[repr(i8)]
pub enum Discriminants { Negative = -1, Zero, Big = 0x7f, }

const _: () = assert!(Matrix::<u8, 2>::CELLS == 6);
const _: fn() = || { fn is_send<T: Send>() {} is_send::<Unit>(); };

impl<T, F> Drop for Guard<T, F> where F: FnMut(&mut T) + Clone { fn drop(&mut self) { (self.1)(&mut self.0) } }
pub struct Guard<T, F: FnMut(&mut T) = fn(&mut T)>(T, F, PhantomData<*const T>) where F: Clone;

impl dyn Trusted + Send { pub fn boxed(self: Box<Self>) -> usize { engine::mem::size_of_val(&*self) } }
impl<A, B> Related<(A, B)> for [Entity; 2] { fn related() -> &'static str { "pair" } }
impl<F> Related<F> for fn(F) -> ! where F: for<'a> FnOnce(&'a mut dyn FmtWrite) -> fmt::Result { fn related() -> &'static str { "never" } }

pub fn uses(mut map: HashMap<u8, u8>, mut out: impl Write) -> io::Result<BTreeMap<u8, u8>> {
    if let Entry::Vacant(slot) = map.entry(1) { slot.insert(2); }
    let _: &hash_map::HashMap<u8, u8, _> = &map;
    let Some(&first) = map.values().next() else { return Ok(BTreeMap::new()) };
    writeln!(out, "{}", first.to_string().as_str().neg_len())?;
    Ok(map.into_iter().collect())
}

trait NegLen { fn neg_len(&self) -> isize; }
impl NegLen for str { fn neg_len(&self) -> isize { (self.len() as isize).neg() } }
