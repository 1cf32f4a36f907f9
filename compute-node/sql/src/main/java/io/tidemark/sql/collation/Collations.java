package io.tidemark.sql.collation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The collations that Tidemark has, by MySQL's names and numbers.
public final class Collations {
  public static final Collation UTF8MB4_0900_AI_CI =
      new UcaCollation(255, "utf8mb4_0900_ai_ci", Charset.UTF8MB4, Uca.LEVEL_PRIMARY);
  public static final Collation UTF8MB4_0900_AS_CS =
      new UcaCollation(278, "utf8mb4_0900_as_cs", Charset.UTF8MB4, Uca.LEVEL_TERTIARY);
  public static final Collation UTF8MB4_0900_AS_CI =
      new UcaCollation(305, "utf8mb4_0900_as_ci", Charset.UTF8MB4, Uca.LEVEL_SECONDARY);
  public static final Collation UTF8MB4_0900_BIN =
      new BinaryOrderCollation(309, "utf8mb4_0900_bin", Charset.UTF8MB4, false);
  public static final Collation UTF8MB4_GENERAL_CI =
      new GeneralCiCollation(45, "utf8mb4_general_ci", Charset.UTF8MB4);
  public static final Collation UTF8MB4_BIN =
      new BinaryOrderCollation(46, "utf8mb4_bin", Charset.UTF8MB4, true);
  public static final Collation UTF8MB4_UNICODE_CI =
      new UnicodeCiCollation(224, "utf8mb4_unicode_ci", Charset.UTF8MB4);
  public static final Collation UTF8MB3_UNICODE_CI =
      new UnicodeCiCollation(192, "utf8mb3_unicode_ci", Charset.UTF8MB3);
  public static final Collation UTF8MB3_GENERAL_CI =
      new GeneralCiCollation(33, "utf8mb3_general_ci", Charset.UTF8MB3);
  public static final Collation UTF8MB3_BIN =
      new BinaryOrderCollation(83, "utf8mb3_bin", Charset.UTF8MB3, true);
  public static final Collation LATIN1_SWEDISH_CI =
      new SingleByteCollation(
          8, "latin1_swedish_ci", Charset.LATIN1, SingleByteCollation.swedish());
  public static final Collation LATIN1_BIN =
      new BinaryOrderCollation(47, "latin1_bin", Charset.LATIN1, true);
  public static final Collation ASCII_GENERAL_CI =
      new SingleByteCollation(11, "ascii_general_ci", Charset.ASCII, SingleByteCollation.ascii());
  public static final Collation ASCII_BIN =
      new BinaryOrderCollation(65, "ascii_bin", Charset.ASCII, true);
  public static final Collation BINARY =
      new BinaryOrderCollation(63, "binary", Charset.BINARY, false);

  private static final List<Collation> ALL =
      List.of(
          ASCII_BIN,
          ASCII_GENERAL_CI,
          BINARY,
          LATIN1_BIN,
          LATIN1_SWEDISH_CI,
          UTF8MB3_BIN,
          UTF8MB3_GENERAL_CI,
          UTF8MB3_UNICODE_CI,
          UTF8MB4_0900_AI_CI,
          UTF8MB4_0900_AS_CI,
          UTF8MB4_0900_AS_CS,
          UTF8MB4_0900_BIN,
          UTF8MB4_BIN,
          UTF8MB4_GENERAL_CI,
          UTF8MB4_UNICODE_CI);
  private static final Map<String, Collation> BY_NAME = new LinkedHashMap<>();
  private static final Map<Integer, Collation> BY_ID = new LinkedHashMap<>();

  static {
    for (Collation collation : ALL) {
      BY_NAME.put(collation.name(), collation);
      BY_ID.put(collation.id(), collation);
    }
    BY_NAME.put("utf8_general_ci", UTF8MB3_GENERAL_CI);
    BY_NAME.put("utf8_bin", UTF8MB3_BIN);
    BY_NAME.put("utf8_unicode_ci", UTF8MB3_UNICODE_CI);
  }

  private Collations() {}

  /// In the order of their names, as SHOW COLLATION lists them.
  public static List<Collation> all() {
    return ALL;
  }

  public static Optional<Collation> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
  }

  public static Optional<Collation> find(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /// What `CHARACTER SET x` without COLLATE means.
  public static Collation defaultOf(Charset charset) {
    return switch (charset) {
      case UTF8MB4 -> UTF8MB4_0900_AI_CI;
      case UTF8MB3 -> UTF8MB3_GENERAL_CI;
      case LATIN1 -> LATIN1_SWEDISH_CI;
      case ASCII -> ASCII_GENERAL_CI;
      case BINARY -> BINARY;
    };
  }

  /// The collation by bytes of a character set.
  public static Collation binaryOf(Charset charset) {
    return switch (charset) {
      case UTF8MB4 -> UTF8MB4_BIN;
      case UTF8MB3 -> UTF8MB3_BIN;
      case LATIN1 -> LATIN1_BIN;
      case ASCII -> ASCII_BIN;
      case BINARY -> BINARY;
    };
  }
}
