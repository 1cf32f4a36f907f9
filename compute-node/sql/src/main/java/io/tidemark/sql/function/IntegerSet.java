package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// IN of an integer and constants that are integers, by binary search.
final class IntegerSet extends BoundFunction {
  /// Below this many arguments comparing one after the other is as fast.
  private static final int FEWEST = 6;

  private final long[] elements;
  private final boolean hasNull;

  private IntegerSet(long[] elements, boolean hasNull) {
    super(SqlType.BOOLEAN);
    this.elements = elements;
    this.hasNull = hasNull;
  }

  /// Empty if the arguments are not of this form; numbers above the signed range are not.
  static Optional<BoundFunction> bind(List<Argument> arguments) {
    SqlType type = arguments.getFirst().type();
    if (arguments.size() < FEWEST || !type.isInteger() || type.unsigned() && type.length() > 18) {
      return Optional.empty();
    }
    long[] elements = new long[arguments.size() - 1];
    int count = 0;
    boolean hasNull = false;
    for (Argument argument : arguments.subList(1, arguments.size())) {
      Value constant = argument.constant().orElse(NullValue.NULL);
      if (argument.isConstant() && constant.isNull()) {
        hasNull = true;
      } else if (constant instanceof IntValue number
          && (!number.isUnsigned() || number.value() >= 0)) {
        elements[count++] = number.value();
      } else {
        return Optional.empty();
      }
    }
    long[] sorted = Arrays.copyOf(elements, count);
    Arrays.sort(sorted);
    return Optional.of(new IntegerSet(sorted, hasNull));
  }

  @Override
  public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
    Value value = operands[0].evaluate(context, row);
    if (value.isNull()) {
      return NullValue.NULL;
    }
    if (Arrays.binarySearch(elements, value.toLong(context)) >= 0) {
      return IntValue.ONE;
    }
    return hasNull ? NullValue.NULL : IntValue.ZERO;
  }
}
