package io.tidemark.sql.admin;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.SetItem;
import io.tidemark.sql.ast.AdministrationCommand.SetSystemVariable;
import io.tidemark.sql.ast.AdministrationCommand.SetTransaction;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.ddl.CharsetChoice;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.sql.variable.SystemVariable;
import io.tidemark.sql.variable.SystemVariables;
import io.tidemark.sql.variable.VariableType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigInteger;

/// Executes SET. Confined to the statement's thread.
final class SetStatement {
  private final ServerContext server;
  private final SessionContext session;
  private final SessionServices services;
  private final SessionVariables variables;

  SetStatement(ServerContext server, SessionContext session, SessionServices services) {
    this.server = server;
    this.session = session;
    this.services = services;
    if (!(session.settings() instanceof SessionVariables own)) {
      throw new IllegalStateException("a session without variables");
    }
    this.variables = own;
  }

  void execute(AdministrationCommand.Set statement) {
    for (SetItem item : statement.items()) {
      switch (item) {
        case AdministrationCommand.SetUserVariable set ->
            session.userVariables().set(set.name(), services.evaluate(set.value()));
        case SetSystemVariable set -> setSystem(set);
        case AdministrationCommand.SetNames names ->
            variables.setNames(
                CharsetChoice.resolve(
                    names.charset(), names.collation(), Collations.UTF8MB4_0900_AI_CI));
        case AdministrationCommand.SetCharacterSet set ->
            variables.setCharacterSet(
                set.charset().isEmpty() ? Charset.UTF8MB4 : CharsetChoice.charset(set.charset()));
        case SetTransaction set -> setTransaction(set);
        case AdministrationCommand.SetPassword set ->
            Administration.setPassword(server, set.user(), set.password(), session, services);
      }
    }
  }

  private void setSystem(SetSystemVariable set) {
    SystemVariable variable = SystemVariables.get(set.name());
    boolean isDefault = !set.value().isPresent();
    switch (set.scope()) {
      case PERSIST -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "SET PERSIST");
      case GLOBAL -> setGlobal(variable, set.value(), isDefault);
      case SESSION -> setSession(variable, set.value(), isDefault);
      case UNSCOPED -> {
        if (!isDefault && setsNextTransaction(variable)) {
          setNext(variable, services.evaluate(set.value()));
        } else {
          setSession(variable, set.value(), isDefault);
        }
      }
    }
  }

  private void setGlobal(SystemVariable variable, Expression value, boolean isDefault) {
    server.privileges().checkGlobal(session, Privilege.SUPER, "SUPER or SYSTEM_VARIABLES_ADMIN");
    boolean readOnly =
        variable.name().equals("read_only") || variable.name().equals("super_read_only");
    if (readOnly && server.engine().isReplica()) {
      throw new Rejected(MySqlError.INCORRECT_GLOBAL_LOCAL_VAR, variable.name(), "read only");
    }
    if (isDefault) {
      variables.setGlobalDefault(variable.name());
      return;
    }
    Value evaluated = services.evaluate(value);
    warnIfLimited(variable, evaluated);
    variables.setGlobal(variable.name(), evaluated);
  }

  private void setSession(SystemVariable variable, Expression value, boolean isDefault) {
    if (isDefault) {
      variables.setDefault(variable.name(), session);
      return;
    }
    Value evaluated = services.evaluate(value);
    warnIfLimited(variable, evaluated);
    boolean starts = variable.name().equals("autocommit") && !variables.autocommit();
    variables.set(variable.name(), evaluated, session);
    if (starts && variables.autocommit()) {
      services.commit();
    }
  }

  private void warnIfLimited(SystemVariable variable, Value value) {
    if (variable.type() instanceof VariableType.Int range && value instanceof IntValue number) {
      BigInteger exact = VariableType.Int.exact(number);
      if (!range.limit(exact).equals(exact)) {
        Administration.warn(
            session, MySqlError.TRUNCATED_WRONG_VALUE, variable.name(), exact.toString());
      }
    }
  }

  private static boolean setsNextTransaction(SystemVariable variable) {
    return variable.name().equals("transaction_isolation")
        || variable.name().equals("transaction_read_only");
  }

  private void setNext(SystemVariable variable, Value value) {
    String text = variable.type().accept(variable.name(), value);
    if (variable.name().equals("transaction_isolation")) {
      variables.setNextIsolation(IsolationLevel.valueOf(text.replace('-', '_')), session);
    } else {
      variables.setNextReadOnly(text.equals("ON"), session);
    }
  }

  private void setTransaction(SetTransaction set) {
    if (!set.isolation().isEmpty()) {
      StringValue level = StringValue.of(set.isolation());
      switch (set.scope()) {
        case GLOBAL -> setGlobalTo("transaction_isolation", level);
        case SESSION -> variables.set("transaction_isolation", level, session);
        case UNSCOPED, PERSIST ->
            variables.setNextIsolation(
                IsolationLevel.valueOf(set.isolation().replace('-', '_')), session);
      }
    }
    if (!set.access().isEmpty()) {
      boolean readOnly = set.access().equals("READ ONLY");
      switch (set.scope()) {
        case GLOBAL -> setGlobalTo("transaction_read_only", IntValue.of(readOnly));
        case SESSION -> variables.set("transaction_read_only", IntValue.of(readOnly), session);
        case UNSCOPED, PERSIST -> variables.setNextReadOnly(readOnly, session);
      }
    }
  }

  private void setGlobalTo(String name, Value value) {
    server.privileges().checkGlobal(session, Privilege.SUPER, "SUPER or SYSTEM_VARIABLES_ADMIN");
    variables.setGlobal(name, value);
  }
}
