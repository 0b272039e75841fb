package dev.millrace.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The first line and the header lines of an HTTP/1.1 message, kept byte for byte so that a signature stays
/// good.
///
/// @param bytes everything up to and with the empty line
@SuppressWarnings("ArrayRecordComponent")
record HttpHead(String firstLine, List<String> headerLines, byte[] bytes) {
    private static final int MAX_BYTES = 64 * 1024;

    /// The next head of the stream; empty at its end.
    static Optional<HttpHead> read(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int lastFour = 0;
        while (lastFour != 0x0d0a0d0a) {
            int next = in.read();
            if (next < 0) {
                if (bytes.size() == 0) {
                    return Optional.empty();
                }
                throw new EOFException("the connection ended within a head");
            }
            if (bytes.size() == MAX_BYTES) {
                throw new IOException("a head of more than " + MAX_BYTES + " bytes");
            }
            bytes.write(next);
            lastFour = (lastFour << 8) | next;
        }
        List<String> lines =
                bytes.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
        return Optional.of(new HttpHead(lines.getFirst(), lines.subList(1, lines.size()), bytes.toByteArray()));
    }

    Optional<String> header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headerLines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }

    String word(int index) {
        return firstLine.split(" ")[index];
    }

    /// Of an answer.
    int status() {
        return Integer.parseInt(word(1));
    }

    boolean isChunked() {
        return header("Transfer-Encoding")
                .filter(value -> value.toLowerCase(Locale.ROOT).contains("chunked"))
                .isPresent();
    }

    Optional<Long> contentLength() {
        return header("Content-Length").map(Long::valueOf);
    }
}
