; What the source pane colours. Captures are named after styles; which style wins where two meet is said once, by
; their order in app/rust/highlight.py, so the order of the patterns here means nothing. No predicates: they would be
; evaluated in Python, and identifiers are told apart by their first letter there anyway.

(attribute_item) @attribute
(inner_attribute_item) @attribute

[(line_comment) (block_comment)] @comment
(line_comment doc: (_)) @doc
(block_comment doc: (_)) @doc

[(string_literal) (raw_string_literal) (char_literal)] @string
(escape_sequence) @escape
[(integer_literal) (float_literal)] @number

(identifier) @identifier
[(type_identifier) (primitive_type)] @type
[(boolean_literal) (metavariable)] @constant
[(lifetime) (label)] @lifetime

(function_item name: (identifier) @function)
(function_signature_item name: (identifier) @function)
(call_expression function: (identifier) @function)
(call_expression function: (scoped_identifier name: (identifier) @function))
(call_expression function: (field_expression field: (field_identifier) @function))
(generic_function function: (identifier) @function)
(generic_function function: (scoped_identifier name: (identifier) @function))
(generic_function function: (field_expression field: (field_identifier) @function))

(macro_invocation macro: (identifier) @macro "!" @macro)
(macro_invocation macro: (scoped_identifier name: (identifier) @macro) "!" @macro)
(macro_definition "macro_rules!" @macro name: (identifier) @macro)

[
  "as" "async" "await" "break" "const" "continue" "default" "dyn" "else" "enum" "extern" "fn" "for" "gen" "if"
  "impl" "in" "let" "loop" "match" "mod" "move" "pub" "raw" "ref" "return" "static" "struct" "trait" "try" "type"
  "union" "unsafe" "use" "where" "while" "yield"
  (crate) (mutable_specifier) (self) (super)
] @keyword
