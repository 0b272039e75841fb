package dev.millrace.gateway.limit;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicInteger;

/// How many of one thing may be under way at once. Never waits: what does not fit is refused and counted.
public final class Bound {
    private final String name;
    private final int limit;
    private final ErrorCode refusal;
    private final Counter refused;
    private final AtomicInteger inUse = new AtomicInteger();

    /// @param name of the thing, as the metrics' tag and in the refusal's message
    /// @param refusal the code of the refusal
    public Bound(String name, int limit, ErrorCode refusal, MeterRegistry metrics) {
        this.name = name;
        this.limit = limit;
        this.refusal = refusal;
        this.refused = metrics.counter("gateway.refused", "bound", name);
        metrics.gauge("gateway.in.use", Tags.of("bound", name), inUse);
    }

    /// Takes a place, which the caller gives back with [#leave].
    public boolean tryEnter() {
        if (inUse.incrementAndGet() <= limit) {
            return true;
        }
        inUse.decrementAndGet();
        refused.increment();
        return false;
    }

    /// As [#tryEnter].
    ///
    /// @throws PlatformException with this bound's code when there is no place
    public void enter() {
        if (!tryEnter()) {
            throw new PlatformException(refusal, "too many " + name + " at once (limit " + limit + "), try again");
        }
    }

    public void leave() {
        inUse.decrementAndGet();
    }

    public int inUse() {
        return inUse.get();
    }
}
