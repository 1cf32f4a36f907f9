package io.tidemark.log.coordination;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A network between one client and a server, that can be frozen: bytes then stay where they are,
/// as with a cable that was pulled.
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition thawed = lock.newCondition();
  private boolean frozen;

  private TcpProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  public static TcpProxy open(int target) throws IOException {
    TcpProxy proxy =
        new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  public int port() {
    return listener.getLocalPort();
  }

  public void freeze() {
    setFrozen(true);
  }

  /// Connections of before break; new ones work.
  public void thaw() {
    closeSockets();
    setFrozen(false);
  }

  private void setFrozen(boolean value) {
    lock.lock();
    try {
      frozen = value;
      thawed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket();
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> connect(client, server));
      } catch (IOException e) {
        closeSockets();
      }
    }
  }

  private void connect(Socket client, Socket server) {
    try {
      awaitThaw();
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1000);
      Thread.ofVirtual().start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      close(client);
      close(server);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[64 << 10];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        awaitThaw();
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private void awaitThaw() {
    lock.lock();
    try {
      while (frozen) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeSockets() {
    sockets.forEach(TcpProxy::close);
    sockets.clear();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thaw();
  }
}
