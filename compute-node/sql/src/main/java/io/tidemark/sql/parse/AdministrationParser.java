package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.Describe;
import io.tidemark.sql.ast.AdministrationCommand.Flush;
import io.tidemark.sql.ast.AdministrationCommand.Kill;
import io.tidemark.sql.ast.AdministrationCommand.Maintain;
import io.tidemark.sql.ast.AdministrationCommand.Nothing;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads the statements that the main parser leaves as text: SET, SHOW, DESCRIBE, accounts, KILL,
/// FLUSH, table maintenance. Stateless.
public final class AdministrationParser {
  private AdministrationParser() {}

  /// `text` is the whole statement.
  ///
  /// @throws io.tidemark.storage.error.Rejected 1064, or 1235 if it is not supported
  public static AdministrationCommand parse(String text, int sqlModeBits) {
    String bytes = SqlParser.toText(text.getBytes(StandardCharsets.UTF_8));
    Tokens tokens = Lexer.tokenize(bytes, 0, sqlModeBits);
    AdministrationCommand command = command(tokens);
    if (!tokens.atEnd()) {
      throw tokens.syntaxError();
    }
    return command;
  }

  private static AdministrationCommand command(Tokens tokens) {
    String verb = tokens.word();
    return switch (verb) {
      case "SET" -> new SetParser(tokens).set();
      case "SHOW" -> new ShowParser(tokens).show();
      case "DESCRIBE", "DESC", "EXPLAIN" -> describe(tokens);
      case "CREATE", "ALTER", "RENAME", "GRANT", "REVOKE" -> new AccountParser(tokens).command();
      case "DROP" -> drop(tokens);
      case "KILL" -> kill(tokens);
      case "FLUSH" -> flush(tokens);
      case "ANALYZE", "CHECK", "OPTIMIZE", "REPAIR", "CHECKSUM" -> maintain(tokens, verb);
      default -> throw Tokens.unsupported(verb);
    };
  }

  private static AdministrationCommand describe(Tokens tokens) {
    tokens.advance();
    QualifiedName table = Names.qualifiedName(tokens);
    String column = "";
    if (tokens.kind() == TokenKind.STRING) {
      column = Names.string(tokens).text();
    } else if (!tokens.atEnd()) {
      column = Names.identifier(tokens);
    }
    return new Describe(table, column);
  }

  private static AdministrationCommand drop(Tokens tokens) {
    if (tokens.isWord(1, "USER")) {
      return new AccountParser(tokens).command();
    }
    if (tokens.isWord(1, "ROLE")) {
      throw Tokens.unsupported("roles");
    }
    while (!tokens.atEnd()) {
      tokens.advance();
    }
    return new Nothing("");
  }

  private static AdministrationCommand kill(Tokens tokens) {
    tokens.advance();
    boolean query = tokens.tryWord("QUERY");
    if (!query) {
      tokens.tryWord("CONNECTION");
    }
    Expression id = new QueryParser(tokens).expressions().expression();
    return new Kill(query, id);
  }

  private static AdministrationCommand flush(Tokens tokens) {
    tokens.advance();
    if (!tokens.tryWord("NO_WRITE_TO_BINLOG")) {
      tokens.tryWord("LOCAL");
    }
    if (tokens.isWord("TABLES") || tokens.isWord("TABLE")) {
      tokens.advance();
      List<QualifiedName> tables = new ArrayList<>();
      if (Names.isIdentifier(tokens) && !tokens.isWord("WITH")) {
        do {
          tables.add(Names.qualifiedName(tokens));
        } while (tokens.trySymbol(","));
      }
      boolean readLock = tokens.tryWord("WITH");
      if (readLock) {
        tokens.expectWord("READ");
        tokens.expectWord("LOCK");
      } else if (tokens.tryWord("FOR")) {
        tokens.expectWord("EXPORT");
        throw Tokens.unsupported("FLUSH TABLES .. FOR EXPORT");
      }
      return new Flush("TABLES", tables, readLock);
    }
    StringBuilder what = new StringBuilder();
    while (!tokens.atEnd()) {
      what.append(what.isEmpty() || tokens.isSymbol(",") ? "" : " ").append(tokens.raw());
      tokens.advance();
    }
    if (what.isEmpty()) {
      throw tokens.syntaxError();
    }
    return new Flush(what.toString().toUpperCase(java.util.Locale.ROOT), List.of(), false);
  }

  private static AdministrationCommand maintain(Tokens tokens, String verb) {
    tokens.advance();
    if (!tokens.tryWord("NO_WRITE_TO_BINLOG")) {
      tokens.tryWord("LOCAL");
    }
    if (!tokens.tryWord("TABLE")) {
      tokens.expectWord("TABLES");
    }
    List<QualifiedName> tables = new ArrayList<>();
    do {
      tables.add(Names.qualifiedName(tokens));
    } while (tokens.trySymbol(","));
    while (!tokens.atEnd()) {
      switch (tokens.word()) {
        case "FOR", "QUICK", "FAST", "MEDIUM", "EXTENDED", "CHANGED", "UPGRADE", "USE_FRM" ->
            tokens.advance();
        default ->
            throw verb.equals("ANALYZE") ? Tokens.unsupported("histograms") : tokens.syntaxError();
      }
    }
    return new Maintain(verb, tables);
  }
}
