package dev.millrace.worker;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.util.Optional;

/// Writes what an invocation leaves in the store. The first writer of an invocation wins, so a second
/// delivery
/// finds its work done; what another invocation left under the same name is overwritten, as SageMaker does.
final class Results {
    /// What stands in the store.
    ///
    /// @param contentType as stored
    record Standing(String contentType, long bytes) {}

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final ObjectStore store;

    Results(ObjectStore store) {
        this.store = store;
    }

    /// The object at that place if this invocation wrote it.
    Optional<Standing> find(ObjectLocation at, InvocationId id) {
        return store.head(at).filter(info -> isOf(info, id)).map(Results::standing);
    }

    /// Whether the object there, if any, is another invocation's.
    boolean isTakenByAnother(ObjectLocation at, InvocationId id) {
        return store.head(at).filter(info -> !isOf(info, id)).isPresent();
    }

    /// Writes the object, unless this invocation has written it before.
    ///
    /// @return what stands now: this body, or that of the first writer
    Standing write(ObjectLocation at, Payload body, String contentType, InvocationId id) {
        var attributes = new ObjectAttributes(contentType, id);
        return switch (store.put(at, body, attributes, WriteCondition.IF_ABSENT)) {
            case WriteResult.Written _ -> new Standing(contentType, body.size());
            case WriteResult.Refused _ ->
                find(at, id).orElseGet(() -> {
                    store.put(at, body, attributes, WriteCondition.ALWAYS);
                    return new Standing(contentType, body.size());
                });
        };
    }

    private static boolean isOf(ObjectInfo info, InvocationId id) {
        return id.toString().equals(info.invocationId());
    }

    private static Standing standing(ObjectInfo info) {
        String type = info.contentType();
        return new Standing(type == null ? UNKNOWN_TYPE : type, info.size());
    }
}
