package dev.millrace.model.internal.onnx;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Threads for ONNX Runtime: it needs more stack than a Java thread has by default, and more for deep graphs.
///
/// Making a session took more than 640 KB (measured with 1.29.0); a thread that runs out of stack in native
/// code takes the process down without a word. Only what is used of a stack takes memory.
final class DeepStack {
    private static final long BYTES = 16L << 20;

    private DeepStack() {}

    static Thread.Builder.OfPlatform thread(String name) {
        return Thread.ofPlatform().name(name).daemon().stackSize(BYTES);
    }

    /// Runs something on such a thread and waits for it to end, interrupted or not: half a session cannot be
    /// freed.
    static <T> T call(String name, Supplier<T> supplier) {
        var task = new FutureTask<>(supplier::get);
        thread(name).start(task);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    isInterrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(name + " failed", e);
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
