package dev.millrace.gateway.realtime;

import dev.millrace.gateway.accept.ServingEndpoint;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.function.Consumer;

/// What becomes of a call that finds no copy of its inference component: it is held and wakes one, or it is refused
/// as SageMaker refuses it. It is counted either way, so that an alarm on such calls sees it.
///
/// A variant's calls are always held.
public final class CapacityRule {
    private static final String NO_CAPACITY = "Inference Component has no capacity to process this request."
            + " ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking"
            + " UpdateInferenceComponentRuntimeConfig API.";

    private final boolean isHeld;
    private final Consumer<ServingEndpoint> counted;

    /// @param isHeld whether such a call waits for a copy
    /// @param counted told of each; does not block
    public CapacityRule(boolean isHeld, Consumer<ServingEndpoint> counted) {
        this.isHeld = isHeld;
        this.counted = counted;
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the call is refused
    void check(ServingEndpoint endpoint) {
        if (endpoint.component() == null || !endpoint.isWithoutCapacity()) {
            return;
        }
        counted.accept(endpoint);
        if (!isHeld) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, NO_CAPACITY);
        }
    }
}
