package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.AlterUser;
import io.tidemark.sql.ast.AdministrationCommand.CreateUser;
import io.tidemark.sql.ast.AdministrationCommand.DropUser;
import io.tidemark.sql.ast.AdministrationCommand.Grant;
import io.tidemark.sql.ast.AdministrationCommand.Identification;
import io.tidemark.sql.ast.AdministrationCommand.RenameUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads account statements. Confined to one thread.
final class AccountParser {
  private final Tokens tokens;

  AccountParser(Tokens tokens) {
    this.tokens = tokens;
  }

  AdministrationCommand command() {
    String verb = tokens.word();
    tokens.advance();
    if (verb.equals("GRANT") || verb.equals("REVOKE")) {
      return grant(verb.equals("REVOKE"));
    }
    if (!tokens.tryWord("USER")) {
      throw Tokens.unsupported("roles");
    }
    return switch (verb) {
      case "CREATE" -> {
        boolean ifNotExists = DefinitionParser.ifNotExists(tokens);
        List<Identification> users = users();
        yield new CreateUser(ifNotExists, users, options());
      }
      case "ALTER" -> {
        boolean ifExists = DefinitionParser.ifExists(tokens);
        List<Identification> users = users();
        yield new AlterUser(ifExists, users, options());
      }
      case "DROP" -> {
        boolean ifExists = DefinitionParser.ifExists(tokens);
        yield new DropUser(ifExists, accounts());
      }
      default -> {
        List<AccountName> names = new ArrayList<>();
        do {
          names.add(account(tokens));
          tokens.expectWord("TO");
          names.add(account(tokens));
        } while (tokens.trySymbol(","));
        yield new RenameUser(names);
      }
    };
  }

  private List<AccountName> accounts() {
    List<AccountName> names = new ArrayList<>();
    do {
      names.add(account(tokens));
    } while (tokens.trySymbol(","));
    return names;
  }

  /// `user`, `user@host`, CURRENT_USER or USER().
  static AccountName account(Tokens tokens) {
    if ((tokens.isWord("CURRENT_USER") || tokens.isWord("USER")) && !tokens.isSymbol(1, "@")) {
      boolean parentheses = tokens.isSymbol(1, "(");
      if (parentheses || tokens.isWord("CURRENT_USER")) {
        tokens.advance();
        if (parentheses) {
          tokens.advance();
          tokens.expectSymbol(")");
        }
        return AccountName.CURRENT;
      }
    }
    String user = namePart(tokens);
    String host = "%";
    if (tokens.kind() == TokenKind.AT) {
      tokens.advance();
      host = hostPart(tokens).toLowerCase(Locale.ROOT);
    }
    return new AccountName(user, host);
  }

  private static String namePart(Tokens tokens) {
    return tokens.kind() == TokenKind.STRING
        ? Names.string(tokens).text()
        : Names.identifier(tokens);
  }

  /// A host without quotes may hold points and percent signs.
  private static String hostPart(Tokens tokens) {
    if (tokens.kind() == TokenKind.STRING) {
      return Names.string(tokens).text();
    }
    StringBuilder host = new StringBuilder();
    boolean more = true;
    while (more && !tokens.atEnd()) {
      more = tokens.touchesNext(0);
      if (tokens.kind() == TokenKind.QUOTED_IDENTIFIER) {
        host.append(Names.identifierAfterPoint(tokens));
      } else if (tokens.isSymbol(",")) {
        return host.toString();
      } else {
        host.append(tokens.raw());
        tokens.advance();
      }
    }
    return host.toString();
  }

  private List<Identification> users() {
    List<Identification> users = new ArrayList<>();
    do {
      users.add(identification());
    } while (tokens.trySymbol(","));
    return users;
  }

  private Identification identification() {
    AccountName account = account(tokens);
    String plugin = "";
    boolean hasPassword = false;
    String password = "";
    boolean hasStored = false;
    String stored = "";
    if (tokens.tryWord("IDENTIFIED")) {
      if (tokens.tryWord("WITH")) {
        plugin = namePart(tokens).toLowerCase(Locale.ROOT);
      }
      if (tokens.tryWord("BY")) {
        if (tokens.isWord("RANDOM")) {
          throw Tokens.unsupported("IDENTIFIED BY RANDOM PASSWORD");
        }
        hasPassword = true;
        password = Names.string(tokens).text();
        if (tokens.isWord("REPLACE") || tokens.isWord("RETAIN")) {
          throw Tokens.unsupported("dual passwords");
        }
      } else if (tokens.tryWord("AS")) {
        hasStored = true;
        stored = Names.string(tokens).text();
      } else if (plugin.isEmpty()) {
        throw tokens.syntaxError();
      }
    }
    return new Identification(account, plugin, hasPassword, password, hasStored, stored);
  }

