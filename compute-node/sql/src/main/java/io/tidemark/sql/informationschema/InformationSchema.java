package io.tidemark.sql.informationschema;

import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.table.VirtualTable;
import java.util.ArrayList;
import java.util.List;

/// All computed tables of a server.
public final class InformationSchema {
  public static final String NAME = "information_schema";
  public static final String PERFORMANCE = "performance_schema";

  private InformationSchema() {}

  /// The tables are made before the server is complete and look at it when they are read.
  public static List<VirtualTable> tables(ServerContext server) {
    List<VirtualTable> tables = new ArrayList<>();
    TableTables.addTo(tables, server);
    ServerTables.addTo(tables, server);
    EmptyTables.addTo(tables);
    return tables;
  }
}
