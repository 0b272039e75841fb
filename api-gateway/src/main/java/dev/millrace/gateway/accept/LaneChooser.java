package dev.millrace.gateway.accept;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import java.util.Comparator;

/// Chooses the lane of a new record: the youngest of its kind.
///
/// The controller opens a further lane when one stands still with half its window used, and lists it in the
/// endpoint's resource; from then on new records pass by the full one.
public final class LaneChooser {
    /// @throws PlatformException `SERVICE_UNAVAILABLE` while the generation has no such lane
    public LaneId choose(ServingEndpoint endpoint, LaneId.Kind kind) {
        return endpoint.generation().lanes().stream()
                .filter(lane -> lane.kind() == kind)
                .max(Comparator.comparingInt(LaneId::index))
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.SERVICE_UNAVAILABLE, "the queue of endpoint " + endpoint.name() + " is not ready"));
    }
}
