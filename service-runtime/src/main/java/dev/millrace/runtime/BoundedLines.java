package dev.millrace.runtime;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads UTF-8 lines; of a line longer than the bound only its beginning is kept, and the rest is read and
/// dropped.
final class BoundedLines {
    private BoundedLines() {}

    /// Hands every line to the listener until the end of the stream or a failed read, which count as the
    /// same: the
    /// other side is gone.
    static void pump(InputStream stream, int maxBytes, Consumer<String> listener) {
        byte[] line = new byte[maxBytes];
        int length = 0;
        boolean any = false;
        try (var in = new BufferedInputStream(stream)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    listener.accept(text(line, length));
                    length = 0;
                    any = false;
                } else {
                    any = true;
                    if (length < maxBytes) {
                        line[length++] = (byte) next;
                    }
                }
            }
        } catch (IOException _) {
            // The pipe broke: the end, as far as lines go.
        }
        if (any) {
            listener.accept(text(line, length));
        }
    }

    private static String text(byte[] line, int length) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }
}
