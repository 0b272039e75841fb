package dev.millrace.load.history;

import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Appends entries to a file of JSON lines and keeps them for the checker. Thread-safe.
public final class History implements AutoCloseable {
    private static final Codec<HistoryEntry> CODEC = Json.codec(HistoryEntry.class);

    private final List<HistoryEntry> entries = new ArrayList<>();
    private final OutputStream file;

    /// @param file made new
    public History(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            this.file = new BufferedOutputStream(Files.newOutputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException("no history file " + file, e);
        }
    }

    public synchronized void add(HistoryEntry entry) {
        entries.add(entry);
        try {
            file.write(CODEC.encode(entry));
            file.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("history not written", e);
        }
    }

    public synchronized List<HistoryEntry> entries() {
        return List.copyOf(entries);
    }

    /// Reads what [#add] wrote.
    ///
    /// @throws IllegalArgumentException naming the first line that is no entry
    public static List<HistoryEntry> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> CODEC.decode(line.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(() -> new IllegalArgumentException("not an entry: " + line)))
                .toList();
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("history not written", e);
        }
    }
}
