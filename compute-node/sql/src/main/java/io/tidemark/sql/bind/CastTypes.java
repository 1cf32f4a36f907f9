package io.tidemark.sql.bind;

import io.tidemark.sql.ast.DataType;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.BindContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;

/// The types of CAST.
final class CastTypes {
  private static final int DEFAULT_PRECISION = 10;

  private CastTypes() {}

  static SqlType of(DataType type, BindContext context) {
    return switch (type.name()) {
      case "SIGNED" -> SqlType.BIGINT;
      case "UNSIGNED" -> SqlType.BIGINT_UNSIGNED;
      case "CHAR" -> character(type, context);
      case "BINARY" -> SqlType.varbinary(Math.max(0, type.length()));
      case "DECIMAL" -> decimal(type);
      case "DATE" -> SqlType.DATE;
      case "YEAR" -> SqlType.YEAR;
      case "DATETIME" -> SqlType.datetime(fsp(type));
      case "TIME" -> SqlType.time(fsp(type));
      case "DOUBLE" -> SqlType.DOUBLE;
      case "FLOAT" -> type.length() > 24 ? SqlType.DOUBLE : SqlType.FLOAT;
      default -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CAST AS " + type.name());
    };
  }

  private static SqlType character(DataType type, BindContext context) {
    Collation collation = context.connectionCollation();
    if (!type.charset().isEmpty()) {
      Charset charset = Literals.charset(type.charset());
      collation = charset.defaultCollation();
    }
    if (type.binary()) {
      collation = Collations.binaryOf(collation.charset());
    }
    return SqlType.varchar(Math.max(0, type.length()), collation);
  }

  private static SqlType decimal(DataType type) {
    long precision = type.length() <= 0 ? DEFAULT_PRECISION : type.length();
    int scale = Math.max(0, type.scale());
    if (precision > SqlType.MAX_DECIMAL_PRECISION) {
      throw new Rejected(
          MySqlError.TOO_BIG_PRECISION, precision, "CAST", SqlType.MAX_DECIMAL_PRECISION);
    }
    if (scale > SqlType.MAX_DECIMAL_SCALE) {
      throw new Rejected(MySqlError.TOO_BIG_SCALE, scale, "CAST", SqlType.MAX_DECIMAL_SCALE);
    }
    if (scale > precision) {
      throw new Rejected(MySqlError.M_BIGGER_THAN_D, "");
    }
    return SqlType.decimal((int) precision, scale);
  }

  private static int fsp(DataType type) {
    long fsp = Math.max(0, type.length());
    if (fsp > SqlType.MAX_FSP) {
      throw new Rejected(MySqlError.TOO_BIG_PRECISION, fsp, "CAST", SqlType.MAX_FSP);
    }
    return (int) fsp;
  }
}
