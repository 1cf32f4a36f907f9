package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// REGEXP, REGEXP_LIKE, REGEXP_INSTR, REGEXP_SUBSTR, REGEXP_REPLACE with Java's regular
/// expressions.
///
/// MySQL uses ICU, whose syntax Java's covers as far as programs use it: classes, POSIX classes in
/// brackets, anchors, groups, lazy and possessive quantifiers. `[[:<:]]` and `[[:>:]]` are refused
/// as in MySQL 8.0. Case counts as the collation says, unless the match type has `c` or `i`.
final class RegexpFunctions {
  private RegexpFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    for (String name : List.of("REGEXP", "RLIKE")) {
      all.add(define(name, 2, RegexpFunctions::like));
    }
    all.add(define("REGEXP_LIKE", 2, 3, RegexpFunctions::like));
    all.add(define("REGEXP_INSTR", 2, 6, RegexpFunctions::instr));
    all.add(define("REGEXP_SUBSTR", 2, 5, RegexpFunctions::substr));
    all.add(define("REGEXP_REPLACE", 3, 6, RegexpFunctions::replace));
    return List.copyOf(all);
  }

  /// A pattern that was compiled, kept for the statement.
  private static final class Compiled {
    private String text = "";
    private String matchType = "";
    private Pattern pattern = Pattern.compile("");

    Pattern get(String newText, String newMatchType, Collation collation) {
      if (!newText.equals(text) || !newMatchType.equals(matchType)) {
        pattern = compile(newText, newMatchType, collation);
        text = newText;
        matchType = newMatchType;
      }
      return pattern;
    }
  }

  private static Pattern compile(String text, String matchType, Collation collation) {
    boolean caseless = collation.name().endsWith("_ci");
    int flags = Pattern.UNIX_LINES;
    for (char c : matchType.toCharArray()) {
      switch (c) {
        case 'c' -> caseless = false;
        case 'i' -> caseless = true;
        case 'm' -> flags |= Pattern.MULTILINE;
        case 'n' -> flags |= Pattern.DOTALL;
        case 'u' -> flags |= Pattern.UNIX_LINES;
        default -> throw new Rejected(MySqlError.WRONG_ARGUMENTS, "regexp_like");
      }
    }
    if (caseless) {
      flags |= Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    }
    if (text.isEmpty()) {
      throw new Rejected(MySqlError.REGEXP_ILLEGAL_ARGUMENT);
    }
    try {
      return Pattern.compile(withJavaClasses(text), flags);
    } catch (PatternSyntaxException e) {
      throw new Rejected(MySqlError.REGEXP_RULE_SYNTAX, e.getIndex());
    }
  }

  /// `[:alpha:]` is `\p{Alpha}` in Java.
  private static String withJavaClasses(String text) {
    if (!text.contains("[:")) {
      return text;
    }
    if (text.contains("[[:<:]]") || text.contains("[[:>:]]")) {
      throw new Rejected(MySqlError.REGEXP_ILLEGAL_ARGUMENT);
    }
    return text.replace("[:alpha:]", "\\p{IsAlphabetic}")
        .replace("[:digit:]", "\\p{IsDigit}")
        .replace("[:alnum:]", "\\p{IsAlphabetic}\\p{IsDigit}")
        .replace("[:upper:]", "\\p{IsUppercase}")
        .replace("[:lower:]", "\\p{IsLowercase}")
        .replace("[:space:]", "\\s")
        .replace("[:blank:]", "\\p{Blank}")
        .replace("[:punct:]", "\\p{Punct}")
        .replace("[:cntrl:]", "\\p{Cntrl}")
        .replace("[:graph:]", "\\p{Graph}")
        .replace("[:print:]", "\\p{Print}")
        .replace("[:xdigit:]", "\\p{XDigit}");
  }

  private static Derived derived(List<Argument> arguments, String name, BindContext context) {
    return CollationRules.aggregate(arguments.subList(0, 2), name, context);
  }

  private static Matcher matcher(
      EvalContext context, Object site, Value[] v, int matchType, Collation collation) {
    Compiled compiled = context.state(site, Compiled::new);
    String type = v.length > matchType ? v[matchType].asString() : "";
    return compiled.get(v[1].asString(), type, collation).matcher(v[0].asString());
  }

  private static BoundFunction like(List<Argument> arguments, BindContext context) {
    Collation collation = derived(arguments, "regexp_like", context).collation();
    return new BoundFunction.Strict(SqlType.BOOLEAN) {
      @Override
      protected Value apply(EvalContext c, Value[] v) {
        return IntValue.of(matcher(c, this, v, 2, collation).find());
      }
    };
  }

  /// Finds the occurrence that arguments `position` and `position + 1` ask for.
  private static boolean find(Matcher matcher, Value[] v, int position, EvalContext context) {
    long start = v.length > position ? v[position].toLong(context) : 1;
    long occurrence = v.length > position + 1 ? Math.max(1, v[position + 1].toLong(context)) : 1;
    int length = v[0].asString().length();
    if (start < 1 || start > length + 1) {
      throw new Rejected(MySqlError.REGEXP_INDEX_OUTOFBOUNDS);
    }
    String text = v[0].asString();
    boolean found = matcher.find(text.offsetByCodePoints(0, (int) start - 1));
    for (long i = 1; i < occurrence && found; i++) {
      found = matcher.find();
    }
    return found;
  }

  private static BoundFunction instr(List<Argument> arguments, BindContext context) {
    Collation collation = derived(arguments, "regexp_instr", context).collation();
    return new BoundFunction.Strict(SqlType.integerOfDigits(10, false)) {
      @Override
      protected Value apply(EvalContext c, Value[] v) {
        Matcher matcher = matcher(c, this, v, 5, collation);
        if (!find(matcher, v, 2, c)) {
          return IntValue.ZERO;
        }
        boolean end = v.length > 4 && v[4].isTrue(c);
        return IntValue.of(
            v[0].asString().codePointCount(0, end ? matcher.end() : matcher.start()) + 1L);
      }
    };
  }

  private static BoundFunction substr(List<Argument> arguments, BindContext context) {
    Derived derived = derived(arguments, "regexp_substr", context);
    return new BoundFunction.Strict(
        SqlType.stringOf(TextFunctions.length(arguments), derived.collation()),
        derived.coercibility()) {
      @Override
      protected Value apply(EvalContext c, Value[] v) {
        Matcher matcher = matcher(c, this, v, 4, derived.collation());
        return find(matcher, v, 2, c)
            ? StringValue.of(matcher.group(), derived.collation())
            : NullValue.NULL;
      }
    };
  }

  private static BoundFunction replace(List<Argument> arguments, BindContext context) {
    Derived derived = derived(arguments, "regexp_replace", context);
    return new BoundFunction.Strict(
        SqlType.stringOf(TextFunctions.length(arguments) * 4, derived.collation()),
        derived.coercibility()) {
      @Override
      protected Value apply(EvalContext c, Value[] v) {
        Matcher matcher = matcher(c, this, v, 5, derived.collation());
        String text = v[0].asString();
        long start = v.length > 3 ? v[3].toLong(c) : 1;
        long occurrence = v.length > 4 ? v[4].toLong(c) : 0;
        if (start < 1 || start > text.length() + 1) {
          throw new Rejected(MySqlError.REGEXP_INDEX_OUTOFBOUNDS);
        }
        StringBuilder out = new StringBuilder();
        long seen = 0;
        boolean found = matcher.find(text.offsetByCodePoints(0, (int) start - 1));
        int copied = 0;
        for (; found; found = matcher.find()) {
          seen++;
          if (occurrence == 0 || seen == occurrence) {
            out.append(text, copied, matcher.start());
            appendReplacement(out, matcher, v[2].asString());
            copied = matcher.end();
          }
        }
        return StringValue.of(out.append(text.substring(copied)).toString(), derived.collation());
      }
    };
  }

  /// `$n` is group n, a backslash takes the next character as it is.
  private static void appendReplacement(StringBuilder out, Matcher matcher, String replacement) {
    for (int i = 0; i < replacement.length(); i++) {
      char c = replacement.charAt(i);
      boolean more = i + 1 < replacement.length();
      if (c == '\\' && more) {
        out.append(replacement.charAt(++i));
      } else if (c == '$' && more && Character.isDigit(replacement.charAt(i + 1))) {
        int number = Character.digit(replacement.charAt(++i), 10);
        if (number > matcher.groupCount()) {
          throw new Rejected(MySqlError.REGEXP_INDEX_OUTOFBOUNDS);
        }
        String group = matcher.group(number);
        out.append(group == null ? "" : group);
      } else {
        out.append(c);
      }
    }
  }
}
