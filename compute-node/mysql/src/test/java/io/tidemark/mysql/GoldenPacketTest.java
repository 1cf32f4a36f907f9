package io.tidemark.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.mysql.result.BinaryResultWriter;
import io.tidemark.mysql.result.TextResultWriter;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.Deadline;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.ResultSink.Completion;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.session.SqlServer.ConnectionAttributes;
import io.tidemark.sql.session.SqlSession.StateChange;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The exact bytes of packets. A client reads them; they change only with the protocol.
class GoldenPacketTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PacketWriter writer = new PacketWriter(out, new Deadline(1000, 1000, 1000));

  private String written() {
    writer.flush();
    return HexFormat.of().formatHex(out.toByteArray());
  }

  private static String text(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static FakeSession session() {
    FakeSqlServer server = new FakeSqlServer();
    return new FakeSession(
        server,
        new Account("root", "%", "mysql_native_password", "", false),
        new ConnectionAttributes(
            1, Optional.empty(), 255, "localhost", false, false, false, Optional.empty()));
  }

  @Test
  void greeting() {
    byte[] scramble = "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
    Greeting.write(writer, "8.0.40-x", 0x01020304, scramble, true);
    assertThat(written())
        .isEqualTo(
            "4c000000" // length, sequence
                + "0a" // protocol 10
                + text("8.0.40-x")
                + "00"
                + "04030201" // connection id
                + text("abcdefgh")
                + "00"
                + "0faf" // capabilities, lower half
                + "ff" // utf8mb4_0900_ai_ci
                + "0200" // autocommit
                + "bf09" // capabilities, upper half
                + "15" // length of the scramble and its zero
                + "00".repeat(10)
                + text("ijklmnopqrst")
                + "00"
                + text("caching_sha2_password")
                + "00");
  }

  @Test
  void ok() {
    Responses responses = new Responses(writer, Capabilities.PROTOCOL_41);
    responses.ok(300, 5, 2, 1, "", List.of());
    responses.ok(0, 0, 2, 0, "Rows", List.of());
    assertThat(written())
        .isEqualTo(
            "09000000"
                + "00fc2c0105"
                + "02000100"
                + "0c000001"
                + "000000"
                + "02000000"
                + "04"
                + text("Rows"));
  }

  @Test
  void okWithChangesOfTheSession() {
    Responses responses =
        new Responses(writer, Capabilities.PROTOCOL_41 | Capabilities.SESSION_TRACK);
    responses.ok(
        0,
        0,
        2,
        0,
        "",
        List.of(new StateChange.Schema("db"), new StateChange.SystemVariable("autocommit", "ON")));
    assertThat(written())
        .isEqualTo(
            "1e000000"
                + "000000"
                + "0240" // status with SERVER_SESSION_STATE_CHANGED
                + "0000"
                + "00" // no text
                + "15"
                + "0103"
                + "02"
                + text("db")
                + "000e"
                + "0a"
                + text("autocommit")
                + "02"
                + text("ON"));
  }

  @Test
  void error() {
    new Responses(writer, Capabilities.PROTOCOL_41)
        .error(MySqlError.NO_DB, MySqlError.NO_DB.format());
    new Responses(writer, 0).error(MySqlError.NO_DB, "x");
    assertThat(written())
        .isEqualTo(
            "1d000000"
                + "ff"
                + "1604"
                + text("#3D000")
                + text("No database selected")
                + "04000001"
                + "ff"
                + "1604"
                + text("x"));
  }

  @Test
  void longErrorsAreCutBetweenCharacters() {
    new Responses(writer, Capabilities.PROTOCOL_41).error(MySqlError.NO_DB, "ä".repeat(600));
    writer.flush();
    assertThat(out.size()).isEqualTo(4 + 9 + 510);
  }

  private static void sendRow(ResultSink sink) {
    List<ResultColumn> columns =
        List.of(
            new ResultColumn("db", "a", "t", "n", "id", SqlType.INT, 3),
            new ResultColumn("", "", "", "s", "", SqlType.varchar(10, Collations.UTF8MB4_BIN), 0));
    sink.startRows(columns);
    sink.startRow();
    sink.putLong(-7);
    sink.putBytes("xäy".getBytes(StandardCharsets.UTF_8), 1, 2);
    sink.endRow();
    sink.startRow();
    sink.putNull();
    sink.putNull();
    sink.endRow();
    sink.endRows(2, 1, true);
  }

  private static final String COLUMNS =
      "01000000"
          + "02"
          + "1d000001"
          + "03646566"
          + "026462"
          + "0161"
          + "0174"
          + "016e"
          + "026964"
          + "0c"
          + "3f00" // binary
          + "0b000000" // length 11
          + "03"
          + "8300" // NOT_NULL, PRI_KEY, BINARY
          + "00"
          + "0000"
          + "17000002"
          + "03646566"
          + "000000"
          + "0173"
          + "00"
          + "0c"
          + "ff00"
          + "28000000" // 10 characters of 4 bytes
          + "fd"
          + "8000" // BINARY: the collation is one of code points
          + "00"
          + "0000";

  @Test
  void textRowsForOldClients() {
    sendRow(
        new TextResultWriter(writer, new Responses(writer, Capabilities.PROTOCOL_41), session()));
    assertThat(written())
        .isEqualTo(
            COLUMNS
                + "05000003"
                + "fe00000200"
                + "06000004"
                + "02"
                + text("-7")
                + "02"
                + text("ä")
                + "02000005"
                + "fbfb"
                + "05000006"
                + "fe01000a00");
  }

  @Test
  void textRowsForNewClients() {
    sendRow(
        new TextResultWriter(
            writer,
            new Responses(writer, Capabilities.PROTOCOL_41 | Capabilities.DEPRECATE_EOF),
            session()));
    assertThat(written())
        .isEqualTo(
            COLUMNS
                + "06000003"
                + "02"
                + text("-7")
                + "02"
                + text("ä")
                + "02000004"
                + "fbfb"
                + "07000005"
                + "fe00000a000100");
  }

  @Test
  void binaryRows() {
    sendRow(
        new BinaryResultWriter(
            writer,
            new Responses(writer, Capabilities.PROTOCOL_41 | Capabilities.DEPRECATE_EOF),
            session()));
    assertThat(written())
        .isEqualTo(
            COLUMNS
                + "09000003"
                + "00"
                + "00"
                + "f9ffffff"
                + "02"
                + text("ä")
                + "02000004"
                + "00"
                + "0c"
                + "07000005"
                + "fe00000a000100");
  }

  @Test
  void binaryTemporals() {
    BinaryResultWriter sink =
        new BinaryResultWriter(
            writer,
            new Responses(writer, Capabilities.PROTOCOL_41 | Capabilities.DEPRECATE_EOF),
            session());
    sink.startRows(
        List.of(
            FakeResult.column("a", SqlType.DATE),
            FakeResult.column("b", SqlType.datetime(6)),
            FakeResult.column("c", SqlType.time(6)),
            FakeResult.column("d", SqlType.time(0)),
            FakeResult.column("e", SqlType.YEAR)));
    writer.flush();
    out.reset();
    sink.startRow();
    sink.putTemporal(false, 2024, 2, 29, 0, 0, 0, 0);
    sink.putTemporal(false, 2024, 2, 29, 1, 2, 3, 4);
    sink.putTemporal(true, 0, 0, 0, 49, 2, 3, 5);
    sink.putTemporal(false, 0, 0, 0, 0, 0, 0, 0);
    sink.putLong(1999);
    sink.endRow();
    assertThat(written())
        .isEqualTo(
            "23000006"
                + "00"
                + "00"
                + "04e807021d"
                + "0be807021d01020304000000"
                + "0c01020000000102030500"
                + "0000"
                + "00"
                + "cf07");
  }

  @Test
  void completions() {
    TextResultWriter sink =
        new TextResultWriter(writer, new Responses(writer, Capabilities.PROTOCOL_41), session());
    sink.ok(new Completion(1, 2, 2, 0, "", true));
    assertThat(written()).isEqualTo("07000000" + "000102" + "0a00" + "0000");
  }
}
