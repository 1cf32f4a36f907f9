package io.tidemark.tests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A network of its own for one process, joined by a cable to that of the test, on which single
/// ports of the test's side can be cut off. Nobody else notices a cut.
///
/// The process sees the test's loopback address at the other end of the cable, and is itself at
/// [#ADDRESS]; so the nodes on either side need not know of any of this. A cut is a routing rule on
/// both sides for the port.
///
/// Needs root, and a test that is alone on its own network (`unshare -n`): its rules are changed.
/// Confined to the test's thread.
public final class NodeNetwork implements AutoCloseable {
  /// The address of the process; a loopback one, because nodes may listen on those without more.
  public static final String ADDRESS = "127.0.3.1";

  private static final String TEST = "127.0.0.1";
  private static final String CUT_TABLE = "66";
  private static final String CUT_PREFERENCE = "5";

  private final Process holder;
  private final List<Rule> rules = new ArrayList<>();

  /// How a cut looks to the process.
  public enum Cut {
    /// Packets vanish on both ways; connections stay open.
    SILENT,
    /// Connections are reset, new ones refused at once.
    RESET
  }

  /// A rule of routing that can be taken back.
  private record Rule(boolean inside, List<String> selector) {}

  private NodeNetwork(Process holder) {
    this.holder = holder;
  }

  public static NodeNetwork open() throws IOException, InterruptedException {
    // A network lasts as long as somebody is on it.
    NodeNetwork network =
        new NodeNetwork(new ProcessBuilder("unshare", "-n", "sleep", "infinity").start());
    try {
      network.awaitSeparate();
      network.connect();
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  private void awaitSeparate() throws IOException, InterruptedException {
    Path own = Path.of("/proc/self/ns/net");
    Path other = Path.of("/proc/" + holder.pid() + "/ns/net");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Files.readSymbolicLink(own).equals(Files.readSymbolicLink(other))) {
      if (!holder.isAlive() || System.nanoTime() > end) {
        throw new IOException("no network namespace can be made here");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private void connect() throws IOException, InterruptedException {
    String pid = Long.toString(holder.pid());
    outside("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", pid);
    for (List<String> at : List.of(List.<String>of(), command())) {
      // A cable to nobody, on which frames are sent without asking for whom.
      run(at, "ip", "link", "add", "hole", "type", "veth", "peer", "name", "nobody");
      run(at, "ip", "link", "set", "hole", "arp", "off", "up");
      run(at, "ip", "link", "set", "nobody", "up");
      run(at, "sysctl", "-qw", "net.ipv4.conf.hole.route_localnet=1");
    }
    outside("sysctl", "-qw", "net.ipv4.conf.near.route_localnet=1");
    outside("ip", "link", "set", "near", "up");
    inside("sysctl", "-qw", "net.ipv4.conf.far.route_localnet=1");
    inside("ip", "link", "set", "far", "up");
    // What is local is looked up first by default, before any rule could say something else.
    outside("ip", "rule", "add", "pref", "10", "lookup", "local");
    outside("ip", "rule", "del", "pref", "0");
    outside("ip", "route", "add", ADDRESS, "dev", "near", "src", TEST, "table", "local");
    outside("ip", "route", "add", ADDRESS, "dev", "hole", "src", TEST, "table", CUT_TABLE);
    inside("ip", "addr", "add", ADDRESS + "/32", "dev", "far");
    inside("ip", "route", "add", TEST, "dev", "far", "src", ADDRESS);
    inside("ip", "route", "add", TEST, "dev", "hole", "src", ADDRESS, "table", CUT_TABLE);
  }

  /// What stands before a command that shall run on this network.
  List<String> command() {
    return List.of("nsenter", "-t", Long.toString(holder.pid()), "-n");
  }

  /// Cuts the process off from `ports`, until [#heal].
  public void cut(Collection<Integer> ports, Cut how) throws IOException, InterruptedException {
    for (int port : ports) {
      String number = Integer.toString(port);
      if (how == Cut.RESET) {
        reset(number);
        add(new Rule(true, List.of("dport", number, "unreachable")));
        reset(number); // those made in between
      } else {
        add(new Rule(true, List.of("dport", number, "lookup", CUT_TABLE)));
        add(new Rule(false, List.of("to", ADDRESS, "sport", number, "lookup", CUT_TABLE)));
      }
    }
  }

  private void reset(String port) throws IOException, InterruptedException {
    inside("ss", "-K", "-t", "dst", TEST, "dport", "=", ":" + port);
  }

  private void add(Rule rule) throws IOException, InterruptedException {
    change("add", rule);
    rules.add(rule);
  }

  /// Takes back all cuts.
  public void heal() throws IOException, InterruptedException {
    for (Rule rule : rules) {
      change("del", rule);
    }
    rules.clear();
  }

  private void change(String action, Rule rule) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("ip", "rule", action, "pref", CUT_PREFERENCE, "ipproto", "tcp"));
    command.addAll(rule.selector());
    run(rule.inside() ? command() : List.of(), command.toArray(String[]::new));
  }

  private static void outside(String... command) throws IOException, InterruptedException {
    run(List.of(), command);
  }

  private void inside(String... command) throws IOException, InterruptedException {
    run(command(), command);
  }

  private static void run(List<String> where, String... command)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(where);
    whole.addAll(List.of(command));
    Commands.run(whole);
  }

  /// Lets go of the network, which ends with the last process on it.
  @Override
  public void close() throws InterruptedException {
    holder.destroyForcibly().waitFor();
  }
}
