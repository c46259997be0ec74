"""Tables in the formats of other programs; each writer a file, `write_table` chooses by the name's ending."""
