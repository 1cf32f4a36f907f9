package io.tidemark.sql.bind;

import io.tidemark.sql.function.BindContext;
import io.tidemark.sql.parse.LiteralCursor;
import io.tidemark.sql.parse.ValueList;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Rejected;
import java.util.function.IntFunction;

/// The rows of a [ValueList] as values: those that [ExpressionBinder] makes constants of the same
/// literals. One row exists at a time. Confined to the statement's thread.
public final class LiteralRows {
  private final ValueList list;
  private final ValueList.Reader reader;
  private final BindContext context;
  private final IntFunction<Value> parameters;
  private int nextParameter;

  /// `parameters` gives the values of the `?` among the literals by their numbers.
  public LiteralRows(ValueList list, BindContext context, IntFunction<Value> parameters) {
    this.list = list;
    this.reader = list.reader();
    this.context = context;
    this.parameters = parameters;
  }

  /// Whether every literal of a list has a value. Those that have none are an error before anything
  /// of the statement happens.
  public static boolean haveValues(ValueList list, BindContext context) {
    if (!list.mayBeRefused()) {
      return true;
    }
    LiteralRows rows = new LiteralRows(list, context, _ -> NullValue.NULL);
    Value[] row = new Value[list.columns()];
    try {
      while (rows.next(row)) {}
      return true;
    } catch (Rejected none) {
      return false;
    }
  }

  /// How many rows there are in all.
  public int count() {
    return list.rows();
  }

  /// How many values each row has.
  public int columns() {
    return list.columns();
  }

  /// Puts the next row's values into `row`; false behind the last.
  public boolean next(Value[] row) {
    if (!reader.nextRow()) {
      return false;
    }
    for (int i = 0; i < list.columns(); i++) {
      row[i] = value(reader.nextLiteral());
    }
    return true;
  }

  private Value value(LiteralCursor literal) {
    return switch (literal.kind()) {
      case NULL -> NullValue.NULL;
      case TRUE -> IntValue.ONE;
      case FALSE -> IntValue.ZERO;
      case INTEGER -> literal.isShort() ? IntValue.of(literal.digits()) : number(literal);
      case DECIMAL ->
          literal.isShort() ? DecimalValue.of(literal.digits(), literal.scale()) : number(literal);
      case FLOAT -> number(literal);
      case STRING ->
          literal.introducer().isEmpty()
              ? new StringValue(literal.bytes(), context.connectionCollation())
              : Literals.string(literal.toStringLiteral(), context).value();
      case HEX -> Literals.hex(literal.toHex()).value();
      case BIT -> Literals.bits(literal.toBits()).value();
      case PARAMETER -> parameters.apply(nextParameter++);
    };
  }

  private static Value number(LiteralCursor literal) {
    Value value = Literals.number(literal.toNumber()).value();
    return literal.isNegative() ? negative(value) : value;
  }

  /// As the sign does it with a constant.
  private static Value negative(Value value) {
    return switch (value) {
      case IntValue number when !number.isUnsigned() || number.value() == Long.MIN_VALUE ->
          IntValue.of(-number.value());
      case DoubleValue number -> DoubleValue.of(-number.value());
      case IntValue number -> DecimalMath.negate(DecimalValue.ofUnsigned(number.value()));
      case DecimalValue number -> DecimalMath.negate(number);
      default -> throw new IllegalStateException("no number: " + value);
    };
  }
}
