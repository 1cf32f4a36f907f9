/// From text to the syntax tree of [io.tidemark.sql.ast].
///
/// A recursive descent parser over MySQL 8.0's grammar (manual, chapter SQL Statements), working on
/// the bytes of the client, one character for each byte, so that strings of any bytes survive.
/// Errors are MySQL's error 1064 with the text from the offending token on.
@NullMarked
package io.tidemark.sql.parse;

import org.jspecify.annotations.NullMarked;
