package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Copies an object into a file by a few ranged reads at once.
final class Download {
    private static final long RANGE_BYTES = 16L << 20;
    private static final int CONCURRENT = 4;
    private static final int CHUNK_BYTES = 256 * 1024;

    private final S3Calls calls;

    Download(S3Calls calls) {
        this.calls = calls;
    }

    Optional<ObjectInfo> to(ObjectLocation at, Path file) {
        Optional<ObjectHead> head = calls.head(at);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        ObjectInfo info = head.get().info();
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ranges(info, channel);
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "download " + at + ": " + e.getMessage(), e);
        }
        verify(head.get(), file);
        return Optional.of(info);
    }

    private void ranges(ObjectInfo info, FileChannel channel) throws IOException {
        var next = new AtomicLong();
        int count = (int) Math.min(CONCURRENT, (info.size() + RANGE_BYTES - 1) / RANGE_BYTES);
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newThreadPerTaskExecutor(Threads.virtual("download"))) {
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(() -> copy(info, next, channel)));
            }
            try {
                for (Future<?> copy : running) {
                    copy.get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw rethrown(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "download: interrupted", e);
            }
        }
    }

    private void copy(ObjectInfo info, AtomicLong next, FileChannel channel) {
        var chunk = new byte[CHUNK_BYTES];
        for (long from = next.getAndAdd(RANGE_BYTES); from < info.size(); from = next.getAndAdd(RANGE_BYTES)) {
            long length = Math.min(RANGE_BYTES, info.size() - from);
            long position = from;
            try (InputStream in = new RangeStream(calls, info.location(), info.etag(), from, length)) {
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
                    while (buffer.hasRemaining()) {
                        position += channel.write(buffer, position);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static IOException rethrown(ExecutionException failure) {
        return switch (failure.getCause()) {
            case UncheckedIOException e -> new IOException(e.getMessage(), e);
            case PlatformException e -> throw e;
            case null, default -> throw new CompletionException(failure);
        };
    }

    private static void verify(ObjectHead head, Path file) {
        ObjectInfo info = head.info();
        try {
            boolean isWhole = Files.size(file) == info.size()
                    && (!head.hasMd5() || Digests.md5(file).equals(info.etag()));
            if (!isWhole) {
                throw new PlatformException(
                        ErrorCode.SERVICE_UNAVAILABLE, "download " + info.location() + ": arrived damaged");
            }
        } catch (IOException e) {
            throw new PlatformException(
                    ErrorCode.SERVICE_UNAVAILABLE, "download " + info.location() + ": " + e.getMessage(), e);
        }
    }
}
