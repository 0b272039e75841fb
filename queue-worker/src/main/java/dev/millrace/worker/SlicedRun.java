package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Streams one large object through the model into its output object, in memory that does not depend on its
/// size.
/// Used by one thread, once.
final class SlicedRun implements ModelRunner.SlicedOutput, AutoCloseable {
    private final ObjectStore store;
    private final Results results;
    private final InvocationId id;
    private final ObjectLocation output;
    private @Nullable ObjectWriter writer;
    private String contentType = "application/octet-stream";

    SlicedRun(ObjectStore store, InvocationId id, ObjectLocation output) {
        this.store = store;
        this.results = new Results(store);
        this.id = id;
        this.output = output;
    }

    /// Runs the whole input; the output becomes visible with [#commit] only.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when the input broke off
    ModelResponse run(ModelRunner runner, ObjectInfo input, @Nullable String inputType, @Nullable String accept)
            throws InterruptedException {
        try (InputStream in = store.read(input.location(), input.etag(), 0, input.size())) {
            return runner.runSliced(in, input.size(), inputType, accept, this);
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the input broke off", e);
        }
    }

    @Override
    public void begin(String type) {
        contentType = type;
        // A name that another invocation used before is overwritten; finding out at the commit would be too
        // late.
        boolean taken = results.isTakenByAnother(output, id);
        writer = store.open(
                output, new ObjectAttributes(type, id), taken ? WriteCondition.ALWAYS : WriteCondition.IF_ABSENT);
    }

    @Override
    public void write(ByteBuffer bytes) {
        opened().write(bytes);
    }

    /// Makes the output visible.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when another invocation took the name meanwhile: the
    ///     run is to
    ///     be repeated
    Results.Standing commit() {
        ObjectWriter open = opened();
        return switch (open.commit()) {
            case WriteResult.Written _ -> new Results.Standing(contentType, open.bytesWritten());
            case WriteResult.Refused _ ->
                results.find(output, id)
                        .orElseThrow(() -> new PlatformException(
                                ErrorCode.SERVICE_UNAVAILABLE, "the output's name was taken meanwhile"));
        };
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }

    private ObjectWriter opened() {
        ObjectWriter open = writer;
        if (open == null) {
            throw new IllegalStateException("the model wrote before it named the type of its answer");
        }
        return open;
    }
}
