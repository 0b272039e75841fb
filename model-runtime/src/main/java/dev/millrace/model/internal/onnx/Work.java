package dev.millrace.model.internal.onnx;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.model.internal.codec.Exchange;
import java.util.concurrent.CompletableFuture;

/// Something that waits for a thread of the pool.
sealed interface Work {
    /// Who waits for it.
    LaneId.Kind kind();

    /// Whether nobody wants it any more.
    boolean isCancelled();

    /// Ends it without a result.
    void fail(Throwable reason);

    /// One request, which may run together with others.
    ///
    /// @param onStart called once, right before its run
    record Request(
            Payload body,
            Exchange exchange,
            LaneId.Kind kind,
            Runnable onStart,
            CompletableFuture<ModelResponse> future)
            implements Work {
        @Override
        public boolean isCancelled() {
            return future.isDone();
        }

        @Override
        public void fail(Throwable reason) {
            future.completeExceptionally(reason);
        }

        void refuse(int statusCode, String message) {
            future.complete(new ModelResponse.Refused(statusCode, message));
        }
    }

    /// One slice of a large input, which runs alone.
    record Slice(InputSlice input, SliceEncoder encoder, CompletableFuture<SliceOutput> future) implements Work {
        @Override
        public LaneId.Kind kind() {
            return LaneId.Kind.ASYNCHRONOUS;
        }

        @Override
        public boolean isCancelled() {
            return future.isDone();
        }

        @Override
        public void fail(Throwable reason) {
            future.completeExceptionally(reason);
        }
    }
}
