"""What the command line does once it is parsed: one module a family of commands, each imported when used."""
