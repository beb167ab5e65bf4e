package platter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;

/** One connection, blocking: sends bytes, reads one answer. As little as HTTP/1.1 allows. */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final byte[] buffer = new byte[64 << 10];

  /** An answer. */
  record Answer(int status, String head, String body) {
    /** The value of a string member; enough for the answers that are read here. */
    String member(String name) {
      return between(body, "\"" + name + "\":\"", "\"");
    }

    String header(String name) {
      return between(head, "\r\n" + name + ": ", "\r\n");
    }

    private static String between(String text, String before, String after) {
      int from = text.indexOf(before);
      if (from < 0) {
        throw new IllegalStateException("no " + before + " in " + text);
      }
      from += before.length();
      return text.substring(from, text.indexOf(after, from));
    }
  }

  Wire(Child server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  static String request(String method, String path, Map<String, String> headers, String body) {
    var text = new StringBuilder();
    text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
    text.append(Queries.HOST).append("\r\n");
    text.append("User-Agent: platter-bench\r\nContent-Type: application/json\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    if (!body.isEmpty()) {
      text.append("Content-Length: " + body.getBytes(UTF_8).length + "\r\n");
    }
    return text.append("\r\n").append(body).toString();
  }

  Answer ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    int length = 0;
    int whole = -1;
    while (whole < 0 || length < whole) {
      int n = socket.getInputStream().read(buffer, length, buffer.length - length);
      if (n <= 0) {
        throw new IOException("the answer ends after " + text(buffer, length));
      }
      length += n;
      whole = whole < 0 ? wholeLength(buffer, length) : whole;
    }
    var all = text(buffer, length);
    int head = all.indexOf("\r\n\r\n") + 4;
    return new Answer(
        Integer.parseInt(all.substring(9, 12)), all.substring(0, head), all.substring(head));
  }

  Answer ask(String method, String path, Map<String, String> headers, String body)
      throws IOException {
    return ask(request(method, path, headers, body).getBytes(UTF_8));
  }

  /** A token of the account in its project. */
  String token() throws IOException {
    var answer =
        ask(
            "POST",
            "/v3/auth/tokens",
            Map.of(),
            """
            {"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin",\
            "password":"%s","domain":{"name":"platter"}}}},"scope":{"project":{"id":"%s"}}}}"""
                .formatted(Child.PASSWORD, Child.PROJECT));
    if (answer.status() != 201) {
      throw new IOException("no token: " + answer);
    }
    return answer.header("X-Subject-Token");
  }

  /** Bytes of head and body, or -1 when the head is not whole yet. */
  static int wholeLength(byte[] answer, int length) {
    var text = text(answer, length);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return -1;
    }
    int at = text.indexOf("Content-Length: ");
    int from = at + "Content-Length: ".length();
    return end + 4 + Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
  }

  static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
