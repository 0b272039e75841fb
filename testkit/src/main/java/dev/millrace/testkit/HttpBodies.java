package dev.millrace.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Copies the bodies of HTTP/1.1 messages as they are on the wire.
final class HttpBodies {
    private static final int CHUNK = 64 * 1024;

    private HttpBodies() {}

    /// Copies the body that the head announces for a request.
    static void copyRequest(HttpHead head, InputStream in, OutputStream out) throws IOException {
        if (head.isChunked()) {
            copyChunked(in, out);
        } else {
            copy(in, out, head.contentLength().orElse(0L));
        }
        out.flush();
    }

    /// Copies the body that the head announces for an answer.
    ///
    /// @param method of the request
    /// @return whether the connection can carry another message
    static boolean copyAnswer(String method, HttpHead head, InputStream in, OutputStream out) throws IOException {
        boolean keep = true;
        if (hasBody(method, head)) {
            if (head.isChunked()) {
                copyChunked(in, out);
            } else if (head.contentLength().isPresent()) {
                copy(in, out, head.contentLength().orElseThrow());
            } else {
                in.transferTo(out);
                keep = false;
            }
        }
        out.flush();
        return keep
                && head.header("Connection").filter("close"::equalsIgnoreCase).isEmpty();
    }

    static boolean hasBody(String method, HttpHead head) {
        return !method.equals("HEAD") && head.status() != 204 && head.status() != 304;
    }

    static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long left = bytes; left > 0; ) {
            int length = in.read(chunk, 0, (int) Math.min(left, CHUNK));
            if (length < 0) {
                throw new EOFException("the connection ended within a body");
            }
            out.write(chunk, 0, length);
            left -= length;
        }
    }

    private static void copyChunked(InputStream in, OutputStream out) throws IOException {
        long size;
        do {
            String line = line(in, out);
            size = Long.parseLong(line.split(";")[0].strip(), 16);
            copy(in, out, size);
            if (size > 0) {
                line(in, out);
            }
        } while (size > 0);
        while (!line(in, out).isEmpty()) {
            // Trailers.
        }
    }

    private static String line(InputStream in, OutputStream out) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within a chunk");
            }
            line.write(next);
        }
        out.write(line.toByteArray());
        out.write('\n');
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
