//! Nesting, far deeper than a reviewer would allow.

pub mod a {
    pub mod b {
        pub mod c {
            pub mod d {
                pub mod e {
                    pub mod f {
                        /// Six modules down.
                        pub struct Deep;

                        impl Deep {
                            pub fn dig() -> u8 {
                                fn inner() -> u8 {
                                    struct Local;
                                    impl Local {
                                        const N: u8 = {
                                            const fn innermost() -> u8 {
                                                7
                                            }
                                            innermost()
                                        };
                                    }
                                    Local::N
                                }
                                inner()
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn blocks(n: u32) -> u32 {
    loop { break {
        if n > 1 {
            if n > 2 {
                {
                    if n > 4 {
                        if n > 5 {
                            loop { break {
                                if n > 7 {
                                    if n > 8 {
                                        {
                                            if n > 10 {
                                                if n > 11 {
                                                    loop { break {
                                                        if n > 13 {
                                                            if n > 14 {
                                                                {
                                                                    if n > 16 {
                                                                        if n > 17 {
                                                                            loop { break {
                                                                                if n > 19 {
                                                                                    if n > 20 {
                                                                                        {
                                                                                            if n > 22 {
                                                                                                if n > 23 {
                                                                                                    n
                                                                                                } else { 23 }
                                                                                            } else { 22 }
                                                                                        }
                                                                                    } else { 20 }
                                                                                } else { 19 }
                                                                            }; }
                                                                        } else { 17 }
                                                                    } else { 16 }
                                                                }
                                                            } else { 14 }
                                                        } else { 13 }
                                                    }; }
                                                } else { 11 }
                                            } else { 10 }
                                        }
                                    } else { 8 }
                                } else { 7 }
                            }; }
                        } else { 5 }
                    } else { 4 }
                }
            } else { 2 }
        } else { 1 }
    }; }
}

pub fn closures() -> impl Fn(u8) -> u8 {
    move |a| (|b| (|c| (|d| (|e| a + b + c + d + e)(5))(4))(3))(2)
}

pub type Nested = Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<Option<Box<fn([[[[u8; 1]; 2]; 3]; 4]) -> ((((), ()), ()), ())>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>;

pub const PARENS: i32 = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));

pub fn matched(v: Option<Option<Option<Result<u8, u8>>>>) -> u8 {
    match v { Some(Some(Some(Ok(n) | Err(n)))) if { n > { 1 + { 2 } } } => match n { 3 => { { { 4 } } } _ => n }, Some(Some(_)) | Some(None) | None => 0 }
}

/* 1 /* 2 /* 3 /* 4 /* 5 */ 4 */ 3 */ 2 */ 1 */
pub fn after_nested_comments() {}
