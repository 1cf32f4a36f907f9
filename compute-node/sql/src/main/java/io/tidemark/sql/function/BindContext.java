package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.value.ConversionContext;

/// What binding depends on besides the arguments. Warnings of constant conversions go to it.
public interface BindContext extends ConversionContext {
  /// `collation_connection`: the collation of texts made from numbers.
  Collation connectionCollation();

  /// `div_precision_increment`.
  int divisionPrecisionIncrement();

  /// `max_allowed_packet`.
  long maxAllowedPacket();
}