  /// Options of CREATE and ALTER USER; those about limits and expiry are not kept.
  private String options() {
    String lock = "";
    while (!tokens.atEnd()) {
      switch (tokens.word()) {
        case "ACCOUNT" -> {
          tokens.advance();
          lock = tokens.word();
          if (!lock.equals("LOCK") && !lock.equals("UNLOCK")) {
            throw tokens.syntaxError();
          }
          tokens.advance();
        }
        case "REQUIRE" -> {
          tokens.advance();
          if (!tokens.tryWord("NONE")) {
            throw Tokens.unsupported("REQUIRE " + tokens.word());
          }
        }
        case "PASSWORD" -> {
          tokens.advance();
          passwordOption();
        }
        case "DEFAULT" -> throw Tokens.unsupported("roles");
        default -> throw Tokens.unsupported("account option " + tokens.raw());
      }
    }
    return lock;
  }

  private void passwordOption() {
    boolean harmless =
        tokens.tryWords("EXPIRE", "NEVER")
            || tokens.tryWords("EXPIRE", "DEFAULT")
            || tokens.tryWords("HISTORY", "DEFAULT")
            || (tokens.isWord("REUSE") && tokens.isWord(2, "DEFAULT"))
            || (tokens.isWord("REQUIRE") && tokens.isWord(2, "DEFAULT"));
    if (!harmless) {
      throw Tokens.unsupported("PASSWORD " + tokens.raw());
    }
    if (tokens.isWord("REUSE") || tokens.isWord("REQUIRE")) {
      tokens.advance();
      tokens.advance();
      tokens.advance();
    }
  }

  private AdministrationCommand grant(boolean revoke) {
    List<String> privileges = new ArrayList<>();
    do {
      privileges.add(privilege());
    } while (tokens.trySymbol(","));
    if (revoke && privileges.equals(List.of("ALL", "GRANT OPTION")) && tokens.isWord("FROM")) {
      tokens.advance();
      return new Grant(true, List.of("ALL", "GRANT OPTION"), "*", "*", accounts(), false);
    }
    if (!tokens.isWord("ON")) {
      throw Tokens.unsupported("roles");
    }
    tokens.advance();
    tokens.tryWord("TABLE");
    if (tokens.isWord("PROCEDURE") || tokens.isWord("FUNCTION")) {
      throw Tokens.unsupported("privileges on routines");
    }
    String database = "";
    String table = starOrName();
    if (tokens.trySymbol(".")) {
      database = table;
      table = tokens.trySymbol("*") ? "*" : Names.identifierAfterPoint(tokens);
    }
    tokens.expectWord(revoke ? "FROM" : "TO");
    List<AccountName> users = accounts();
    boolean grantOption = false;
    if (tokens.tryWord("WITH")) {
      tokens.expectWord("GRANT");
      tokens.expectWord("OPTION");
      grantOption = true;
    }
    return new Grant(revoke, privileges, database, table, users, grantOption);
  }

  private String starOrName() {
    return tokens.trySymbol("*") ? "*" : Names.identifier(tokens);
  }

  /// One or several words, such as `LOCK TABLES`.
  private String privilege() {
    StringBuilder name = new StringBuilder();
    while (tokens.kind() == TokenKind.WORD
        && !tokens.isWord("ON")
        && !tokens.isWord("FROM")
        && !tokens.isWord("TO")) {
      name.append(name.isEmpty() ? "" : " ").append(tokens.word());
      tokens.advance();
    }
    if (tokens.isSymbol("(")) {
      throw Tokens.unsupported("column privileges");
    }
    if (name.isEmpty()) {
      throw tokens.syntaxError();
    }
    return name.toString().equals("ALL PRIVILEGES") ? "ALL" : name.toString();
  }
}
