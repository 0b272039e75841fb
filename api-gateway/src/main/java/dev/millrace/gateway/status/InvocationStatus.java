package dev.millrace.gateway.status;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the events of one invocation tell so far, in whatever order they came; the first terminal one decides.
///
/// @param summary null while only its start has been seen
/// @param isAccepted whether its acceptance has been seen
/// @param startedAt of the last attempt seen, or null
/// @param attempts the highest delivery count seen
/// @param terminal null while it is not finished
public record InvocationStatus(
        InvocationId id,
        @Nullable InvocationSummary summary,
        boolean isAccepted,
        @Nullable Instant startedAt,
        int attempts,
        InvocationEvent.@Nullable Terminal terminal) {
    static InvocationStatus unknown(InvocationId id) {
        return new InvocationStatus(id, null, false, null, 0, null);
    }

    /// With one event more; the same object when the event changes nothing.
    InvocationStatus with(InvocationEvent event) {
        return switch (event) {
            case InvocationEvent.Accepted accepted ->
                isAccepted
                        ? this
                        : new InvocationStatus(
                                id,
                                summary == null ? accepted.summary() : summary,
                                true,
                                startedAt,
                                attempts,
                                terminal);
            case InvocationEvent.Started started ->
                terminal != null || started.attempt() < attempts
                        ? this
                        : new InvocationStatus(id, summary, isAccepted, started.at(), started.attempt(), null);
            case InvocationEvent.Terminal end -> terminal != null ? this : ended(end);
        };
    }

    public boolean isTerminal() {
        return terminal != null;
    }

    boolean isOf(EndpointName endpoint) {
        return summary != null && summary.endpoint().equals(endpoint);
    }

    private InvocationStatus ended(InvocationEvent.Terminal end) {
        int last = switch (end) {
            case InvocationEvent.Completed completed -> completed.attempt();
            case InvocationEvent.Failed failed -> failed.attempt();
            case InvocationEvent.Expired _, InvocationEvent.Cancelled _ -> attempts;
        };
        return new InvocationStatus(
                id, end.summary(), isAccepted, startedAt, Math.max(attempts, last), withoutResponse(end));
    }

    /// The output itself is not kept: it can be 128 KB, and it is in the store.
    private static InvocationEvent.Terminal withoutResponse(InvocationEvent.Terminal end) {
        return switch (end) {
            case InvocationEvent.Completed completed
            when completed.response() != null ->
                new InvocationEvent.Completed(
                        completed.summary(),
                        completed.at(),
                        completed.attempt(),
                        completed.contentType(),
                        completed.outputBytes(),
                        completed.timings(),
                        null);
            case InvocationEvent.Completed _,
                    InvocationEvent.Failed _,
                    InvocationEvent.Expired _,
                    InvocationEvent.Cancelled _ -> end;
        };
    }
}
