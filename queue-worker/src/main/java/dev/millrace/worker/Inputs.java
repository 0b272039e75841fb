package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the bytes of a request: in the record, or in the store. Thread-safe.
final class Inputs {
    /// What a request brings to the model.
    sealed interface Input {
        /// @param contentType as the caller named it, else as the object is stored; null when neither says
        record Whole(Payload body, @Nullable String contentType) implements Input {}

        /// Too large to hold; read in slices.
        record Sliced(ObjectInfo object, @Nullable String contentType) implements Input {}
    }

    private final ObjectStore store;
    private final ModelRunner runner;
    private final long inMemoryBytes;
    private final long wholeBytes;

    /// @param inMemoryBytes an input up to this size is never sliced
    /// @param wholeBytes the largest input that is held whole because its format has no slices
    Inputs(ObjectStore store, ModelRunner runner, long inMemoryBytes, long wholeBytes) {
        this.store = store;
        this.runner = runner;
        this.inMemoryBytes = inMemoryBytes;
        this.wholeBytes = wholeBytes;
    }

    /// Looks what the input is, without reading it.
    ///
    /// @return the object's description, or empty when the input rides in the record
    /// @throws PlatformException `INPUT_NOT_FOUND`; `PAYLOAD_TOO_LARGE` when it is over `limit` or can be
    ///     held neither
    ///     whole nor in slices
    Optional<ObjectInfo> find(InferenceRequest request, long limit) {
        return switch (request.input()) {
            case InferenceInput.Inline _ -> Optional.empty();
            case InferenceInput.Stored(ObjectLocation location, boolean _) -> {
                ObjectInfo info = store.head(location).orElseThrow(() -> missing(location));
                if (info.size() > limit || (info.size() > wholeBytes && !isSliced(request, info))) {
                    throw new PlatformException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "the input has " + info.size() + " bytes (expected: at most " + Math.min(limit, wholeBytes)
                                    + ")");
                }
                yield Optional.of(info);
            }
        };
    }

    boolean isSliced(InferenceRequest request, ObjectInfo info) {
        return info.size() > inMemoryBytes && runner.canSlice(contentType(request, info), request.accept());
    }

    /// The input, read when it is to be held whole.
    Input load(InferenceRequest request, Optional<ObjectInfo> object) {
        if (request.input() instanceof InferenceInput.Inline(Payload payload)) {
            return new Input.Whole(payload, request.contentType());
        }
        ObjectInfo info = object.orElseThrow();
        if (isSliced(request, info)) {
            return new Input.Sliced(info, contentType(request, info));
        }
        Payload body = store.get(info.location(), wholeBytes)
                .orElseThrow(() -> missing(info.location()))
                .body();
        return new Input.Whole(body, contentType(request, info));
    }

    private static @Nullable String contentType(InferenceRequest request, ObjectInfo info) {
        return request.contentType() == null ? info.contentType() : request.contentType();
    }

    private static PlatformException missing(ObjectLocation location) {
        return new PlatformException(ErrorCode.INPUT_NOT_FOUND, "no object at " + location);
    }
}
