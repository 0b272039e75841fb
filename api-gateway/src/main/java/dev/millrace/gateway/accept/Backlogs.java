package dev.millrace.gateway.accept;

import dev.millrace.gateway.status.StatusIndex;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Refuses calls for an endpoint that has as many unfinished ones as it may.
public final class Backlogs {
    private final StatusIndex index;
    private final int limit;
    private final Counter refused;

    /// @param limit unfinished calls per endpoint
    public Backlogs(StatusIndex index, int limit, MeterRegistry metrics) {
        this.index = index;
        this.limit = limit;
        this.refused = metrics.counter("gateway.refused", "bound", "backlog");
    }

    /// @throws PlatformException `BACKLOG_FULL` when there is none
    void requireRoom(EndpointName endpoint) {
        if (index.unfinished(endpoint) >= limit) {
            refused.increment();
            throw new PlatformException(
                    ErrorCode.BACKLOG_FULL, "endpoint " + endpoint + " has " + limit + " calls waiting, its limit");
        }
    }
}
