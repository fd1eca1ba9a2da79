// SPDX-License-Identifier: MIT
// This header is glued to the first item, and belongs to the file all the same.
pub struct AfterHeader;

/* A plain block comment, /* with another /* and another */ inside */ and a brace { */

// A plain comment with a blank line below: it belongs to nobody.

// A plain comment directly above: it belongs to the constant.
pub const GLUED: u8 = 1; // and so does this one, on its last line

/// Line documentation.
/** Block documentation, { on one line. */
#[doc = "Documentation as an attribute."]
// A plain comment between documentation and the item.
#[derive(Debug)]
/* A plain block between attributes. */
pub struct AllKinds {
    /// Of a field.
    pub field: u8, // trailing, of a field
    pub last: u8, /* trailing, of the last field */
} // trailing, of the struct

/**
 * Documentation in a block,
 *
 * ```
 * fn example() { /* nested */ }
 * ```
 */
pub fn documented() {}

//// Four slashes are a plain comment.
/***  Three stars are one, too. ***/
/**/
/***/
pub fn barely() {}

pub mod inner {
    //! Documentation of the module, from within.
    /*! And in a block. */

    pub fn first() {} /* of first */ // and more of first
    // of second
    pub fn second() {
        //! Documentation of the function, from within.
        // a comment that ends the body: }
    }

    pub fn empty() { /* nothing but this */ }
    // The module's last words belong to nobody.
}

pub fn comments_everywhere /* name */ ( /* none */ ) /* arrow */ -> /* type */ u8 /* body */ {
    /* { */ 1 /* + */ + /* } */ 2 // }
}

pub fn one() {} // of one
/// Of two, directly below.
pub fn two() {}
// Nobody's: the file's last line.
