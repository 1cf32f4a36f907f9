package io.tidemark.sql.informationschema;

import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Builds one row of a computed table, column by column.
public final class RowBuilder {
  private final List<Value> values = new ArrayList<>();

  public RowBuilder text(String text) {
    values.add(StringValue.of(text));
    return this;
  }

  public RowBuilder textOrNull(String text) {
    values.add(text.isEmpty() ? NullValue.NULL : StringValue.of(text));
    return this;
  }

  public RowBuilder number(long number) {
    values.add(IntValue.of(number));
    return this;
  }

  public RowBuilder unsigned(long number) {
    values.add(IntValue.ofUnsigned(number));
    return this;
  }

  public RowBuilder none() {
    values.add(NullValue.NULL);
    return this;
  }

  public RowBuilder nones(int count) {
    for (int i = 0; i < count; i++) {
      none();
    }
    return this;
  }

  /// A moment as a DATETIME in a time zone; NULL for 0.
  public RowBuilder time(long millis, ZoneId zone) {
    values.add(millis == 0 ? NullValue.NULL : TimeZones.fromEpochMicros(millis * 1000, zone, 0));
    return this;
  }

  public RowBuilder value(Value value) {
    values.add(value);
    return this;
  }

  public Value[] build() {
    return values.toArray(Value[]::new);
  }
}
