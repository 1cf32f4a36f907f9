package io.tidemark.sql.function;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which collation holds when strings of several meet.
///
/// Source: MySQL manual, Collation Coercibility in Expressions. The firmer side wins; at equal
/// firmness binary strings win over texts, Unicode over other character sets, and a `_bin`
/// collation over others of its character set; anything else is error 1267.
final class CollationRules {
  private CollationRules() {}

  /// A collation and how firmly it holds.
  record Derived(Collation collation, Coercibility coercibility) {}

  /// The collation of an operation on all `arguments`; `operation` is for the message.
  static Derived aggregate(List<Argument> arguments, String operation, BindContext context) {
    Derived result = derived(arguments.getFirst(), context);
    Argument holder = arguments.getFirst();
    for (int i = 1; i < arguments.size(); i++) {
      Argument next = arguments.get(i);
      Derived other = derived(next, context);
      Derived merged = merge(result, holder, other, next);
      if (merged == null) {
        throw mix(arguments, result, other, operation, context);
      }
      if (merged.equals(other) && !merged.equals(result)) {
        holder = next;
      }
      result = merged;
    }
    if (result.coercibility == Coercibility.NUMERIC
        || result.coercibility == Coercibility.IGNORABLE) {
      return new Derived(result.collation, Coercibility.COERCIBLE);
    }
    return result;
  }

  static Derived derived(Argument argument, BindContext context) {
    if (argument.type().isString() || argument.type().kind() == io.tidemark.sql.type.TypeKind.BIT) {
      return new Derived(argument.type().collation(), argument.coercibility());
    }
    return new Derived(context.connectionCollation(), argument.coercibility());
  }

  private static @Nullable Derived merge(Derived a, Argument holder, Derived b, Argument next) {
    if (a.collation.equals(b.collation)) {
      return a.coercibility.ordinal() <= b.coercibility.ordinal() ? a : b;
    }
    Charset one = a.collation.charset();
    Charset other = b.collation.charset();
    int firmer = a.coercibility.compareTo(b.coercibility);
    if (one == other) {
      return mergeSameCharset(a, b, firmer);
    }
    if (one == Charset.BINARY) {
      return firmer <= 0 ? a : b;
    }
    if (other == Charset.BINARY) {
      return firmer >= 0 ? b : a;
    }
    if (firmer <= 0 && (isSuperset(one, other) || converts(next, one))) {
      return a;
    }
    if (firmer >= 0 && (isSuperset(other, one) || converts(holder, other))) {
      return b;
    }
    if (firmer < 0 && b.coercibility.ordinal() >= Coercibility.NUMERIC.ordinal()) {
      return a;
    }
    return firmer > 0 && a.coercibility.ordinal() >= Coercibility.NUMERIC.ordinal() ? b : null;
  }

  private static @Nullable Derived mergeSameCharset(Derived a, Derived b, int firmer) {
    if (firmer != 0) {
      return firmer < 0 ? a : b;
    }
    if (a.coercibility == Coercibility.EXPLICIT) {
      return null;
    }
    if (a.collation.isBinary()) {
      return a;
    }
    if (b.collation.isBinary()) {
      return b;
    }
    return a.coercibility.ordinal() >= Coercibility.COERCIBLE.ordinal()
        ? a
        : new Derived(Collations.binaryOf(a.collation.charset()), Coercibility.NONE);
  }

  private static boolean isSuperset(Charset wide, Charset narrow) {
    return switch (wide) {
      case UTF8MB4 -> true;
      case UTF8MB3 -> narrow != Charset.UTF8MB4;
      case LATIN1 -> narrow == Charset.ASCII;
      case ASCII, BINARY -> false;
    };
  }

  private static boolean converts(Argument argument, Charset target) {
    return argument.constant().isPresent()
        && argument.constant().get() instanceof StringValue text
        && target.canEncode(text.bytes(), text.charset());
  }

  private static Rejected mix(
      List<Argument> arguments, Derived a, Derived b, String operation, BindContext context) {
    if (arguments.size() == 2) {
      return new Rejected(
          MySqlError.CANT_AGGREGATE_2COLLATIONS,
          a.collation.name(),
          nameOf(a.coercibility),
          b.collation.name(),
          nameOf(b.coercibility),
          operation);
    }
    if (arguments.size() == 3) {
      Derived first = derived(arguments.get(0), context);
      Derived second = derived(arguments.get(1), context);
      Derived third = derived(arguments.get(2), context);
      return new Rejected(
          MySqlError.CANT_AGGREGATE_3COLLATIONS,
          first.collation.name(),
          nameOf(first.coercibility),
          second.collation.name(),
          nameOf(second.coercibility),
          third.collation.name(),
          nameOf(third.coercibility),
          operation);
    }
    return new Rejected(MySqlError.CANT_AGGREGATE_NCOLLATIONS, operation);
  }

  private static String nameOf(Coercibility coercibility) {
    return coercibility == Coercibility.SYSTEM_CONSTANT ? "SYSCONST" : coercibility.name();
  }

  /// The bytes of a value in a collation's character set.
  static byte[] bytes(Value value, Collation collation) {
    if (value instanceof StringValue text) {
      return collation.charset().convert(text.bytes(), text.charset());
    }
    return collation.charset().convert(value.toBytes(), Charset.UTF8MB4);
  }
}
