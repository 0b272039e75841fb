package dev.millrace.load.harness;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// One kept-alive HTTP/1.1 connection that does as little as possible, so that the caller is not what is measured.
///
/// Sends one request at a time; used by one thread.
public final class HttpConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 90_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 64 << 20;
    private static final int SMALL = 4096;
    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[SMALL];
    private int filled;

    public HttpConnection(URI base) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), CONNECT_MILLIS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /// What the server answered.
    public static final class Answer {
        private final int status;
        private final String head;
        private final byte[] body;

        Answer(String head, byte[] body) {
            this.status = Integer.parseInt(head.substring(9, 12));
            this.head = head;
            this.body = body;
        }

        public int status() {
            return status;
        }

        public byte[] body() {
            return body;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// The header's value, or the empty text.
        public String header(String name) {
            return headerOf(head, name);
        }
    }

    /// Writes the body of a request.
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /// A whole request as it goes over the wire, to be sent as often as wanted.
    public static byte[] request(String method, URI uri, Map<String, String> headers, byte[] body) {
        byte[] head = head(method, uri, headers, body.length);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    public static byte[] get(URI uri) {
        return request("GET", uri, Map.of(), new byte[0]);
    }

    private static byte[] head(String method, URI uri, Map<String, String> headers, long length) {
        var text = new StringBuilder(method)
                .append(' ')
                .append(uri.getRawPath())
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(uri.getRawAuthority())
                .append("\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        if (!method.equals("GET")) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Sends what [#request] made and waits for the answer.
    public Answer send(byte[] request) throws IOException {
        out.write(request);
        return read();
    }

    /// Sends a request whose body is written as it goes.
    public Answer send(String method, URI uri, Map<String, String> headers, long length, Body body) throws IOException {
        out.write(head(method, uri, headers, length));
        body.writeTo(out);
        return read();
    }

    private Answer read() throws IOException {
        filled = 0;
        int end = -1;
        while (end < 0) {
            int from = Math.max(0, filled - END.length + 1);
            fill();
            end = endOfHead(from);
            if (end < 0 && filled > MAX_HEAD) {
                throw new IOException("the head of the answer has more than " + MAX_HEAD + " bytes");
            }
        }
        String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
        int start = end + END.length;
        String length = headerOf(head, "content-length");
        if (!length.isEmpty()) {
            return new Answer(head, body(start, Integer.parseInt(length)));
        }
        boolean isChunked = headerOf(head, "transfer-encoding").equals("chunked");
        return new Answer(head, isChunked ? chunks(start) : new byte[0]);
    }

    private byte[] body(int start, int length) throws IOException {
        if (length > MAX_BODY) {
            throw new IOException("the answer has " + length + " bytes (expected: <= " + MAX_BODY + ")");
        }
        byte[] body = new byte[length];
        int have = Math.min(filled - start, length);
        System.arraycopy(buffer, start, body, 0, have);
        if (in.readNBytes(body, have, length - have) < length - have) {
            throw new EOFException("the server closed the connection within an answer");
        }
        return body;
    }

    private byte[] chunks(int start) throws IOException {
        byte[] body = new byte[0];
        int at = start;
        while (true) {
            int line = lineEnd(at);
            int size = Integer.parseInt(new String(buffer, at, line - at, StandardCharsets.US_ASCII).strip(), 16);
            int data = line + 2;
            while (filled < data + size + 2) {
                fill();
            }
            if (size == 0) {
                return body;
            }
            body = Arrays.copyOf(body, body.length + size);
            System.arraycopy(buffer, data, body, body.length - size, size);
            at = data + size + 2;
        }
    }

    private int lineEnd(int from) throws IOException {
        int at = from;
        while (true) {
            while (at + 1 < filled) {
                if (buffer[at] == '\r' && buffer[at + 1] == '\n') {
                    return at;
                }
                at++;
            }
            fill();
        }
    }

    private int endOfHead(int from) {
        for (int at = from; at + END.length <= filled; at++) {
            if (Arrays.equals(buffer, at, at + END.length, END, 0, END.length)) {
                return at;
            }
        }
        return -1;
    }

    private void fill() throws IOException {
        if (filled == buffer.length) {
            if (filled > MAX_BODY) {
                throw new IOException("the answer has more than " + MAX_BODY + " bytes");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        filled += read;
    }

    private static String headerOf(String head, String name) {
        String wanted = "\r\n" + name + ":";
        for (int at = head.indexOf("\r\n"); at >= 0; at = head.indexOf("\r\n", at + 2)) {
            if (head.regionMatches(true, at, wanted, 0, wanted.length())) {
                int end = head.indexOf("\r\n", at + 2);
                return head.substring(at + wanted.length(), end < 0 ? head.length() : end)
                        .strip();
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
