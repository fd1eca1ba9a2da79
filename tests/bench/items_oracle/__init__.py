"""The outline of real files, judged by rustc's own syntax tree."""
