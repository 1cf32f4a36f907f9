package io.tidemark.sql.execute;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.SetValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;

/// What MySQL puts into a NOT NULL column that gets no value, when it is not strict. Source:
/// manual, Data Type Default Values.
final class Implicit {
  private Implicit() {}

  static Value of(SqlType type) {
    return switch (type.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> IntValue.of(0, type.unsigned());
      case YEAR -> IntValue.ofUnsigned(0);
      case BIT -> BitValue.of(0, (int) type.length());
      case DECIMAL -> DecimalValue.of(0, type.scale());
      case FLOAT -> FloatValue.of(0);
      case DOUBLE -> DoubleValue.of(0);
      case DATE -> DateValue.ZERO;
      case TIME -> TimeValue.ofMicros(0, type.scale());
      case DATETIME, TIMESTAMP -> new DateTimeValue(0, type.scale());
      case ENUM -> new EnumValue(1, type);
      case SET -> new SetValue(0, type);
      case BINARY -> StringValue.binary(new byte[(int) type.length()]);
      default -> StringValue.empty(type.collation());
    };
  }
}
