package io.tidemark.sql.parse;

/// Kinds of tokens.
enum TokenKind {
  /// An unquoted identifier or keyword.
  WORD,
  QUOTED_IDENTIFIER,
  STRING,
  /// `N'..'`.
  NATIONAL_STRING,
  INTEGER,
  DECIMAL,
  FLOAT,
  /// `x'..'` or `0x..`.
  HEX,
  /// `b'..'` or `0b..`.
  BIT,
  PARAMETER,
  /// Punctuation of one or more characters.
  SYMBOL,
  /// `@`, to be followed by a name.
  AT,
  /// `@@`.
  AT_AT,
  END
}
