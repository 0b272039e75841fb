package dev.millrace.invocation.port;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A loaded model that answers requests.
///
/// Thread-safe. Runs happen on the runner's own fixed pool; requests of callers who wait go first, and
/// requests that
/// fit
/// together run as one batch.
public interface ModelRunner extends AutoCloseable {
    /// One request to the model.
    ///
    /// @param contentType null is taken as `application/octet-stream`
    /// @param accept null leaves the choice to the model
    record ModelRequest(
            Payload body,
            @Nullable String contentType,
            @Nullable String accept,
            @Nullable String customAttributes,
            LaneId.Kind kind) {}

    /// How a model answered.
    sealed interface ModelResponse {
        record Success(
                Payload body, String contentType, @Nullable String customAttributes) implements ModelResponse {}

        /// The model refused the request, as an HTTP server would.
        ///
        /// @param statusCode 4xx or 5xx
        record Refused(int statusCode, String message) implements ModelResponse {}
    }

    /// Runs one request; does not block. Cancelling the future gives up a request that has not started.
    CompletableFuture<ModelResponse> run(ModelRequest request);

    /// As [#run(ModelRequest)], and tells when the model begins with it: time limits count from there, not from the
    /// wait for a thread.
    ///
    /// @param onStart called once on the runner's pool right before the run; must not block
    default CompletableFuture<ModelResponse> run(ModelRequest request, Runnable onStart) {
        onStart.run();
        return run(request);
    }

    /// Whether inputs of that type can be run by [#runSliced].
    boolean canSlice(@Nullable String contentType, @Nullable String accept);

    /// Runs an input of any size in slices of its batch dimension, in memory that does not depend on its size.
    ///
    /// Blocks until the last row is written. A refusal can come after output was written: the caller then
    /// gives the output
    /// up.
    ///
    /// @param input read to its end; the caller closes it
    /// @param output opened once the content type of the answer is known
    /// @return success with an empty body when everything was written to the output
    ModelResponse runSliced(
            InputStream input, long length, @Nullable String contentType, @Nullable String accept, SlicedOutput output)
            throws IOException, InterruptedException;

    /// Where a sliced run writes.
    interface SlicedOutput {
        void begin(String contentType);

        void write(ByteBuffer bytes);
    }

    /// What the model runs on, such as `CPUExecutionProvider`.
    String executionProvider();

    /// Ends running calls and frees the model's memory.
    @Override
    void close();
}
