package dev.millrace.model.internal.onnx;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.model.internal.tensor.RefusedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Reads an input slice by slice, keeps the pool busy with them, and writes their answers in order. Used
/// once.
final class SlicedRun {
    private final WorkQueue queue;
    private final SliceSource source;
    private final SliceEncoder encoder;
    private final SlicedAnswer answer;
    private final int maxInFlight;
    private final Deque<Work.Slice> inFlight = new ArrayDeque<>();

    /// @param maxInFlight slices being run or waiting for it
    SlicedRun(WorkQueue queue, SliceSource source, SliceEncoder encoder, SlicedAnswer answer, int maxInFlight) {
        this.queue = queue;
        this.source = source;
        this.encoder = encoder;
        this.answer = answer;
        this.maxInFlight = maxInFlight;
    }

    /// Blocks until the last row is written.
    ModelResponse run() throws IOException, InterruptedException, RefusedException {
        try {
            for (InputSlice slice = source.next(); slice != null; slice = source.next()) {
                if (inFlight.size() == maxInFlight) {
                    writeFirst();
                }
                submit(slice);
            }
            while (!inFlight.isEmpty()) {
                writeFirst();
            }
            answer.finish();
            return new ModelResponse.Success(Payload.EMPTY, answer.contentType(), null);
        } finally {
            inFlight.forEach(slice -> slice.future().cancel(false));
        }
    }

    private void submit(InputSlice slice) {
        var work = new Work.Slice(slice, encoder, new CompletableFuture<>());
        if (!queue.offer(work)) {
            throw OnnxModelRunner.closing();
        }
        inFlight.add(work);
    }

    private void writeFirst() throws IOException, InterruptedException, RefusedException {
        Work.Slice first = inFlight.element();
        try {
            answer.add(first.future().get());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RefusedException refused -> throw refused;
                case PlatformException failed -> throw failed;
                case null, default -> throw new IllegalStateException("a slice failed unexpectedly", e);
            }
        }
        inFlight.remove();
        source.recycle(first.input());
    }
}
