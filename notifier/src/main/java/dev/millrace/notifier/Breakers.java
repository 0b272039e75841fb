package dev.millrace.notifier;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// One circuit breaker per destination, so that a dead receiver costs a call now and then and no more. Thread-safe.
///
/// Bounded: the breaker that was not asked for longest is forgotten first, and begins closed when it is asked for
/// again.
final class Breakers {
    private static final int MAX = 2_000;

    /// How long a destination is left alone after too many failures.
    static final Duration OPEN = Duration.ofSeconds(30);

    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.custom()
            .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .failureRateThreshold(80)
            .waitDurationInOpenState(OPEN)
            .permittedNumberOfCallsInHalfOpenState(2)
            .build();

    private final Map<String, CircuitBreaker> breakers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CircuitBreaker> eldest) {
            return size() > MAX;
        }
    };

    synchronized CircuitBreaker of(String destination) {
        return breakers.computeIfAbsent(destination, name -> CircuitBreaker.of(name, CONFIG));
    }
}
