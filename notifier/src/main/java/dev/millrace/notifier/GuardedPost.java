package dev.millrace.notifier;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.outbound.OutboundAddress;
import dev.millrace.outbound.OutboundAnswer;
import dev.millrace.outbound.OutboundCaller;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Posts to receivers, and leaves those alone for a while that fail again and again. Blocks; thread-safe.
final class GuardedPost {
    private final OutboundCaller caller;
    private final Breakers breakers = new Breakers();

    GuardedPost(OutboundCaller caller) {
        this.caller = caller;
    }

    /// @param verdict what an answer means for the delivery
    Attempt post(
            String url,
            String contentType,
            Map<String, String> headers,
            String body,
            Function<OutboundAnswer, Attempt> verdict) {
        OutboundAddress address;
        try {
            address = OutboundAddress.parse(url);
        } catch (PlatformException e) {
            return new Attempt.Refused(e.text());
        }
        CircuitBreaker breaker = breakers.of(address.origin());
        if (!breaker.tryAcquirePermission()) {
            return new Attempt.NotMade(Breakers.OPEN);
        }
        long start = System.nanoTime();
        Attempt attempt = verdict.apply(caller.post(address, contentType, headers, Payload.ofUtf8(body)));
        long took = System.nanoTime() - start;
        switch (attempt) {
            case Attempt.Taken _, Attempt.Refused _ -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            case Attempt.Failed failed ->
                breaker.onError(took, TimeUnit.NANOSECONDS, new IllegalStateException(failed.reason()));
            case Attempt.NotMade _ -> breaker.releasePermission();
        }
        return attempt;
    }
}
