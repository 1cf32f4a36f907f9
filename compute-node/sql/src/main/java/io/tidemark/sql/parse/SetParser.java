package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.SetCharacterSet;
import io.tidemark.sql.ast.AdministrationCommand.SetItem;
import io.tidemark.sql.ast.AdministrationCommand.SetNames;
import io.tidemark.sql.ast.AdministrationCommand.SetPassword;
import io.tidemark.sql.ast.AdministrationCommand.SetScope;
import io.tidemark.sql.ast.AdministrationCommand.SetSystemVariable;
import io.tidemark.sql.ast.AdministrationCommand.SetTransaction;
import io.tidemark.sql.ast.AdministrationCommand.SetUserVariable;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.StringLiteral;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads SET. Confined to one thread.
final class SetParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  SetParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new QueryParser(tokens).expressions();
  }

  AdministrationCommand set() {
    tokens.expectWord("SET");
    if (tokens.isWord("PASSWORD")) {
      return new AdministrationCommand.Set(List.of(password()));
    }
    if (tokens.isWord("ROLE") || tokens.isWord("DEFAULT") || tokens.isWord("RESOURCE")) {
      throw Tokens.unsupported("SET " + tokens.word());
    }
    List<SetItem> items = new ArrayList<>();
    SetScope scope = SetScope.SESSION;
    do {
      SetScope written = scopeWord();
      if (tokens.isWord("TRANSACTION")) {
        items.add(transaction(written == null ? SetScope.UNSCOPED : written));
        break;
      }
      if (written != null) {
        scope = written;
      }
      items.add(item(scope));
    } while (tokens.trySymbol(","));
    return new AdministrationCommand.Set(items);
  }

  /// GLOBAL, SESSION, LOCAL, PERSIST or PERSIST_ONLY; null if none stands here.
  private @Nullable SetScope scopeWord() {
    if (tokens.isSymbol(1, "=") || tokens.isSymbol(1, ":=")) {
      return null;
    }
    SetScope scope =
        switch (tokens.word()) {
          case "GLOBAL" -> SetScope.GLOBAL;
          case "SESSION", "LOCAL" -> SetScope.SESSION;
          case "PERSIST", "PERSIST_ONLY" -> SetScope.PERSIST;
          default -> null;
        };
    if (scope != null) {
      tokens.advance();
    }
    return scope;
  }

  private SetItem item(SetScope scope) {
    switch (tokens.kind()) {
      case AT -> {
        return userVariable();
      }
      case AT_AT -> {
        tokens.advance();
        SetScope own = SetScope.UNSCOPED;
        if (tokens.isSymbol(1, ".")) {
          SetScope written = scopeWord();
          if (written != null) {
            own = written;
            tokens.expectSymbol(".");
          }
        }
        return systemVariable(own);
      }
      default -> {}
    }
    if (tokens.isWord("NAMES") && !tokens.isSymbol(1, "=")) {
      return names();
    }
    boolean charset = tokens.isWord("CHARSET") && !tokens.isSymbol(1, "=");
    if (charset || (tokens.isWord("CHARACTER") && tokens.isWord(1, "SET"))) {
      tokens.advance();
      if (!charset) {
        tokens.advance();
      }
      return new SetCharacterSet(tokens.tryWord("DEFAULT") ? "" : Names.charsetName(tokens));
    }
    return systemVariable(scope);
  }

  private SetItem userVariable() {
    String name = OperandParser.variableName(tokens);
    assign();
    return new SetUserVariable(name, expressions.expression());
  }

  private SetItem systemVariable(SetScope scope) {
    String name = Names.identifierAfterPoint(tokens).toLowerCase(Locale.ROOT);
    if (tokens.trySymbol(".")) {
      throw Tokens.unsupported("structured system variables");
    }
    assign();
    return new SetSystemVariable(scope, name, value());
  }

  private void assign() {
    if (!tokens.trySymbol(":=")) {
      tokens.expectSymbol("=");
    }
  }

  /// An expression; words that stand alone are texts, DEFAULT is absent.
  private Expression value() {
    boolean alone =
        tokens.kind(1) == TokenKind.END || tokens.isSymbol(1, ",") || tokens.isSymbol(1, ";");
    if (alone && tokens.kind() == TokenKind.WORD) {
      if (tokens.tryWord("DEFAULT")) {
        return Expression.ABSENT;
      }
      switch (tokens.word()) {
        case "NULL", "TRUE", "FALSE" -> {}
        default -> {
          String word = Tokens.decode(tokens.raw());
          tokens.advance();
          return new StringLiteral(word.getBytes(StandardCharsets.UTF_8), "utf8mb4");
        }
      }
    }
    if (alone && tokens.kind() == TokenKind.QUOTED_IDENTIFIER) {
      String name = Names.identifier(tokens);
      return new StringLiteral(name.getBytes(StandardCharsets.UTF_8), "utf8mb4");
    }
    return expressions.expression();
  }

  private SetItem names() {
    tokens.advance();
    if (tokens.tryWord("DEFAULT")) {
      return new SetNames("", "");
    }
    String charset = Names.charsetName(tokens);
    String collation = tokens.tryWord("COLLATE") ? Names.charsetName(tokens) : "";
    return new SetNames(charset, collation);
  }

  private SetItem transaction(SetScope scope) {
    tokens.advance();
    String isolation = "";
    String access = "";
    do {
      if (tokens.tryWord("ISOLATION")) {
        tokens.expectWord("LEVEL");
        isolation = isolation();
      } else {
        tokens.expectWord("READ");
        if (tokens.tryWord("ONLY")) {
          access = "READ ONLY";
        } else {
          tokens.expectWord("WRITE");
          access = "READ WRITE";
        }
      }
    } while (tokens.trySymbol(","));
    return new SetTransaction(scope, isolation, access);
  }

  private String isolation() {
    if (tokens.tryWord("SERIALIZABLE")) {
      return "SERIALIZABLE";
    }
    if (tokens.tryWord("REPEATABLE")) {
      tokens.expectWord("READ");
      return "REPEATABLE-READ";
    }
    tokens.expectWord("READ");
    if (tokens.tryWord("COMMITTED")) {
      return "READ-COMMITTED";
    }
    tokens.expectWord("UNCOMMITTED");
    return "READ-UNCOMMITTED";
  }

  private SetItem password() {
    tokens.advance();
    List<AccountName> user = List.of();
    if (tokens.tryWord("FOR")) {
      user = List.of(AccountParser.account(tokens));
    }
    assign();
    String password = Names.string(tokens).text();
    return new SetPassword(user, password);
  }
}
