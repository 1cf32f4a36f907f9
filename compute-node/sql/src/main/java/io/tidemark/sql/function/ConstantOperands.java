package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;

/// Operands that read an array of values: operand n is element n.
final class ConstantOperands {
  private static final int PREPARED = 64;
  private static final Operand<Value[]>[] OPERANDS = make(PREPARED);

  private ConstantOperands() {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Operand<Value[]>[] make(int count) {
    Operand<Value[]>[] operands = new Operand[count];
    for (int i = 0; i < count; i++) {
      int index = i;
      operands[i] = (context, row) -> row[index];
    }
    return operands;
  }

  static Operand<Value[]>[] first(int count) {
    return count == PREPARED
        ? OPERANDS
        : count < PREPARED ? java.util.Arrays.copyOf(OPERANDS, count) : make(count);
  }
}
